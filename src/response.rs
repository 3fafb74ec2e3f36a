//! From a response to the data in it or to the failure that it tells of. Success is a status of 200 or
//! 201 and an object under `data`, and nothing else.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use cometchat_protocol::validate::is_blank;
use cometchat_protocol::{Field, FieldType};
use js_sys::{Array, JsString, Object, RegExp};
use wasm_bindgen::prelude::*;

use crate::failure::{Failure, FieldErrors};
use crate::js::{self, Kind};
use crate::request::Expected;
use crate::text;
use crate::transport::{REDIRECT, Response, ResponseBody};

/// Longest part of a reply that a failure shows, in characters.
const EXCERPT_CHARS: u32 = 120;
/// What may be a token, and is not shown.
const TOKEN: &str = r"[\w\-.+/=]{16,}";

/// The object under `data`, if it is what the answer has to be.
pub fn data(response: &Response, expected: Expected) -> Result<Object, Failure> {
    let data = envelope(response, expected)?;
    match expected {
        Expected::User => user(response.status, &data)?,
        Expected::AuthToken
            if js::get_text(&data, "authToken").is_none_or(|token| is_blank(&token)) =>
        {
            return Err(invalid(response.status, "The reply holds no auth token."));
        }
        _ => {}
    }
    Ok(data)
}

/// The value of `data`; of a list, the whole envelope, since what is beside the list says where it ends.
fn envelope(response: &Response, expected: Expected) -> Result<Object, Failure> {
    let status = response.status;
    let text = match &response.body {
        ResponseBody::Text(text) => text,
        ResponseBody::Redirect => {
            return Err(invalid(status, "The service answered with a redirect.")
                .details(REDIRECT.trim_ascii_end()));
        }
        ResponseBody::NotUtf8 => return Err(invalid(status, "The reply is not valid UTF-8.")),
        ResponseBody::TooLarge => {
            let megabytes = js::digits((expected.largest_body() >> 20).into());
            let message = text::joined(&["The reply is larger than ", &megabytes, " MB."]);
            return Err(invalid(status, &message));
        }
    };
    let envelope = js::parse(text);
    if envelope.is_undefined() {
        let what = if text.length() == 0 {
            "The reply is empty."
        } else {
            "The reply is not JSON."
        };
        return Err(invalid(status, what).details(&excerpt(text)));
    }

    let error = js::get(&envelope, "error");
    let data = js::get(&envelope, "data");
    let is_failure = !error.is_undefined();
    if is_failure
        && js::is_plain_object(&error)
        && let Some(code) = js::get_text(&error, "code").filter(|code| !code.is_empty())
    {
        return Err(refusal(status, &error, code));
    }
    let is_success = matches!(status, 200 | 201);
    if is_success && !is_failure && expected.fits(&data) {
        #[cfg(feature = "server")]
        if expected == Expected::List {
            return Ok(envelope.unchecked_into());
        }
        return Ok(data.unchecked_into());
    }
    let what = if is_success {
        "The reply holds no data object."
    } else {
        "The service answered with an error status and no error object."
    };
    Err(invalid(status, what).details(&excerpt(text)))
}

/// Checks a user record from the service and brings it into the form that callers see, in place:
/// known fields have their types, a null is no field, `status` is `online` or `offline`, and the
/// flags that depend on the caller are there.
pub fn user(status: u16, data: &Object) -> Result<(), Failure> {
    let mut wrong = FieldErrors::default();
    for &field in Field::ALL {
        let name = field.name();
        let kind = js::kind(data, name);
        let is_absent = matches!(kind, Kind::Absent | Kind::Null);
        let normalized = match field {
            Field::Status if is_absent || kind == Kind::Text => connection(data),
            _ if !is_absent => normalized(field.kind(), kind, data, name),
            Field::HasBlockedMe | Field::BlockedByMe => Normalized::Replaced(JsValue::FALSE),
            Field::DeactivatedAt => Normalized::Replaced(0.into()),
            Field::Uid | Field::Name => Normalized::Invalid,
            _ => {
                if kind == Kind::Null {
                    js::delete(data, name);
                }
                Normalized::Unchanged
            }
        };
        match normalized {
            Normalized::Unchanged => {}
            Normalized::Replaced(value) => js::set(data, name, &value),
            Normalized::Invalid => {
                let message = text::joined(&[name, " is missing or not of its type."]);
                wrong.add(name.to_owned(), message);
            }
        }
    }
    if !wrong.is_empty() {
        let mut failure =
            invalid(status, "The reply holds no valid user.").details(&wrong.joined());
        failure.field_errors = Some(wrong);
        return Err(failure);
    }
    Ok(())
}

