//! The journal: the last requests to the service's routes, so that a test can see what a client
//! really sent. Secrets are masked when it is read.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::HeaderMap;
use cometchat_protocol::limits;
use serde::Serialize;
use serde_json::Value;

use crate::masks::Masks;

/// How many requests the journal holds; the oldest are dropped.
pub const REMEMBERED: usize = 1_000;

/// The most bytes of bodies that the journal holds. Only imports are large enough to reach it.
pub const REMEMBERED_BYTES: usize = REMEMBERED * limits::BODY_BYTES;

/// A request and its outcome.
#[derive(Debug)]
pub struct Entry {
    pub id: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub method: String,
    /// Without secrets.
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub status: u16,
    pub code: Option<&'static str>,
    pub micros: u64,
    /// The fault that made the response.
    pub fault: Option<String>,
}

/// An entry in a response.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestRecord {
    id: String,
    at: i64,
    method: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    headers: BTreeMap<String, String>,
    /// As JSON if it is JSON, otherwise as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    micros: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

impl Entry {
    fn record(&self, masks: &Masks) -> RequestRecord {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| {
                let shown = masks.header(name.as_str(), value.as_bytes());
                (masks.text(name.as_str()).into_owned(), shown)
            })
            .collect();
        RequestRecord {
            id: self.id.clone(),
            at: self.at,
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.as_deref().map(|query| masks.query(query)),
            headers,
            body: (!self.body.is_empty()).then(|| masks.body(&self.body)),
            status: self.status,
            code: self.code,
            micros: self.micros,
            fault: self.fault.clone(),
        }
    }
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    entries: VecDeque<Arc<Entry>>,
    /// Of their bodies.
    bytes: usize,
}

impl Journal {
    fn with<T>(&self, change: impl FnOnce(&mut Remembered) -> T) -> T {
        // Every change is a single step, so a panic leaves nothing half done.
        change(&mut self.0.lock().unwrap_or_else(|broken| broken.into_inner()))
    }

    pub fn add(&self, entry: Entry) {
        let forgotten = self.with(|remembered| {
            remembered.bytes += entry.body.len();
            remembered.entries.push_back(Arc::new(entry));
            let mut forgotten = Vec::new();
            while remembered.entries.len() > REMEMBERED || remembered.bytes > REMEMBERED_BYTES {
                let Some(oldest) = remembered.entries.pop_front() else {
                    break;
                };
                remembered.bytes -= oldest.body.len();
                forgotten.push(oldest);
            }
            forgotten
        });
        // Freed outside of the lock.
        drop(forgotten);
    }

    /// The newest `limit` entries, oldest first.
    pub fn list(&self, limit: usize, masks: &Masks) -> Vec<RequestRecord> {
        let newest: Vec<_> = self.with(|remembered| {
            let skip = remembered.entries.len().saturating_sub(limit);
            remembered.entries.iter().skip(skip).cloned().collect()
        });
        // Outside of the lock that requests wait for.
        newest.iter().map(|entry| entry.record(masks)).collect()
    }

    pub fn clear(&self) {
        drop(self.with(std::mem::take));
    }
}
