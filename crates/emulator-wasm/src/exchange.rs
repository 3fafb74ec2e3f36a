//! A request from JavaScript, and its response. In JavaScript, the value of a header has a
//! character for each byte.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cometchat_emulator::Ending;
use http_body_util::BodyExt;
use tower::Service;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/response.js")]
extern "C" {
    fn response(status: u16, headers: &str, body: &[u8], ending: &str) -> JsValue;
}

/// The response to a request; `headers` are names and values in turn, one on each line.
pub fn answer(
    mut router: Router,
    method: &str,
    url: &str,
    headers: &str,
    body: Option<Vec<u8>>,
) -> impl Future<Output = JsValue> + 'static + use<> {
    let request = request(method, url, headers, body);
    async move {
        let answer = match request {
            Some(request) => router
                .call(request)
                .await
                .unwrap_or_else(|never| match never {}),
            // As a server answers a head that it cannot read.
            None => StatusCode::BAD_REQUEST.into_response(),
        };
        shown(answer).await
    }
}

fn request(method: &str, url: &str, headers: &str, body: Option<Vec<u8>>) -> Option<Request> {
    let body = body.map_or_else(Body::empty, Body::from);
    let mut request = Request::builder().method(method).uri(url).body(body).ok()?;
    let mut lines = headers.split('\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(&bytes(value)).ok()?;
        request.headers_mut().append(name, value);
    }
    Some(request)
}

/// The bytes of a header's value. What is no byte becomes UTF-8.
fn bytes(value: &str) -> Vec<u8> {
    let bytes: Result<Vec<u8>, _> = value
        .chars()
        .map(|char| u8::try_from(u32::from(char)))
        .collect();
    bytes.unwrap_or_else(|_| value.as_bytes().to_vec())
}

async fn shown(answer: Response) -> JsValue {
    let (parts, body) = answer.into_parts();
    let ending = match parts.extensions.get::<Ending>() {
        None => "complete",
        Some(Ending::Hangup) => "hangup",
        Some(Ending::Stall) => "stall",
    };
    let mut headers = String::new();
    for (name, value) in &parts.headers {
        if !headers.is_empty() {
            headers.push('\n');
        }
        headers.push_str(name.as_str());
        headers.push('\n');
        headers.extend(value.as_bytes().iter().map(|byte| char::from(*byte)));
    }
    let body = body.collect().await;
    // The engine's bodies are in memory, so none can fail.
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    response(parts.status.as_u16(), &headers, &body, ending)
}
