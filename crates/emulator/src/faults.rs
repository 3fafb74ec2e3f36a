//! Faults: rules by which the emulator answers badly on purpose, so that a client's handling of
//! failures can be tried. They are looked at in order; the first that fires decides.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cometchat_protocol::envelope::{ErrorBody, Failure};
use futures_util::StreamExt;
use futures_util::stream;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::clock;
use crate::error::{ApiError, FailureCode, RateLimited};

/// A rule as it is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Which requests it is for; all of them when nothing is said.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// So many matching calls pass before it fires.
    #[serde(default, deserialize_with = "whole")]
    pub skip: u32,
    /// So many times it fires, then it rests; for ever when nothing is said.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole_or_none"
    )]
    pub times: Option<u32>,
    /// Whether the request takes effect all the same, and only its reply suffers.
    #[serde(default)]
    pub commit: bool,
    pub action: Action,
}

/// What a request must look like for a rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path below the version, such as `/users/*/auth_tokens`; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The user whom the request is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Only the n-th matching call, counted from 1: short for `skip: n - 1` and `times: 1`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole_or_none"
    )]
    pub nth: Option<u32>,
}

/// What happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Action {
    /// A failure in the service's envelope.
    Error {
        #[serde(default = "server_error", deserialize_with = "whole")]
        status: u16,
        #[serde(default = "exception")]
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<BTreeMap<String, Vec<String>>>,
    },
    /// A 429 with `Retry-After` (seconds) and the service's other headers.
    RateLimit {
        #[serde(default = "retry_after", deserialize_with = "whole")]
        retry_after: u32,
    },
    /// Waits, then lets the request go on to the next rules.
    Delay {
        #[serde(deserialize_with = "whole")]
        ms: u32,
    },
    /// Closes the connection instead of replying.
    Drop {},
    /// The first half of a reply, well framed.
    Truncated {},
    /// What looks like JSON and is not.
    InvalidJson {
        #[serde(default = "ok", deserialize_with = "whole")]
        status: u16,
    },
    /// A page such as a proxy sends.
    Html {
        #[serde(default = "bad_gateway", deserialize_with = "whole")]
        status: u16,
    },
    /// No body at all.
    Empty {
        #[serde(default = "ok", deserialize_with = "whole")]
        status: u16,
    },
    /// The first half of a reply, and then nothing more until the client gives up.
    Stall {},
    /// Any other reply.
    Reply {
        #[serde(deserialize_with = "whole")]
        status: u16,
        #[serde(default)]
        body: String,
        #[serde(default = "json")]
        content_type: String,
    },
}

/// Reads a whole number. JSON has one kind of number only: `5.0` is as whole as `5`.
pub fn whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(from: D) -> Result<N, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        // Beyond this a float no longer holds every whole number.
        let exact = float.fract() == 0.0 && (0.0..9e15).contains(&float);
        exact.then_some(float as u64)
    });
    whole
        .and_then(|whole| N::try_from(whole).ok())
        .ok_or_else(|| D::Error::custom(format!("{number} is no whole number that fits here")))
}

fn whole_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    struct Whole(#[serde(deserialize_with = "whole")] u32);
    Ok(Option::<Whole>::deserialize(from)?.map(|Whole(number)| number))
}

fn server_error() -> u16 {
    500
}

fn exception() -> String {
    "ERR_EXCEPTION".to_owned()
}

fn retry_after() -> u32 {
    15
}

fn ok() -> u16 {
    200
}

fn bad_gateway() -> u16 {
    502
}

fn json() -> String {
    "application/json".to_owned()
}

/// A rule that is set, and how often it was used.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    pub id: String,
    #[serde(flatten)]
    pub rule: Rule,
    /// Matching calls so far.
    pub seen: u32,
    /// Of these, the ones it fired for.
    pub fired: u32,
}

