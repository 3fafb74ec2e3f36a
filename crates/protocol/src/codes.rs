//! Error codes: those that a reply of the service carries, and those that a client gives before or
//! without a reply.

/// Codes in the service's replies, from its error guide and its public tests.
pub mod server {
    pub const BAD_REQUEST: &str = "ERR_BAD_REQUEST";
    pub const UID_ALREADY_EXISTS: &str = "ERR_UID_ALREADY_EXISTS";
    pub const UID_NOT_FOUND: &str = "ERR_UID_NOT_FOUND";
    pub const API_NOT_FOUND: &str = "ERR_API_NOT_FOUND";
    pub const INVALID_API_VERSION: &str = "ERR_INVALID_API_VERSION";
    pub const OPERATION_FAILED: &str = "ERR_OPERATION_FAILED";
    pub const TOO_MANY_REQUESTS: &str = "ERR_TOO_MANY_REQUESTS";
    pub const ROLE_NOT_FOUND: &str = "ERR_ROLE_NOT_FOUND";
    pub const ROLE_ALREADY_EXISTS: &str = "ERR_ROLE_ALREADY_EXISTS";
    /// An auth token in the path is unknown.
    pub const AUTH_TOKEN_NOT_FOUND: &str = "ERR_AUTH_TOKEN_NOT_FOUND";
    /// The auth token that a session presents is unknown: the session is over.
    pub const AUTH_AUTH_TOKEN_NOT_FOUND: &str = "AUTH_ERR_AUTH_TOKEN_NOT_FOUND";
    pub const AUTH_APIKEY_NOT_FOUND: &str = "AUTH_ERR_APIKEY_NOT_FOUND";
    pub const AUTH_NO_ACCESS: &str = "AUTH_ERR_NO_ACCESS";
    pub const AUTH_EMPTY_APIKEY: &str = "AUTH_ERR_EMPTY_APIKEY";
    pub const AUTH_EMPTY_APPID: &str = "AUTH_ERR_EMPTY_APPID";
    pub const AUTH_INVALID_APPID: &str = "AUTH_ERR_INVALID_APPID";
    pub const AUTH_EMPTY_AUTH_TOKEN: &str = "AUTH_ERR_EMPTY_AUTH_TOKEN";
}

/// Codes that a client gives. The first group is the service's own, documented for its SDKs; the
/// second is ours, for what those SDKs leave without a code.
pub mod client {
    pub const INITIALIZATION_NOT_DONE: &str = "COMETCHAT_INITIALIZATION_NOT_DONE";
    pub const MISSING_PARAMETERS: &str = "MISSING_PARAMETERS";
    pub const INVALID_AUTH_KEY: &str = "INVALID_AUTH_KEY";
    pub const INVALID_AUTH_TOKEN: &str = "INVALID_AUTH_TOKEN";
    pub const UID_IS_COMPULSORY: &str = "UID_IS_COMPULSORY";
    pub const INVALID_UID: &str = "INVALID_UID";
    pub const USER_NAME_IS_COMPULSORY: &str = "USER_NAME_IS_COMPULSORY";
    pub const INVALID_USER_NAME: &str = "INVALID_USER_NAME";
    pub const INVALID_USER_AVATAR: &str = "INVALID_USER_AVATAR";
    pub const INVALID_USER_LINK: &str = "INVALID_USER_LINK";
    pub const INVALID_USER_ROLE: &str = "INVALID_USER_ROLE";
    pub const INVALID_USER_STATUS_MESSAGE: &str = "INVALID_USER_STATUS_MESSAGE";
    pub const INVALID_USER_METADATA: &str = "INVALID_USER_METADATA";
    pub const INVALID_USER_TAGS: &str = "INVALID_USER_TAGS";
    pub const USER_NOT_LOGGED_IN: &str = "USER_NOT_LOGGED_IN";
    pub const LOGIN_IN_PROGRESS: &str = "LOGIN_IN_PROGRESS";
    pub const FAILED_TO_FETCH: &str = "FAILED_TO_FETCH";

    pub const BODY_SIZE_EXCEEDED: &str = "ERROR_BODY_SIZE_EXCEEDED";
    pub const INVALID_SETTINGS: &str = "INVALID_SETTINGS";
    pub const INVALID_OPTIONS: &str = "INVALID_OPTIONS";
    pub const REQUEST_TIMEOUT: &str = "REQUEST_TIMEOUT";
    pub const REQUEST_ABORTED: &str = "REQUEST_ABORTED";
    pub const INVALID_RESPONSE: &str = "INVALID_RESPONSE";
}
