//! The client as it is compiled for JavaScript, in Node and in a browser: calls through `Core` with a `fetch`
//! of the test's own. What the npm package makes of the answers is tested in `tests/node`.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use cometchat_users::Core;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Response)]
    type Response;
    #[wasm_bindgen(constructor, js_class = "Response")]
    fn new(body: &str, options: &JsValue) -> Response;
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).expect("the test's JSON is valid")
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).expect("the value is an object")
}

fn text(value: &JsValue, key: &str) -> String {
    get(value, key).as_string().unwrap_or_default()
}

/// What a test's `fetch` was called with: URL and options.
type Requests = Rc<RefCell<Vec<(String, JsValue)>>>;

/// A client of the app `app` whose requests are answered one after the other; the last answer stays.
fn client(answers: Vec<(u16, &str)>) -> (Core, Requests) {
    let requests = Requests::default();
    let answers: Vec<(u16, String)> = answers
        .into_iter()
        .map(|(status, body)| (status, body.to_owned()))
        .collect();
    let fetch = {
        let requests = requests.clone();
        Closure::<dyn FnMut(String, JsValue) -> Promise>::new(move |url: String, options| {
            let index = requests.borrow().len().min(answers.len() - 1);
            requests.borrow_mut().push((url, options));
            let (status, body) = &answers[index];
            let options = Object::new();
            Reflect::set(&options, &"status".into(), &(*status).into()).expect("a plain object");
            Promise::resolve(&JsValue::from(Response::new(body, &options)))
        })
        .into_js_value()
    };
    (configured(fetch.unchecked_into()), requests)
}

