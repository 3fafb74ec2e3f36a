//! From a reply to the data in it or to the failure that it tells of. Success is a status of 200 or
//! 201 and an object under `data`, and nothing else.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use cometchat_protocol::{Field, Kind};
use js_sys::{Array, JsString, Object, RegExp};
use wasm_bindgen::prelude::*;

use crate::failure::{Failure, FieldErrors};
use crate::js::{self, Found};
use crate::request::Answer;
use crate::text;
use crate::transport::{Body, Reply};

/// Longest part of a reply that a failure shows, in characters.
const EXCERPT_CHARS: u32 = 120;
/// What may be a token, and is not shown.
const TOKEN: &str = r"[\w\-.+/=]{16,}";

/// The object under `data`, if it is what the answer has to be.
pub fn data(reply: &Reply, answer: Answer) -> Result<Object, Failure> {
    let data = envelope(reply)?;
    match answer {
        Answer::User => user(reply, &data)?,
        Answer::Token if js::get_text(&data, "authToken").is_none_or(|t| t.trim().is_empty()) => {
            return Err(invalid(reply, "The reply holds no auth token."));
        }
        _ => {}
    }
    Ok(data)
}

/// The value of `data`.
fn envelope(reply: &Reply) -> Result<Object, Failure> {
    let text = match &reply.body {
        Body::Text(text) => text,
        Body::Redirect => {
            return Err(
                invalid(reply, "The service answered with a redirect.").details(
                    "Redirects are not followed: set the address that it points to as host.",
                ),
            );
        }
        Body::NotUtf8 => return Err(invalid(reply, "The reply is not valid UTF-8.")),
        Body::TooLarge => return Err(invalid(reply, "The reply is larger than 1 MB.")),
    };
    let envelope = js::parse(text);
    if envelope.is_undefined() {
        let what = if text.length() == 0 {
            "The reply is empty."
        } else {
            "The reply is not JSON."
        };
        return Err(invalid(reply, what).details(&excerpt(text)));
    }

    let error = js::get(&envelope, "error");
    let data = js::get(&envelope, "data");
    let is_failure = !error.is_undefined();
    if is_failure
        && js::is_plain_object(&error)
        && let Some(code) = js::get_text(&error, "code").filter(|code| !code.is_empty())
    {
        return Err(refusal(reply, &error, code));
    }
    let is_success = matches!(reply.status, 200 | 201);
    if is_success && !is_failure && js::is_plain_object(&data) {
        return Ok(data.unchecked_into());
    }
    let what = if is_success {
        "The reply holds no data object."
    } else {
        "The service answered with an error status and no error object."
    };
    Err(invalid(reply, what).details(&excerpt(text)))
}

/// Checks a user record from the service and brings it into the form that callers see, in place:
/// known fields have their types, a null is no field, `status` is `online` or `offline`, and the
/// flags that depend on the caller are there.
fn user(reply: &Reply, data: &Object) -> Result<(), Failure> {
    let mut wrong = FieldErrors::default();
    let fields = js::Fields::of(data, Field::ALL.len());
    for (field, found, place) in fields.iter() {
        let name = field.name();
        let is_required = matches!(field, Field::Uid | Field::Name);
        let normal = match (field, found) {
            (Field::HasBlockedMe | Field::BlockedByMe, Found::Undefined | Found::Null) => {
                Normal::Is(JsValue::FALSE)
            }
            (Field::DeactivatedAt, Found::Undefined | Found::Null) => Normal::Is(0.into()),
            (Field::Status, Found::Undefined | Found::Null) => {
                Normal::Is(js::literal("offline").clone())
            }
            (Field::Status, Found::Text) => status(&fields.value(place)),
            (_, Found::Undefined) if !is_required => Normal::AsItIs,
            (_, Found::Null) if !is_required => {
                js::delete(data, name);
                Normal::AsItIs
            }
            (_, Found::Text) if field.kind() == Kind::Text => Normal::AsItIs,
            _ => normal(field.kind(), &fields.value(place)),
        };
        match normal {
            Normal::AsItIs => {}
            Normal::Is(normal) => js::set(data, name, &normal),
            Normal::No => {
                let message = text::joined(&[name, " is missing or not of its type."]);
                wrong.add(name.to_owned(), message);
            }
        }
    }
    if !wrong.is_empty() {
        let mut failure = invalid(reply, "The reply holds no valid user.").details(&wrong.joined());
        failure.field_errors = Some(wrong);
        return Err(failure);
    }
    Ok(())
}

/// The service's own `available` and the like mean `online`.
fn status(value: &JsValue) -> Normal {
    let (online, offline) = (js::literal("online"), js::literal("offline"));
    if value == online || value == offline {
        return Normal::AsItIs;
    }
    let given = value.as_string().unwrap_or_default();
    Normal::Is(match given.to_ascii_lowercase().as_str() {
        "" | "offline" => offline.clone(),
        _ => online.clone(),
    })
}

/// What a value is to a field.
enum Normal {
    AsItIs,
    /// It means this value.
    Is(JsValue),
    No,
}

fn normal(kind: Kind, value: &JsValue) -> Normal {
    let fits = match kind {
        Kind::Text => value.is_string(),
        Kind::Flag => value.as_bool().is_some(),
        Kind::Time => {
            // Some of the service's clients report times as digits in a string.
            if let Some(Ok(time)) = value.as_string().map(|digits| digits.parse::<u32>()) {
                return Normal::Is(time.into());
            }
            value.as_f64().is_some()
        }
        Kind::Object => {
            // PHP writes an empty object as an empty array.
            if Array::is_array(value) && value.unchecked_ref::<Array>().length() == 0 {
                return Normal::Is(Object::new().into());
            }
            js::is_plain_object(value)
        }
        Kind::TextList => js::is_text_list(value),
    };
    if fits { Normal::AsItIs } else { Normal::No }
}

/// A refusal in the service's own words.
fn refusal(reply: &Reply, error: &JsValue, code: String) -> Failure {
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
    with_status(failure, reply)
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

/// A reply that is not one of the service's.
fn invalid(reply: &Reply, message: &str) -> Failure {
    let code = match reply.status {
        429 => server::TOO_MANY_REQUESTS,
        _ => codes::INVALID_RESPONSE,
    };
    with_status(Failure::new(code, message), reply)
}

fn with_status(mut failure: Failure, reply: &Reply) -> Failure {
    // A response without a status is no HTTP response.
    failure.status = Some(reply.status).filter(|&status| status != 0);
    failure.retryable = matches!(reply.status, 408 | 429 | 500 | 502 | 503 | 504);
    failure
}

/// The beginning of a reply, on one line, with whatever may be a token masked.
fn excerpt(text: &JsString) -> String {
    let start = text.slice(0, EXCERPT_CHARS * 2);
    let one_line = start.replace_by_pattern(&RegExp::new(r"[\s\x00-\x1f\x7f]+", "g"), " ");
    let masked = one_line.replace_by_pattern(&RegExp::new(TOKEN, "g"), "***");
    let cut = String::from(masked.slice(0, EXCERPT_CHARS));
    if cut.is_empty() {
        return cut;
    }
    text::joined(&["It begins: ", &cut])
}
