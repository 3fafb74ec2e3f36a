//! One operation as an HTTP request: its URL, and the options that `fetch` takes.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::{Endpoint, limits};
use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::js;
use crate::text;

/// What opens the service's door; it belongs to one call and is kept nowhere else.
pub enum Credential {
    AuthKey(String),
    AuthToken(String),
}

impl Credential {
    fn header(&self) -> &'static str {
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

pub struct Request {
    pub url: String,
    pub credential: Credential,
    pub answer: Answer,
    /// Whether it makes a user, so that sending it twice is not the same as sending it once.
    pub creates_user: bool,
    body: Option<JsString>,
    method: &'static str,
}

impl Request {
    pub fn new(
        base: &str,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&Object>,
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
            body: body.map(body_text).transpose()?,
            method: endpoint.method().name(),
        })
    }

    /// The second argument of `fetch`. Plain objects all through: a replacement for `fetch` may not
    /// know this realm's `Request` and `Headers`.
    pub fn fetch_options(&self, app_id: &str, deadline: &Deadline) -> Object {
        let json = js::literal("application/json");
        let headers = Object::new();
        js::set(&headers, "Accept", json);
        js::set(&headers, "appId", &app_id.into());
        let secret = self.credential.secret();
        js::set(&headers, self.credential.header(), &secret.into());

        let options = Object::new();
        js::set(&options, "method", js::literal(self.method));
        if let Some(body) = &self.body {
            js::set(&headers, "Content-Type", json);
            js::set(&options, "body", body);
        }
        js::set(&options, "headers", &headers);
        // A redirect would carry the credential elsewhere, and may turn a POST into a GET.
        js::set(&options, "redirect", js::literal("manual"));
        if let Some(signal) = deadline.signal() {
            js::set(&options, "signal", &signal);
        }
        options
    }
}

fn body_text(body: &Object) -> Result<JsString, Failure> {
    let text: JsString = js::stringify(body).unwrap_or_default().unchecked_into();
    // No UTF-16 unit has more than three bytes of UTF-8: most bodies need no closer look.
    let fits = text.length() as usize * 3 <= limits::BODY_BYTES
        || String::from(&text).len() <= limits::BODY_BYTES;
    if !fits {
        return Err(Failure::new(
            codes::BODY_SIZE_EXCEEDED,
            "The fields together are larger than 10 KB as JSON.",
        )
        .details("The service takes no larger request. Shorten the longest fields."));
    }
    Ok(text)
}
