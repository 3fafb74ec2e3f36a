//! One operation as an HTTP request.

#[cfg(feature = "server")]
use std::rc::Rc;

#[cfg(feature = "server")]
use cometchat_protocol::admin::{AdminEndpoint, Tier};
use cometchat_protocol::codes::client as codes;
use cometchat_protocol::{Endpoint, limits};
use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::js;
#[cfg(feature = "server")]
use crate::server::limiter::Limiter;
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

/// What has to be under `data` in the response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    User,
    /// A user's auth token.
    AuthToken,
    /// Any object.
    Anything,
    /// An array, which may be as long as a page of a list.
    #[cfg(feature = "server")]
    List,
}

impl Expected {
    pub fn fits(self, data: &JsValue) -> bool {
        #[cfg(feature = "server")]
        if self == Expected::List {
            return js_sys::Array::is_array(data);
        }
        js::is_plain_object(data)
    }

    #[cfg(feature = "server")]
    fn of(endpoint: AdminEndpoint<'_>) -> Self {
        match endpoint {
            AdminEndpoint::GetUser { .. } => Expected::User,
            AdminEndpoint::ListUsers { .. }
            | AdminEndpoint::ListAuthTokens { .. }
            | AdminEndpoint::ListBlockedUsers { .. } => Expected::List,
            _ => Expected::Anything,
        }
    }

    /// How many bytes a body may have: no user record comes near 1 MB, and no page of them near 32 MB.
    pub const fn largest_body(self) -> u32 {
        #[cfg(feature = "server")]
        if matches!(self, Expected::List) {
            return 32 << 20;
        }
        1 << 20
    }
}

/// What a request carries, until it is written as JSON.
#[derive(Default)]
pub struct RequestBody {
    pub fields: Object,
    /// A user's metadata, as JSON text already: among the fields it would be parsed and written anew.
    pub metadata: Option<JsString>,
    /// All of it, where it is JSON text already.
    #[cfg(feature = "server")]
    pub whole: Option<JsString>,
}

pub struct Request {
    pub url: String,
    /// Whether a redirect fails it, and comes as no response.
    pub fails_on_redirect: bool,
    pub credential: Credential,
    pub expected: Expected,
    /// Whether it makes a user, so that sending it twice is not the same as sending it once.
    pub creates_user: bool,
    /// What `fetch` is given beside the URL: plain objects all through, since a replacement may not know
    /// this realm's `Request` and `Headers`.
    pub init: Object,
    /// Who says when it may be sent; nobody for a request of a session.
    #[cfg(feature = "server")]
    pub limiter: Option<Rc<Limiter>>,
    #[cfg(feature = "server")]
    pub tier: Tier,
}

impl Request {
    /// `base` is the URL in front of the endpoint's path.
    pub fn new(
        base: &str,
        app_id: &str,
        fails_on_redirect: bool,
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
        // Following it would carry the credential elsewhere, and may turn a POST into a GET.
        let redirect = if fails_on_redirect { "error" } else { "manual" };
        js::set(&init, "redirect", js::literal(redirect));
        if let Some(body) = body {
            js::set(&headers, "Content-Type", js::literal("application/json"));
            #[cfg(feature = "server")]
            let text = match &body.whole {
                Some(whole) => whole.clone(),
                None => body_text(body)?,
            };
            #[cfg(not(feature = "server"))]
            let text = body_text(body)?;
            js::set(&init, "body", &text);
        }
        Ok(Request {
            url: text::joined(&[base, &endpoint.path()]),
            fails_on_redirect,
            expected: match endpoint {
                Endpoint::CreateAuthToken { .. } => Expected::AuthToken,
                Endpoint::DeleteMe => Expected::Anything,
                Endpoint::CreateUser
                | Endpoint::UpdateUser { .. }
                | Endpoint::GetUser { .. }
                | Endpoint::PutMe => Expected::User,
                #[cfg(feature = "server")]
                Endpoint::Admin(endpoint) => Expected::of(endpoint),
            },
            creates_user: endpoint == Endpoint::CreateUser,
            credential,
            init,
            #[cfg(feature = "server")]
            limiter: None,
            #[cfg(feature = "server")]
            tier: endpoint.tier(),
        })
    }
}

pub fn body_text(body: &RequestBody) -> Result<JsString, Failure> {
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
