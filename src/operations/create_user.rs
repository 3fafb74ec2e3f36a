//! `createUser`: a new user, with the app's auth key.

use cometchat_protocol::{Endpoint, Write};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::{Call, Step};
use crate::core::Core;
use crate::failure::Failure;
use crate::input::UserInput;
use crate::js;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user as the service created it. With `options.withAuthToken` it carries a
    /// token of its own.
    #[wasm_bindgen(js_name = createUser)]
    pub fn create_user(&self, user: &JsValue, auth_key: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let auth_key = call.auth_key(auth_key)?;
            let user = new_user(call, user)?;
            call.send(
                Endpoint::CreateUser,
                auth_key,
                Some(&user.body),
                |_, _, user| Ok(Step::Done(user?.into())),
            )
        })
    }
}

/// A user to be created, with the call's option for a token.
#[inline]
pub fn new_user(call: &Call, user: &JsValue) -> Result<UserInput, Failure> {
    let user = UserInput::read(user, Write::Create)?;
    if call.options.with_auth_token {
        js::set(&user.body.fields, "withAuthToken", &JsValue::TRUE);
    }
    Ok(user)
}
