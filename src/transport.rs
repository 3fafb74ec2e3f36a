//! One exchange with the service: a request goes out through `fetch`, and a status with a text
//! comes back. `fetch` may be anybody's: nothing that it does or returns may make this panic, and
//! so only what cannot fail is asked of `gloo-net`'s types.

use cometchat_protocol::codes::client as codes;
use js_sys::{Function, JsString, Object};
use wasm_bindgen::prelude::*;

use crate::failure::{Failure, described};
use crate::js;

/// No user record comes near this many UTF-16 units.
const LARGEST_REPLY: u32 = 1 << 20;

/// The way to the service.
pub struct Transport {
    /// Takes the place of the global `fetch`.
    fetch: Option<Function>,
    /// Refuses what is not UTF-8; `None` where the environment has no such decoder.
    decoder: Option<TextDecoder>,
}

/// What came back, before it is known to make sense.
pub struct Reply {
    pub status: u16,
    pub body: Body,
    headers: JsValue,
}

pub enum Body {
    Text(JsString),
    /// The reply points elsewhere; it is not followed.
    Redirect,
    NotUtf8,
    TooLarge,
}

#[wasm_bindgen]
extern "C" {
    type TextDecoder;
    #[wasm_bindgen(catch, constructor)]
    fn new(label: &str, options: &JsValue) -> Result<TextDecoder, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn decode(this: &TextDecoder, bytes: &JsValue) -> Result<JsValue, JsValue>;
}

impl Transport {
    pub fn new(fetch: Option<Function>) -> Self {
        let options = Object::new();
        js::set(&options, "fatal", &JsValue::TRUE);
        Transport {
            fetch,
            decoder: TextDecoder::new("utf-8", &options).ok(),
        }
    }

    /// Sends a request and reads the whole reply. Fails only when no reply came.
    pub async fn exchange(&self, url: &str, options: &JsValue) -> Result<Reply, Failure> {
        let sent = match &self.fetch {
            Some(fetch) => fetch.call2(&JsValue::UNDEFINED, &url.into(), options),
            None => js::global_fetch(url, options),
        };
        let response = js::settled(sent).await.map_err(unreached)?;

        let mut reply = Reply {
            status: status(&response),
            body: Body::Redirect,
            headers: js::get(&response, "headers"),
        };
        let is_redirect = match reply.status {
            // What a browser gives for a redirect that is not to be followed.
            0 => js::get_text(&response, "type").as_deref() == Some("opaqueredirect"),
            status => (300..400).contains(&status) && status != 304,
        };
        if !is_redirect {
            let announced = reply.header("content-length");
            reply.body = if announced.and_then(|length| length.parse().ok()) > Some(LARGEST_REPLY) {
                Body::TooLarge
            } else {
                self.read(&response).await.map_err(unreached)?
            };
        }
        Ok(reply)
    }

    /// The body, by whichever of the usual methods the response has.
    async fn read(&self, response: &JsValue) -> Result<Body, JsValue> {
        let decoder = self.decoder.as_ref();
        let bytes = decoder.and_then(|_| js::call(response, "arrayBuffer", &[]));
        let has_bytes = bytes.is_some();
        let text = bytes.or_else(|| js::call(response, "text", &[]));
        let has_text = text.is_some();
        let pending = text.or_else(|| js::call(response, "json", &[]));

        let read = js::settled(pending.unwrap_or(Ok(JsValue::UNDEFINED))).await?;
        let text = match decoder {
            Some(decoder) if has_bytes => match decoder.decode(&read) {
                Ok(text) => text,
                Err(_) => return Ok(Body::NotUtf8),
            },
            _ if has_text => read,
            _ => js::stringify(&read).unwrap_or_default(),
        };
        let text: JsString = text.dyn_into().unwrap_or_default();
        Ok(if text.length() > LARGEST_REPLY {
            Body::TooLarge
        } else {
            Body::Text(text)
        })
    }
}

impl Reply {
    pub fn header(&self, name: &'static str) -> Option<String> {
        let value = js::call(&self.headers, "get", &[js::literal(name)])?;
        value.ok()?.as_string()
    }
}

/// The HTTP status, or 0 where there is none: a foreign reply may have anything there, or throw.
fn status(response: &JsValue) -> u16 {
    if js::get(response, "status").as_f64().is_none() {
        return 0;
    }
    let response: web_sys::Response = response.clone().unchecked_into();
    gloo_net::http::Response::from(response).status()
}

fn unreached(thrown: JsValue) -> Failure {
    let mut failure = Failure::new(codes::FAILED_TO_FETCH, "No reply came from the service.")
        .details(&described(&thrown));
    failure.cause = thrown;
    failure.retryable = true;
    failure
}