impl Rule {
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
            Action::Error { status, .. }
            | Action::InvalidJson { status }
            | Action::Html { status }
            | Action::Empty { status }
            | Action::Reply { status, .. } => *status,
            _ => 200,
        };
        if !(200..=599).contains(&status) {
            return Some("action.status has to be between 200 and 599".to_owned());
        }
        match &self.action {
            Action::Reply { content_type, .. }
                if !content_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) =>
            {
                Some("action.contentType is no value for a header".to_owned())
            }
            Action::Delay { ms } if *ms > LONGEST_DELAY => {
                Some(format!("action.ms has to be at most {LONGEST_DELAY}"))
            }
            _ => None,
        }
    }

    fn fires(&self, seen: u32, fired: u32) -> bool {
        let (skip, times) = match self.matches.nth {
            Some(nth) => (nth - 1, Some(1)),
            None => (self.skip, self.times),
        };
        seen > skip && times.is_none_or(|times| fired < times)
    }
}

/// The methods that the service's routes have.
pub const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// The longest delay, in milliseconds: ten minutes.
const LONGEST_DELAY: u32 = 600_000;

/// What rules look at in a request.
#[derive(Debug)]
pub struct Asked<'r> {
    pub method: &'r str,
    /// Below the version.
    pub path: &'r str,
    pub uid: Option<&'r str>,
    pub app_id: Option<&'r str>,
}

impl Match {
    fn fits(&self, asked: &Asked) -> bool {
        let same = |wanted: &Option<String>, given: Option<&str>| match wanted {
            Some(wanted) => given.is_some_and(|given| given.eq_ignore_ascii_case(wanted)),
            None => true,
        };
        same(&self.method, Some(asked.method))
            && same(&self.uid, asked.uid)
            && same(&self.app_id, asked.app_id)
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| fits(below_version(pattern), asked.path))
    }
}

/// A path without its version, if it has one.
pub fn below_version(path: &str) -> &str {
    path.strip_prefix("/v3.0")
        .or_else(|| path.strip_prefix("/v3"))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

/// Whether a text fits a pattern in which `*` stands for any text.
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

/// What the rules decide for one request.
#[derive(Debug, Default)]
pub struct Verdict {
    pub delay: Duration,
    /// The rule that fired, and whether the request takes effect before.
    pub fault: Option<(String, Action, bool)>,
}

/// All rules that are set.
#[derive(Debug, Default)]
pub struct Faults {
    /// Spares requests the lock while there are none.
    any: AtomicBool,
    set: Mutex<Set>,
}

#[derive(Debug, Default)]
struct Set {
    made: u64,
    faults: Vec<Fault>,
}

impl Faults {
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Set) -> T) -> T {
        // What a panic left behind here is whole: every change is a single step.
        let mut set = self.set.lock().unwrap_or_else(|broken| broken.into_inner());
        let result = change(&mut set);
        self.any.store(!set.faults.is_empty(), Ordering::Release);
        result
    }

    /// Adds a rule behind the others.
    pub fn add(&self, rule: Rule) -> Fault {
        self.with(|set| {
            set.made += 1;
            let fault = Fault {
                id: set.made.to_string(),
                rule,
                seen: 0,
                fired: 0,
            };
            set.faults.push(fault.clone());
            fault
        })
    }

    pub fn list(&self) -> Vec<Fault> {
        self.with(|set| set.faults.clone())
    }

    /// Takes one rule away.
    ///
    /// # Errors
    /// [`ApiError::NoSuchFault`].
    pub fn remove(&self, id: &str) -> Result<(), ApiError> {
        let removed = self.with(|set| {
            let before = set.faults.len();
            set.faults.retain(|fault| fault.id != id);
            set.faults.len() < before
        });
        if removed {
            Ok(())
        } else {
            Err(ApiError::NoSuchFault(id.to_owned()))
        }
    }

    /// Takes all rules away.
    pub fn clear(&self) {
        self.with(|set| set.faults.clear());
    }

    /// What is to happen with a request.
    pub fn judge(&self, asked: &Asked) -> Verdict {
        self.with(|set| {
            let mut verdict = Verdict::default();
            for fault in &mut set.faults {
                if !fault.rule.matches.fits(asked) {
                    continue;
                }
                fault.seen = fault.seen.saturating_add(1);
                if !fault.rule.fires(fault.seen, fault.fired) {
                    continue;
                }
                fault.fired = fault.fired.saturating_add(1);
                if let Action::Delay { ms } = fault.rule.action {
                    verdict.delay += Duration::from_millis(ms.into());
                    continue;
                }
                let action = fault.rule.action.clone();
                verdict.fault = Some((fault.id.clone(), action, fault.rule.commit));
                break;
            }
            verdict
        })
    }
}

