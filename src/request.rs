//! One operation as an HTTP request.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::{Endpoint, limits};
use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::js;
use crate::text;

/// What opens the service's door; it belongs to one call and is kept nowhere else.
pub enum Credential {
    AuthKey(String),
    AuthToken(String),
}

impl Credential {
    /// The name of the header that carries it.
    pub fn header(&self) -> &'static str {
        match self {
            Credential::AuthKey(_) => "apiKey",
            Credential::AuthToken(_) => "authToken",
        }
    }

    pub fn secret(&self) -> &str {
        match self {
            Credential::AuthKey(secret) | Credential::AuthToken(secret) => secret,
        }
    }

    pub fn into_secret(self) -> String {
        match self {
            Credential::AuthKey(secret) | Credential::AuthToken(secret) => secret,
        }
    }
}

/// What the object under `data` in the response has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    User,
    /// A user's auth token.
    AuthToken,
    Anything,
}

/// What a request carries, until it is written as JSON.
#[derive(Default)]
pub struct RequestBody {
    pub fields: Object,
    /// A user's metadata, as JSON text already: among the fields it would be parsed and written anew.
    pub metadata: Option<JsString>,
}

pub struct Request {
    pub url: String,
    pub credential: Credential,
    pub expected: Expected,
    /// Whether it makes a user, so that sending it twice is not the same as sending it once.
    pub creates_user: bool,
    /// What `fetch` is given beside the URL: plain objects all through, since a replacement may not know
    /// this realm's `Request` and `Headers`.
    pub init: Object,
}

impl Request {
    /// `base` is the URL in front of the endpoint's path.
    pub fn new(
        base: &str,
        app_id: &str,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&RequestBody>,
    ) -> Result<Self, Failure> {
        let headers = Object::new();
        js::set(&headers, "Accept", js::literal("application/json"));
        js::set(&headers, "appId", &app_id.into());
        js::set(&headers, credential.header(), &credential.secret().into());
        let init = Object::new();
        js::set(&init, "method", js::literal(endpoint.method().name()));
        js::set(&init, "headers", &headers);
        // Following a redirect would carry the credential elsewhere, and may turn a POST into a GET.
        js::set(&init, "redirect", js::literal("manual"));
        if let Some(body) = body {
            js::set(&headers, "Content-Type", js::literal("application/json"));
            let text = body_text(body)?;
            js::set(&init, "body", &text);
        }
        Ok(Request {
            url: text::joined(&[base, &endpoint.path()]),
            expected: match endpoint {
                Endpoint::CreateAuthToken { .. } => Expected::AuthToken,
                Endpoint::DeleteMe => Expected::Anything,
                Endpoint::CreateUser
                | Endpoint::UpdateUser { .. }
                | Endpoint::GetUser { .. }
                | Endpoint::PutMe => Expected::User,
            },
            creates_user: endpoint == Endpoint::CreateUser,
            credential,
            init,
        })
    }
}

fn body_text(body: &RequestBody) -> Result<JsString, Failure> {
    let mut text: JsString = js::stringify(&body.fields).unchecked_into();
    if let Some(metadata) = &body.metadata {
        let end = text.length() - 1;
        let comma = if end > 1 { "," } else { "" };
        let name = text::joined(&[comma, "\"metadata\":"]);
        text = text.slice(0, end).concat(&name.into());
        text = text.concat(metadata).concat(js::literal("}"));
    }
    if js::utf8_bytes(&text) > limits::BODY_BYTES {
        let kilobytes = js::digits((limits::BODY_BYTES >> 10) as f64);
        let message = text::joined(&[
            "The fields together are larger than ",
            &kilobytes,
            " KB as JSON.",
        ]);
        return Err(Failure::new(codes::BODY_SIZE_EXCEEDED, &message)
            .details("The service takes no larger request. Shorten the longest fields."));
    }
    Ok(text)
}
