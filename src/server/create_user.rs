//! `createUser`: a new user.

use cometchat_protocol::Endpoint;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, answered};
use crate::operations::create_user::new_user;

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with the user as the service created it. With `options.withAuthToken` it carries a
    /// token of its own.
    #[wasm_bindgen(js_name = createUser)]
    pub fn create_user(&self, user: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let user = new_user(call, user)?;
            call.ask(Endpoint::CreateUser, Some(&user.body), answered)
        })
    }
}
