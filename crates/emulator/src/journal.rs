//! The journal: the last requests to the service's routes, so that a test can see what a client
//! really sent. Secrets are masked when it is read.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

use crate::secret;

/// So many requests are remembered; older ones are forgotten.
pub const REMEMBERED: usize = 1_000;

/// One request and how it was answered.
#[derive(Debug)]
pub struct Entry {
    pub id: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub status: u16,
    pub code: Option<&'static str>,
    pub micros: u64,
    /// The fault that decided the reply.
    pub fault: Option<String>,
}

/// An entry as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    id: String,
    at: i64,
    method: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    headers: BTreeMap<String, String>,
    /// What was sent: as JSON where it is JSON, else as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    micros: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// Names of headers and of fields, in lower case, whose values are secrets.
const SECRETS: [&str; 8] = [
    "apikey",
    "authtoken",
    "authkey",
    "restapikey",
    "authorization",
    "cookie",
    "jwt",
    "secret",
];

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name.to_ascii_lowercase().as_str())
}

impl Entry {
    fn shown(&self) -> Shown {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| {
                let text = String::from_utf8_lossy(value.as_bytes());
                let text = if is_secret(name.as_str()) {
                    secret::hidden(&text)
                } else {
                    text.into_owned()
                };
                (name.to_string(), text)
            })
            .collect();
        let body = (!self.body.is_empty()).then(|| {
            let mut body = serde_json::from_slice(&self.body).unwrap_or_else(|_| {
                Value::String(String::from_utf8_lossy(&self.body).into_owned())
            });
            mask(&mut body);
            body
        });
        Shown {
            id: self.id.clone(),
            at: self.at,
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers,
            body,
            status: self.status,
            code: self.code,
            micros: self.micros,
            fault: self.fault.clone(),
        }
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => *text = secret::hidden(text),
                    other => mask(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Journal(Mutex<VecDeque<Entry>>);

impl Journal {
    fn with<T>(&self, change: impl FnOnce(&mut VecDeque<Entry>) -> T) -> T {
        // What a panic left behind here is whole: every change is a single step.
        change(&mut self.0.lock().unwrap_or_else(|broken| broken.into_inner()))
    }

    pub fn add(&self, entry: Entry) {
        let forgotten = self.with(|entries| {
            let oldest = (entries.len() >= REMEMBERED).then(|| entries.pop_front());
            entries.push_back(entry);
            oldest
        });
        // Freed outside of the lock.
        drop(forgotten);
    }

    /// The newest `limit` entries, oldest first.
    pub fn list(&self, limit: usize) -> Vec<Shown> {
        self.with(|entries| {
            let skip = entries.len().saturating_sub(limit);
            entries.iter().skip(skip).map(Entry::shown).collect()
        })
    }

    pub fn clear(&self) {
        self.with(VecDeque::clear);
    }
}