/// Marks a reply that is not to be sent: the server closes the connection instead.
#[derive(Debug, Clone, Copy)]
pub struct Hangup;

/// What stands in for the reply of a request that was not carried out.
const STAND_IN: &[u8] = br#"{"data":{"uid":"cometchat-uid-1","name":"Andrew Joseph"}}"#;

impl Action {
    /// The reply; `normal` is the one of the request, where that was carried out.
    pub async fn reply(self, normal: Option<Response>) -> Response {
        match self {
            Action::Error {
                status,
                code,
                message,
                details,
            } => {
                let message = message.unwrap_or_else(|| "A fault that was asked for.".to_owned());
                let body = Failure {
                    error: ErrorBody {
                        code,
                        dev_message: Some(message.clone()),
                        message,
                        source: Some("chat-api".to_owned()),
                        details,
                    },
                };
                let mut response = (self::status(status), Json(body)).into_response();
                response.extensions_mut().insert(FailureCode("(fault)"));
                response
            }
            Action::RateLimit { retry_after } => ApiError::TooMany(RateLimited {
                limit: cometchat_protocol::limits::CORE_OPERATIONS_PER_MINUTE,
                retry_after: retry_after.into(),
                reset: clock::now().saturating_add(retry_after.into()),
            })
            .into_response(),
            // The gate has waited already; there is nothing to reply with.
            Action::Delay { .. } => normal.unwrap_or_else(|| StatusCode::OK.into_response()),
            Action::Drop {} => {
                let mut response = StatusCode::OK.into_response();
                response.extensions_mut().insert(Hangup);
                response
            }
            Action::Truncated {} => {
                let (status, bytes) = bytes(normal).await;
                let half = bytes.slice(..bytes.len() / 2);
                typed(status, "application/json", Body::from(half))
            }
            Action::InvalidJson { status } => typed(
                self::status(status),
                "application/json",
                Body::from(r#"{"data": oops"#),
            ),
            Action::Html { status } => typed(
                self::status(status),
                "text/html",
                Body::from("<html><body><h1>502 Bad Gateway</h1></body></html>"),
            ),
            Action::Empty { status } => self::status(status).into_response(),
            Action::Stall {} => {
                let (status, bytes) = bytes(normal).await;
                let length = bytes.len();
                let half = bytes.slice(..length / 2);
                let never = stream::pending::<Result<Bytes, Infallible>>();
                let body = stream::iter([Ok(half)]).chain(never);
                let mut response = typed(status, "application/json", Body::from_stream(body));
                let length = HeaderValue::from(length);
                response
                    .headers_mut()
                    .insert(header::CONTENT_LENGTH, length);
                response
            }
            Action::Reply {
                status,
                body,
                content_type,
            } => typed(self::status(status), &content_type, Body::from(body)),
        }
    }
}

async fn bytes(normal: Option<Response>) -> (StatusCode, Bytes) {
    let Some(normal) = normal else {
        return (StatusCode::OK, Bytes::from_static(STAND_IN));
    };
    let status = normal.status();
    let body = axum::body::to_bytes(normal.into_body(), usize::MAX).await;
    (status, body.unwrap_or_default())
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn typed(status: StatusCode, content_type: &str, body: Body) -> Response {
    let mut response = (status, body).into_response();
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
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
