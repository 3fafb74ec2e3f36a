//! The service's rules for what a caller may write into a user. Every broken rule is reported, not
//! only the first; how a broken rule is worded is up to the one who reports it.

use std::fmt;

use crate::codes::client as codes;
use crate::draft::{Given, UserDraft};
use crate::limits;
use crate::user::{Editable, Field};

/// What the draft is for; it decides which fields must be there and what an empty one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// A new user: uid and name are needed, and an empty text sets nothing and is refused.
    Create,
    /// A change with a key: uid is needed, and an empty text, list or object clears its field.
    Update,
    /// A change by the signed-in user: the uid is not looked at, nor is the role.
    UpdateCurrent,
}

/// A rule that a field breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenRule {
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
    /// Is missing, but something with nearly its name was given. Only a client checks this: the service passes over
    /// names that it does not know.
    Misspelt,
}

/// How a rule is told.
pub struct Wording {
    /// For programs.
    pub name: &'static str,
    /// Comes between the field and the limit, or behind the field.
    pub text: &'static str,
    /// The most that the rule allows.
    pub limit: Option<usize>,
    /// Comes behind the limit.
    pub unit: &'static str,
}

impl BrokenRule {
    pub fn wording(self) -> Wording {
        let (name, text, limit, unit) = match self {
            BrokenRule::Required => ("required", " has to be given.", None, ""),
            BrokenRule::Blank => ("notBlank", " must not be empty.", None, ""),
            BrokenRule::NotText => ("text", " has to be a string.", None, ""),
            BrokenRule::NotList => ("list", " has to be an array of strings.", None, ""),
            BrokenRule::NotObject => (
                "object",
                " has to be a plain object that JSON can hold (no array, no cycle, no BigInt).",
                None,
                "",
            ),
            BrokenRule::NotAlphaDash => (
                "alphaDash",
                " may hold only the letters a to z, digits, - and _.",
                None,
                "",
            ),
            BrokenRule::NotUrl => (
                "url",
                " has to be an absolute URL, such as https://example.com/a.png.",
                None,
                "",
            ),
            BrokenRule::TooLong(n) => ("maxLength", AT_MOST, Some(n), " characters."),
            BrokenRule::TooMany(n) => ("maxItems", AT_MOST, Some(n), " entries."),
            BrokenRule::TooLarge(n) => ("maxBytes", AT_MOST, Some(n), " bytes as JSON."),
            BrokenRule::Misspelt => ("misspelt", " is misspelt in what was given.", None, ""),
        };
        Wording {
            name,
            text,
            limit,
            unit,
        }
    }
}

const AT_MOST: &str = " may have at most ";

/// One broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    pub field: Field,
    /// The place in the list, when one entry of [`Field::Tags`] is at fault.
    pub index: Option<usize>,
    pub rule: BrokenRule,
}

impl Violation {
    pub const fn of(field: Field, rule: BrokenRule) -> Self {
        Violation {
            field,
            index: None,
            rule,
        }
    }

    /// A rule that an entry of a list breaks.
    pub const fn of_entry(field: Field, index: usize, rule: BrokenRule) -> Self {
        Violation {
            field,
            index: Some(index),
            rule,
        }
    }

    /// The field's name; with a dot and the place for an entry of a list (`tags.3`).
    pub fn path(&self) -> String {
        let mut path = self.field.name().to_owned();
        if let Some(index) = self.index {
            path.push('.');
            push_decimal(&mut path, index);
        }
        path
    }

    /// A sentence for the caller, with the field in front: `uid has to be given.`
    pub fn message(&self) -> String {
        let Wording {
            text, limit, unit, ..
        } = self.rule.wording();
        let mut message = self.path();
        message.push_str(text);
        if let Some(limit) = limit {
            push_decimal(&mut message, limit);
            message.push_str(unit);
        }
        message
    }

