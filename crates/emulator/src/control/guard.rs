//! Keeps foreign pages away from the emulator's own routes. A web page can make a browser send
//! requests to this machine; the `Origin` header reveals it. A page whose host name was pointed at
//! this machine has no foreign origin, but the `Host` header reveals that.
//!
//! A page on this machine is not foreign: it may send requests, and gets the headers that let it
//! read the responses.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::emulator::Emulator;
use crate::error::ApiError;

/// Refuses foreign requests before anything else sees them.
pub async fn guard(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    if let Err(error) = check(request.headers(), &emulator.settings.control_hosts) {
        return error.into_response();
    }
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, DELETE",
        ),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        (header::VARY, "origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    response
}

fn check(headers: &HeaderMap, named: &[String]) -> Result<(), ApiError> {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = text(origin).and_then(|origin| origin.split_once("://"));
        if !host.is_some_and(|(_, host)| is_local(host, named)) {
            return Err(ApiError::Foreign("Origin"));
        }
    }
    match headers.get(header::HOST).and_then(text) {
        Some(host) if is_local(host, named) => Ok(()),
        _ => Err(ApiError::Foreign("Host")),
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// Whether a host, with or without a port, is this machine: a loopback name or address, or one of
/// the given names.
fn is_local(host: &str, named: &[String]) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || named.iter().any(|named| named.eq_ignore_ascii_case(&name))
}