fn configured(fetch: Function) -> Core {
    let settings = json(r#"{"region":"us","maxRetries":0}"#);
    Reflect::set(&settings, &"fetch".into(), &fetch).expect("a plain object");
    let core = Core::new();
    core.configure(&"app".into(), &settings, false)
        .expect("the settings are right");
    core
}

async fn create(core: &Core, user: &str) -> Result<JsValue, JsValue> {
    create_with(core, user, "key", "null").await
}

async fn create_with(
    core: &Core,
    user: &str,
    auth_key: &str,
    options: &str,
) -> Result<JsValue, JsValue> {
    let call = core.create_user(&json(user), &auth_key.into(), &json(options));
    JsFuture::from(call).await
}

async fn logged_in(core: &Core) -> JsValue {
    JsFuture::from(core.get_logged_in_user())
        .await
        .expect("the client is configured")
}

const KEVIN: &str = r#"{"uid":"usr1","name":"Kevin"}"#;

#[wasm_bindgen_test]
async fn creating_a_user_posts_its_fields_with_the_key() {
    let (core, requests) = client(vec![(200, r#"{"data":{"uid":"usr1","name":"Kevin"}}"#)]);
    let user = create(&core, KEVIN).await.expect("the reply is a success");
    assert_eq!(text(&user, "uid"), "usr1");
    assert_eq!(text(&user, "status"), "offline");

    let requests = requests.borrow();
    let (url, options) = &requests[0];
    assert_eq!(url, "https://app.api-us.cometchat.io/v3.0/users");
    assert_eq!(text(options, "method"), "POST");
    assert_eq!(text(options, "body"), KEVIN);
    assert_eq!(text(&get(options, "headers"), "apiKey"), "key");
    assert_eq!(text(&get(options, "headers"), "appId"), "app");
}

#[wasm_bindgen_test]
async fn a_refusal_keeps_the_services_code_and_its_status() {
    let body =
        r#"{"error":{"code":"ERR_UID_ALREADY_EXISTS","message":"The uid usr1 already exists."}}"#;
    let (core, _) = client(vec![(400, body)]);
    let failure = create(&core, KEVIN)
        .await
        .expect_err("the reply is a refusal");
    assert_eq!(text(&failure, "code"), "ERR_UID_ALREADY_EXISTS");
    assert_eq!(text(&failure, "message"), "The uid usr1 already exists.");
    assert_eq!(get(&failure, "status"), 400);
    assert_eq!(get(&failure, "attempts"), 1);
}

#[wasm_bindgen_test]
async fn every_wrong_field_is_reported_and_nothing_is_sent() {
    let (core, requests) = client(vec![(200, "{}")]);
    let failure = create(&core, r#"{"uid":"a b","name":"","avatar":"x","tags":[1]}"#)
        .await
        .expect_err("the user is wrong");
    assert_eq!(text(&failure, "code"), "INVALID_UID");
    let fields = Object::keys(get(&failure, "fieldErrors").unchecked_ref::<Object>());
    let expected = Array::from_iter(["uid", "name", "avatar", "tags.0"].map(JsValue::from));
    assert_eq!(JSON::stringify(&fields), JSON::stringify(&expected));
    assert!(requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_reply_that_is_none_of_the_services_is_invalid() {
    let nested = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for body in [
        "",
        "<html></html>",
        "{",
        "null",
        "5",
        "\"oops\"",
        "[]",
        "{}",
        nested.as_str(),
        r#"{"data":null}"#,
        r#"{"data":[]}"#,
        r#"{"data":"x"}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"uid":5,"name":"Kevin"}}"#,
        r#"{"data":{"uid":"usr1","name":null}}"#,
        r#"{"data":{"uid":"usr1","name":"Kevin","tags":"x"}}"#,
        r#"{"data":{"uid":"usr1","name":"Kevin","metadata":[1]}}"#,
        r#"{"error":"x"}"#,
        r#"{"error":{}}"#,
        r#"{"error":null}"#,
    ] {
        let (core, _) = client(vec![(200, body)]);
        let failure = create(&core, KEVIN).await.expect_err(body);
        assert_eq!(text(&failure, "code"), "INVALID_RESPONSE", "{body:.80}");
        assert_eq!(get(&failure, "status"), 200, "{body:.80}");
    }
}

#[wasm_bindgen_test]
async fn a_secret_that_the_service_repeats_is_masked() {
    let body = r#"{"error":{"code":"AUTH_ERR_APIKEY_NOT_FOUND","message":"The key key-12345 is unknown."}}"#;
    let (core, _) = client(vec![(401, body)]);
    let created = create_with(&core, KEVIN, "key-12345", "null").await;
    let failure = created.expect_err("the key is unknown");
    assert_eq!(text(&failure, "message"), "The key *** is unknown.");
}

#[wasm_bindgen_test]
async fn a_login_is_kept_and_a_token_that_ended_ends_it() {
    let session = r#"{"data":{"uid":"usr1","name":"Kevin","authToken":"usr1_token"}}"#;
    let ended =
        r#"{"error":{"code":"AUTH_ERR_AUTH_TOKEN_NOT_FOUND","message":"usr1_token is gone"}}"#;
    let (core, requests) = client(vec![(200, session), (200, session), (401, ended)]);
    let login = core.login_with_key(&"USR1".into(), &"key".into(), &JsValue::NULL);
    JsFuture::from(login).await.expect("logged in");
    assert_eq!(
        requests.borrow()[0].0,
        "https://app.api-us.cometchat.io/v3.0/users/USR1/auth_tokens"
    );
    assert_eq!(
        requests.borrow()[1].0,
        "https://app.apiclient-us.cometchat.io/v3.0/me"
    );
    assert_eq!(text(&logged_in(&core).await, "uid"), "usr1");

    let update = json(r#"{"role":"admin"}"#);
    let failure = JsFuture::from(core.update_current_user_details(&update, &JsValue::NULL))
        .await
        .expect_err("the session has ended");
    assert_eq!(text(&failure, "message"), "*** is gone");
    assert_eq!(
        text(&requests.borrow()[2].1, "body"),
        "{}",
        "no role is sent"
    );
    assert!(logged_in(&core).await.is_null());
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws_anything_is_a_failure() {
    for thrown in [
        "'text'",
        "null",
        "undefined",
        "5",
        "new Error('refused')",
        "Object.create(null)",
    ] {
        for body in [
            format!("throw {thrown}"),
            format!("return Promise.reject({thrown})"),
        ] {
            let core = configured(Function::new_no_args(&body));
            let failure = create(&core, KEVIN).await.expect_err(&body);
            assert_eq!(text(&failure, "code"), "FAILED_TO_FETCH", "{body}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_fetch_that_returns_no_response_is_a_failure() {
    for value in [
        "undefined",
        "null",
        "5",
        "{}",
        "{ status: 200 }",
        "{ status: 200, text: 5 }",
    ] {
        let core = configured(Function::new_no_args(&format!("return ({value})")));
        let failure = create(&core, KEVIN).await.expect_err(value);
        assert_eq!(text(&failure, "code"), "INVALID_RESPONSE", "{value}");
    }
}

#[wasm_bindgen_test]
async fn a_call_that_is_never_answered_ends_at_its_time_limit() {
    let core = configured(Function::new_no_args("return new Promise(() => {})"));
    let call = create_with(&core, KEVIN, "key", r#"{"timeoutMs":20}"#).await;
    let failure = call.expect_err("nobody answers");
    assert_eq!(text(&failure, "code"), "REQUEST_TIMEOUT");
    assert_eq!(get(&failure, "maybeCreated"), true);
}
