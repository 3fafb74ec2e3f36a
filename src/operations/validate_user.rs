//! `validateUser`: the rules that a user breaks, without a request.

use cometchat_protocol::Write;
use cometchat_protocol::codes::client as codes;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::input::UserInput;
use crate::violations;

/// An `{ field, rule, limit, message }` for each rule that the user breaks; none for one that can be
/// created or updated.
#[wasm_bindgen(js_name = validateUser)]
pub fn validate_user(user: &JsValue, write: &JsValue) -> Result<Array, JsValue> {
    let write = match write.as_string().as_deref() {
        Some("create") => Write::Create,
        Some("update") => Write::Update,
        Some("updateCurrent") => Write::UpdateCurrent,
        _ => {
            let message = "The second argument has to be create, update or updateCurrent.";
            return Err(Failure::new(codes::INVALID_OPTIONS, message).into());
        }
    };
    let (_, broken) = UserInput::check(user, write)?;
    Ok(violations::list(&broken))
}
