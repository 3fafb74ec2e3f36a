//! One exchange with the service: a request goes out through `fetch`, and a status with a text
//! comes back. `fetch` may be anybody's: nothing that it does or returns may make this panic.

use cometchat_protocol::codes::client as codes;
use js_sys::{Function, JsString, Object};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::deadline::Deadline;
use crate::failure::{Failure, described};
use crate::js;
use crate::request::Request;

/// No user record comes near this many bytes.
const LARGEST_REPLY: u32 = 1 << 20;

/// The way to the service.
pub struct Transport {
    /// Takes the place of the global `fetch`; undefined where nothing does.
    fetch: JsValue,
    app_id: JsValue,
}

/// What came back, before it is known to make sense.
pub struct Reply {
    pub status: u16,
    pub body: Body,
    /// As `exchange.js` gives it.
    record: Object,
}

pub enum Body {
    Text(JsString),
    /// The reply points elsewhere; it is not followed.
    Redirect,
    NotUtf8,
    TooLarge,
}

#[wasm_bindgen(module = "/src/exchange.js")]
extern "C" {
    /// Sends a request, reads the whole reply and calls back with it, as that file says.
    #[allow(clippy::too_many_arguments)]
    fn exchange(
        replacement: &JsValue,
        current: &JsValue,
        url: &str,
        method: &JsValue,
        app_id: &JsValue,
        credential: &JsValue,
        secret: &JsValue,
        body: &JsValue,
        largest: u32,
        callback: &JsValue,
        address: f64,
    ) -> Option<AbortController>;
}

impl Transport {
    pub fn new(fetch: Option<Function>, app_id: &str) -> Self {
        Transport {
            fetch: fetch.into(),
            app_id: app_id.into(),
        }
    }

    /// Sends a request, with the global `fetch` unless there is another, and reads the whole reply. Fails when no reply came before the deadline.
    pub async fn exchange(
        &self,
        request: &Request,
        fetch: &JsValue,
        deadline: &Deadline,
    ) -> Result<Reply, Failure> {
        let begin = |callback: &JsValue, address| {
            exchange(
                &self.fetch,
                fetch,
                &request.url,
                js::literal(request.method),
                &self.app_id,
                js::literal(request.credential.header()),
                &request.credential.secret().into(),
                &request.body,
                LARGEST_REPLY,
                callback,
                address,
            )
        };
        Reply::from(deadline.reply(begin).await?)
    }
}

impl Reply {
    fn from(record: Object) -> Result<Self, Failure> {
        let response: web_sys::Response = record.clone().unchecked_into();
        let status = gloo_net::http::Response::from(response).status();
        let is_redirect = match status {
            // What a browser gives for a redirect that is not to be followed.
            0 => js::get_text(&record, "type").as_deref() == Some("opaqueredirect"),
            status => (300..400).contains(&status) && status != 304,
        };
        let body = match js::get_own(&record, "text").dyn_into() {
            _ if is_redirect => Body::Redirect,
            Ok(text) => Body::Text(text),
            Err(_) => match js::get_text(&record, "flaw").as_deref() {
                Some("size") => Body::TooLarge,
                Some("encoding") => Body::NotUtf8,
                _ => return Err(unreached(js::get_own(&record, "thrown"))),
            },
        };
        Ok(Reply {
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

fn unreached(thrown: JsValue) -> Failure {
    let mut failure = Failure::new(codes::FAILED_TO_FETCH, "No reply came from the service.")
        .details(&described(&thrown));
    failure.cause = thrown;
    failure.retryable = true;
    failure
}
