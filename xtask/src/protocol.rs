//! What the protocol's crate knows, for TypeScript and for the tests: the error codes as types, and the
//! fields, codes and limits as JSON.

use std::fs;
use std::path::Path;

use anyhow::Result;
use cometchat_protocol::{Editable, Field, Kind, codes, limits};
use serde_json::{Value, json};

/// Writes the error codes as types, from which the type of an exception's `code` is made.
pub fn write_types(generated: &Path) -> Result<()> {
    let types = format!(
        "// Made by the build from crates/protocol/src/codes.rs.\n\n\
         /** The codes that this package gives itself, most of them before a request is sent. */\n\
         export type ClientErrorCode =\n  {};\n\n\
         /** The service's codes that this package knows of; the service may send others. */\n\
         export type ServiceErrorCode =\n  {};\n",
        union(codes::client::ALL),
        union(codes::server::ALL),
    );
    Ok(fs::write(generated.join("codes.ts"), types)?)
}

fn union(codes: &[&str]) -> String {
    let types: Vec<_> = codes.iter().map(|code| format!("| \"{code}\"")).collect();
    types.join("\n  ")
}

/// Prints the fields, codes and limits.
pub fn print() {
    let protocol = json!({
        "fields": Field::ALL.iter().copied().map(field).collect::<Vec<_>>(),
        "codes": { "client": codes::client::ALL, "service": codes::server::ALL },
        "limits": {
            "uidChars": limits::UID_CHARS,
            "nameChars": limits::NAME_CHARS,
            "urlChars": limits::URL_CHARS,
            "tags": limits::TAGS,
            "tagChars": limits::TAG_CHARS,
            "metadataBytes": limits::METADATA_BYTES,
            "bodyBytes": limits::BODY_BYTES,
        },
    });
    println!("{protocol:#}");
}

fn field(field: Field) -> Value {
    let kind = match field.kind() {
        Kind::Text => "text",
        Kind::Time => "time",
        Kind::Flag => "flag",
        Kind::Object => "object",
        Kind::TextList => "textList",
    };
    let editable = match field.editable() {
        Editable::Yes => "yes",
        Editable::AtCreation => "atCreation",
        Editable::NotByOneself => "notByOneself",
        Editable::No => "no",
    };
    json!({ "name": field.name(), "kind": kind, "editable": editable })
}
