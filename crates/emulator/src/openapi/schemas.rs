//! The document's schemas and parameters. They tell exactly what is accepted: a tester that is
//! made from them takes both a refusal of what fits and an acceptance of what does not for a
//! defect.

use cometchat_protocol::limits;
use serde_json::{Value, json};

use crate::control::MOST_MADE_UP;
use crate::faults::METHODS;

/// A text of at least one character that is not white space, without a NUL.
const SOME_TEXT: &str = r"^[^\u0000]*[^\s\u0085\u0000][^\u0000]*$";
/// Any text without a NUL.
const ANY_TEXT: &str = r"^[^\u0000]*$";
/// An absolute URL.
const URL: &str = r"^[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$";
/// A uid, or a role's id.
const ALPHA_DASH: &str = "^[A-Za-z0-9_-]+$";

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// What may be given, given as null, or left out.
fn nullable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// What may be given, left out, or given as an empty text.
fn clearable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }, { "const": "" }] })
}

fn uid() -> Value {
    json!({
        "type": "string",
        "pattern": ALPHA_DASH,
        "minLength": 1,
        "maxLength": limits::UID_CHARS,
    })
}

fn name() -> Value {
    json!({
        "type": "string",
        "pattern": SOME_TEXT,
        "minLength": 1,
        "maxLength": limits::NAME_CHARS,
    })
}

fn url() -> Value {
    json!({ "type": "string", "pattern": URL, "maxLength": limits::URL_CHARS })
}

fn role() -> Value {
    json!({
        "type": "string",
        "pattern": ALPHA_DASH,
        "minLength": 1,
        "maxLength": limits::ROLE_CHARS,
    })
}

fn some_text() -> Value {
    json!({ "type": "string", "pattern": SOME_TEXT, "minLength": 1 })
}

fn any_text() -> Value {
    json!({ "type": "string", "pattern": ANY_TEXT })
}

/// An object, or a text: one that holds an object in JSON is taken for that.
fn metadata() -> Value {
    json!({
        "anyOf": [
            { "type": "object" },
            { "type": "string" },
            { "type": "null" },
        ],
        "description": format!("At most {} bytes of JSON text", limits::METADATA_BYTES),
    })
}

fn tags() -> Value {
    json!({
        "type": "array",
        "maxItems": limits::TAGS,
        "items": {
            "type": "string",
            "pattern": SOME_TEXT,
            "minLength": 1,
            "maxLength": limits::TAG_CHARS,
        },
    })
}

fn flag() -> Value {
    json!({ "enum": [true, false, 1, 0, "1", "0", "", null] })
}

fn seconds() -> Value {
    json!({ "type": "integer", "description": "Seconds since 1970" })
}

fn uids(name: &str) -> Value {
    json!({
        "type": "object",
        "properties": {
            name: {
                "type": "array",
                "minItems": 1,
                "items": some_text(),
            },
        },
        "required": [name],
    })
}

/// All schemas, by name.
pub fn all() -> Value {
    let mut schemas = service();
    if let (Value::Object(schemas), Value::Object(more)) = (&mut schemas, emulator()) {
        schemas.extend(more);
    }
    schemas
}

fn user_fields() -> Value {
    json!({
        "uid": uid(),
        "name": { "type": "string" },
        "avatar": { "type": "string" },
        "link": { "type": "string" },
        "role": { "type": "string" },
        "metadata": { "type": "object" },
        "status": { "enum": ["available", "offline"] },
        "statusMessage": { "type": "string" },
        "lastActiveAt": seconds(),
        "hasBlockedMe": { "type": "boolean" },
        "blockedByMe": { "type": "boolean" },
        "tags": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        "deactivatedAt": seconds(),
        "createdAt": seconds(),
        "updatedAt": seconds(),
        "authToken": { "type": "string" },
        "conversationId": { "type": "string" },
    })
}

