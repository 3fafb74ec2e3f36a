//! Why a call did not do what it was asked to do: one record, handed to JavaScript as plain data,
//! that never carries a secret.

use std::ops::{Deref, DerefMut};

use cometchat_protocol::Violation;
use cometchat_protocol::codes::client as codes;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

use crate::js;
use crate::text;
use crate::violations;

/// What helps where a session is missing or has ended, and where a uid was taken for a token.
pub const LOGIN: &str = "Log in: login(authToken), or by uid: login(uid, authKey).";

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
        let mut joined = String::new();
        for message in self.0.iter().flat_map(|(_, messages)| messages) {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(message);
        }
        joined
    }
}

/// A failed call. Boxed: a result of this type then is as small as its success.
pub struct Failure(Box<Fields>);

/// The fields of `CometChatException`.
pub struct Fields {
    pub code: String,
    pub message: String,
    /// What may help: the remedy, the fields at fault, an excerpt of the reply.
    pub details: String,
    /// The HTTP status of the reply, when there was one.
    pub status: Option<u16>,
    /// Field to what is wrong with it.
    pub field_errors: Option<FieldErrors>,
    /// The rules of this package that the user breaks, as JavaScript gets them; undefined where there are none.
    pub violations: JsValue,
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

/// A field's value. One type for all of them: each more would bring serde's code once more.
enum Value<'a> {
    Text(&'a str),
    Flag(bool),
    Number(f64),
    List(&'a [String]),
    Errors(&'a FieldErrors),
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::List(texts) => {
                let mut list = serializer.serialize_seq(None)?;
                for text in *texts {
                    list.serialize_element(&Value::Text(text))?;
                }
                list.end()
            }
            Value::Errors(errors) => {
                let mut map = serializer.serialize_map(None)?;
                for (field, messages) in &errors.0 {
                    map.serialize_entry(field.as_str(), &Value::List(messages))?;
                }
                map.end()
            }
        }
    }
}

/// Under the names of `CometChatException`, without what is not known; what JavaScript made already is left
/// out.
impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = [
            ("code", Some(Value::Text(&self.code))),
            ("message", Some(Value::Text(&self.message))),
            ("details", Some(Value::Text(&self.details))),
            ("retryable", Some(Value::Flag(self.retryable))),
            ("attempts", Some(Value::Number(self.attempts.into()))),
            (
                "status",
                self.status.map(|status| Value::Number(status.into())),
            ),
            ("fieldErrors", self.field_errors.as_ref().map(Value::Errors)),
            ("retryAfterMs", self.retry_after_ms.map(Value::Number)),
            (
                "maybeCreated",
                self.maybe_created.then_some(Value::Flag(true)),
            ),
        ];
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &entries {
            if let Some(value) = value {
                map.serialize_entry(*name, value)?;
            }
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
    pub fn new(code: &str, message: &str) -> Self {
        Failure(Box::new(Fields {
            code: code.to_owned(),
            message: message.to_owned(),
            details: String::new(),
            status: None,
            field_errors: None,
            violations: JsValue::UNDEFINED,
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

    /// The broken rules of a user record, at least one. The first decides the code.
    pub fn from_violations(broken: &[Violation]) -> Self {
        let mut by_field = FieldErrors::default();
        let mut failure = Failure::new("", "");
        for violation in broken {
            let message = violation.message();
            if failure.code.is_empty() {
                failure = Failure::new(violation.code(), &message);
            }
            by_field.add(violation.path(), message);
        }
        if broken.len() > 1 {
            failure.details = by_field.joined();
        }
        failure.field_errors = Some(by_field);
        failure.violations = violations::list(broken).into();
        failure
    }

    pub fn not_logged_in() -> Self {
        Failure::new(codes::USER_NOT_LOGGED_IN, "No user is logged in.").details(LOGIN)
    }

    /// The failure as its caller gets it, after so many requests: with a mask in place of the call's
    /// secrets, wherever they could show.
    pub fn after(mut self, attempts: u32, maybe_created: bool, secrets: &[&str]) -> Self {
        self.attempts = attempts;
        self.maybe_created = maybe_created;
        for secret in secrets {
            self.mask(secret);
        }
        self
    }

    #[inline(never)]
    fn mask(&mut self, secret: &str) {
        // A shorter one would be found in words.
        if secret.len() < 8 {
            return;
        }
        let fields = &mut *self.0;
        let mut texts = vec![&mut fields.code, &mut fields.message, &mut fields.details];
        if let Some(by_field) = &mut fields.field_errors {
            for (field, messages) in &mut by_field.0 {
                texts.push(field);
                texts.extend(messages);
            }
        }
        // A refusal for lack of access shows the first ten characters of a key. A token, which is no hexadecimal
        // number, begins with its user's uid.
        let is_key = secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        let start = secret.get(..10).filter(|_| is_key).unwrap_or(secret);
        for text in texts {
            *text = masked(&masked(text, secret), start);
        }
        // The reason of an abort is the caller's own, and is handed back as it is.
        let is_own = fields.code == codes::REQUEST_ABORTED;
        if !is_own && may_show(&fields.cause, secret, &mut 200) {
            let message = masked(&described(&fields.cause), secret);
            fields.cause = js_sys::Error::new(&message).into();
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        // Text, numbers and maps of text: there is nothing that could fail.
        let record = failure
            .0
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .unwrap_or_default();
        for (name, value) in [
            ("cause", &failure.cause),
            ("violations", &failure.violations),
        ] {
            if !value.is_undefined() {
                js::set(record.unchecked_ref(), name, value);
            }
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
        Some(inner) if !inner.is_empty() => text::joined(&[&own, ": ", &inner]),
        _ => own,
    }
}

fn masked(text: &str, secret: &str) -> String {
    js::replace_all(&text.into(), &secret.into(), "***").into()
}

/// Whether a thrown value may show the secret when it is printed: in any text within it, or in an
/// object that does not tell what it holds (a `Request`, a `Map`). `left` bounds how many objects are
/// looked at.
fn may_show(value: &JsValue, secret: &str, left: &mut u32) -> bool {
    if let Some(text) = value.as_string() {
        return masked(&text, secret) != text;
    }
    if !value.is_object() {
        return value.is_function();
    }
    let class = js::class(value);
    let is_open = [
        "[object Error]",
        "[object Object]",
        "[object Array]",
        "[object DOMException]",
    ]
    .iter()
    .any(|open| class == *js::literal(open));
    *left = left.saturating_sub(1);
    let Some(keys) = js::own_keys(value) else {
        return true;
    };
    !is_open
        || *left == 0
        || may_show(&js::get(value, "message"), secret, left)
        || keys.iter().any(|key| {
            let held = js::get_any(value, &key);
            may_show(&key, secret, left) || may_show(&held, secret, left)
        })
}