/// The service's own `available` and the like mean `online`; nothing, or an empty text, `offline`.
fn connection(data: &Object) -> Normalized {
    let given = js::get_text(data, Field::Status.name()).unwrap_or_default();
    let is_offline = given.is_empty() || given.eq_ignore_ascii_case("offline");
    Normalized::Replaced(js::literal(if is_offline { "offline" } else { "online" }).clone())
}

/// What becomes of a field's value.
enum Normalized {
    Unchanged,
    /// By the value that it means.
    Replaced(JsValue),
    Invalid,
}

/// A value that is there.
fn normalized(expected: FieldType, kind: Kind, data: &Object, name: &'static str) -> Normalized {
    match (expected, kind) {
        (FieldType::Text, Kind::Text)
        | (FieldType::Flag, Kind::Flag)
        | (FieldType::Time, Kind::Number)
        | (FieldType::Object, Kind::Object)
        | (FieldType::TextList, Kind::EmptyList | Kind::TextList) => Normalized::Unchanged,
        // PHP writes an empty object as an empty array.
        (FieldType::Object, Kind::EmptyList) => Normalized::Replaced(Object::new().into()),
        // Some of the service's clients report times as digits in a string.
        (FieldType::Time, Kind::Text) => {
            let digits = js::get_text(data, name).unwrap_or_default();
            match text::number(&digits) {
                Some(time) if time <= u32::MAX.into() => Normalized::Replaced(time.into()),
                _ => Normalized::Invalid,
            }
        }
        _ => Normalized::Invalid,
    }
}

/// A refusal in the service's own words.
pub fn refusal(status: u16, error: &JsValue, code: String) -> Failure {
    let message = js::get_text(error, "message")
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| "The service refused the call.".to_owned());
    let by_field = field_errors(&js::get(error, "details"));
    let details = match &by_field {
        Some(by_field) => by_field.joined(),
        None => js::get_text(error, "details")
            .or_else(|| js::get_text(error, "devMessage"))
            .filter(|details| *details != message)
            .unwrap_or_default(),
    };
    let mut failure = Failure::new("", &message).details(&details);
    failure.code = code;
    failure.field_errors = by_field;
    with_status(failure, status)
}

/// The service's map of a field to the list of its faults.
fn field_errors(details: &JsValue) -> Option<FieldErrors> {
    if !js::is_plain_object(details) {
        return None;
    }
    let mut by_field = FieldErrors::default();
    for entry in Object::entries(details.unchecked_ref()) {
        let entry: Array = entry.unchecked_into();
        let (field, messages) = (entry.get(0), entry.get(1));
        let messages: Array = if Array::is_array(&messages) {
            messages.unchecked_into()
        } else {
            let one = Array::new();
            one.push(&messages);
            one
        };
        for message in messages {
            if let (Some(field), Some(message)) = (field.as_string(), message.as_string())
                // Setting this one key would change the record's prototype.
                && field != "__proto__"
            {
                by_field.add(field, message);
            }
        }
    }
    Some(by_field)
}

/// An entry of a reply, which succeeded as a whole, is no user.
#[cfg(feature = "server")]
pub fn no_user() -> Failure {
    invalid(200, "The reply holds no valid user.")
}

/// The same of a token.
#[cfg(feature = "server")]
pub fn no_auth_token() -> Failure {
    invalid(200, "The reply holds no auth token.")
}

/// A reply that is not one of the service's.
fn invalid(status: u16, message: &str) -> Failure {
    let code = match status {
        429 => server::TOO_MANY_REQUESTS,
        _ => codes::INVALID_RESPONSE,
    };
    with_status(Failure::new(code, message), status)
}

fn with_status(mut failure: Failure, status: u16) -> Failure {
    // A response without a status is no HTTP response.
    failure.status = Some(status).filter(|&status| status != 0);
    failure.retryable = matches!(status, 408 | 429 | 500 | 502 | 503 | 504);
    failure
}

/// The beginning of a reply, on one line, with whatever may be a token masked.
fn excerpt(text: &JsString) -> String {
    let start = text.slice(0, EXCERPT_CHARS * 2);
    let replaced =
        |text: &JsString, pattern, by| js::replace_all(text, &RegExp::new(pattern, "g"), by);
    let masked = replaced(&replaced(&start, r"[\s\x00-\x1f\x7f]+", " "), TOKEN, "***");
    let cut = String::from(masked.slice(0, EXCERPT_CHARS));
    if cut.is_empty() {
        return cut;
    }
    text::joined(&["It begins: ", &cut])
}
