//! What JavaScript callers give, read and checked. A wrong type is kept as such, so that it can be
//! reported beside every other fault; the caller's objects are only read.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::validate::{
    check_metadata, check_tags, check_text, is_blank, is_slip, uid_rule,
};
use cometchat_protocol::{BrokenRule, Field, FieldType, Given, Violation, Write, limits};
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use crate::failure::{Failure, LOGIN};
use crate::js;
use crate::request::RequestBody;
use crate::text;

/// A user that was checked for what is to be done with it.
pub struct UserInput {
    /// Empty where none was needed.
    pub uid: String,
    /// What a request carries: the fields that were given and that the write may set. The uid of an
    /// update is in its path.
    pub body: RequestBody,
}

impl UserInput {
    pub fn read(user: &JsValue, write: Write) -> Result<Self, Failure> {
        let (read, broken) = UserInput::check(user, write)?;
        if !broken.is_empty() {
            return Err(Failure::from_violations(&broken));
        }
        Ok(read)
    }

    /// The user with the rules that it breaks.
    #[inline(never)]
    pub fn check(user: &JsValue, write: Write) -> Result<(Self, Vec<Violation>), Failure> {
        if !user.is_object() {
            return Err(Failure::new(
                codes::MISSING_PARAMETERS,
                "The user, the first argument, has to be an object.",
            )
            .details("Pass a User, or { uid: \"user1\", name: \"Kevin\" }."));
        }
        let mut uid = String::new();
        let mut body = RequestBody::default();
        let mut broken = Vec::new();
        for &field in Field::ALL.iter().filter(|field| write.reads(**field)) {
            let mut value = js::get(user, field.name());
            match field.kind() {
                FieldType::Object => {
                    // What was measured is what is sent, even if the caller changes the object meanwhile.
                    let json = given(&value, metadata_json);
                    check_metadata(&json.as_ref().map(js::utf8_bytes), &mut broken);
                    body.metadata = json.into_value();
                    continue;
                }
                FieldType::TextList => {
                    let tags = given(&value, copied);
                    check_tags(tags.as_ref().map(texts), &mut broken);
                    let Some(tags) = tags.into_value() else {
                        continue;
                    };
                    value = tags.into();
                }
                _ => {
                    let text = given(&value, JsValue::as_string);
                    check_text(field, &text, write, &mut broken);
                    let Some(text) = text.into_value() else {
                        continue;
                    };
                    if field == Field::Uid {
                        uid = text;
                        if write == Write::Update {
                            continue;
                        }
                    }
                }
            }
            js::set(&body.fields, field.name(), &value);
        }
        check_spelling(user, write, &mut broken);
        Ok((UserInput { uid, body }, broken))
    }
}

/// Adds the fields that are missing where something with nearly their name was given. Any other name may be
/// the caller's own, or new in the service.
fn check_spelling(user: &JsValue, write: Write, broken: &mut Vec<Violation>) {
    for name in js::names_besides(user, js::literal(Field::NAMES)) {
        let name = name.as_string().unwrap_or_default();
        let is_meant = |field: &&Field| {
            write.reads(**field)
                && is_slip(&name, field.name())
                && js::is_absent(&js::get(user, field.name()))
        };
        if let Some(&field) = Field::ALL.iter().find(is_meant) {
            broken.push(Violation::of(field, BrokenRule::Misspelt));
        }
    }
}

/// Metadata as JSON text; `None` for what is no object, or JSON cannot hold as it is.
fn metadata_json(metadata: &JsValue) -> Option<JsString> {
    // A map or a date would turn into {} or a text without notice; a cycle or a BigInt throws.
    if js::class(metadata) != *js::literal("[object Object]") {
        return None;
    }
    let json: JsString = js::stringify(metadata).dyn_into().ok()?;
    // Its own toJSON may make something else of it.
    let is_object = JsValue::from(json.slice(0, 1)) == *js::literal("{");
    is_object.then_some(json)
}

/// A copy of the tags; `None` for what is no array. There may be millions: of too many it has as many as
/// show that.
fn copied(tags: &JsValue) -> Option<Array> {
    // Whatever behaves as an array: a proxy may have any length, or throw.
    if js::class(tags) != *js::literal("[object Array]") {
        return None;
    }
    let length = js::get(tags, "length").as_f64()? as u32;
    Some(js::entries(tags, length.min(limits::TAGS as u32 + 1)))
}

fn texts(tags: &Array) -> impl ExactSizeIterator<Item = Given<String>> {
    tags.iter().map(|tag| present(&tag, JsValue::as_string))
}

