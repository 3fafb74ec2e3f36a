//! What JavaScript callers give, read into records. A wrong type is kept as such, so that it can
//! be reported beside every other fault; the caller's objects are only read.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::validate::uid_rule;
use cometchat_protocol::{Action, Field, Given, Rule, UserDraft, Violation};
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::js;

/// The texts and lists of a user that was checked, and its metadata as a JavaScript object that
/// nobody else holds.
pub struct UserInput {
    draft: UserDraft,
    metadata: JsValue,
}

impl UserInput {
    /// Reads and checks a user for what is to be done with it.
    pub fn read(user: &JsValue, action: Action) -> Result<Self, Failure> {
        if !user.is_object() {
            return Err(
                Failure::new(codes::MISSING_PARAMETERS, "The user has to be given.").details(
                    "Pass a User, or an object such as { uid: \"user1\", name: \"Kevin\" }.",
                ),
            );
        }
        let text = |field: Field| given_text(user, field.name());
        let (metadata_json, metadata) = read_metadata(&js::get(user, Field::Metadata.name()));
        let draft = UserDraft {
            uid: text(Field::Uid),
            name: text(Field::Name),
            avatar: text(Field::Avatar),
            link: text(Field::Link),
            role: text(Field::Role),
            status_message: text(Field::StatusMessage),
            metadata: metadata_json,
            tags: read_tags(&js::get(user, Field::Tags.name())),
        };
        match Failure::from_violations(&draft.violations(action)) {
            Some(failure) => Err(failure),
            None => Ok(UserInput { draft, metadata }),
        }
    }

    /// The uid, or an empty text where none was needed.
    pub fn uid(&self) -> &str {
        self.draft.uid.value().map_or("", String::as_str)
    }

    /// The object that a request carries for `action`: the fields that were given and that this
    /// action may set. The uid of an update stands in its path.
    pub fn body(&self, action: Action) -> Object {
        let body = Object::new();
        let text = |field: Field, given: &Given<String>| {
            if let Some(text) = given.value() {
                js::set(&body, field.name(), &text.into());
            }
        };
        let draft = &self.draft;
        if action == Action::Create {
            text(Field::Uid, &draft.uid);
        }
        text(Field::Name, &draft.name);
        text(Field::Avatar, &draft.avatar);
        text(Field::Link, &draft.link);
        if action != Action::UpdateCurrent {
            text(Field::Role, &draft.role);
        }
        text(Field::StatusMessage, &draft.status_message);
        if draft.metadata.value().is_some() {
            js::set(&body, Field::Metadata.name(), &self.metadata);
        }
        if let Some(tags) = draft.tags.value() {
            let tags: Array = tags
                .iter()
                .filter_map(Given::value)
                .map(JsValue::from)
                .collect();
            js::set(&body, Field::Tags.name(), &tags);
        }
        body
    }
}

/// The metadata's JSON text, and a copy of the object made from that text: what was measured is
/// what is sent, even if the caller changes the object meanwhile.
fn read_metadata(metadata: &JsValue) -> (Given<String>, JsValue) {
    if metadata.is_undefined() || metadata.is_null() {
        return (Given::Absent, JsValue::UNDEFINED);
    }
    // A map or a date would turn into {} or a text without notice; a cycle or a BigInt throws.
    let json = js::is_plain_object(metadata)
        .then(|| {
            js::stringify(metadata)
                .ok()?
                .dyn_into::<js_sys::JsString>()
                .ok()
        })
        .flatten();
    let Some(json) = json else {
        return (Given::Mistyped, JsValue::UNDEFINED);
    };
    let copy = js::parse(&json).unwrap_or_default();
    (Given::Value(json.into()), copy)
}

fn read_tags(tags: &JsValue) -> Given<Vec<Given<String>>> {
    if tags.is_undefined() || tags.is_null() {
        return Given::Absent;
    }
    if !Array::is_array(tags) {
        return Given::Mistyped;
    }
    let read = |tag: JsValue| tag.as_string().map_or(Given::Mistyped, Given::Value);
    Given::Value(tags.unchecked_ref::<Array>().iter().map(read).collect())
}

