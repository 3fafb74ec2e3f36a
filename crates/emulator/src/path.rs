//! Extractors for what a path names. In its messages, the service shows a uid as the path had it,
//! in lower case but still percent-encoded, so both forms are kept.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cometchat_protocol::validate::uid_rule;
use percent_encoding::percent_decode_str;

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::secret;
use crate::store::Store;
use crate::store::user::User;

/// The uid after `/users/`.
#[derive(Debug, Clone)]
pub struct Uid {
    sent: String,
    /// `None` if it is not a valid uid.
    value: Option<String>,
}

impl Uid {
    /// A uid from elsewhere than the path.
    pub fn from_text(text: &str) -> Self {
        Uid {
            sent: text.to_lowercase(),
            value: possible(text),
        }
    }

    /// The uid to look up.
    ///
    /// # Errors
    /// [`ApiError::UidNotFound`] if it is not a valid uid.
    pub fn value(&self) -> Result<&str, ApiError> {
        self.value.as_deref().ok_or_else(|| self.not_found())
    }

    pub fn not_found(&self) -> ApiError {
        ApiError::UidNotFound(self.sent.clone())
    }

    /// The active user with this uid.
    ///
    /// # Errors
    /// [`ApiError::UidNotFound`].
    pub async fn user(&self, store: &dyn Store, app_id: &str) -> Result<User, ApiError> {
        let found = store.user(app_id, self.value()?).await;
        found.map_err(|error| self.as_sent(error))
    }

    /// An error of the store, which shows the uid as it was sent.
    pub fn as_sent(&self, error: ApiError) -> ApiError {
        match error {
            ApiError::UidNotFound(_) => self.not_found(),
            other => other,
        }
    }
}

/// A uid as it is stored, if it is valid.
pub fn possible(text: &str) -> Option<String> {
    uid_rule(text).is_none().then(|| text.to_ascii_lowercase())
}

impl FromRequestParts<Emulator> for Uid {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Emulator) -> Result<Self, Self::Rejection> {
        let raw = segment_after(parts.uri.path(), "users");
        Ok(Uid {
            sent: raw.to_lowercase(),
            value: possible(&percent_decode_str(raw).decode_utf8_lossy()),
        })
    }
}

/// The auth token after `/auth_tokens/`, decoded.
#[derive(Debug, Clone)]
pub struct PathToken(pub String);

impl FromRequestParts<Emulator> for PathToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Emulator) -> Result<Self, Self::Rejection> {
        let raw = segment_after(parts.uri.path(), "auth_tokens");
        let token = percent_decode_str(raw).decode_utf8_lossy().into_owned();
        if secret::is_token(&token) {
            Ok(PathToken(token))
        } else {
            Err(ApiError::TokenNotFound(token))
        }
    }
}

/// The role after `/roles/`, in lower case.
#[derive(Debug, Clone)]
pub struct PathRole(pub String);

impl FromRequestParts<Emulator> for PathRole {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Emulator) -> Result<Self, Self::Rejection> {
        let raw = segment_after(parts.uri.path(), "roles");
        match possible(&percent_decode_str(raw).decode_utf8_lossy()) {
            Some(role) => Ok(PathRole(role)),
            None => Err(ApiError::RoleNotFound(raw.to_lowercase())),
        }
    }
}

/// The segment after the one with this name.
pub fn segment_after<'p>(path: &'p str, name: &str) -> &'p str {
    let mut segments = path.split('/');
    segments.find(|segment| *segment == name);
    segments.next().unwrap_or_default()
}
