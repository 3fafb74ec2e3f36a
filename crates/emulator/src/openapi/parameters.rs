//! The document's parameters, and the headers of responses.

use cometchat_protocol::limits;
use serde_json::{Value, json};

use super::schemas::parts::{any_text, role, uid};

fn parameter(location: &str, name: &str, description: &str, schema: Value) -> (String, Value) {
    let parameter = json!({
        "name": name,
        "in": location,
        "required": location == "path",
        "description": description,
        "schema": schema,
    });
    (format!("{location}.{name}"), parameter)
}

/// All parameters, by location and name.
pub fn all() -> Value {
    let query_flag = || json!({ "enum": ["1", "0", "true", "false"] });
    let csv = any_text;
    [
        parameter("path", "uid", "A user's uid, in any case", uid()),
        parameter(
            "path",
            "authToken",
            "An auth token of that user",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1 }),
        ),
        parameter("path", "role", "A role's id, in any case", role()),
        parameter(
            "path",
            "id",
            "A fault's id",
            json!({ "type": "string", "pattern": "^[0-9]+$" }),
        ),
        parameter(
            "header",
            "appId",
            "The app, unless the host name tells it or there is just one",
            json!({ "type": "string" }),
        ),
        parameter(
            "header",
            "onBehalfOf",
            "The user for whom hasBlockedMe, blockedByMe and conversationId are computed",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]*$" }),
        ),
        parameter(
            "query",
            "searchKey",
            "What the uid or the name begins with, in any case",
            any_text(),
        ),
        parameter(
            "query",
            "searchIn",
            "Where to search, separated by commas",
            json!({ "enum": ["uid", "name", "uid,name", "name,uid"] }),
        ),
        parameter(
            "query",
            "status",
            "Users of this status only",
            json!({ "enum": ["available", "offline"] }),
        ),
        parameter("query", "role", "Users of this role only", csv()),
        parameter("query", "roles", "Users of these roles only", csv()),
        parameter("query", "tags", "Users with any of these tags", csv()),
        parameter("query", "uids", "These users only, at most 25", csv()),
        parameter(
            "query",
            "friendsOnly",
            "Friends only: nobody, since the emulator has none",
            query_flag(),
        ),
        parameter(
            "query",
            "sortBy",
            "status: by status, name and uid, as without it; name: by name and uid",
            json!({ "enum": ["status", "name", ""] }),
        ),
        parameter(
            "query",
            "sortOrder",
            "Whether the order is turned round",
            json!({ "enum": ["asc", "desc", ""] }),
        ),
        parameter("query", "withTags", "Whether tags are shown", query_flag()),
        parameter(
            "query",
            "hideBlockedUsers",
            "Not those whom the user of onBehalfOf, or the signed-in one, has blocked",
            query_flag(),
        ),
        parameter(
            "query",
            "direction",
            "Whom the user has blocked, who has blocked the user, or both",
            json!({ "enum": ["both", "blockedByMe", "hasBlockedMe"], "default": "both" }),
        ),
        parameter(
            "query",
            "onlyDeactivated",
            "Deactivated users only",
            query_flag(),
        ),
        parameter(
            "query",
            "withDeactivated",
            "Deactivated users as well",
            query_flag(),
        ),
        parameter(
            "query",
            "perPage",
            "Records on a page",
            json!({
                "type": "integer",
                "minimum": 1,
                "maximum": limits::PER_PAGE_MAX,
                "default": limits::PER_PAGE_DEFAULT,
            }),
        ),
        parameter(
            "query",
            "count",
            "Whether the users are counted; they always are, in meta",
            query_flag(),
        ),
        parameter(
            "query",
            "page",
            "The page, counted from 1",
            json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX, "default": 1 }),
        ),
        parameter(
            "query",
            "limit",
            "So many of the newest requests",
            json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        ),
        parameter(
            "query",
            "appId",
            "This app only",
            json!({ "type": "string" }),
        ),
    ]
    .into_iter()
    .collect::<serde_json::Map<_, _>>()
    .into()
}

/// All headers of responses, by name.
pub fn headers() -> Value {
    json!({
        "x-request-id": {
            "description": "The id by which the log and the journal know the request",
            "schema": { "type": "string" },
        },
        "Retry-After": {
            "description": "Seconds to wait",
            "schema": { "type": "integer" },
        },
    })
}
