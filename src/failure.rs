//! Why a call did not do what it was asked to do: one record, handed to JavaScript as plain data,
//! that never carries a secret.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use cometchat_protocol::Violation;
use cometchat_protocol::codes::client as codes;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use crate::js;

/// Fields and what is wrong with each; an object in JavaScript.
#[derive(Default)]
pub struct FieldErrors(Vec<(String, Vec<String>)>);

impl FieldErrors {
    pub fn add(&mut self, field: String, message: String) {
        match self.0.iter_mut().find(|(known, _)| *known == field) {
            Some((_, messages)) => messages.push(message),
            None => self.0.push((field, vec![message])),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All messages, one after the other.
    pub fn joined(&self) -> String {
        let messages: Vec<&str> = self
            .0
            .iter()
            .flat_map(|(_, messages)| messages)
            .map(String::as_str)
            .collect();
        messages.join(" ")
    }
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, messages)| (field, messages)))
    }
}

/// A failed call. Boxed: a result of this type then is as small as its success.
pub struct Failure(Box<Fields>);

/// The fields of `CometChatException`.
pub struct Fields {
    pub code: Cow<'static, str>,
    pub message: String,
    /// What may help: the remedy, the fields at fault, an excerpt of the reply.
    pub details: String,
    /// The HTTP status of the reply, when there was one.
    pub status: Option<u16>,
    /// Field to what is wrong with it.
    pub field_errors: Option<FieldErrors>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// How long the service asks to wait.
    pub retry_after_ms: Option<f64>,
    /// How many requests were sent.
    pub attempts: u32,
    /// A creation that failed, although one of its requests may have made the user.
    pub maybe_created: bool,
    /// What was thrown, by JavaScript; undefined when nothing was.
    pub cause: JsValue,
}

/// Under the names of `CometChatException`, without what is not known; the cause, which is no data,
/// is left out.
impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &*self.code)?;
        map.serialize_entry("message", &*self.message)?;
        map.serialize_entry("details", &*self.details)?;
        map.serialize_entry("retryable", &self.retryable)?;
        map.serialize_entry("attempts", &self.attempts)?;
        if let Some(status) = self.status {
            map.serialize_entry("status", &u32::from(status))?;
        }
        if let Some(field_errors) = &self.field_errors {
            map.serialize_entry("fieldErrors", field_errors)?;
        }
        if let Some(retry_after_ms) = self.retry_after_ms {
            map.serialize_entry("retryAfterMs", &retry_after_ms)?;
        }
        if self.maybe_created {
            map.serialize_entry("maybeCreated", &true)?;
        }
        map.end()
    }
}

impl Deref for Failure {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Fields {
        &mut self.0
    }
}

impl Failure {
    #[inline(never)]
    pub fn new(code: &'static str, message: &str) -> Self {
        Failure(Box::new(Fields {
            code: code.into(),
            message: message.to_owned(),
            details: String::new(),
            status: None,
            field_errors: None,
            retryable: false,
            retry_after_ms: None,
            attempts: 0,
            maybe_created: false,
            cause: JsValue::UNDEFINED,
        }))
    }

    #[inline(never)]
    pub fn details(mut self, details: &str) -> Self {
        self.details = details.to_owned();
        self
    }

    pub fn cause(mut self, cause: JsValue) -> Self {
        self.cause = cause;
        self
    }

    /// The broken rules of a user record; `None` when there are none. The first decides the code.
    pub fn from_violations(violations: &[Violation]) -> Option<Self> {
        let first = violations.first()?;
        let mut by_field = FieldErrors::default();
        for violation in violations {
            by_field.add(violation.path(), violation.to_string());
        }
        let mut failure =
            Failure::new(first.code(), &first.to_string()).details(&by_field.joined());
        failure.field_errors = Some(by_field);
        Some(failure)
    }

    pub fn not_logged_in() -> Self {
        Failure::new(codes::USER_NOT_LOGGED_IN, "No user is logged in.")
            .details("Call login() first.")
    }

    /// Puts a mask in place of each secret, wherever the failure could show it.
    pub fn without(mut self, secrets: &[&str]) -> Self {
        let fields = &mut *self.0;
        for text in [&mut fields.message, &mut fields.details] {
            *text = masked(text, secrets);
        }
        for (_, messages) in fields
            .field_errors
            .iter_mut()
            .flat_map(|errors| &mut errors.0)
        {
            for text in messages {
                *text = masked(text, secrets);
            }
        }
        if shows_secret(&self.cause, secrets) {
            let message = masked(&described(&self.cause), secrets);
            self.cause = js_sys::Error::new(&message).into();
        }
        self
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        // Text, numbers and maps of text: there is nothing that could fail.
        let record = failure
            .0
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .unwrap_or_default();
        if !failure.cause.is_undefined() {
            js::set(record.unchecked_ref(), "cause", &failure.cause);
        }
        record
    }
}

/// What a thrown value says of itself, with what its own cause says.
pub fn described(thrown: &JsValue) -> String {
    let own = thrown
        .as_string()
        .or_else(|| js::get_text(thrown, "message"))
        .unwrap_or_default();
    let cause = js::get(thrown, "cause");
    match js::get_text(&cause, "message").or_else(|| js::get_text(&cause, "code")) {
        Some(inner) if !inner.is_empty() => [&own, ": ", &inner].concat(),
        _ => own,
    }
}

fn masked(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = js::replace_all(&text, secret, "***");
    }
    text
}

/// Whether a thrown value shows a secret in its message, its stack, its fields or its own cause.
fn shows_secret(thrown: &JsValue, secrets: &[&str]) -> bool {
    let holds = |text: String| masked(&text, secrets) != text;
    let mut value = thrown.clone();
    // A chain of causes is short; the bound keeps a cycle from being followed for ever.
    for _ in 0..8 {
        if value.is_undefined() || value.is_null() {
            return false;
        }
        let fields = js::stringify(&value).ok().and_then(|json| json.as_string());
        let texts = [
            value.as_string(),
            js::get_text(&value, "message"),
            js::get_text(&value, "stack"),
            fields,
        ];
        if texts.into_iter().flatten().any(holds) {
            return true;
        }
        value = js::get(&value, "cause");
    }
    false
}
