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
    fn decode(this: &TextDecoder, bytes: &JsValue) -> Result<JsString, JsValue>;
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
    let response = match sent {
        Ok(pending) => js::settled(&pending).await,
        Err(thrown) => Err(thrown),
    }
    .map_err(unreached)?;

    // Only what has a status as number is asked for it: anything else may have come back.
    let status = if js::get(&response, "status").as_f64().is_some() {
        let response: web_sys::Response = response.clone().unchecked_into();
        gloo_net::http::Response::from(response).status()
    } else {
        0
    };
    let is_redirect = js::get_text(&response, "type").as_deref() == Some("opaqueredirect")
        || (300..400).contains(&status) && status != 304;
    let headers = js::get(&response, "headers");
    let header = |name: &str| {
        let value = js::call(&headers, "get", &[&name.into()]);
        value
            .and_then(Result::ok)
            .and_then(|value| value.as_string())
    };
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
        retry_after: header("retry-after"),
        body,
    })
}

/// The body, by whichever of the usual methods the response has.
async fn read(response: &JsValue) -> Result<Body, JsValue> {
    if let (Some(bytes), Some(decoder)) = (js::call(response, "arrayBuffer", &[]), strict_decoder())
    {
        let bytes = js::settled(&bytes?).await?;
        return Ok(match decoder.decode(&bytes) {
            Ok(text) => sized(text),
            Err(_) => Body::NotUtf8,
        });
    }
    if let Some(text) = js::call(response, "text", &[]) {
        let text = js::settled(&text?).await?;
        return Ok(sized(text.dyn_into().unwrap_or_default()));
    }
    let value = match js::call(response, "json", &[]) {
        Some(value) => js::settled(&value?).await?,
        None => JsValue::UNDEFINED,
    };
    let text = js::stringify(&value).unwrap_or_default();
    Ok(sized(text.dyn_into().unwrap_or_default()))
}

fn sized(text: JsString) -> Body {
    if text.length() > LARGEST_REPLY {
        Body::TooLarge
    } else {
        Body::Text(text)
    }
}

/// A decoder that refuses what is not UTF-8; `None` where the environment has none.
fn strict_decoder() -> Option<TextDecoder> {
    let options = js_sys::Object::new();
    js::set(&options, "fatal", &JsValue::TRUE);
    TextDecoder::new("utf-8", &options).ok()
}

fn unreached(thrown: JsValue) -> Failure {
    let mut failure = Failure::new(codes::FAILED_TO_FETCH, "No reply came from the service.")
        .details(&described(&thrown))
        .cause(thrown);
    failure.retryable = true;
    failure
}
