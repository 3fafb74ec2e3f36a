//! A client with the REST API key as JavaScript holds it, and how its operations send requests.

use std::rc::Rc;

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::validate::is_blank;
use cometchat_protocol::{Endpoint, Given};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

use crate::call::{Call, Step, ThenFn};
use crate::core::Core;
use crate::failure::Failure;
use crate::input::{given, read_secret};
use crate::js;
use crate::request::{Credential, Request, RequestBody};

use super::limiter::{Limiter, PerMinute};
use super::rest_key::RestKey;

/// A client with the REST API key. Nothing in it is shared with another.
#[wasm_bindgen]
pub struct AdminCore(Core);

#[wasm_bindgen]
impl AdminCore {
    /// Sets the app, its REST API key, and how to reach the service.
    #[wasm_bindgen(constructor)]
    pub fn new(
        app_id: &JsValue,
        rest_api_key: &JsValue,
        settings: &JsValue,
    ) -> Result<AdminCore, JsValue> {
        let mut core = Core::new();
        core.configure(app_id, settings, false)?;
        core.rest_key = Some(Rc::new(RestKey {
            secret: read_rest_api_key(rest_api_key)?,
            limiter: Rc::new(Limiter::new(&read_per_minute(settings)?)),
        }));
        Ok(AdminCore(core))
    }

    /// As `Core::since`.
    pub fn since(&self, at: f64, fetch: JsValue) -> AdminCore {
        AdminCore(self.0.since(at, fetch))
    }
}

impl AdminCore {
    pub fn run(
        &self,
        options: &JsValue,
        begin: &dyn Fn(&Call) -> Result<Step, Failure>,
    ) -> Promise {
        self.0.run(options, begin)
    }
}

impl Call {
    /// A request with the REST API key.
    pub fn admin_request(
        &self,
        endpoint: Endpoint<'_>,
        body: Option<&RequestBody>,
    ) -> Result<Request, Failure> {
        let (key, limiter) = match &self.rest_key {
            Some(key) => (key.secret.clone(), Some(key.limiter.clone())),
            None => (String::new(), None),
        };
        let mut request = self.request(endpoint, Credential::AuthKey(key), body)?;
        request.limiter = limiter;
        Ok(request)
    }

    /// The step that sends such a request; `then` says how the operation goes on.
    pub fn ask(
        &self,
        endpoint: Endpoint<'_>,
        body: Option<&RequestBody>,
        then: ThenFn,
    ) -> Result<Step, Failure> {
        Ok(sent(self.admin_request(endpoint, body)?, then))
    }
}

/// The step that sends a request; `then` says how the operation goes on, and holds what it needs for that.
pub fn sent(
    request: Request,
    then: impl FnOnce(&Call, &str, Result<Object, Failure>) -> Result<Step, Failure> + 'static,
) -> Step {
    Step::Send(Box::new(request), Box::new(then))
}

/// Has the answer be as a user sees it, if one is named.
pub fn see_as(request: &Request, viewer: Option<&str>) {
    if let Some(uid) = viewer {
        let headers = js::get_own(&request.init, "headers");
        js::set(headers.unchecked_ref(), "onBehalfOf", &uid.into());
    }
}

/// The data is the answer.
pub fn answered(_: &Call, _: &str, data: Result<Object, Failure>) -> Result<Step, Failure> {
    Ok(Step::Done(data?.into()))
}

/// Nothing is the answer.
pub fn done(_: &Call, _: &str, data: Result<Object, Failure>) -> Result<Step, Failure> {
    data.map(|_| Step::Done(JsValue::UNDEFINED))
}

/// A request's body of one field.
pub fn body_of(name: &'static str, value: &JsValue) -> RequestBody {
    let body = RequestBody::default();
    js::set(&body.fields, name, value);
    body
}

pub fn wrong_option(message: &str) -> Failure {
    Failure::new(codes::INVALID_OPTIONS, message)
}

fn read_rest_api_key(given: &JsValue) -> Result<String, Failure> {
    let is_missing = match given.as_string() {
        Some(key) => is_blank(&key),
        None => js::is_absent(given),
    };
    let code = if is_missing {
        codes::MISSING_PARAMETERS
    } else {
        codes::INVALID_SETTINGS
    };
    read_secret(given, code, "REST API key")
}

/// `perMinute`: a number for all requests together, or `{ core, standard }`.
fn read_per_minute(settings: &JsValue) -> Result<PerMinute, Failure> {
    let per_minute = js::get(settings, "perMinute");
    if !per_minute.is_object() {
        return Ok(PerMinute {
            all: read_count(&per_minute)?,
            ..PerMinute::default()
        });
    }
    Ok(PerMinute {
        all: None,
        core: read_count(&js::get(&per_minute, "core"))?,
        standard: read_count(&js::get(&per_minute, "standard"))?,
    })
}

fn read_count(value: &JsValue) -> Result<Option<usize>, Failure> {
    match given(value, JsValue::as_f64) {
        Given::Absent => Ok(None),
        Given::Value(number) if number >= 1.0 && number.fract() == 0.0 => Ok(Some(number as usize)),
        _ => Err(Failure::new(
            codes::INVALID_SETTINGS,
            "perMinute has to be a whole number above 0, or { core, standard } with such numbers.",
        )),
    }
}
