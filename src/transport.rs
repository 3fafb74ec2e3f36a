//! One exchange with the service: a request goes out through `fetch`, and a status with a text
//! comes back. `fetch` may be anybody's: nothing that it does or returns may make this panic.

use cometchat_protocol::codes::client as codes;
use js_sys::{JsString, Object, Promise};
use wasm_bindgen::prelude::*;

use crate::deadline::Deadline;
use crate::failure::{Failure, described};
use crate::js;
use crate::request::Request;
use crate::text;

/// What helps against a redirect.
pub const REDIRECT: &str =
    "Redirects are not followed: set the address that it points to as host. ";

/// What came back, before it is known to make sense.
pub struct Response {
    pub status: u16,
    pub body: ResponseBody,
    /// As `exchange.js` gives it.
    record: Object,
}

pub enum ResponseBody {
    Text(JsString),
    /// The response points elsewhere; it is not followed.
    Redirect,
    NotUtf8,
    TooLarge,
}

#[wasm_bindgen(module = "/src/exchange.js")]
extern "C" {
    /// Calls `fetch` and reads the whole response, unless it is over before; as that file says. Never
    /// rejects.
    fn exchange(fetch: &JsValue, url: &str, init: &Object, largest: u32, over: &Promise)
    -> Promise;
}

/// Whether Node's `fetch` failed for a reason of its own, such as a redirect: those of the network have a code.
fn is_refused(thrown: &JsValue) -> bool {
    let cause = js::get(thrown, "cause");
    js::class(&cause) == *js::literal("[object Error]") && js::is_absent(&js::get(&cause, "code"))
}

/// Sends a request and reads the whole response. Fails when none came before the deadline.
pub async fn send(
    fetch: &JsValue,
    request: &Request,
    deadline: &Deadline,
) -> Result<Response, Failure> {
    let sent = exchange(
        fetch,
        &request.url,
        &request.init,
        request.expected.largest_body(),
        &deadline.over(),
    );
    Response::from(deadline.wait(&sent).await?.unchecked_into(), request)
}

impl Response {
    fn from(record: Object, request: &Request) -> Result<Self, Failure> {
        let response: web_sys::Response = record.clone().unchecked_into();
        let status = gloo_net::http::Response::from(response).status();
        let is_redirect = match status {
            // What a browser gives for a redirect that is not to be followed.
            0 => js::get_text(&record, "type").as_deref() == Some("opaqueredirect"),
            status => (300..400).contains(&status) && status != 304,
        };
        let body = match js::get_own(&record, "text").dyn_into() {
            _ if is_redirect => ResponseBody::Redirect,
            Ok(text) => ResponseBody::Text(text),
            Err(_) => match js::get_text(&record, "flaw").as_deref() {
                Some("size") => ResponseBody::TooLarge,
                Some("encoding") => ResponseBody::NotUtf8,
                _ => return Err(unreached(request, &record)),
            },
        };
        Ok(Response {
            status,
            body,
            record,
        })
    }

    pub fn header(&self, name: &'static str) -> Option<String> {
        let headers = js::get_own(&self.record, "headers");
        js::call(&headers, "get", js::literal(name), &JsValue::UNDEFINED).as_string()
    }
}

fn unreached(request: &Request, record: &Object) -> Failure {
    let thrown = js::get_own(record, "thrown");
    let url = request.url.as_str();
    if request.fails_on_redirect && is_refused(&thrown) {
        let message = text::joined(&["fetch refused the reply from ", url, "."]);
        let mut failure = Failure::new(codes::INVALID_RESPONSE, &message)
            .details(&text::joined(&[REDIRECT, &described(&thrown)]));
        failure.cause = thrown;
        return failure;
    }
    let is_blocked = js::get_own(record, "isBlocked").is_truthy();
    let navigator = js::get(&js_sys::global(), "navigator");
    let cause = if is_blocked {
        "This page's Content-Security-Policy blocks it: add its host to connect-src. "
    } else if js::get(&navigator, "onLine") == JsValue::FALSE {
        "This device is offline. "
    } else if url.starts_with("http:") {
        "Is the emulator running? npx cometchat-emulator starts one. "
    } else {
        "Is the region right (us, eu, in)? Does a proxy of yours allow CORS? "
    };
    let message = text::joined(&["No reply came from ", url, "."]);
    let mut failure = Failure::new(codes::FAILED_TO_FETCH, &message)
        .details(&text::joined(&[cause, &described(&thrown)]));
    failure.cause = thrown;
    failure.retryable = !is_blocked;
    failure
}
