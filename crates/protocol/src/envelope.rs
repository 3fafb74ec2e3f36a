//! What a reply is wrapped in: `{"data": …}` for success, `{"error": …}` for failure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A successful reply. Lists carry `meta` and `cursor` beside `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Success<T> {
    pub data: T,
}

/// A failed reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub error: ErrorBody,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dev_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Field (`tags.0` for an entry of a list) to what is wrong with it; only for
    /// [`BAD_REQUEST`](crate::codes::server::BAD_REQUEST).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<String, Vec<String>>>,
}
