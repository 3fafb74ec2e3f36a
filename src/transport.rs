//! One exchange with the service: a request goes out through `fetch`, and a status with a text
//! comes back. `fetch` may be anybody's: nothing that it does or returns may make this panic, and
//! so only what cannot fail is asked of `gloo-net`'s types.

use cometchat_protocol::codes::client as codes;
use js_sys::{Function, JsString};
use wasm_bindgen::prelude::*;

use crate::failure::{Failure, described};
use crate::js;

/// No user record comes near this many UTF-16 units.
const LARGEST_REPLY: u32 = 1 << 20;

/// What came back, before it is known to make sense.
pub struct Reply {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Body,
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

/// Sends a request and reads the whole reply. Fails only when no reply came.
pub async fn exchange(
    fetch: Option<&Function>,
    url: &str,
    options: &JsValue,
) -> Result<Reply, Failure> {
    let sent = match fetch {
        Some(fetch) => fetch.call2(&JsValue::UNDEFINED, &url.into(), options),
        None => js::global_fetch(url, options),
    };
    let response = js::settled(sent).await.map_err(unreached)?;

    let status = status(&response);
    let headers = js::get(&response, "headers");
    let header = |name: &str| {
        let value = js::call(&headers, "get", &[&name.into()])?;
        value.ok()?.as_string()
    };
    let retry_after = header("retry-after");
    let is_redirect = js::get_text(&response, "type").as_deref() == Some("opaqueredirect")
        || (300..400).contains(&status) && status != 304;
    let body = if is_redirect {
        Body::Redirect
    } else if header("content-length").and_then(|length| length.parse().ok()) > Some(LARGEST_REPLY)
    {
        Body::TooLarge
    } else {
        read(&response).await.map_err(unreached)?
    };
    Ok(Reply {
        status,
        retry_after,
        body,
    })
}

/// The HTTP status, or 0 where there is none: a foreign reply may have anything there, or throw.
fn status(response: &JsValue) -> u16 {
    if js::get(response, "status").as_f64().is_none() {
        return 0;
    }
    let response: web_sys::Response = response.clone().unchecked_into();
    gloo_net::http::Response::from(response).status()
}

/// The body, by whichever of the usual methods the response has.
async fn read(response: &JsValue) -> Result<Body, JsValue> {
    let decoder = strict_decoder();
    let bytes = decoder
        .as_ref()
        .and_then(|_| js::call(response, "arrayBuffer", &[]));
    let has_bytes = bytes.is_some();
    let text = bytes.or_else(|| js::call(response, "text", &[]));
    let has_text = text.is_some();
    let pending = text.or_else(|| js::call(response, "json", &[]));

    let read = js::settled(pending.unwrap_or(Ok(JsValue::UNDEFINED))).await?;
    let text = match &decoder {
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

/// A decoder that refuses what is not UTF-8; `None` where the environment has none.
fn strict_decoder() -> Option<TextDecoder> {
    let options = js_sys::Object::new();
    js::set(&options, "fatal", &JsValue::TRUE);
    TextDecoder::new("utf-8", &options).ok()
}

fn unreached(thrown: JsValue) -> Failure {
    let mut failure = Failure::new(codes::FAILED_TO_FETCH, "No reply came from the service.")
        .details(&described(&thrown));
    failure.cause = thrown;
    failure.retryable = true;
    failure
}
