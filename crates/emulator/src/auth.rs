//! Who sends a request: the app that it is for, and the key or the auth token that it carries.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::apps::{App, AuthKeyScope, Scope};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::path::Uid;
use crate::response::{self, Record};
use crate::secret;
use crate::store::user::User;

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

/// The app that a request is for: named by the `appId` header, or by the first part of the host
/// name (`{appId}.api-us.cometchat.io`, `{appId}.localhost`). An emulator with one app needs
/// neither.
pub fn app(emulator: &Emulator, headers: &HeaderMap) -> Result<Arc<App>, ApiError> {
    let apps = &emulator.apps;
    let named = match text(headers, APP_ID) {
        Some(id) => Some((apps.get(&id), id)),
        None => app_of_host(headers).map(|id| (apps.of_host(&id), id)),
    };
    match named {
        Some((Some(app), _)) => Ok(Arc::clone(app)),
        Some((None, id)) => Err(ApiError::UnknownApp(id)),
        None => apps.sole().map(Arc::clone).ok_or(ApiError::EmptyAppId),
    }
}

fn app_of_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let (first, rest) = name.split_once('.')?;
    let of_service = rest.starts_with("api-") || rest.starts_with("apiclient-");
    (of_service || rest == "localhost").then(|| first.to_owned())
}

/// What a handler asks of a key, as far as the auth key's rights distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    CreateAuthToken,
    CreateUser,
    UpdateUser,
    Everything,
}

/// A caller with a key.
pub struct Key {
    app: Arc<App>,
    scope: Scope,
    auth_key_scope: AuthKeyScope,
    shown: String,
}

impl Key {
    /// The app, if the key has this permission.
    ///
    /// # Errors
    /// [`ApiError::NoAccess`].
    pub fn require(self, permission: Permission) -> Result<Arc<App>, ApiError> {
        let allowed = match (self.scope, permission) {
            (Scope::FullAccess, _) | (_, Permission::CreateAuthToken) => true,
            (Scope::AuthOnly, Permission::CreateUser) => {
                self.auth_key_scope != AuthKeyScope::Tokens
            }
            (Scope::AuthOnly, Permission::UpdateUser) => self.auth_key_scope == AuthKeyScope::All,
            (Scope::AuthOnly, Permission::Everything) => false,
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
                auth_key_scope: emulator.settings.auth_key_scope,
                shown: key,
            }),
            None => Err(ApiError::UnknownKey(key)),
        }
    }
}

/// A caller with an auth token that is not looked up yet.
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
            Some(token) if secret::is_token(&token) => Ok(Session { app, token }),
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
        emulator.store.session(&self.app.id, &self.token).await
    }
}

/// A caller who reads users: with a full-access key or as a signed-in user.
pub struct UserReader {
    pub app: Arc<App>,
    /// The user for whom `hasBlockedMe` and the like are computed.
    pub viewer: Option<String>,
    /// Whether the caller is that user, and no key.
    signed_in: bool,
}

impl UserReader {
    /// A user as this caller sees it, but for how the two stand to each other.
    pub fn record(&self, user: User) -> Result<Record, ApiError> {
        let mut record = response::record(user)?;
        if self.signed_in && self.viewer.as_ref() != Some(&record.uid) {
            response::hide_private(&mut record)?;
        }
        Ok(record)
    }

    /// Adds to users how they stand to this caller.
    pub async fn relate(
        &self,
        emulator: &Emulator,
        records: &mut [Record],
    ) -> Result<(), ApiError> {
        let viewer = self.viewer.as_deref();
        response::relate(records, &*emulator.store, &self.app.id, viewer).await
    }
}

impl FromRequestParts<Emulator> for UserReader {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        emulator: &Emulator,
    ) -> Result<Self, Self::Rejection> {
        let has_key = text(&parts.headers, API_KEY).is_some();
        if !has_key && text(&parts.headers, AUTH_TOKEN).is_some() {
            let session = Session::from_request_parts(parts, emulator).await?;
            let user = session.user(emulator).await?;
            return Ok(UserReader {
                app: session.app,
                viewer: Some(user.uid),
                signed_in: true,
            });
        }
        let key = Key::from_request_parts(parts, emulator).await?;
        let app = key.require(Permission::Everything)?;
        let viewer = match text(&parts.headers, ON_BEHALF_OF) {
            None => None,
            Some(uid) => {
                let uid = Uid::from_text(&uid);
                Some(uid.user(&*emulator.store, &app.id).await?.uid)
            }
        };
        Ok(UserReader {
            app,
            viewer,
            signed_in: false,
        })
    }
}
