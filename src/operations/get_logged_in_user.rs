//! `getLoggedInUser`: the session's user as last seen. Sends nothing.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::Step;
use crate::core::Core;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user, or with null where nobody is logged in.
    #[wasm_bindgen(js_name = getLoggedInUser)]
    pub fn get_logged_in_user(&self) -> Promise {
        self.run(&JsValue::UNDEFINED, &|call| {
            let session = call.sessions().load();
            let user = session.map_or(JsValue::NULL, |session| session.user.into());
            Ok(Step::Done(user))
        })
    }
}
