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
}

/// What the object under `data` in the answer has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    User,
    /// A user's auth token.
    Token,
    Anything,
}

/// What a request carries.
#[derive(Default)]
pub struct Body {
    pub fields: Object,
    /// A user's metadata, as JSON text already: among the fields it would have to be parsed, and
    /// written once more.
    pub metadata: Option<JsString>,
}

pub struct Request {
    pub url: String,
    pub credential: Credential,
    pub answer: Answer,
    /// Whether it makes a user, so that sending it twice is not the same as sending it once.
    pub creates_user: bool,
    /// As JSON text; undefined where none is sent.
    pub body: JsValue,
    pub method: &'static str,
}

impl Request {
    pub fn new(
        base: &str,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&Body>,
    ) -> Result<Self, Failure> {
        Ok(Request {
            url: text::joined(&[base, &endpoint.path()]),
            credential,
            answer: match endpoint {
                Endpoint::CreateAuthToken { .. } => Answer::Token,
                Endpoint::DeleteMe => Answer::Anything,
                _ => Answer::User,
            },
            creates_user: endpoint == Endpoint::CreateUser,
            body: body.map(body_text).transpose()?.into(),
            method: endpoint.method().name(),
        })
    }
}

fn body_text(body: &Body) -> Result<JsString, Failure> {
    let text = js::stringify(&body.fields);
    let mut text: JsString = text.unchecked_into();
    if let Some(metadata) = &body.metadata {
        let end = text.length() - 1;
        let name = if end > 1 {
            ",\"metadata\":"
        } else {
            "\"metadata\":"
        };
        let parts = [js::literal(name), metadata, js::literal("}")];
        let open = text.slice(0, end);
        text = parts.iter().fold(open, |text, part| text.concat(part));
    }
    if !js::fits(&text, limits::BODY_BYTES) {
        return Err(Failure::new(
            codes::BODY_SIZE_EXCEEDED,
            "The fields together are larger than 10 KB as JSON.",
        )
        .details("The service takes no larger request. Shorten the longest fields."));
    }
    Ok(text)
}