    /// The code by which the service's SDKs name this fault.
    pub fn code(&self) -> &'static str {
        match (self.field, self.rule) {
            (Field::Uid, BrokenRule::Required) => codes::UID_IS_COMPULSORY,
            (Field::Name, BrokenRule::Required) => codes::USER_NAME_IS_COMPULSORY,
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

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

/// Appends a number in decimal digits. Messages are put together by hand: the standard library's
/// formatting would be a fifth of what a web page downloads.
fn push_decimal(text: &mut String, number: usize) {
    if number > 9 {
        push_decimal(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Whether a name is another one but for a letter too many or missing. Case, `-` and `_` do not count.
pub fn is_slip(written: &str, meant: &str) -> bool {
    written.len() < 2 * meant.len() && is_within(1, written.as_bytes(), meant.as_bytes())
}

fn is_within(slips: u8, written: &[u8], meant: &[u8]) -> bool {
    match (written, meant) {
        ([], []) => true,
        ([a, written @ ..], [b, meant @ ..]) if a.eq_ignore_ascii_case(b) => {
            is_within(slips, written, meant)
        }
        ([b'-' | b'_', written @ ..], _) => is_within(slips, written, meant),
        _ if slips == 0 => false,
        ([_, rest @ ..], _) if is_within(0, rest, meant) => true,
        (_, [_, rest @ ..]) => is_within(0, written, rest),
        _ => false,
    }
}

impl Write {
    /// Whether the field is looked at at all: the signed-in user's uid is known, and its role is not
    /// its own to change.
    pub const fn reads(self, field: Field) -> bool {
        match field.editable() {
            Editable::Yes => true,
            Editable::AtCreation | Editable::NotByOneself => !matches!(self, Write::UpdateCurrent),
            Editable::No => false,
        }
    }

    /// Whether the field has to be given.
    pub const fn requires(self, field: Field) -> bool {
        match field {
            Field::Uid => !matches!(self, Write::UpdateCurrent),
            Field::Name => matches!(self, Write::Create),
            _ => false,
        }
    }

    /// Whether an empty text takes the field's value away. A uid and a name cannot be taken away,
    /// and a role can only be changed for another.
    const fn clears(self, field: Field) -> bool {
        !matches!(self, Write::Create)
            && matches!(field, Field::Avatar | Field::Link | Field::StatusMessage)
    }
}

impl UserDraft {
    /// Every rule that this draft breaks, in the order in which the fields stand in [`Field`].
    pub fn violations(&self, write: Write) -> Vec<Violation> {
        let mut broken = Vec::new();
        for (field, given) in [
            (Field::Uid, &self.uid),
            (Field::Name, &self.name),
            (Field::Avatar, &self.avatar),
            (Field::Link, &self.link),
            (Field::Role, &self.role),
            (Field::StatusMessage, &self.status_message),
        ] {
            if write.reads(field) {
                check_text(field, given, write, &mut broken);
            }
        }
        let bytes = match &self.metadata {
            Given::Value(json) if !json.starts_with('{') => Given::Mistyped,
            metadata => metadata.as_ref().map(String::len),
        };
        check_metadata(&bytes, &mut broken);
        let tags = self.tags.as_ref();
        check_tags(tags.map(|tags| tags.iter().map(Given::as_ref)), &mut broken);
        broken
    }
}

/// Adds the rule that a field of kind text breaks, if any.
pub fn check_text(field: Field, given: &Given<String>, write: Write, broken: &mut Vec<Violation>) {
    let rule = text_rule(field, given, write);
    broken.extend(rule.map(|rule| Violation::of(field, rule)));
}

/// Adds the rule that metadata breaks, if any; what counts is how many bytes it has as JSON.
pub fn check_metadata(bytes: &Given<usize>, broken: &mut Vec<Violation>) {
    let rule = match bytes {
        Given::Mistyped => Some(BrokenRule::NotObject),
        Given::Value(bytes) if *bytes > limits::METADATA_BYTES => {
            Some(BrokenRule::TooLarge(limits::METADATA_BYTES))
        }
        _ => None,
    };
    broken.extend(rule.map(|rule| Violation::of(Field::Metadata, rule)));
}

/// Adds the rules that the tags break.
pub fn check_tags<T: AsRef<str>>(
    given: Given<impl ExactSizeIterator<Item = Given<T>>>,
    broken: &mut Vec<Violation>,
) {
    let rule = match given {
        Given::Absent => None,
        Given::Mistyped => Some(BrokenRule::NotList),
        // The entries of too many are not looked at one by one: there may be millions.
        Given::Value(tags) if tags.len() > limits::TAGS => Some(BrokenRule::TooMany(limits::TAGS)),
        Given::Value(tags) => {
            for (index, tag) in tags.enumerate() {
                let rule = tag_rule(tag);
                broken.extend(rule.map(|rule| Violation::of_entry(Field::Tags, index, rule)));
            }
            None
        }
    };
    broken.extend(rule.map(|rule| Violation::of(Field::Tags, rule)));
}

/// The rule that a field of kind text breaks, if any.
fn text_rule(field: Field, given: &Given<String>, write: Write) -> Option<BrokenRule> {
    match given {
        Given::Absent => write.requires(field).then_some(BrokenRule::Required),
        Given::Mistyped => Some(BrokenRule::NotText),
        Given::Value(text) if text.is_empty() && write.clears(field) => None,
        Given::Value(text) if is_blank(text) => Some(BrokenRule::Blank),
        Given::Value(text) => match field {
            Field::Uid => alpha_dash_rule(text, limits::UID_CHARS),
            Field::Name => too_long(text, limits::NAME_CHARS),
            Field::Avatar | Field::Link => url_rule(text),
            Field::Role => alpha_dash_rule(text, limits::ROLE_CHARS),
            _ => None,
        },
    }
}

/// The rule that a uid breaks, if any: 1 to 100 letters, digits, `-` and `_`. The service folds
/// upper case to lower case, so both are fine here.
pub fn uid_rule(uid: &str) -> Option<BrokenRule> {
    if is_blank(uid) {
        return Some(BrokenRule::Blank);
    }
    alpha_dash_rule(uid, limits::UID_CHARS)
}

fn alpha_dash_rule(text: &str, limit: usize) -> Option<BrokenRule> {
    let alpha_dash = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !text.bytes().all(alpha_dash) {
        return Some(BrokenRule::NotAlphaDash);
    }
    too_long(text, limit)
}

fn too_long(text: &str, limit: usize) -> Option<BrokenRule> {
    // Every byte but the continuation bytes begins a character.
    let characters = text.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
    (characters > limit).then_some(BrokenRule::TooLong(limit))
}

fn url_rule(text: &str) -> Option<BrokenRule> {
    if !is_url(text) {
        return Some(BrokenRule::NotUrl);
    }
    too_long(text, limits::URL_CHARS)
}

/// Whether the text is an absolute URL with a host: `scheme://host…`. The service accepts any
/// scheme, so an app's own (`myapp://profile/1`) is fine.
fn is_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let scheme_ends = bytes.iter().position(|byte| !is_scheme(byte));
    let rest = scheme_ends.and_then(|end| bytes.get(end..));
    let Some(host) = rest.and_then(|rest| rest.strip_prefix(b"://")) else {
        return false;
    };
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && host.first().is_some_and(|first| !b"/?#".contains(first))
        && !has_blank(text)
}

/// Whether the text is empty or only white space.
#[inline(never)]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether the text holds white space or control characters, which no URL does.
pub fn has_blank(text: &str) -> bool {
    text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The rule that one tag breaks, if any.
fn tag_rule(tag: Given<impl AsRef<str>>) -> Option<BrokenRule> {
    match tag {
        Given::Absent | Given::Mistyped => Some(BrokenRule::NotText),
        Given::Value(tag) if is_blank(tag.as_ref()) => Some(BrokenRule::Blank),
        Given::Value(tag) => too_long(tag.as_ref(), limits::TAG_CHARS),
    }
}
