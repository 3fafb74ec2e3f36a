//! What the protocol's crate knows, as JSON for the tests: the fields, codes and limits.

use cometchat_protocol::{Editable, Field, FieldType, codes, limits};
use serde_json::{Value, json};

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
        FieldType::Text => "text",
        FieldType::Time => "time",
        FieldType::Flag => "flag",
        FieldType::Object => "object",
        FieldType::TextList => "textList",
    };
    let editable = match field.editable() {
        Editable::Yes => "yes",
        Editable::AtCreation => "atCreation",
        Editable::NotByOneself => "notByOneself",
        Editable::No => "no",
    };
    json!({
        "name": field.name(),
        "about": field.about(),
        "kind": kind,
        "editable": editable,
    })
}
