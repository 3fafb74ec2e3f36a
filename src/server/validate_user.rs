//! `validateUser`: the rules that a user breaks, without a request.

use cometchat_protocol::{BrokenRule, Violation, Write};
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use super::admin_core::wrong_option;
use crate::input::UserInput;
use crate::js;

/// An `{ field, rule, limit, message }` for each rule that the user breaks; none for one that can be
/// created or updated.
#[wasm_bindgen(js_name = validateUser)]
pub fn validate_user(user: &JsValue, write: &JsValue) -> Result<Array, JsValue> {
    let write = match write.as_string().as_deref() {
        Some("create") => Write::Create,
        Some("update") => Write::Update,
        _ => {
            let message = "validateUser has to be given \"create\" or \"update\".";
            return Err(wrong_option(message).into());
        }
    };
    let (_, broken) = UserInput::check(user, write)?;
    Ok(broken.iter().map(described).collect())
}

fn described(violation: &Violation) -> Object {
    let (rule, limit) = match violation.rule {
        BrokenRule::Required => ("required", None),
        BrokenRule::Blank => ("notBlank", None),
        BrokenRule::NotText => ("text", None),
        BrokenRule::NotList => ("list", None),
        BrokenRule::NotObject => ("object", None),
        BrokenRule::NotAlphaDash => ("alphaDash", None),
        BrokenRule::NotUrl => ("url", None),
        BrokenRule::TooLong(most) => ("maxCharacters", Some(most)),
        BrokenRule::TooMany(most) => ("maxEntries", Some(most)),
        BrokenRule::TooLarge(most) => ("maxBytes", Some(most)),
    };
    let record = Object::new();
    js::set(&record, "field", &violation.path().into());
    js::set(&record, "rule", js::literal(rule));
    if let Some(limit) = limit {
        js::set(&record, "limit", &(limit as u32).into());
    }
    js::set(&record, "message", &violation.message().into());
    record
}
