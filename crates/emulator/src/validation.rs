//! The protocol's rules in the service's words. The service is built on Laravel: where its own
//! message is not known, Laravel's is used.

use cometchat_protocol::{BrokenRule, Field, Given, UserDraft, Violation, Write};

use crate::error::{ApiError, Details};

/// Checks a draft against the rules for an write.
///
/// # Errors
/// [`ApiError::Invalid`] with every broken rule.
pub fn check(draft: &UserDraft, write: Write) -> Result<(), ApiError> {
    let mut details = Details::new();
    for violation in draft.violations(write) {
        // The path, not the draft, says which user to update.
        if violation.field == Field::Uid && write != Write::Create {
            continue;
        }
        let text = worded(&violation, draft, write);
        details.entry(violation.path()).or_default().push(text);
    }
    for (name, given) in texts(draft) {
        if given.value().is_some_and(|text| text.contains('\0')) {
            details
                .entry(name)
                .or_insert_with_key(|name| vec![format(name)]);
        }
    }
    finish(details)
}

/// [`ApiError::Invalid`] unless there are no details.
pub fn finish(details: Details) -> Result<(), ApiError> {
    if details.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(details))
    }
}

/// An error about a part of a document, with the part's path in front of its own paths.
pub fn inside(prefix: &str, error: ApiError) -> ApiError {
    match error {
        ApiError::Invalid(details) => ApiError::Invalid(
            details
                .into_iter()
                .map(|(path, errors)| (format!("{prefix}.{path}"), errors))
                .collect(),
        ),
        other => other,
    }
}

/// The texts of a draft by path. PostgreSQL cannot store a NUL in a text, so the emulator accepts
/// none on any database.
fn texts(draft: &UserDraft) -> impl Iterator<Item = (String, &Given<String>)> {
    let tags = draft.tags.value().map(Vec::as_slice).unwrap_or_default();
    [
        (Field::Name, &draft.name),
        (Field::Avatar, &draft.avatar),
        (Field::Link, &draft.link),
        (Field::StatusMessage, &draft.status_message),
    ]
    .into_iter()
    .map(|(field, given)| (field.name().to_owned(), given))
    .chain(
        tags.iter()
            .enumerate()
            .map(|(at, tag)| (format!("tags.{at}"), tag)),
    )
}

fn worded(violation: &Violation, draft: &UserDraft, write: Write) -> String {
    let path = violation.path();
    match violation.rule {
        BrokenRule::Required => required(&path),
        BrokenRule::Blank => match violation.field {
            Field::Uid | Field::Tags => required(&path),
            Field::Name if write == Write::Create => required(&path),
            _ => format!("The {} field must have a value.", displayed(&path)),
        },
        // A null entry counts as missing.
        BrokenRule::NotText if is_null(violation, draft) => required(&path),
        BrokenRule::NotText => not_text(&path),
        BrokenRule::NotList => not_list(&path),
        BrokenRule::NotObject => format!("The {} must be an object.", displayed(&path)),
        BrokenRule::NotAlphaDash => format!(
            "The {} must only contain letters, numbers, dashes and underscores.",
            displayed(&path)
        ),
        BrokenRule::NotUrl => format!("The {} must be a valid URL.", displayed(&path)),
        BrokenRule::TooLong(limit) => too_long(&path, limit),
        // Only a client finds this one.
        BrokenRule::Misspelt => violation.message(),
        BrokenRule::TooMany(limit) => format!(
            "The {} must not have more than {limit} items.",
            displayed(&path)
        ),
        BrokenRule::TooLarge(limit) => format!(
            "The {} must not be greater than {limit} bytes.",
            displayed(&path)
        ),
    }
}

fn is_null(violation: &Violation, draft: &UserDraft) -> bool {
    let tags = draft.tags.value();
    violation
        .index
        .and_then(|at| tags?.get(at))
        .is_some_and(|tag| *tag == Given::Absent)
}

/// The message for a missing field.
pub fn required(name: &str) -> String {
    format!("The {} field is required.", displayed(name))
}

/// The message for a field that is not a string.
pub fn not_text(name: &str) -> String {
    format!("The {} must be a string.", displayed(name))
}

/// The message for a field that is not a list.
pub fn not_list(name: &str) -> String {
    format!("The {} must be an array.", displayed(name))
}

/// The message for a field with too many characters.
pub fn too_long(name: &str, limit: usize) -> String {
    format!(
        "The {} must not be greater than {limit} characters.",
        displayed(name)
    )
}

/// The message for a value that is not one of the choices.
pub fn not_selectable(name: &str) -> String {
    format!("The selected {} is invalid.", displayed(name))
}

/// The message for a field in the wrong format.
pub fn format(name: &str) -> String {
    format!("The {} format is invalid.", displayed(name))
}

/// A field's name as Laravel shows it: `statusMessage` as `status message`.
pub fn displayed(name: &str) -> String {
    let mut shown = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            shown.push(' ');
        }
        shown.push(char.to_ascii_lowercase());
    }
    shown
}

/// Collects the errors in the fields of a small body.
#[derive(Debug, Default)]
pub struct FieldErrors(Details);

impl FieldErrors {
    pub fn add(&mut self, path: impl Into<String>, message: String) {
        self.0.entry(path.into()).or_default().push(message);
    }

    /// Adds the details of a check that found broken rules.
    ///
    /// # Errors
    /// What is not [`ApiError::Invalid`].
    pub fn gather<T>(&mut self, checked: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
        match checked {
            Ok(value) => Ok(Some(value)),
            Err(ApiError::Invalid(mut details)) => {
                self.0.append(&mut details);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads an optional text of limited length; an empty one counts as absent.
    pub fn text(&mut self, name: &str, given: Given<String>, limit: usize) -> Option<String> {
        match given {
            Given::Absent => None,
            Given::Mistyped => {
                self.add(name, not_text(name));
                None
            }
            Given::Value(text) if text.is_empty() => None,
            Given::Value(text) if text.contains('\0') => {
                self.add(name, format(name));
                None
            }
            Given::Value(text) if text.chars().count() > limit => {
                self.add(name, too_long(name, limit));
                None
            }
            Given::Value(text) => Some(text),
        }
    }

    /// Reads a required list of texts that must not be empty.
    pub fn texts(&mut self, name: &str, given: Given<Vec<Given<String>>>) -> Vec<String> {
        let items = match given {
            Given::Absent => {
                self.add(name, required(name));
                return Vec::new();
            }
            Given::Mistyped => {
                self.add(name, not_list(name));
                return Vec::new();
            }
            Given::Value(items) if items.is_empty() => {
                self.add(name, required(name));
                return Vec::new();
            }
            Given::Value(items) => items,
        };
        let mut texts = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let path = format!("{name}.{at}");
            match item {
                Given::Value(text) if text.contains('\0') => {
                    let message = format(&path);
                    self.add(path, message);
                }
                Given::Value(text) if !text.is_empty() => texts.push(text),
                Given::Mistyped => {
                    let message = not_text(&path);
                    self.add(path, message);
                }
                _ => {
                    let message = required(&path);
                    self.add(path, message);
                }
            }
        }
        texts
    }

    /// # Errors
    /// [`ApiError::Invalid`] if there are any errors.
    pub fn finish(self) -> Result<(), ApiError> {
        finish(self.0)
    }
}
