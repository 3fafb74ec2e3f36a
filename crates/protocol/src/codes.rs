//! Error codes: those that a reply of the service carries, and those that a client gives before or
//! without a reply. The package's typings are made from the lists.

macro_rules! codes {
    ($($(#[$note:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$note])* pub const $name: &str = $code;)*

        /// All of these codes.
        pub const ALL: &[&str] = &[$($name,)*];
    };
}

/// Codes in the service's replies, from its error guide and its public tests.
pub mod server {
    codes! {
        BAD_REQUEST = "ERR_BAD_REQUEST";
        UID_ALREADY_EXISTS = "ERR_UID_ALREADY_EXISTS";
        UID_NOT_FOUND = "ERR_UID_NOT_FOUND";
        API_NOT_FOUND = "ERR_API_NOT_FOUND";
        INVALID_API_VERSION = "ERR_INVALID_API_VERSION";
        OPERATION_FAILED = "ERR_OPERATION_FAILED";
        TOO_MANY_REQUESTS = "ERR_TOO_MANY_REQUESTS";
        ROLE_NOT_FOUND = "ERR_ROLE_NOT_FOUND";
        ROLE_ALREADY_EXISTS = "ERR_ROLE_ALREADY_EXISTS";
        /// The app cannot do without the role.
        ROLE_DELETE_DENIED = "ERR_ROLE_DELETE_DENIED";
        /// An entry of an import is no user, or its uid is not that of its key.
        IMPORT_INVALID_USER_FORMAT = "ERR_IMPORT_INVALID_USER_FORMAT";
        /// An auth token in the path is unknown.
        AUTH_TOKEN_NOT_FOUND = "ERR_AUTH_TOKEN_NOT_FOUND";
        /// The auth token that a session presents is unknown: the session is over.
        AUTH_AUTH_TOKEN_NOT_FOUND = "AUTH_ERR_AUTH_TOKEN_NOT_FOUND";
        AUTH_APIKEY_NOT_FOUND = "AUTH_ERR_APIKEY_NOT_FOUND";
        AUTH_NO_ACCESS = "AUTH_ERR_NO_ACCESS";
        AUTH_EMPTY_APIKEY = "AUTH_ERR_EMPTY_APIKEY";
        AUTH_EMPTY_APPID = "AUTH_ERR_EMPTY_APPID";
        AUTH_INVALID_APPID = "AUTH_ERR_INVALID_APPID";
        AUTH_EMPTY_AUTH_TOKEN = "AUTH_ERR_EMPTY_AUTH_TOKEN";
        // From here on: named by the error guide, for what an emulator has no occasion to say.
        UID_DELETE_FAILED = "ERR_UID_DELETE_FAILED";
        /// The auth token belongs to another device.
        AUTHTOKEN_UNAVAILABLE = "ERR_AUTHTOKEN_UNAVAILABLE";
        /// The auth token belongs to another user.
        AUTHTOKEN_NOT_ACCESSIBLE = "ERR_AUTHTOKEN_NOT_ACCESSIBLE";
        SUBSCRIPTION_EXPIRED = "ERR_SUBSCRIPTION_EXPIRED";
        PLAN_QUOTA_RESTRICTION = "ERR_PLAN_QUOTA_RESTRICTION";
        MISSION_FAILED = "ERR_MISSION_FAILED";
    }
}

/// Codes that a client gives. The first group is the service's own, documented for its SDKs; the
/// second is ours, for what those SDKs leave without a code.
pub mod client {
    codes! {
        INITIALIZATION_NOT_DONE = "COMETCHAT_INITIALIZATION_NOT_DONE";
        MISSING_PARAMETERS = "MISSING_PARAMETERS";
        INVALID_AUTH_KEY = "INVALID_AUTH_KEY";
        INVALID_AUTH_TOKEN = "INVALID_AUTH_TOKEN";
        UID_IS_COMPULSORY = "UID_IS_COMPULSORY";
        INVALID_UID = "INVALID_UID";
        USER_NAME_IS_COMPULSORY = "USER_NAME_IS_COMPULSORY";
        INVALID_USER_NAME = "INVALID_USER_NAME";
        INVALID_USER_AVATAR = "INVALID_USER_AVATAR";
        INVALID_USER_LINK = "INVALID_USER_LINK";
        INVALID_USER_ROLE = "INVALID_USER_ROLE";
        INVALID_USER_STATUS_MESSAGE = "INVALID_USER_STATUS_MESSAGE";
        INVALID_USER_METADATA = "INVALID_USER_METADATA";
        INVALID_USER_TAGS = "INVALID_USER_TAGS";
        USER_NOT_LOGGED_IN = "USER_NOT_LOGGED_IN";
        LOGIN_IN_PROGRESS = "LOGIN_IN_PROGRESS";
        FAILED_TO_FETCH = "FAILED_TO_FETCH";

        /// A REST API key in a page, where every visitor can read it.
        REST_API_KEY_IN_PAGE = "REST_API_KEY_IN_PAGE";
        BODY_SIZE_EXCEEDED = "ERROR_BODY_SIZE_EXCEEDED";
        INVALID_SETTINGS = "INVALID_SETTINGS";
        INVALID_OPTIONS = "INVALID_OPTIONS";
        REQUEST_TIMEOUT = "REQUEST_TIMEOUT";
        REQUEST_ABORTED = "REQUEST_ABORTED";
        INVALID_RESPONSE = "INVALID_RESPONSE";
        /// From the package's JavaScript: without the module there is no Rust that could tell.
        WASM_UNAVAILABLE = "WASM_UNAVAILABLE";
        /// From the package's JavaScript, for a bug of ours.
        UNEXPECTED_ERROR = "UNEXPECTED_ERROR";
    }
}
