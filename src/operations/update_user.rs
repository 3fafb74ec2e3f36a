//! `updateUser`: changes any user, with the app's auth key.

use cometchat_protocol::{Endpoint, Write};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::Step;
use crate::core::Core;
use crate::input::UserInput;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user after the change. A session of that user shows the change, too.
    #[wasm_bindgen(js_name = updateUser)]
    pub fn update_user(&self, user: &JsValue, auth_key: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let auth_key = call.auth_key(auth_key)?;
            let user = UserInput::read(user, Write::Update)?;
            let endpoint = Endpoint::UpdateUser { uid: &user.uid };
            call.send(endpoint, auth_key, Some(&user.body), |call, _, user| {
                let user = user?;
                call.sessions().refresh(&user);
                Ok(Step::Done(user.into()))
            })
        })
    }
}
