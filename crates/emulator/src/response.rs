//! Successful responses: the envelope around what a handler returns.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use cometchat_protocol::UserRecord;
use cometchat_protocol::envelope::Success;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::error::{ApiError, Fate};
use crate::store::Store;
use crate::store::block::Relation;
use crate::store::user::User;

/// A user in a response. Metadata and other objects pass through as JSON text.
pub type Record = UserRecord<Box<RawValue>>;

/// What a handler returns.
pub type HandlerResult = Result<Response, ApiError>;

/// `{"data": …}`, with status 200 even for what was just created.
pub fn data<T: Serialize>(data: T) -> Response {
    Json(Success { data }).into_response()
}

/// `{"data": {"success": true, "message": …}}`.
pub fn done(message: String) -> Response {
    data(serde_json::json!({ "success": true, "message": message }))
}

/// Stored JSON text, for a response.
pub fn raw(json: String) -> Result<Box<RawValue>, ApiError> {
    RawValue::from_string(json).map_err(|error| {
        tracing::error!(%error, "the database holds JSON that cannot be read");
        ApiError::Storage(Fate::Undone)
    })
}

/// Any value, for a part of a [`Record`] that has no field of its own.
pub fn value<T: Serialize>(value: &T) -> Result<Box<RawValue>, ApiError> {
    to_raw_value(value).map_err(|error| {
        tracing::error!(%error, "a reply cannot be written as JSON");
        ApiError::Internal
    })
}

/// A user as the service shows it: unset fields are absent.
pub fn record(user: User) -> Result<Record, ApiError> {
    let tags = match user.tags {
        None => None,
        Some(json) => Some(serde_json::from_str(&json).map_err(|error| {
            tracing::error!(%error, "the database holds tags that cannot be read");
            ApiError::Storage(Fate::Undone)
        })?),
    };
    Ok(Record {
        uid: user.uid,
        name: user.name,
        avatar: user.avatar,
        link: user.link,
        role: Some(user.role),
        metadata: user.metadata.map(raw).transpose()?,
        status: Some(user.status),
        status_message: user.status_message,
        last_active_at: user.last_active_at,
        has_blocked_me: None,
        blocked_by_me: None,
        tags,
        deactivated_at: user.deactivated_at,
        created_at: Some(user.created_at),
        updated_at: user.updated_at,
        auth_token: None,
        other: BTreeMap::new(),
    })
}

/// What the service calls a user's private details: `email` and `contactNumber`, for its
/// notifications.
const PRIVATE: &str = "@private";

/// Takes away what a signed-in user may not see of another: the private part of the metadata. The
/// service's documents do not say who sees it; keys do here, and the user itself.
pub fn hide_private(record: &mut Record) -> Result<(), ApiError> {
    let Some(metadata) = record
        .metadata
        .take_if(|metadata| metadata.get().contains(PRIVATE))
    else {
        return Ok(());
    };
    let mut fields: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(metadata.get()).unwrap_or_default();
    fields.remove(PRIVATE);
    if !fields.is_empty() {
        record.metadata = Some(value(&fields)?);
    }
    Ok(())
}

/// Adds to users how they stand to the user who asks, if it is known who that is.
pub async fn relate(
    records: &mut [Record],
    store: &dyn Store,
    app_id: &str,
    viewer: Option<&str>,
) -> Result<(), ApiError> {
    let Some(viewer) = viewer else {
        return Ok(());
    };
    let uids: Vec<_> = records.iter().map(|record| record.uid.clone()).collect();
    let relations = store.relations(app_id, viewer, &uids).await?;
    for (record, relation) in records.iter_mut().zip(relations) {
        add_relation(record, viewer, relation)?;
    }
    Ok(())
}

fn add_relation(record: &mut Record, viewer: &str, relation: Relation) -> Result<(), ApiError> {
    let Relation {
        blocked_by_me,
        has_blocked_me,
    } = relation;
    record.has_blocked_me = Some(has_blocked_me.is_some());
    record.blocked_by_me = Some(blocked_by_me.is_some());
    let mut other = |name: &str, value| record.other.insert(name.to_owned(), value);
    if let Some(at) = blocked_by_me {
        other("blockedByMeAt", value(&at)?);
    }
    // `None` is less than any time.
    if let Some(at) = blocked_by_me.max(has_blocked_me) {
        other("blockedAt", value(&at)?);
    }
    if record.uid != viewer {
        let mut pair = [record.uid.as_str(), viewer];
        pair.sort_unstable();
        let conversation = format!("{}_user_{}", pair[0], pair[1]);
        other("conversationId", value(&conversation)?);
    }
    Ok(())
}
