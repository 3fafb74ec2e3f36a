//! The service's rules for what a caller may write into a user. Every broken rule is reported, not
//! only the first; how a broken rule is worded is up to the one who reports it.

use std::fmt;

use crate::codes::client as codes;
use crate::draft::{Given, UserDraft};
use crate::limits;
use crate::user::Field;

/// What the draft is for; it decides which fields must be there and what an empty one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A new user: uid and name are needed, and an empty text sets nothing and is refused.
    Create,
    /// A change with a key: uid is needed, and an empty text, list or object clears its field.
    Update,
    /// A change by the signed-in user: the uid is not looked at, nor is the role.
    UpdateCurrent,
}

/// A rule that a field breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Has to be given.
    Required,
    /// Is empty or only white space where text is needed.
    Blank,
    /// Is not text.
    NotText,
    /// Is not an array.
    NotList,
    /// Is not a JSON object.
    NotObject,
    /// Holds something else than letters, digits, `-` and `_`.
    NotAlphaDash,
    /// Is not an absolute URL.
    NotUrl,
    /// Has more than this many characters.
    TooLong(usize),
    /// Has more than this many entries.
    TooMany(usize),
    /// Has more than this many bytes of JSON text.
    TooLarge(usize),
}

/// One broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    pub field: Field,
    /// The place in the list, when one entry of [`Field::Tags`] is at fault.
    pub index: Option<usize>,
    pub rule: Rule,
}

impl Violation {
    const fn of(field: Field, rule: Rule) -> Self {
        Violation {
            field,
            index: None,
            rule,
        }
    }

    /// The field's name; with a dot and the place for an entry of a list (`tags.3`).
    pub fn path(&self) -> String {
        match self.index {
            Some(index) => [self.field.name(), ".", &index.to_string()].concat(),
            None => self.field.name().to_owned(),
        }
    }

    /// The code by which the service's SDKs name this fault.
    pub fn code(&self) -> &'static str {
        match (self.field, self.rule) {
            (Field::Uid, Rule::Required) => codes::UID_IS_COMPULSORY,
            (Field::Name, Rule::Required) => codes::USER_NAME_IS_COMPULSORY,
            (Field::Name, _) => codes::INVALID_USER_NAME,
            (Field::Avatar, _) => codes::INVALID_USER_AVATAR,
            (Field::Link, _) => codes::INVALID_USER_LINK,
            (Field::Role, _) => codes::INVALID_USER_ROLE,
            (Field::StatusMessage, _) => codes::INVALID_USER_STATUS_MESSAGE,
            (Field::Metadata, _) => codes::INVALID_USER_METADATA,
            (Field::Tags, _) => codes::INVALID_USER_TAGS,
            _ => codes::INVALID_UID,
        }
    }
}

/// A sentence for the caller, with the field in front: `uid has to be given.`
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())?;
        let (text, limit, unit) = match self.rule {
            Rule::Required => (" has to be given.", None, ""),
            Rule::Blank => (" must not be empty.", None, ""),
            Rule::NotText => (" has to be a string.", None, ""),
            Rule::NotList => (" has to be an array of strings.", None, ""),
            Rule::NotObject => (
                " has to be a plain object that JSON can hold (no array, no cycle, no BigInt).",
                None,
                "",
            ),
            Rule::NotAlphaDash => (
                " may hold only the letters a to z, digits, - and _.",
                None,
                "",
            ),
            Rule::NotUrl => (
                " has to be an absolute URL, such as https://example.com/a.png.",
                None,
                "",
            ),
            Rule::TooLong(n) => (" may have at most ", Some(n), " characters."),
            Rule::TooMany(n) => (" may have at most ", Some(n), " entries."),
            Rule::TooLarge(n) => (" may have at most ", Some(n), " bytes as JSON."),
        };
        f.write_str(text)?;
        if let Some(limit) = limit {
            f.write_str(&limit.to_string())?;
            f.write_str(unit)?;
        }
        Ok(())
    }
}

