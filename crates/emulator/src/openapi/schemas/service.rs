//! The schemas of the service's own routes.

use serde_json::{Value, json};

use super::parts::{
    ANY_TEXT, any_text, clearable, flag, metadata, name, nullable, reference, role, seconds,
    some_text, tags, token_fields, uid, uids, url, user_metadata,
};
use cometchat_protocol::limits;

/// All of them, by name.
pub fn all() -> Value {
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
        ("metadata", user_metadata()),
        ("tags", nullable(tags())),
        ("unset", unset()),
    ] {
        own_changes[field] = schema;
    }
    let error = |details: bool| {
        json!({
            "type": "object",
            "properties": { "error": error_fields(details) },
            "required": ["error"],
            "additionalProperties": false,
        })
    };
    let failure = error(false);
    let mut blocked_meta = meta();
    blocked_meta["properties"]["cursor"] = cursor();
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
                "metadata": user_metadata(),
                "tags": nullable(tags()),
                "withAuthToken": flag(),
            },
            "required": ["uid", "name"],
        },
        "UsersToImport": {
            "type": "object",
            "properties": {
                "users": {
                    "type": "object",
                    "description": "Users by their uids. One that breaks a rule fails alone: its \
                        outcome has the error.",
                    "minProperties": 1,
                    "maxProperties": limits::USERS_PER_IMPORT,
                    "additionalProperties": reference("UserToImport"),
                },
            },
            "required": ["users"],
        },
        "UserToImport": {
            "type": "object",
            "properties": {
                "uid": uid(),
                "name": name(),
                "avatar": nullable(url()),
                "link": nullable(url()),
                "role": nullable(role()),
                "statusMessage": nullable(some_text()),
                "metadata": user_metadata(),
                "tags": nullable(tags()),
                "createdAt": kept_time(),
                "lastActiveAt": kept_time(),
                "deactivatedAt": kept_time(),
            },
            "required": ["uid", "name"],
        },
        "ImportOutcomes": {
            "type": "object",
            "description": "What became of each user, by the keys of the request.",
            "additionalProperties": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": { "success": { "const": true }, "data": reference("User") },
                        "required": ["success", "data"],
                        "additionalProperties": false,
                    },
                    {
                        "type": "object",
                        "properties": { "success": { "const": false }, "error": error_fields(true) },
                        "required": ["success", "error"],
                        "additionalProperties": false,
                    },
                ],
            },
        },
        "UserChanges": {
            "type": "object",
            "properties": {
                "name": nullable(name()),
                "avatar": clearable(url()),
                "link": clearable(url()),
                "role": nullable(role()),
                "statusMessage": clearable(some_text()),
                "metadata": user_metadata(),
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
                "meta": meta(),
                "cursor": cursor(),
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
        "BlockedUids": uids("blockedUids"),
        "Blocked": {
            "type": "object",
            "description": "What became of each uid",
            "minProperties": 1,
            "additionalProperties": {
                "anyOf": [
                    reference("Done"),
                    {
                        "type": "object",
                        "properties": {
                            "success": { "const": false },
                            "error": failure["properties"]["error"],
                        },
                        "required": ["success", "error"],
                        "additionalProperties": false,
                    },
                ],
            },
        },
        "BlockedUserPage": {
            "type": "object",
            "properties": {
                "data": { "type": "array", "items": reference("User") },
                "meta": blocked_meta,
            },
            "required": ["data", "meta"],
            "additionalProperties": false,
        },
        "NewAuthToken": { "type": "object", "properties": with_force },
        "AuthTokenChanges": { "type": "object", "properties": device() },
        "AuthTokenPage": {
            "type": "object",
            "properties": {
                "data": { "type": "array", "items": reference("AuthToken") },
                "meta": meta(),
            },
            "required": ["data", "meta"],
            "additionalProperties": false,
        },
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
        "Failure": failure,
        "Refusal": error(true),
    })
}

fn error_fields(details: bool) -> Value {
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
        "properties": fields,
        "required": ["code", "message", "devMessage", "source"],
        "additionalProperties": false,
    })
}

/// A time that an import keeps: a number, or its digits as text.
fn kept_time() -> Value {
    nullable(json!({
        "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": crate::imports::LATEST },
            { "type": "string", "pattern": "^[0-9]{0,15}$" },
        ],
        "description": "Seconds since 1970",
    }))
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
        "blockedByMeAt": seconds(),
        "blockedAt": seconds(),
        "tags": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        "deactivatedAt": seconds(),
        "createdAt": seconds(),
        "updatedAt": seconds(),
        "authToken": { "type": "string" },
        "conversationId": { "type": "string" },
    })
}

/// The description of a client's device.
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

fn cursor() -> Value {
    json!({
        "type": "object",
        "properties": { "updatedAt": seconds(), "affix": { "const": "prepend" } },
        "required": ["updatedAt", "affix"],
    })
}

/// What a page says of its list.
fn meta() -> Value {
    json!({
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
    })
}
