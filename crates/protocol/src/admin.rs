//! The operations of the REST API that only a server asks for: they need the REST API key. Behind the
//! feature `server`, so that a page's module does not hold their paths.

use std::borrow::Cow;

use crate::http::{Method, push_segment, user_path};

/// An operation on users with the REST API key. A `query` is empty, or begins with `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminEndpoint<'a> {
    GetUser { uid: &'a str },
    DeleteUser { uid: &'a str },
    ListUsers { query: &'a str },
    DeactivateUsers,
    ReactivateUsers,
    ImportUsers,
    ListAuthTokens { uid: &'a str },
    DeleteAuthToken { uid: &'a str, auth_token: &'a str },
    DeleteAuthTokens { uid: &'a str },
    BlockUsers { uid: &'a str },
    UnblockUsers { uid: &'a str },
    ListBlockedUsers { uid: &'a str, query: &'a str },
}

/// Which of the service's limits a request counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Creating and deleting users, and starting sessions.
    Core,
    Standard,
    /// Importing has a limit of its own.
    Import,
}

impl AdminEndpoint<'_> {
    pub const fn method(self) -> Method {
        match self {
            AdminEndpoint::GetUser { .. }
            | AdminEndpoint::ListUsers { .. }
            | AdminEndpoint::ListAuthTokens { .. }
            | AdminEndpoint::ListBlockedUsers { .. } => Method::Get,
            AdminEndpoint::ImportUsers | AdminEndpoint::BlockUsers { .. } => Method::Post,
            AdminEndpoint::ReactivateUsers => Method::Put,
            AdminEndpoint::DeleteUser { .. }
            | AdminEndpoint::DeactivateUsers
            | AdminEndpoint::DeleteAuthToken { .. }
            | AdminEndpoint::DeleteAuthTokens { .. }
            | AdminEndpoint::UnblockUsers { .. } => Method::Delete,
        }
    }

    /// The path below the version, and the query.
    pub fn path(self) -> Cow<'static, str> {
        match self {
            AdminEndpoint::GetUser { uid } | AdminEndpoint::DeleteUser { uid } => {
                user_path(uid, "")
            }
            AdminEndpoint::ListUsers { query } => ["/users", query].concat(),
            AdminEndpoint::DeactivateUsers | AdminEndpoint::ReactivateUsers => {
                return "/users".into();
            }
            AdminEndpoint::ImportUsers => return "/data_import/users".into(),
            AdminEndpoint::ListAuthTokens { uid } | AdminEndpoint::DeleteAuthTokens { uid } => {
                user_path(uid, "/auth_tokens")
            }
            AdminEndpoint::DeleteAuthToken { uid, auth_token } => {
                let mut path = user_path(uid, "/auth_tokens/");
                push_segment(&mut path, auth_token);
                path
            }
            AdminEndpoint::BlockUsers { uid } | AdminEndpoint::UnblockUsers { uid } => {
                user_path(uid, "/blockedusers")
            }
            AdminEndpoint::ListBlockedUsers { uid, query } => {
                user_path(uid, "/blockedusers") + query
            }
        }
        .into()
    }

    pub const fn tier(self) -> Tier {
        match self {
            AdminEndpoint::DeleteUser { .. } | AdminEndpoint::DeactivateUsers => Tier::Core,
            AdminEndpoint::ImportUsers => Tier::Import,
            _ => Tier::Standard,
        }
    }
}

/// The query of a URL: `?name=value&…`, percent-encoded; empty where nothing was added.
#[derive(Debug, Default)]
pub struct Query(String);

impl Query {
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self.0.push('=');
        push_segment(&mut self.0, value);
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
