//! `validateUser`: the rules that a user breaks, without a request.

use cometchat_protocol::Write;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::input::UserInput;
use crate::violations;

/// An `{ field, rule, limit, message }` for each rule that the user breaks; none for one with which the
/// action can be done: of 0 `create`, 1 `update`, 2 `updateCurrent`.
#[wasm_bindgen(js_name = validateUser)]
pub fn validate_user(user: &JsValue, action: u32) -> Result<Array, JsValue> {
    let write = match action {
        0 => Write::Create,
        1 => Write::Update,
        _ => Write::UpdateCurrent,
    };
    let (_, broken) = UserInput::check(user, write)?;
    Ok(violations::list(&broken))
}