fn service() -> Value {
    let mut session_fields = user_fields();
    session_fields["wsChannel"] = json!({
        "type": "object",
        "properties": {
            "identity": { "type": "string" },
            "secret": { "type": "string" },
            "service": { "type": "string" },
        },
        "required": ["identity"],
    });
    session_fields["settings"] = json!({
        "type": "object",
        "required": ["ADMIN_API_HOST", "CLIENT_API_HOST", "CHAT_API_VERSION"],
    });
    session_fields["jwt"] = json!({ "type": "string" });
    let mut with_force = device();
    with_force["force"] = flag();
    let mut own_changes = device();
    for (field, schema) in [
        ("name", nullable(name())),
        ("avatar", clearable(url())),
        ("link", clearable(url())),
        ("statusMessage", clearable(some_text())),
        ("metadata", metadata()),
        ("tags", nullable(tags())),
        ("unset", unset()),
    ] {
        own_changes[field] = schema;
    }
    let error = |details: bool| {
        let mut fields = json!({
            "code": { "type": "string" },
            "message": { "type": "string" },
            "devMessage": { "type": "string" },
            "source": { "const": "chat-api" },
        });
        if details {
            fields["details"] = json!({
                "type": "object",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            });
        }
        json!({
            "type": "object",
            "properties": {
                "error": {
                    "type": "object",
                    "properties": fields,
                    "required": ["code", "message", "devMessage", "source"],
                    "additionalProperties": false,
                },
            },
            "required": ["error"],
            "additionalProperties": false,
        })
    };
    json!({
        "User": {
            "type": "object",
            "properties": user_fields(),
            "required": ["uid", "name", "role", "status", "createdAt"],
            "additionalProperties": false,
        },
        "Session": {
            "type": "object",
            "properties": session_fields,
            "required": ["uid", "name", "role", "status", "authToken", "wsChannel", "settings", "jwt"],
            "additionalProperties": false,
        },
        "NewUser": {
            "type": "object",
            "properties": {
                "uid": uid(),
                "name": name(),
                "avatar": nullable(url()),
                "link": nullable(url()),
                "role": nullable(role()),
                "statusMessage": nullable(some_text()),
                "metadata": metadata(),
                "tags": nullable(tags()),
                "withAuthToken": flag(),
            },
            "required": ["uid", "name"],
        },
        "UserChanges": {
            "type": "object",
            "properties": {
                "name": nullable(name()),
                "avatar": clearable(url()),
                "link": clearable(url()),
                "role": nullable(role()),
                "statusMessage": clearable(some_text()),
                "metadata": metadata(),
                "tags": nullable(tags()),
                "unset": unset(),
            },
        },
        "OwnChanges": {
            "type": "object",
            "description": "What describes a device starts a session; the rest changes the user. \
                A uid and a role are passed over.",
            "properties": own_changes,
        },
        "Report": { "type": "object" },
        "UserPage": {
            "type": "object",
            "properties": {
                "data": { "type": "array", "items": reference("User") },
                "meta": {
                    "type": "object",
                    "properties": {
                        "pagination": {
                            "type": "object",
                            "properties": {
                                "total": { "type": "integer" },
                                "count": { "type": "integer" },
                                "per_page": { "type": "integer" },
                                "current_page": { "type": "integer" },
                                "total_pages": { "type": "integer" },
                            },
                            "required": ["total", "count", "per_page", "current_page", "total_pages"],
                        },
                    },
                    "required": ["pagination"],
                },
                "cursor": {
                    "type": "object",
                    "properties": { "updatedAt": seconds(), "affix": { "const": "prepend" } },
                    "required": ["updatedAt", "affix"],
                },
            },
            "required": ["data", "meta", "cursor"],
            "additionalProperties": false,
        },
        "Deletion": {
            "type": "object",
            "properties": { "permanent": flag() },
        },
        "Deleted": { "anyOf": [reference("Done"), reference("Switched")] },
        "UidsToDeactivate": uids("uidsToDeactivate"),
        "UidsToActivate": uids("uidsToActivate"),
        "Switched": {
            "type": "object",
            "properties": {
                "deactivatedUids": { "type": "array", "items": { "type": "string" } },
                "alreadyDeactivatedUids": { "type": "array", "items": { "type": "string" } },
                "reactivatedUids": { "type": "array", "items": { "type": "string" } },
                "nonDeactivatedUids": { "type": "array", "items": { "type": "string" } },
                "notFound": { "type": "array", "items": { "type": "string" } },
            },
            "minProperties": 1,
            "additionalProperties": false,
        },
        "NewAuthToken": { "type": "object", "properties": with_force },
        "AuthTokenChanges": { "type": "object", "properties": device() },
        "AuthToken": {
            "type": "object",
            "properties": token_fields(),
            "required": ["uid", "authToken", "createdAt"],
            "additionalProperties": false,
        },
        "NewRole": {
            "type": "object",
            "properties": {
                "role": role(),
                "name": name(),
                "description": nullable(any_text()),
                "metadata": metadata(),
            },
            "required": ["role", "name"],
        },
        "RoleChanges": {
            "type": "object",
            "properties": {
                "name": nullable(name()),
                "description": nullable(any_text()),
                "metadata": metadata(),
            },
        },
        "Role": {
            "type": "object",
            "properties": {
                "role": { "type": "string" },
                "name": { "type": "string" },
                "description": { "type": "string" },
                "metadata": { "type": "object" },
                "createdAt": seconds(),
                "updatedAt": seconds(),
            },
            "required": ["role", "name", "createdAt"],
            "additionalProperties": false,
        },
        "Done": {
            "type": "object",
            "properties": { "success": { "const": true }, "message": { "type": "string" } },
            "required": ["success", "message"],
            "additionalProperties": false,
        },
        "Failure": error(false),
        "Refusal": error(true),
    })
}

