//! Where each operation goes: the host, the HTTP method and the path below the API's version.

use std::borrow::Cow;

/// Which of an app's two hosts answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `https://{appId}.api-{region}.cometchat.io`: opened by a key (header `apiKey`).
    Admin,
    /// `https://{appId}.apiclient-{region}.cometchat.io`: opened by a session (header `authToken`).
    Client,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
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
        }
    }

    pub const fn method(self) -> Method {
        match self {
            Endpoint::CreateUser | Endpoint::CreateAuthToken { .. } => Method::Post,
            Endpoint::UpdateUser { .. } | Endpoint::PutMe => Method::Put,
            Endpoint::GetUser { .. } => Method::Get,
            Endpoint::DeleteMe => Method::Delete,
        }
    }

    /// The path below the version, with a leading `/` and the uid percent-encoded.
    pub fn path(self) -> Cow<'static, str> {
        match self {
            Endpoint::CreateUser => "/users".into(),
            Endpoint::UpdateUser { uid } | Endpoint::GetUser { uid } => user_path(uid, "").into(),
            Endpoint::CreateAuthToken { uid } => user_path(uid, "/auth_tokens").into(),
            Endpoint::PutMe | Endpoint::DeleteMe => "/me".into(),
        }
    }
}

fn user_path(uid: &str, rest: &str) -> String {
    let mut path = String::from("/users/");
    push_segment(&mut path, uid);
    path.push_str(rest);
    path
}

/// Appends one path segment: RFC 3986's unreserved characters stand for themselves, every other
/// byte is percent-encoded. A dot is encoded too, so that no segment can be read as `.` or `..`.
fn push_segment(path: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            path.push(byte as char);
        } else {
            path.push('%');
            path.push(hex_digit(byte >> 4));
            path.push(hex_digit(byte & 15));
        }
    }
}

/// A number below 16 as an upper-case digit.
const fn hex_digit(number: u8) -> char {
    let zero = if number < 10 { b'0' } else { b'A' - 10 };
    (zero + number) as char
}