/// A uid on its own: the uid itself, or an object that has one.
pub fn read_uid(given: &JsValue) -> Result<String, Failure> {
    let value = if given.is_object() {
        js::get(given, "uid")
    } else {
        given.clone()
    };
    let rule = match value.as_string() {
        Some(uid) => match uid_rule(&uid) {
            None => return Ok(uid),
            Some(rule) => rule,
        },
        None if value.is_undefined() || value.is_null() => Rule::Required,
        None => Rule::NotText,
    };
    let violation = Violation {
        field: Field::Uid,
        index: None,
        rule,
    };
    Err(Failure::from_violations(&[violation])
        .unwrap_or_else(|| Failure::new(codes::INVALID_UID, "The uid is not valid.")))
}

/// An auth key or auth token: it travels in a request header, so it has to be one word of visible
/// ASCII characters. It is not shown in the failure.
pub fn read_secret(given: &JsValue, code: &'static str, name: &str) -> Result<String, Failure> {
    let fault = match given.as_string() {
        None if given.is_undefined() || given.is_null() => " has to be given.",
        None => " has to be a string.",
        Some(secret) if secret.trim().is_empty() => " must not be empty.",
        Some(secret) if !secret.bytes().all(|byte| byte.is_ascii_graphic()) => {
            " must not hold spaces, line breaks or characters outside ASCII."
        }
        Some(secret) => return Ok(secret),
    };
    Err(Failure::new(code, &["The ", name, fault].concat())
        .details("You find your app's credentials in the CometChat dashboard."))
}

/// What a single call may set for itself.
pub struct CallOptions {
    /// An `AbortSignal`, or undefined.
    pub signal: JsValue,
    pub timeout_ms: Option<f64>,
    pub max_retries: Option<u32>,
    pub with_auth_token: bool,
}

impl CallOptions {
    pub fn read(options: &JsValue) -> Result<Self, Failure> {
        if options.is_undefined() || options.is_null() {
            return Ok(CallOptions {
                signal: JsValue::UNDEFINED,
                timeout_ms: None,
                max_retries: None,
                with_auth_token: false,
            });
        }
        let wrong = |message| Failure::new(codes::INVALID_OPTIONS, message);
        if !options.is_object() {
            return Err(wrong("The options have to be an object."));
        }
        let signal = js::get(options, "signal");
        let absent = signal.is_undefined() || signal.is_null();
        if !absent && !js::get(&signal, "addEventListener").is_function() {
            return Err(wrong("options.signal has to be an AbortSignal."));
        }
        Ok(CallOptions {
            signal: if absent { JsValue::UNDEFINED } else { signal },
            timeout_ms: read_timeout(options).map_err(wrong)?,
            max_retries: read_retries(options).map_err(wrong)?,
            with_auth_token: match given_flag(options, "withAuthToken") {
                Given::Mistyped => return Err(wrong("options.withAuthToken has to be a boolean.")),
                given => given.value() == Some(&true),
            },
        })
    }
}

/// A property that may be absent, with `read` for a value that is there.
fn given<T>(object: &JsValue, key: &str, read: fn(&JsValue) -> Option<T>) -> Given<T> {
    let value = js::get(object, key);
    if value.is_undefined() || value.is_null() {
        return Given::Absent;
    }
    read(&value).map_or(Given::Mistyped, Given::Value)
}

pub fn given_text(object: &JsValue, key: &str) -> Given<String> {
    given(object, key, JsValue::as_string)
}

pub fn given_flag(object: &JsValue, key: &str) -> Given<bool> {
    given(object, key, JsValue::as_bool)
}

fn given_number(object: &JsValue, key: &str) -> Given<f64> {
    given(object, key, JsValue::as_f64)
}

/// `timeoutMs`: a time limit in milliseconds; infinity stands for none.
pub fn read_timeout(options: &JsValue) -> Result<Option<f64>, &'static str> {
    match given_number(options, "timeoutMs") {
        Given::Absent => Ok(None),
        Given::Value(milliseconds) if milliseconds > 0.0 => Ok(Some(milliseconds)),
        _ => Err("timeoutMs has to be a number of milliseconds above 0."),
    }
}

/// `maxRetries`: a number of retries.
pub fn read_retries(options: &JsValue) -> Result<Option<u32>, &'static str> {
    match given_number(options, "maxRetries") {
        Given::Absent => Ok(None),
        Given::Value(retries) if (0.0..=100.0).contains(&retries) && retries.fract() == 0.0 => {
            Ok(Some(retries as u32))
        }
        _ => Err("maxRetries has to be a whole number from 0 to 100."),
    }
}
