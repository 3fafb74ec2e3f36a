//! `updateUser`: changes any user, and takes values away.

use cometchat_protocol::{Endpoint, Field, Write};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, answered, wrong_option};
use crate::failure::Failure;
use crate::input::UserInput;
use crate::js;
use crate::text;

/// How a field's value is taken away.
enum Removal {
    /// By the request's own list.
    Listed,
    /// By an empty value: the list does not take the field.
    Emptied,
}

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with the user after the change. `options.unset` lists the fields whose values go.
    #[wasm_bindgen(js_name = updateUser)]
    pub fn update_user(&self, user: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let user = UserInput::read(user, Write::Update)?;
            unset(&user, &js::get(options, "unset"))?;
            let endpoint = Endpoint::UpdateUser { uid: &user.uid };
            call.ask(endpoint, Some(&user.body), answered)
        })
    }
}

fn unset(user: &UserInput, fields: &JsValue) -> Result<(), Failure> {
    if js::is_absent(fields) {
        return Ok(());
    }
    let Some(fields) = super::filter::list(fields) else {
        return Err(wrong_option(
            "options.unset has to be an array of names of fields.",
        ));
    };
    let listed = Array::new();
    for name in fields {
        let known = name.as_string().and_then(|name| removal(&name));
        let Some((field, removal)) = known else {
            return Err(wrong_option(
                "options.unset takes avatar, link, statusMessage, metadata and tags.",
            ));
        };
        let is_set = match field {
            Field::Metadata => user.body.metadata.is_some(),
            _ => !js::get_own(&user.body.fields, field.name()).is_undefined(),
        };
        if is_set {
            let message = [field.name(), " is to be set and to be unset."];
            return Err(wrong_option(&text::joined(&message)));
        }
        match (removal, field) {
            (Removal::Listed, _) => {
                listed.push(&name);
            }
            (Removal::Emptied, Field::Tags) => {
                js::set(&user.body.fields, field.name(), &Array::new());
            }
            (Removal::Emptied, _) => js::set(&user.body.fields, field.name(), &"".into()),
        }
    }
    if listed.length() > 0 {
        js::set(&user.body.fields, "unset", &listed);
    }
    Ok(())
}

/// The service's list takes three fields, as its documentation says.
fn removal(name: &str) -> Option<(Field, Removal)> {
    Some(match name {
        "avatar" => (Field::Avatar, Removal::Listed),
        "link" => (Field::Link, Removal::Listed),
        "metadata" => (Field::Metadata, Removal::Listed),
        "statusMessage" => (Field::StatusMessage, Removal::Emptied),
        "tags" => (Field::Tags, Removal::Emptied),
        _ => return None,
    })
}
