//! Who asks: the app that a request is for, and the key or the session that opens it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::apps::{App, Scope};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::store::tokens;
use crate::store::users::User;

pub const APP_ID: &str = "appid";
pub const API_KEY: &str = "apikey";
pub const AUTH_TOKEN: &str = "authtoken";
pub const ON_BEHALF_OF: &str = "onbehalfof";

/// A header's text, trimmed; `None` when it is missing or empty.
pub fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The app that a request is for: the `appId` header says so, or else the host name's first part
/// (`{appId}.api-us.cometchat.io`, `{appId}.localhost`). An emulator of one app needs neither.
pub fn app(emulator: &Emulator, headers: &HeaderMap) -> Result<Arc<App>, ApiError> {
    let named = text(headers, APP_ID).or_else(|| app_of_host(headers));
    match named {
        Some(id) => match emulator.apps.get(&id) {
            Some(app) => Ok(Arc::clone(app)),
            None => Err(ApiError::UnknownApp(id)),
        },
        None => emulator
            .apps
            .sole()
            .map(Arc::clone)
            .ok_or(ApiError::EmptyAppId),
    }
}

fn app_of_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let (first, rest) = name.split_once('.')?;
    let of_service = rest.starts_with("api-") || rest.starts_with("apiclient-");
    (of_service || rest == "localhost").then(|| first.to_owned())
}

/// What a caller wants to do, as far as the auth key's rights tell operations apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    CreateAuthToken,
    /// Creating a user, or updating one.
    WriteUser,
    Anything,
}

/// A caller with a key.
pub struct Key {
    app: Arc<App>,
    scope: Scope,
    strict: bool,
    shown: String,
}

impl Key {
    /// The app, if this key may do that in it.
    ///
    /// # Errors
    /// [`ApiError::NoAccess`].
    pub fn allow(self, operation: Operation) -> Result<Arc<App>, ApiError> {
        let allowed = match (self.scope, operation) {
            (Scope::FullAccess, _) | (_, Operation::CreateAuthToken) => true,
            (Scope::AuthOnly, Operation::WriteUser) => !self.strict,
            (Scope::AuthOnly, Operation::Anything) => false,
        };
        if allowed {
            Ok(self.app)
        } else {
            Err(ApiError::NoAccess(self.shown))
        }
    }
}

impl FromRequestParts<Emulator> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        emulator: &Emulator,
    ) -> Result<Self, Self::Rejection> {
        let app = app(emulator, &parts.headers)?;
        let Some(key) = text(&parts.headers, API_KEY) else {
            return Err(ApiError::EmptyKey);
        };
        match app.scope_of(&key) {
            Some(scope) => Ok(Key {
                app,
                scope,
                strict: emulator.settings.strict_auth_key,
                shown: key,
            }),
            None => Err(ApiError::UnknownKey(key)),
        }
    }
}

/// A caller with an auth token, which is not looked up yet.
pub struct Session {
    pub app: Arc<App>,
    pub token: String,
}

impl FromRequestParts<Emulator> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        emulator: &Emulator,
    ) -> Result<Self, Self::Rejection> {
        let app = app(emulator, &parts.headers)?;
        match text(&parts.headers, AUTH_TOKEN) {
            Some(token) if is_token(&token) => Ok(Session { app, token }),
            Some(token) => Err(ApiError::SessionNotFound(token)),
            None => Err(ApiError::EmptyAuthToken),
        }
    }
}

impl Session {
    /// The signed-in user.
    ///
    /// # Errors
    /// [`ApiError::SessionNotFound`].
    pub async fn user(&self, emulator: &Emulator) -> Result<User, ApiError> {
        let mut reader = emulator.store.reader().await?;
        tokens::session(&mut reader, &self.app.id, &self.token)
            .await?
            .ok_or_else(|| ApiError::SessionNotFound(self.token.clone()))
    }
}

/// Whether a text can be a token at all: anything else need not be looked up, and some of it no
/// database could.
pub fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A caller who reads users: with a full-access key, or as a signed-in user.
pub struct Reader {
    pub app: Arc<App>,
    /// The user for whom `hasBlockedMe` and the like are told.
    pub viewer: Option<String>,
}

impl FromRequestParts<Emulator> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        emulator: &Emulator,
    ) -> Result<Self, Self::Rejection> {
        let has_key = text(&parts.headers, API_KEY).is_some();
        if !has_key && text(&parts.headers, AUTH_TOKEN).is_some() {
            let session = Session::from_request_parts(parts, emulator).await?;
            let user = session.user(emulator).await?;
            return Ok(Reader {
                app: session.app,
                viewer: Some(user.uid),
            });
        }
        let key = Key::from_request_parts(parts, emulator).await?;
        let app = key.allow(Operation::Anything)?;
        let viewer = match text(&parts.headers, ON_BEHALF_OF) {
            None => None,
            Some(uid) => {
                let uid = crate::path::Uid::from_text(&uid);
                let mut reader = emulator.store.reader().await?;
                Some(uid.find_active(&mut reader, &app.id).await?.uid)
            }
        };
        Ok(Reader { app, viewer })
    }
}
