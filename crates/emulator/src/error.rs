//! Every error that a request can end in, and its response: HTTP status, code and message as the
//! service has them.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cometchat_protocol::codes::server as codes;
use cometchat_protocol::envelope::{ErrorBody, Failure};
use cometchat_protocol::limits;

use crate::secret;

/// Messages by the path of the field that they are about.
pub type Details = BTreeMap<String, Vec<String>>;

/// Why a request fails.
#[derive(Debug, Clone)]
pub enum ApiError {
    /// Fields of the body or the query break rules.
    Invalid(Details),
    /// The body cannot be read; the text says why.
    Malformed(String),
    /// The body has more bytes than this.
    TooLarge(usize),
    /// The body did not arrive in time.
    TooSlow,
    UidExists(String),
    /// The entry of an import under this key is no user, or another one.
    NoUserToImport(String),
    /// The uid as the path has it.
    UidNotFound(String),
    TokenNotFound(String),
    /// A user is to block itself.
    SelfBlocked(String),
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
    /// The auth token of the session.
    SessionNotFound(String),
    TooMany(RateLimited),
    /// One of the emulator's own routes, requested from a foreign page or under a foreign host
    /// name; the text names the header.
    Foreign(&'static str),
    NoSuchFault(String),
    Stopping,
    /// The database failed; the cause is in the log only.
    Storage(Fate),
    /// The database failed while it committed the change: nobody knows whether it did.
    CommitUnknown,
    /// Another program deleted, replaced or damaged the database file; the text says which.
    FileChanged(&'static str),
    Internal,
}

/// What became of a change that failed, were it committed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Undone,
    Unknown,
}

/// The headers of a response to a client that sends too many requests.
#[derive(Debug, Clone, Copy)]
pub struct RateLimited {
    pub limit: u32,
    pub retry_after: u64,
    pub reset: i64,
}

/// The code of a failure, for the log and the journal.
#[derive(Debug, Clone, Copy)]
pub struct FailureCode(pub &'static str);

/// The code for a foreign request to one of the emulator's own routes.
const FOREIGN: &str = "EMULATOR_ERR_FOREIGN_REQUEST";
/// The code for a fault that does not exist.
const FAULT_NOT_FOUND: &str = "EMULATOR_ERR_FAULT_NOT_FOUND";
/// The service's code, from its reference of blocked users; no client reads it.
const CANNOT_BLOCK_SELF: &str = "ERR_CANNOT_BLOCK_SELF";
/// The service's general code for its own failures.
const EXCEPTION: &str = "ERR_EXCEPTION";

impl ApiError {
    /// An error for one field that breaks one rule.
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        ApiError::Invalid(BTreeMap::from([(name.into(), vec![message.into()])]))
    }

    /// What a failure means for a change that was its own commit.
    pub fn committing(self) -> Self {
        match self {
            ApiError::Storage(Fate::Unknown) => ApiError::CommitUnknown,
            other => other,
        }
    }

    /// The table of errors, one row each, in the service's words.
    fn row(&self) -> Row {
        use ApiError as E;
        use StatusCode as S;
        match self {
            E::Invalid(_) => row(
                S::BAD_REQUEST,
                codes::BAD_REQUEST,
                "Failed to validate the data sent with the request.",
            ),
            E::Malformed(why) => row(S::BAD_REQUEST, codes::BAD_REQUEST, why),
            E::TooLarge(most) => row(
                S::PAYLOAD_TOO_LARGE,
                codes::BAD_REQUEST,
                format!("The request body must not be greater than {most} bytes."),
            ),
            E::TooSlow => row(
                S::REQUEST_TIMEOUT,
                codes::BAD_REQUEST,
                "The request body did not arrive in time.",
            ),
            E::UidExists(uid) => row(
                S::BAD_REQUEST,
                codes::UID_ALREADY_EXISTS,
                format!(
                    "The uid {uid} already exists. Please use another uid or try after permanently \
                     deleting the user."
                ),
            ),
            E::NoUserToImport(key) => row(
                S::BAD_REQUEST,
                codes::IMPORT_INVALID_USER_FORMAT,
                format!("The entry {key} must be a user with the uid {key}."),
            ),
            E::UidNotFound(uid) => {
                let made = format!("make sure you have created a user with UID {uid}.");
                row(
                    S::NOT_FOUND,
                    codes::UID_NOT_FOUND,
                    format!("The UID {uid} does not exist, please {made}"),
                )
                .for_developers(format!("The UID {uid} does not exist, so please {made}"))
            }
            E::TokenNotFound(token) => row(
                S::NOT_FOUND,
                codes::AUTH_TOKEN_NOT_FOUND,
                format!("The auth token {} does not exist.", secret::masked(token)),
            ),
            E::SelfBlocked(uid) => row(
                S::BAD_REQUEST,
                CANNOT_BLOCK_SELF,
                format!("The user with UID {uid} cannot block itself."),
            ),
            E::RoleExists(role) => row(
                S::BAD_REQUEST,
                codes::ROLE_ALREADY_EXISTS,
                format!("The role {role} already exists."),
            ),
            E::RoleNotFound(role) => row(
                S::NOT_FOUND,
                codes::ROLE_NOT_FOUND,
                format!("The role {role} does not exist."),
            ),
            E::RolesFull => row(
                S::BAD_REQUEST,
                codes::BAD_REQUEST,
                format!(
                    "An app must not have more than {} roles.",
                    limits::ROLES_PER_APP
                ),
            ),
            E::RoleIsDefault => row(
                S::BAD_REQUEST,
                codes::ROLE_DELETE_DENIED,
                "The default role cannot be deleted.",
            ),
            E::UnknownRoute => row(
                S::NOT_FOUND,
                codes::API_NOT_FOUND,
                "The API endpoint is invalid. Please verify the API call.",
            ),
            E::UnknownVersion(version) => row(
                S::NOT_FOUND,
                codes::INVALID_API_VERSION,
                format!("The API version {version} is invalid. Please verify the API call."),
            ),
            E::EmptyAppId => row(
                S::UNAUTHORIZED,
                codes::AUTH_EMPTY_APPID,
                "The appId is missing. Please provide it in the appId header.",
            ),
            E::UnknownApp(app) => row(
                S::UNAUTHORIZED,
                codes::AUTH_INVALID_APPID,
                format!("The appId {app} does not exist. Please use a correct appId."),
            ),
            E::EmptyKey => row(
                S::UNAUTHORIZED,
                codes::AUTH_EMPTY_APIKEY,
                "The apiKey is missing. Please provide it in the apiKey header.",
            ),
            E::UnknownKey(key) => {
                let key = secret::masked(key);
                row(
                    S::UNAUTHORIZED,
                    codes::AUTH_APIKEY_NOT_FOUND,
                    format!("The key {key} does not exist. Please use correct apiKey."),
                )
                .for_developers(format!(
                    "The {key} key doesn't work. Please use correct apiKey."
                ))
            }
            E::NoAccess(key) => row(
                S::FORBIDDEN,
                codes::AUTH_NO_ACCESS,
                format!(
                    "The key {} cannot be used to perform this operation. Please use API key with \
                     a correct scope to perform the operation.",
                    secret::masked(key)
                ),
            ),
            E::EmptyAuthToken => row(
                S::UNAUTHORIZED,
                codes::AUTH_EMPTY_AUTH_TOKEN,
                "The auth token is missing. Please provide it in the authToken header.",
            ),
            E::SessionNotFound(token) => row(
                S::UNAUTHORIZED,
                codes::AUTH_AUTH_TOKEN_NOT_FOUND,
                format!(
                    "The auth token {token} does not exist. Please make sure you are logged in and \
                     have a valid auth token or try login again."
                ),
            ),
            E::TooMany(limited) => row(
                S::TOO_MANY_REQUESTS,
                codes::TOO_MANY_REQUESTS,
                format!(
                    "Too many requests. Please try again after {} seconds.",
                    limited.retry_after
                ),
            ),
            E::Foreign(header) => row(
                S::FORBIDDEN,
                FOREIGN,
                format!(
                    "The emulator's own routes answer only on this machine: the {header} header \
                     names another."
                ),
            ),
            E::NoSuchFault(id) => row(
                S::NOT_FOUND,
                FAULT_NOT_FOUND,
                format!("There is no fault with the id {id}."),
            ),
            E::Stopping => row(
                S::SERVICE_UNAVAILABLE,
                codes::OPERATION_FAILED,
                "The emulator is stopping.",
            ),
            E::Storage(_) => row(
                S::INTERNAL_SERVER_ERROR,
                codes::OPERATION_FAILED,
                "The operation failed: the emulator's database did not carry it out; see its log.",
            ),
            E::CommitUnknown => row(
                S::INTERNAL_SERVER_ERROR,
                codes::OPERATION_FAILED,
                "The outcome is unknown: the emulator's database failed during the commit. Check \
                 whether the change is there before you repeat it; see the emulator's log.",
            ),
            E::FileChanged(what) => row(
                S::INTERNAL_SERVER_ERROR,
                codes::OPERATION_FAILED,
                format!(
                    "The emulator's database file was {what} while it was in use, so changes are \
                     no longer saved. Stop the emulator, restore the file, and start it again."
                ),
            ),
            E::Internal => row(
                S::INTERNAL_SERVER_ERROR,
                EXCEPTION,
                "The emulator failed; see its log.",
            ),
        }
    }
}

/// The response to an error.
struct Row {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// The message for developers, where the service has another one.
    dev_message: Option<String>,
}

fn row(status: StatusCode, code: &'static str, message: impl Into<String>) -> Row {
    Row {
        status,
        code,
        message: message.into(),
        dev_message: None,
    }
}

impl Row {
    fn for_developers(mut self, message: String) -> Self {
        self.dev_message = Some(message);
        self
    }

    fn body(self) -> ErrorBody {
        let message = self.message;
        ErrorBody {
            code: self.code.to_owned(),
            dev_message: Some(self.dev_message.unwrap_or_else(|| message.clone())),
            message,
            source: Some("chat-api".to_owned()),
            details: None,
        }
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "the system has no randomness to give");
        ApiError::Internal
    }
}

impl ApiError {
    /// The error as a body tells it, and its HTTP status.
    fn told(self) -> (StatusCode, &'static str, ErrorBody) {
        let row = self.row();
        let (status, code) = (row.status, row.code);
        let details = match self {
            ApiError::Invalid(details) => Some(details),
            _ => None,
        };
        let body = ErrorBody {
            details,
            ..row.body()
        };
        (status, code, body)
    }

    /// The error as a part of a successful response.
    pub fn into_body(self) -> ErrorBody {
        self.told().2
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let limited = match &self {
            ApiError::TooMany(limited) => Some(*limited),
            _ => None,
        };
        let (status, code, error) = self.told();
        let mut response = (status, Json(Failure { error })).into_response();
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
