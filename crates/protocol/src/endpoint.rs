//! Where each operation goes: the host, the HTTP method and the path below the API's version.

use std::borrow::Cow;

#[cfg(feature = "server")]
use crate::admin::{AdminEndpoint, Tier};
use crate::http::{Method, user_path};

/// Which of an app's two hosts answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `https://{appId}.api-{region}.cometchat.io`: opened by a key (header `apiKey`).
    Admin,
    /// `https://{appId}.apiclient-{region}.cometchat.io`: opened by a session (header `authToken`).
    Client,
}

/// An operation of the API that a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    CreateUser,
    UpdateUser {
        uid: &'a str,
    },
    GetUser {
        uid: &'a str,
    },
    CreateAuthToken {
        uid: &'a str,
    },
    /// Starts a session when the body describes a device, else updates the signed-in user.
    PutMe,
    /// Ends the session.
    DeleteMe,
    /// What only a server asks for.
    #[cfg(feature = "server")]
    Admin(AdminEndpoint<'a>),
}

/// The version in the path; the service answers under `v3` as well.
pub const API_VERSION: &str = "v3.0";

impl Endpoint<'_> {
    pub const fn host(self) -> Host {
        match self {
            Endpoint::CreateUser
            | Endpoint::UpdateUser { .. }
            | Endpoint::CreateAuthToken { .. } => Host::Admin,
            Endpoint::GetUser { .. } | Endpoint::PutMe | Endpoint::DeleteMe => Host::Client,
            #[cfg(feature = "server")]
            Endpoint::Admin(_) => Host::Admin,
        }
    }

    pub const fn method(self) -> Method {
        match self {
            Endpoint::CreateUser | Endpoint::CreateAuthToken { .. } => Method::Post,
            Endpoint::UpdateUser { .. } | Endpoint::PutMe => Method::Put,
            Endpoint::GetUser { .. } => Method::Get,
            Endpoint::DeleteMe => Method::Delete,
            #[cfg(feature = "server")]
            Endpoint::Admin(endpoint) => endpoint.method(),
        }
    }

    /// The path below the version, with a leading `/` and the uid percent-encoded.
    pub fn path(self) -> Cow<'static, str> {
        match self {
            Endpoint::CreateUser => "/users".into(),
            Endpoint::UpdateUser { uid } | Endpoint::GetUser { uid } => user_path(uid, "").into(),
            Endpoint::CreateAuthToken { uid } => user_path(uid, "/auth_tokens").into(),
            Endpoint::PutMe | Endpoint::DeleteMe => "/me".into(),
            #[cfg(feature = "server")]
            Endpoint::Admin(endpoint) => endpoint.path(),
        }
    }

    /// Which of the service's limits it counts in.
    #[cfg(feature = "server")]
    pub const fn tier(self) -> Tier {
        match self {
            Endpoint::CreateUser | Endpoint::PutMe => Tier::Core,
            Endpoint::Admin(endpoint) => endpoint.tier(),
            _ => Tier::Standard,
        }
    }
}
