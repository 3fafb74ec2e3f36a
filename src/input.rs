//! What JavaScript callers give, read and checked. A wrong type is kept as such, so that it can be
//! reported beside every other fault; the caller's objects are only read.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::validate::{tag_count_rule, tag_rule, text_rule, uid_rule};
use cometchat_protocol::{Action, Field, Given, Kind, Rule, Violation, limits};
use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::js::{self, Found};
use crate::request::Body;
use crate::text;

/// A user that was checked for what is to be done with it.
pub struct UserInput {
    /// Empty where none was needed.
    pub uid: String,
    /// What a request carries: the fields that were given and that the action may set. The uid of an
    /// update is in its path.
    pub body: Body,
}

impl UserInput {
    pub fn read(user: &JsValue, action: Action) -> Result<Self, Failure> {
        if !user.is_object() {
            return Err(
                Failure::new(codes::MISSING_PARAMETERS, "The user has to be given.").details(
                    "Pass a User, or an object such as { uid: \"user1\", name: \"Kevin\" }.",
                ),
            );
        }
        let mut uid = String::new();
        let mut body = Body::default();
        let mut broken = Vec::new();
        let fields = js::Fields::of(user, Field::SETTABLE);
        for (field, found, place) in fields.iter() {
            if !action.reads(field) {
                continue;
            }
            if matches!(found, Found::Undefined | Found::Null) {
                if action.requires(field) {
                    broken.push(Violation::of(field, Rule::Required));
                }
                continue;
            }
            let mut value = fields.value(place);
            let rule = match field.kind() {
                Kind::Object => match read_metadata(&value) {
                    Ok(json) => {
                        body.metadata = Some(json);
                        continue;
                    }
                    Err(rule) => Some(rule),
                },
                Kind::TextList => {
                    value = read_tags(&value, &mut broken);
                    None
                }
                _ => {
                    let given = present(&value, JsValue::as_string);
                    let rule = text_rule(field, &given, action);
                    if let (Field::Uid, Given::Value(text)) = (field, given) {
                        uid = text;
                    }
                    rule
                }
            };
            broken.extend(rule.map(|rule| Violation::of(field, rule)));
            let is_in_path = field == Field::Uid && action == Action::Update;
            if !is_in_path {
                js::set(&body.fields, field.name(), &value);
            }
        }
        if !broken.is_empty() {
            return Err(Failure::from_violations(&broken));
        }
        Ok(UserInput { uid, body })
    }
}

/// The metadata's JSON text: what was measured is what is sent, even if the caller changes the object
/// meanwhile.
fn read_metadata(metadata: &JsValue) -> Result<JsString, Rule> {
    // A map or a date would turn into {} or a text without notice; a cycle or a BigInt throws. Its own
    // toJSON may make something else of it.
    if js::class(metadata) == *js::literal("[object Object]")
        && let Ok(json) = js::stringify(metadata).dyn_into::<JsString>()
        && json.char_code_at(0) == f64::from(b'{')
    {
        return match js::fits(&json, limits::METADATA_BYTES) {
            true => Ok(json),
            false => Err(Rule::TooLarge(limits::METADATA_BYTES)),
        };
    }
    Err(Rule::NotObject)
}

/// A copy of the tags; the rules that they break are added to `broken`.
fn read_tags(tags: &JsValue, broken: &mut Vec<Violation>) -> JsValue {
    // Whatever behaves as an array: a proxy may have any length, or throw.
    let is_list = js::class(tags) == *js::literal("[object Array]");
    let length = js::get(tags, "length").as_f64();
    let length = length.filter(|_| is_list).map(|length| length as usize);
    // The entries are not looked at one by one when there are too many: there may be millions.
    let rule = length.map_or(Some(Rule::NotList), tag_count_rule);
    if let Some(rule) = rule {
        broken.push(Violation::of(Field::Tags, rule));
        return JsValue::UNDEFINED;
    }
    let copy = js::entries(tags, length.unwrap_or_default() as u32);
    // A tag that is plain breaks no rule. What is not is looked at here, one by one.
    if !js::are_plain(&copy, limits::TAG_CHARS as u32) {
        for index in 0..copy.length() {
            let tag = copy.get(index);
            if let Some(rule) = tag_rule(&present(&tag, JsValue::as_string)) {
                broken.push(Violation::of_entry(Field::Tags, index as usize, rule));
            }
        }
    }
    copy.into()
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
        None if js::is_absent(uid) => Rule::Required,
        None => Rule::NotText,
    };
    Err(Failure::from_violations(&[Violation::of(Field::Uid, rule)]))
}

/// The token that a login was given instead of a uid and a key.
pub fn read_auth_token(given: &JsValue) -> Result<String, Failure> {
    let is_missing = match given.as_string() {
        Some(token) => token.trim().is_empty(),
        None => js::is_absent(given),
    };
    let code = if is_missing {
        codes::MISSING_PARAMETERS
    } else {
        codes::INVALID_AUTH_TOKEN
    };
    read_secret(given, code, "auth token")
}

/// An auth key or auth token: it travels in a request header, so it has to be one word of visible
/// ASCII characters. It is not shown in the failure.
pub fn read_secret(given: &JsValue, code: &str, name: &str) -> Result<String, Failure> {
    let fault = match given.as_string() {
        None if js::is_absent(given) => " has to be given.",
        None => " has to be a string.",
        Some(secret) if secret.trim().is_empty() => " must not be empty.",
        Some(secret) if !secret.bytes().all(|byte| byte.is_ascii_graphic()) => {
            " must not hold spaces, line breaks or characters outside ASCII."
        }
        Some(secret) => return Ok(secret),
    };
    Err(Failure::new(code, &text::joined(&["The ", name, fault]))
        .details("You find your app's credentials in the CometChat dashboard."))
}

/// What a single call may set for itself.
#[derive(Default)]
pub struct CallOptions {
    /// An `AbortSignal`.
    pub signal: Option<JsValue>,
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
            return Err(wrong("The options have to be an object."));
        }
        let is_signal = |signal: &JsValue| {
            let method = js::get(signal, "addEventListener");
            method.is_function().then(|| signal.clone())
        };
        let signal = match given(&js::get(options, "signal"), is_signal) {
            Given::Mistyped => return Err(wrong("options.signal has to be an AbortSignal.")),
            Given::Value(signal) => Some(signal),
            Given::Absent => None,
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
fn given<T>(value: &JsValue, read: fn(&JsValue) -> Option<T>) -> Given<T> {
    if js::is_absent(value) {
        return Given::Absent;
    }
    present(value, read)
}

fn present<T>(value: &JsValue, read: fn(&JsValue) -> Option<T>) -> Given<T> {
    read(value).map_or(Given::Mistyped, Given::Value)
}

pub fn given_text(object: &JsValue, key: &'static str) -> Given<String> {
    given(&js::get(object, key), JsValue::as_string)
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
