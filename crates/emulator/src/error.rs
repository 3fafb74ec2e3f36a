//! All that can go wrong with a request, and the reply for it: HTTP status, code and message as
//! the service gives them.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cometchat_protocol::codes::server as codes;
use cometchat_protocol::envelope::{ErrorBody, Failure};
use cometchat_protocol::limits;

use crate::secret;

/// Field to what is wrong with it.
pub type Details = BTreeMap<String, Vec<String>>;

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub enum ApiError {
    /// Fields of the body or the query break rules.
    Invalid(Details),
    /// The body cannot be read at all; the text says why.
    Malformed(String),
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    UidExists(String),
    /// The uid as it stands in the path.
    UidNotFound(String),
    TokenNotFound(String),
    RoleExists(String),
    RoleNotFound(String),
    RolesFull,
    RoleIsDefault,
    UnknownRoute,
    UnknownVersion(String),
    EmptyAppId,
    UnknownApp(String),
    EmptyKey,
    UnknownKey(String),
    NoAccess(String),
    EmptyAuthToken,
    /// The auth token that a session presents.
    SessionNotFound(String),
    TooMany(RateLimited),
    /// A route of the emulator itself was asked for from a foreign page or by a foreign name.
    Foreign(&'static str),
    NoSuchFault(String),
    Stopping,
    /// The database failed; the cause is in the log only.
    Storage,
    Internal,
}

/// What a client is told when it asks too often.
#[derive(Debug, Clone, Copy)]
pub struct RateLimited {
    pub limit: u32,
    pub retry_after: u64,
    pub reset: i64,
}

/// The code of a failure, for the log and the journal.
#[derive(Debug, Clone, Copy)]
pub struct FailureCode(pub &'static str);

/// The code for a route of the emulator itself that was asked for from outside.
const FOREIGN: &str = "EMULATOR_ERR_FOREIGN_REQUEST";
/// The code for an id of a fault that is not set.
const FAULT_NOT_FOUND: &str = "EMULATOR_ERR_FAULT_NOT_FOUND";
/// The service's general code for its own failures.
const EXCEPTION: &str = "ERR_EXCEPTION";

impl ApiError {
    /// One field that breaks one rule.
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        ApiError::Invalid(BTreeMap::from([(name.into(), vec![message.into()])]))
    }

    fn status(&self) -> StatusCode {
        match self {
            ApiError::Invalid(_)
            | ApiError::Malformed(_)
            | ApiError::UidExists(_)
            | ApiError::RoleExists(_)
            | ApiError::RolesFull
            | ApiError::RoleIsDefault => StatusCode::BAD_REQUEST,
            ApiError::EmptyAppId
            | ApiError::UnknownApp(_)
            | ApiError::EmptyKey
            | ApiError::UnknownKey(_)
            | ApiError::EmptyAuthToken
            | ApiError::SessionNotFound(_) => StatusCode::UNAUTHORIZED,
            ApiError::NoAccess(_) | ApiError::Foreign(_) => StatusCode::FORBIDDEN,
            ApiError::UidNotFound(_)
            | ApiError::TokenNotFound(_)
            | ApiError::RoleNotFound(_)
            | ApiError::UnknownRoute
            | ApiError::UnknownVersion(_)
            | ApiError::NoSuchFault(_) => StatusCode::NOT_FOUND,
            ApiError::TooSlow => StatusCode::REQUEST_TIMEOUT,
            ApiError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            ApiError::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            ApiError::Storage | ApiError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ApiError::Invalid(_)
            | ApiError::Malformed(_)
            | ApiError::TooLarge
            | ApiError::TooSlow
            | ApiError::RolesFull
            | ApiError::RoleIsDefault => codes::BAD_REQUEST,
            ApiError::UidExists(_) => codes::UID_ALREADY_EXISTS,
            ApiError::UidNotFound(_) => codes::UID_NOT_FOUND,
            ApiError::TokenNotFound(_) => codes::AUTH_TOKEN_NOT_FOUND,
            ApiError::RoleExists(_) => codes::ROLE_ALREADY_EXISTS,
            ApiError::RoleNotFound(_) => codes::ROLE_NOT_FOUND,
            ApiError::UnknownRoute => codes::API_NOT_FOUND,
            ApiError::UnknownVersion(_) => codes::INVALID_API_VERSION,
            ApiError::EmptyAppId => codes::AUTH_EMPTY_APPID,
            ApiError::UnknownApp(_) => codes::AUTH_INVALID_APPID,
            ApiError::EmptyKey => codes::AUTH_EMPTY_APIKEY,
            ApiError::UnknownKey(_) => codes::AUTH_APIKEY_NOT_FOUND,
            ApiError::NoAccess(_) => codes::AUTH_NO_ACCESS,
            ApiError::EmptyAuthToken => codes::AUTH_EMPTY_AUTH_TOKEN,
            ApiError::SessionNotFound(_) => codes::AUTH_AUTH_TOKEN_NOT_FOUND,
            ApiError::TooMany(_) => codes::TOO_MANY_REQUESTS,
            ApiError::Foreign(_) => FOREIGN,
            ApiError::NoSuchFault(_) => FAULT_NOT_FOUND,
            ApiError::Stopping | ApiError::Storage => codes::OPERATION_FAILED,
            ApiError::Internal => EXCEPTION,
        }
    }

    /// The message, and the one for developers where the service words it in another way.
    fn messages(&self) -> (String, Option<String>) {
        let message = match self {
            ApiError::Invalid(_) => "Failed to validate the data sent with the request.".to_owned(),
            ApiError::Malformed(why) => why.clone(),
            ApiError::TooLarge => format!(
                "The request body must not be greater than {} bytes.",
                limits::BODY_BYTES
            ),
            ApiError::TooSlow => "The request body did not arrive in time.".to_owned(),
            ApiError::UidExists(uid) => format!(
                "The uid {uid} already exists. Please use another uid or try after permanently \
                 deleting the user."
            ),
            ApiError::UidNotFound(uid) => {
                let made = format!("make sure you have created a user with UID {uid}.");
                return (
                    format!("The UID {uid} does not exist, please {made}"),
                    Some(format!("The UID {uid} does not exist, so please {made}")),
                );
            }
            ApiError::TokenNotFound(token) => {
                format!("The auth token {} does not exist.", secret::masked(token))
            }
            ApiError::RoleExists(role) => format!("The role {role} already exists."),
            ApiError::RoleNotFound(role) => format!("The role {role} does not exist."),
            ApiError::RolesFull => {
                format!(
                    "An app must not have more than {} roles.",
                    limits::ROLES_PER_APP
                )
            }
            ApiError::RoleIsDefault => "The default role cannot be deleted.".to_owned(),
            ApiError::UnknownRoute => {
                "The API endpoint is invalid. Please verify the API call.".to_owned()
            }
            ApiError::UnknownVersion(version) => {
                format!("The API version {version} is invalid. Please verify the API call.")
            }
            ApiError::EmptyAppId => {
                "The appId is missing. Please provide it in the appId header.".to_owned()
            }
            ApiError::UnknownApp(app) => {
                format!("The appId {app} does not exist. Please use a correct appId.")
            }
            ApiError::EmptyKey => {
                "The apiKey is missing. Please provide it in the apiKey header.".to_owned()
            }
            ApiError::UnknownKey(key) => {
                let key = secret::masked(key);
                return (
                    format!("The key {key} does not exist. Please use correct apiKey."),
                    Some(format!(
                        "The {key} key doesn't work. Please use correct apiKey."
                    )),
                );
            }
            ApiError::NoAccess(key) => format!(
                "The key {} cannot be used to perform this operation. Please use API key with a \
                 correct scope to perform the operation.",
                secret::masked(key)
            ),
            ApiError::EmptyAuthToken => {
                "The auth token is missing. Please provide it in the authToken header.".to_owned()
            }
            ApiError::SessionNotFound(token) => format!(
                "The auth token {token} does not exist. Please make sure you are logged in and \
                 have a valid auth token or try login again."
            ),
            ApiError::TooMany(limited) => format!(
                "Too many requests. Please try again after {} seconds.",
                limited.retry_after
            ),
            ApiError::Foreign(what) => format!(
                "The emulator's own routes answer only on this machine: the {what} header names \
                 another."
            ),
            ApiError::NoSuchFault(id) => format!("There is no fault with the id {id}."),
            ApiError::Stopping => "The emulator is stopping.".to_owned(),
            ApiError::Storage => {
                "The operation failed: the emulator's database did not carry it out; see its log."
                    .to_owned()
            }
            ApiError::Internal => "The emulator failed; see its log.".to_owned(),
        };
        (message, None)
    }
}

impl From<&sqlx::Error> for ApiError {
    fn from(error: &sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed");
        ApiError::Storage
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        ApiError::from(&error)
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "the system has no randomness to give");
        ApiError::Internal
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = (self.status(), self.code());
        let (message, dev_message) = self.messages();
        let limited = match &self {
            ApiError::TooMany(limited) => Some(*limited),
            _ => None,
        };
        let details = match self {
            ApiError::Invalid(details) => Some(details),
            _ => None,
        };
        let body = Failure {
            error: ErrorBody {
                code: code.to_owned(),
                dev_message: Some(dev_message.unwrap_or_else(|| message.clone())),
                message,
                source: Some("chat-api".to_owned()),
                details,
            },
        };
        let mut response = (status, Json(body)).into_response();
        response.extensions_mut().insert(FailureCode(code));
        if let Some(limited) = limited {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(limited.retry_after));
            headers.insert("x-rate-limit", HeaderValue::from(limited.limit));
            headers.insert("x-rate-limit-remaining", HeaderValue::from(0));
            headers.insert("x-rate-limit-reset", HeaderValue::from(limited.reset));
        }
        response
    }
}
