//! A rule: which requests it applies to, how often, and what it does to them.

use serde::{Deserialize, Serialize};

use super::action::{FaultAction, LONGEST_WAIT_MS};
use crate::whole_number::{whole, whole_or_none};

/// A rule as a request sets it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// Which requests it applies to; by default all.
    #[serde(default, rename = "match")]
    pub matches: FaultMatch,
    /// How many matching requests pass before it fires.
    #[serde(default, deserialize_with = "whole")]
    pub skip: u32,
    /// How often it fires; by default without limit.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole_or_none"
    )]
    pub times: Option<u32>,
    /// Whether the request is carried out anyway, so that only the response is affected.
    #[serde(default)]
    pub commit: bool,
    pub action: FaultAction,
}

/// The requests that a rule applies to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultMatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path without the version, such as `/users/*/auth_tokens`; `*` matches any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The user that the request is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Only the n-th matching request, counted from 1: short for `skip: n - 1` and `times: 1`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole_or_none"
    )]
    pub nth: Option<u32>,
}

impl FaultRule {
    /// What is wrong with the rule's values, if anything.
    pub fn flaw(&self) -> Option<String> {
        let method = self.matches.method.as_deref();
        if method.is_some_and(|method| !METHODS.contains(&method)) {
            return Some(format!(
                "match.method has to be one of {}",
                METHODS.join(", ")
            ));
        }
        if self.matches.nth == Some(0) {
            return Some("match.nth counts from 1".to_owned());
        }
        let status = match &self.action {
            FaultAction::Error { status, .. }
            | FaultAction::InvalidJson { status }
            | FaultAction::Html { status }
            | FaultAction::Empty { status }
            | FaultAction::Reply { status, .. } => *status,
            _ => 200,
        };
        if !(200..=599).contains(&status) {
            return Some("action.status has to be between 200 and 599".to_owned());
        }
        match &self.action {
            FaultAction::Reply { content_type, .. }
                if !content_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) =>
            {
                Some("action.contentType is no value for a header".to_owned())
            }
            FaultAction::Delay { ms } if *ms > LONGEST_WAIT_MS => {
                Some(format!("action.ms has to be at most {LONGEST_WAIT_MS}"))
            }
            _ => None,
        }
    }

    pub fn fires(&self, seen: u32, fired: u32) -> bool {
        let (skip, times) = match self.matches.nth {
            Some(nth) => (nth - 1, Some(1)),
            None => (self.skip, self.times),
        };
        seen > skip && times.is_none_or(|times| fired < times)
    }
}

/// The methods of the service's routes.
pub const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// The part of a request that rules look at.
#[derive(Debug)]
pub struct RequestFacts<'r> {
    pub method: &'r str,
    /// Without the version.
    pub path: &'r str,
    pub uid: Option<&'r str>,
    pub app_id: Option<&'r str>,
}

impl FaultMatch {
    pub fn fits(&self, request: &RequestFacts) -> bool {
        let same = |wanted: &Option<String>, given: Option<&str>| match wanted {
            Some(wanted) => given.is_some_and(|given| given.eq_ignore_ascii_case(wanted)),
            None => true,
        };
        same(&self.method, Some(request.method))
            && same(&self.uid, request.uid)
            && same(&self.app_id, request.app_id)
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| fits(below_version(pattern), request.path))
    }
}

/// A path without its version, if it has one.
pub fn below_version(path: &str) -> &str {
    path.strip_prefix("/v3.0")
        .or_else(|| path.strip_prefix("/v3"))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

/// Whether a text matches a pattern in which `*` matches any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("/users", "/users"),
            ("*", "/users/a"),
            ("/users/*", "/users/a/auth_tokens"),
            ("/users/*/auth_tokens", "/users/a/auth_tokens"),
            ("*/auth_tokens*", "/users/a/auth_tokens/b"),
        ] {
            assert!(fits(pattern, text), "{pattern} fits {text}");
        }
        for (pattern, text) in [
            ("/users", "/users/a"),
            ("/users/*/auth_tokens", "/users/a"),
            ("/me", "/users/me"),
            ("ab*ba", "aba"),
        ] {
            assert!(!fits(pattern, text), "{pattern} does not fit {text}");
        }
    }
}