impl UserDraft {
    /// Every rule that this draft breaks, in the order in which the fields stand in [`Field`].
    pub fn violations(&self, action: Action) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut text = |field, given: &Given<String>, rule: fn(&str) -> Option<Rule>| {
            let broken = match given {
                Given::Absent if required(field, action) => Some(Rule::Required),
                Given::Absent => None,
                Given::Mistyped => Some(Rule::NotText),
                Given::Value(text) if text.is_empty() && clearable(field, action) => None,
                Given::Value(text) if text.trim().is_empty() => Some(Rule::Blank),
                Given::Value(text) => rule(text),
            };
            found.extend(broken.map(|rule| Violation::of(field, rule)));
        };

        let by_key = action != Action::UpdateCurrent;
        if by_key {
            text(Field::Uid, &self.uid, uid_rule);
        }
        text(Field::Name, &self.name, |name| {
            too_long(name, limits::NAME_CHARS)
        });
        text(Field::Avatar, &self.avatar, url_rule);
        text(Field::Link, &self.link, url_rule);
        if by_key {
            text(Field::Role, &self.role, |role| {
                alpha_dash_rule(role, limits::ROLE_CHARS)
            });
        }
        text(Field::StatusMessage, &self.status_message, |_| None);
        found
            .extend(metadata_rule(&self.metadata).map(|rule| Violation::of(Field::Metadata, rule)));
        tag_rules(&self.tags, &mut found);
        found
    }
}

fn required(field: Field, action: Action) -> bool {
    match field {
        Field::Uid => action != Action::UpdateCurrent,
        Field::Name => action == Action::Create,
        _ => false,
    }
}

/// Whether an empty text takes the field's value away. A uid and a name cannot be taken away, and
/// a role can only be changed for another.
fn clearable(field: Field, action: Action) -> bool {
    action != Action::Create && matches!(field, Field::Avatar | Field::Link | Field::StatusMessage)
}

/// The rule that a uid breaks, if any: 1 to 100 letters, digits, `-` and `_`. The service folds
/// upper case to lower case, so both are fine here.
pub fn uid_rule(uid: &str) -> Option<Rule> {
    if uid.trim().is_empty() {
        return Some(Rule::Blank);
    }
    alpha_dash_rule(uid, limits::UID_CHARS)
}

fn alpha_dash_rule(text: &str, limit: usize) -> Option<Rule> {
    let alpha_dash = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !text.bytes().all(alpha_dash) {
        return Some(Rule::NotAlphaDash);
    }
    too_long(text, limit)
}

fn too_long(text: &str, limit: usize) -> Option<Rule> {
    // Every byte but the continuation bytes begins a character.
    let characters = text.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
    (characters > limit).then_some(Rule::TooLong(limit))
}

fn url_rule(text: &str) -> Option<Rule> {
    if !is_url(text) {
        return Some(Rule::NotUrl);
    }
    too_long(text, limits::URL_CHARS)
}

/// Whether the text is an absolute URL with a host: `scheme://host…`. The service accepts any
/// scheme, so an app's own (`myapp://profile/1`) is fine.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let scheme_char = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(scheme_char)
        && !host.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn metadata_rule(metadata: &Given<String>) -> Option<Rule> {
    match metadata {
        Given::Absent => None,
        Given::Mistyped => Some(Rule::NotObject),
        Given::Value(json) if !json.starts_with('{') => Some(Rule::NotObject),
        Given::Value(json) => {
            (json.len() > limits::METADATA_BYTES).then_some(Rule::TooLarge(limits::METADATA_BYTES))
        }
    }
}

fn tag_rules(tags: &Given<Vec<Given<String>>>, found: &mut Vec<Violation>) {
    let tags = match tags {
        Given::Absent => return,
        Given::Mistyped => return found.push(Violation::of(Field::Tags, Rule::NotList)),
        Given::Value(tags) => tags,
    };
    if tags.len() > limits::TAGS {
        // The entries past the limit are not looked at one by one: there may be millions.
        return found.push(Violation::of(Field::Tags, Rule::TooMany(limits::TAGS)));
    }
    for (index, tag) in tags.iter().enumerate() {
        let broken = match tag {
            Given::Absent | Given::Mistyped => Some(Rule::NotText),
            Given::Value(tag) if tag.trim().is_empty() => Some(Rule::Blank),
            Given::Value(tag) => too_long(tag, limits::TAG_CHARS),
        };
        found.extend(broken.map(|rule| Violation {
            field: Field::Tags,
            index: Some(index),
            rule,
        }));
    }
}
