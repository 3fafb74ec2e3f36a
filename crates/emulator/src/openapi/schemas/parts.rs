//! The building blocks of schemas and parameters.

use cometchat_protocol::limits;
use serde_json::{Value, json};

/// A text with at least one character that is not white space, and without NUL.
const SOME_TEXT: &str = r"^[^\u0000]*[^\s\u0085\u0000][^\u0000]*$";
/// Any text without NUL.
pub const ANY_TEXT: &str = r"^[^\u0000]*$";
/// An absolute URL.
const URL: &str = r"^[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$";
/// A uid or a role's id.
const ALPHA_DASH: &str = "^[A-Za-z0-9_-]+$";

pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A value that may be null.
pub fn nullable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// A value that may be null or an empty text.
pub fn clearable(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }, { "const": "" }] })
}

pub fn uid() -> Value {
    json!({
        "type": "string",
        "pattern": ALPHA_DASH,
        "minLength": 1,
        "maxLength": limits::UID_CHARS,
    })
}

pub fn name() -> Value {
    json!({
        "type": "string",
        "pattern": SOME_TEXT,
        "minLength": 1,
        "maxLength": limits::NAME_CHARS,
    })
}

pub fn url() -> Value {
    json!({ "type": "string", "pattern": URL, "maxLength": limits::URL_CHARS })
}

pub fn role() -> Value {
    json!({
        "type": "string",
        "pattern": ALPHA_DASH,
        "minLength": 1,
        "maxLength": limits::ROLE_CHARS,
    })
}

pub fn some_text() -> Value {
    json!({ "type": "string", "pattern": SOME_TEXT, "minLength": 1 })
}

pub fn any_text() -> Value {
    json!({ "type": "string", "pattern": ANY_TEXT })
}

/// An object or a text; a text with a JSON object in it counts as that object.
pub fn metadata() -> Value {
    json!({
        "anyOf": [
            { "type": "object" },
            { "type": "string" },
            { "type": "null" },
        ],
        "description": format!("At most {} bytes of JSON text", limits::METADATA_BYTES),
    })
}

/// The metadata of a user, which may hold private details.
pub fn user_metadata() -> Value {
    let mut schema = metadata();
    // Described without a type: any value is taken.
    schema["anyOf"][0]["properties"] = json!({
        "@private": {
            "description": "For notifications; a signed-in user sees only its own",
            "properties": {
                "email": { "description": "Where to send mail" },
                "contactNumber": { "description": "Where to send text messages" },
            },
        },
    });
    schema
}

pub fn tags() -> Value {
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

pub fn flag() -> Value {
    json!({ "enum": [true, false, 1, 0, "1", "0", "", null] })
}

pub fn seconds() -> Value {
    json!({ "type": "integer", "description": "Seconds since 1970" })
}

pub fn uids(name: &str) -> Value {
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

pub fn token_fields() -> Value {
    json!({
        "uid": { "type": "string" },
        "authToken": { "type": "string" },
        "createdAt": seconds(),
        "platform": { "type": "string" },
        "userAgent": { "type": "string" },
        "appInfo": { "type": "object" },
    })
}
