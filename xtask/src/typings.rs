//! TypeScript that is made from the protocol's crate: the error codes, the fields of a user with their
//! comments, and the limit that the loader needs.

use std::fs;
use std::path::Path;

use anyhow::Result;
use cometchat_protocol::{Editable, Field, FieldType, codes, limits};

/// Writes the typings' files.
pub fn write(folder: &Path) -> Result<()> {
    fs::write(folder.join("codes.ts"), error_codes())?;
    fs::write(folder.join("limits.ts"), client_limits())?;
    Ok(fs::write(folder.join("user-fields.ts"), user_fields())?)
}

/// From these the type of an exception's `code` is made.
fn error_codes() -> String {
    format!(
        "// Made by the build from crates/protocol/src/codes.rs.\n\n\
         /** The codes that this package gives itself, most of them before a request is sent. */\n\
         export type ClientErrorCode =\n  {};\n\n\
         /** The service's codes that this package knows of; the service may send others. */\n\
         export type ServiceErrorCode =\n  {};\n",
        union(codes::client::ALL),
        union(codes::server::ALL),
    )
}

/// The wait for the module counts as part of a call's time.
fn client_limits() -> String {
    format!(
        "// Made by the build from crates/protocol/src/limits.rs.\n\n\
         /** How long a call may take in all unless it is told otherwise, in milliseconds. */\n\
         export const DEFAULT_TIMEOUT_MS = {};\n",
        limits::DEFAULT_TIMEOUT_MS,
    )
}

fn union(codes: &[&str]) -> String {
    let types: Vec<_> = codes.iter().map(|code| format!("| \"{code}\"")).collect();
    types.join("\n  ")
}

fn user_fields() -> String {
    let all = Field::ALL.iter().copied();
    let own: String = all.clone().map(own_field).collect();
    let by_oneself = all
        .clone()
        .filter(|field| matches!(field.editable(), Editable::Yes));
    let by_oneself: String = by_oneself.map(given_field).collect();
    let given =
        all.filter(|field| matches!(field.editable(), Editable::Yes | Editable::NotByOneself));
    let given: String = given.map(given_field).collect();
    format!(
        "// Made by the build from crates/protocol/src/user.rs and limits.rs.\n\n\
         /** What metadata may be: an object that JSON can hold, at most {} as JSON. */\n\
         export type Metadata = Record<string, unknown>;\n\n\
         /** The fields of a user, all of which may be absent. */\n\
         export interface UserFields<M extends object = Metadata> {{\n{own}}}\n\n\
         /** The fields that a caller may set; `null` and `undefined` leave a field as it is. */\n\
         export interface EditableFields<M extends object = Metadata> {{\n{given}}}\n\n\
         /** The changes that `updateCurrentUserDetails` makes: nobody sets a role of their own. */\n\
         export interface CurrentUserChanges<M extends object = Metadata> {{\n\
         \x20 /** Not sent: it is always the logged-in user that changes. */\n  uid?: string;\n\
         {by_oneself}}}\n\n\
         /** The user that `createUser` makes. */\n\
         export interface NewUser<M extends object = Metadata> extends EditableFields<M> {{\n\
         \x20 /** {} */\n  uid: string;\n\
         \x20 /** {} */\n  name: string;\n}}\n",
        kilobytes(limits::METADATA_BYTES),
        limit(Field::Uid),
        given_about(Field::Name),
    )
}

/// A field of a user as the service knows it.
fn own_field(field: Field) -> String {
    let name = field.name();
    let readonly = match field.editable() {
        Editable::Yes | Editable::NotByOneself => "",
        Editable::AtCreation | Editable::No => "readonly ",
    };
    let about = field.about();
    format!("  /** {about} */\n  {readonly}{name}?: {};\n", kind(field))
}

/// A field of what a caller gives.
fn given_field(field: Field) -> String {
    let (name, about) = (field.name(), given_about(field));
    // A list is only read.
    let readonly = match field.kind() {
        FieldType::TextList => "readonly ",
        _ => "",
    };
    let kind = kind(field);
    format!("  /** {about} */\n  {name}?: {readonly}{kind} | null;\n")
}

fn given_about(field: Field) -> String {
    let (about, limit) = (field.about(), limit(field));
    let separator = if limit.is_empty() { "" } else { " " };
    format!("{about}{separator}{limit}")
}

fn kind(field: Field) -> &'static str {
    match (field, field.kind()) {
        (Field::Status, _) => "\"online\" | \"offline\"",
        (_, FieldType::Text) => "string",
        (_, FieldType::Time) => "number",
        (_, FieldType::Flag) => "boolean",
        (_, FieldType::Object) => "M",
        (_, FieldType::TextList) => "string[]",
    }
}

/// What a caller has to keep to, as a sentence.
fn limit(field: Field) -> String {
    use limits::*;
    match field {
        Field::Uid => format!(
            "1 to {UID_CHARS} letters, digits, `-` and `_`; the service folds upper case to lower case."
        ),
        Field::Name => format!("1 to {NAME_CHARS} characters."),
        Field::Avatar | Field::Link => format!("At most {} characters.", thousands(URL_CHARS)),
        Field::Role => "The role has to exist in the app.".to_owned(),
        Field::Metadata => format!("At most {} as JSON.", kilobytes(METADATA_BYTES)),
        Field::Tags => format!("At most {TAGS} tags of at most {TAG_CHARS} characters."),
        Field::StatusMessage
        | Field::Status
        | Field::LastActiveAt
        | Field::HasBlockedMe
        | Field::BlockedByMe
        | Field::DeactivatedAt
        | Field::CreatedAt
        | Field::UpdatedAt
        | Field::AuthToken => String::new(),
    }
}

fn kilobytes(bytes: usize) -> String {
    format!("{} KB", bytes / 1024)
}

fn thousands(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::{thousands, user_fields};

    #[test]
    fn a_field_is_read_only_where_nobody_may_change_it() {
        let typings = user_fields();
        for line in [
            "  readonly uid?: string;",
            "  avatar?: string;",
            "  avatar?: string | null;",
            "  tags?: readonly string[] | null;",
            "  readonly status?: \"online\" | \"offline\";",
            "  /** URL of the user's picture. At most 3,000 characters. */",
            "  /** URL of the user's picture. */",
        ] {
            assert!(
                typings.lines().any(|of_file| of_file == line),
                "{line}\n{typings}"
            );
        }
    }

    #[test]
    fn numbers_are_written_with_a_comma_at_the_thousands() {
        assert_eq!(
            [100, 3_000, 10_240].map(thousands),
            ["100", "3,000", "10,240"]
        );
    }
}
