//! `updateCurrentUserDetails`: changes the logged-in user, with the session's token. Its uid and its
//! role are never sent: [`Write::UpdateCurrent`] reads neither.

use cometchat_protocol::{Endpoint, Write};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::Step;
use crate::core::Core;
use crate::input::UserInput;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user after the change, which the session keeps.
    #[wasm_bindgen(js_name = updateCurrentUserDetails)]
    pub fn update_current_user_details(&self, user: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let token = call.session_token()?;
            let user = UserInput::read(user, Write::UpdateCurrent)?;
            call.send(
                Endpoint::PutMe,
                token,
                Some(&user.body),
                |call, token, user| {
                    let user = user?;
                    // The session may have ended meanwhile.
                    if call.sessions().is_open(token) {
                        call.sessions().keep(&user, token);
                    }
                    Ok(Step::Done(user.into()))
                },
            )
        })
    }
}