fn token_fields() -> Value {
    json!({
        "uid": { "type": "string" },
        "authToken": { "type": "string" },
        "createdAt": seconds(),
        "platform": { "type": "string" },
        "userAgent": { "type": "string" },
        "appInfo": { "type": "object" },
    })
}

/// What a client may tell of its device.
fn device() -> Value {
    json!({
        "platform": nullable(any_text()),
        "deviceId": nullable(json!({
            "type": "string",
            "pattern": ANY_TEXT,
            "maxLength": limits::DEVICE_ID_CHARS,
        })),
        "userAgent": nullable(any_text()),
        "appInfo": metadata(),
    })
}

fn unset() -> Value {
    nullable(json!({
        "type": "array",
        "items": { "enum": crate::users::UNSETTABLE },
    }))
}

fn emulator() -> Value {
    let mut saved_token = token_fields();
    saved_token["deviceId"] = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX });
    let status = json!({ "type": "integer", "minimum": 200, "maximum": 599 });
    let text = json!({ "type": "string" });
    let action = |kind: &str, fields: Value, required: Value| {
        let mut properties = json!({ "type": { "const": kind } });
        if let (Value::Object(all), Value::Object(more)) = (&mut properties, fields) {
            all.extend(more);
        }
        let mut needed = vec![json!("type")];
        needed.extend(required.as_array().cloned().unwrap_or_default());
        json!({
            "type": "object",
            "properties": properties,
            "required": needed,
            "additionalProperties": false,
        })
    };
    json!({
        "Document": { "type": "object", "required": ["openapi", "paths"] },
        "Health": {
            "type": "object",
            "properties": {
                "status": { "const": "ok" },
                "version": { "type": "string" },
                "database": { "enum": ["sqlite", "postgres"] },
                "apps": { "type": "array", "items": { "type": "string" } },
                "uptimeSeconds": { "type": "integer" },
            },
            "required": ["status", "version", "database", "apps", "uptimeSeconds"],
            "additionalProperties": false,
        },
        "Config": {
            "type": "object",
            "properties": {
                "apps": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "appId": { "type": "string" },
                            "authKey": { "type": "string" },
                            "restApiKey": { "type": "string" },
                        },
                        "required": ["appId", "authKey", "restApiKey"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["apps"],
            "additionalProperties": false,
        },
        "Reset": {
            "type": "object",
            "properties": { "appId": nullable(text.clone()) },
            "additionalProperties": false,
        },
        "ResetDone": {
            "type": "object",
            "properties": { "reset": { "type": "array", "items": { "type": "string" } } },
            "required": ["reset"],
            "additionalProperties": false,
        },
        "Cleared": {
            "type": "object",
            "properties": { "cleared": { "const": true } },
            "required": ["cleared"],
            "additionalProperties": false,
        },
        "Seed": {
            "type": "object",
            "properties": {
                "appId": nullable(text.clone()),
                "users": { "type": "array", "maxItems": 50, "items": reference("NewUser") },
                "count": { "type": "integer", "minimum": 0, "maximum": MOST_MADE_UP },
                "prefix": nullable(json!({
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_-]*$",
                    "maxLength": limits::UID_CHARS - MOST_MADE_UP.to_string().len(),
                })),
            },
            "additionalProperties": false,
        },
        "Seeded": {
            "type": "object",
            "properties": { "created": count.clone(), "existing": count.clone() },
            "required": ["created", "existing"],
            "additionalProperties": false,
        },
        "Request": {
            "type": "object",
            "properties": {
                "id": { "type": "string" },
                "at": { "type": "integer", "description": "Milliseconds since 1970" },
                "method": { "type": "string" },
                "path": { "type": "string" },
                "query": { "type": "string" },
                "headers": { "type": "object", "additionalProperties": { "type": "string" } },
                "body": true,
                "status": { "type": "integer" },
                "code": { "type": "string" },
                "micros": { "type": "integer" },
                "fault": { "type": "string" },
            },
            "required": ["id", "at", "method", "path", "headers", "status", "micros"],
            "additionalProperties": false,
        },
        "FaultRule": {
            "type": "object",
            "properties": {
                "match": {
                    "type": "object",
                    "properties": {
                        "method": nullable(json!({ "enum": METHODS })),
                        "path": nullable(text.clone()),
                        "uid": nullable(text.clone()),
                        "appId": nullable(text.clone()),
                        "nth": nullable(json!({
                            "type": "integer",
                            "minimum": 1,
                            "maximum": u32::MAX,
                        })),
                    },
                    "additionalProperties": false,
                },
                "skip": count.clone(),
                "times": nullable(count.clone()),
                "commit": { "type": "boolean" },
                "action": {
                    "oneOf": [
                        action("error", json!({
                            "status": status,
                            "code": text,
                            "message": nullable(text.clone()),
                            "details": nullable(json!({
                                "type": "object",
                                "additionalProperties": { "type": "array", "items": text },
                            })),
                        }), json!([])),
                        action("rateLimit", json!({ "retryAfter": count }), json!([])),
                        action("delay", json!({
                            "ms": { "type": "integer", "minimum": 0, "maximum": 600_000 },
                        }), json!(["ms"])),
                        action("drop", json!({}), json!([])),
                        action("truncated", json!({}), json!([])),
                        action("invalidJson", json!({ "status": status }), json!([])),
                        action("html", json!({ "status": status }), json!([])),
                        action("empty", json!({ "status": status }), json!([])),
                        action("stall", json!({}), json!([])),
                        action("reply", json!({
                            "status": status,
                            "body": text,
                            "contentType": { "type": "string", "pattern": "^[ -~]*$" },
                        }), json!(["status"])),
                    ],
                },
            },
            "required": ["action"],
            "additionalProperties": false,
        },
        "FaultRules": {
            "anyOf": [
                reference("FaultRule"),
                { "type": "array", "items": reference("FaultRule") },
            ],
        },
        "Fault": {
            "type": "object",
            "properties": {
                "id": { "type": "string" },
                "match": { "type": "object" },
                "skip": { "type": "integer" },
                "times": { "type": "integer" },
                "commit": { "type": "boolean" },
                "action": { "type": "object", "required": ["type"] },
                "seen": { "type": "integer" },
                "fired": { "type": "integer" },
            },
            "required": ["id", "match", "action", "seen", "fired"],
            "additionalProperties": false,
        },
        "Snapshot": {
            "type": "object",
            "properties": {
                "version": { "const": 1 },
                "apps": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "appId": { "type": "string" },
                            "roles": { "type": "array", "items": reference("Role") },
                            "users": { "type": "array", "items": reference("User") },
                            "authTokens": { "type": "array", "items": reference("SavedAuthToken") },
                        },
                        "required": ["appId"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["version", "apps"],
            "additionalProperties": false,
        },
        "SavedAuthToken": {
            "type": "object",
            "properties": saved_token,
            "required": ["uid", "authToken", "createdAt"],
            "additionalProperties": false,
        },
        "Imported": {
            "type": "object",
            "properties": { "imported": { "type": "array", "items": { "type": "object" } } },
            "required": ["imported"],
            "additionalProperties": false,
        },
    })
}

fn parameter(place: &str, name: &str, description: &str, schema: Value) -> (String, Value) {
    let shown = json!({
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    });
    (format!("{place}.{name}"), shown)
}

/// All parameters, by place and name.
pub fn parameters() -> Value {
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
            "The user for whom hasBlockedMe, blockedByMe and conversationId are told",
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
        parameter("query", "withTags", "Whether tags are shown", query_flag()),
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
            "Users on a page",
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
            "An older name of perPage",
            json!({ "type": "integer", "minimum": 1, "maximum": limits::PER_PAGE_MAX }),
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

/// All headers of replies, by name.
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
