//! The schemas of the emulator's own routes.

use cometchat_protocol::limits;
use serde_json::{Value, json};

use super::parts::{nullable, reference, seconds, token_fields};
use crate::control::MAX_GENERATED;
use crate::faults::METHODS;

/// All of them, by name.
pub fn all() -> Value {
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
                "database": { "enum": ["sqlite", "postgres", "memory"] },
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
                "count": { "type": "integer", "minimum": 0, "maximum": MAX_GENERATED },
                "prefix": nullable(json!({
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_-]*$",
                    "maxLength": limits::UID_CHARS - MAX_GENERATED.to_string().len(),
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
                            "blocks": { "type": "array", "items": reference("SavedBlock") },
                        },
                        "required": ["appId"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["version", "apps"],
            "additionalProperties": false,
        },
        "SavedBlock": {
            "type": "object",
            "properties": {
                "uid": { "type": "string" },
                "blockedUid": { "type": "string" },
                "blockedAt": seconds(),
            },
            "required": ["uid", "blockedUid", "blockedAt"],
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
