//! `getUser`: reads any user, with the session's token.

use cometchat_protocol::Endpoint;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::Step;
use crate::core::Core;
use crate::input::read_uid;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user.
    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let token = call.session_token()?;
            let uid = read_uid(uid)?;
            call.send(
                Endpoint::GetUser { uid: &uid },
                token,
                None,
                |_, _, user| Ok(Step::Done(user?.into())),
            )
        })
    }
}