/// A uid on its own: the uid itself, or an object that has one.
pub fn read_uid(value: &JsValue) -> Result<String, Failure> {
    let uid = if value.is_object() {
        &js::get(value, "uid")
    } else {
        value
    };
    let rule = match uid.as_string() {
        Some(uid) => match uid_rule(&uid) {
            None => return Ok(uid),
            Some(rule) => rule,
        },
        None if js::is_absent(uid) => BrokenRule::Required,
        None => BrokenRule::NotText,
    };
    Err(Failure::from_violations(&[Violation::of(Field::Uid, rule)]))
}

/// The token that a login was given instead of a uid and a key.
pub fn read_auth_token(given: &JsValue) -> Result<String, Failure> {
    let is_missing = match given.as_string() {
        Some(token) => is_blank(&token),
        None => js::is_absent(given),
    };
    let code = if is_missing {
        codes::MISSING_PARAMETERS
    } else {
        codes::INVALID_AUTH_TOKEN
    };
    read_secret(given, code, "auth token").map_err(|failure| failure.details(LOGIN))
}

/// An auth key or auth token: it travels in a request header, so it has to be one word of visible
/// ASCII characters. It is not shown in the failure.
pub fn read_secret(given: &JsValue, code: &str, name: &str) -> Result<String, Failure> {
    let fault = match given.as_string() {
        None if js::is_absent(given) => " has to be given.",
        None => " has to be a string.",
        Some(secret) if is_blank(&secret) => " must not be empty.",
        Some(secret) if !text::is_header_value(&secret) => {
            " must not hold spaces, line breaks or characters outside ASCII."
        }
        Some(secret) => return Ok(secret),
    };
    Err(Failure::new(code, &text::joined(&["The ", name, fault]))
        .details("You find your app's credentials in the CometChat dashboard."))
}

/// The names of all options, each between a space and a comma.
#[cfg(not(feature = "server"))]
const OPTIONS: &str = " signal, timeoutMs, maxRetries, withAuthToken,";
#[cfg(feature = "server")]
const OPTIONS: &str =
    " signal, timeoutMs, maxRetries, withAuthToken, unset, onBehalfOf, permanent,";

/// What a single call may set for itself.
#[derive(Default)]
pub struct CallOptions {
    /// An `AbortSignal`; undefined where none is given.
    pub signal: JsValue,
    pub timeout_ms: Option<f64>,
    pub max_retries: Option<u32>,
    pub with_auth_token: bool,
}

impl CallOptions {
    pub fn read(options: &JsValue) -> Result<Self, Failure> {
        if js::is_absent(options) {
            return Ok(CallOptions::default());
        }
        let wrong = |message| Failure::new(codes::INVALID_OPTIONS, message);
        if !options.is_object() {
            return Err(wrong(
                "The options, the last argument, have to be an object.",
            ));
        }
        let unknown = js::names_besides(options, js::literal(OPTIONS)).get(0);
        if let Some(name) = unknown.as_string() {
            return Err(wrong(&text::joined(&[
                "options.",
                &name,
                " is unknown: there are",
                OPTIONS,
                " and no others.",
            ])));
        }
        let is_signal = |signal: &JsValue| {
            let method = js::get(signal, "addEventListener");
            method.is_function().then(|| signal.clone())
        };
        let signal = match given(&js::get(options, "signal"), is_signal) {
            Given::Mistyped => return Err(wrong("options.signal has to be an AbortSignal.")),
            signal => signal.into_value().unwrap_or_default(),
        };
        Ok(CallOptions {
            signal,
            timeout_ms: read_timeout(options).map_err(wrong)?,
            max_retries: read_retries(options).map_err(wrong)?,
            with_auth_token: match given_flag(options, "withAuthToken") {
                Given::Mistyped => return Err(wrong("options.withAuthToken has to be a boolean.")),
                given => given.value() == Some(&true),
            },
        })
    }
}

/// A value that may be absent, with `read` for one that is there.
pub fn given<T>(value: &JsValue, read: fn(&JsValue) -> Option<T>) -> Given<T> {
    if js::is_absent(value) {
        return Given::Absent;
    }
    present(value, read)
}

fn present<T>(value: &JsValue, read: fn(&JsValue) -> Option<T>) -> Given<T> {
    read(value).map_or(Given::Mistyped, Given::Value)
}

pub fn given_flag(object: &JsValue, key: &'static str) -> Given<bool> {
    given(&js::get(object, key), JsValue::as_bool)
}

fn given_number(object: &JsValue, key: &'static str) -> Given<f64> {
    given(&js::get(object, key), JsValue::as_f64)
}

/// `timeoutMs`: a time limit in milliseconds; infinity means none.
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
