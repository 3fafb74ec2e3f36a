//! `deleteUser`: deactivates a user, or removes it with all that it wrote.

use cometchat_protocol::admin::AdminEndpoint;
use cometchat_protocol::{Endpoint, Given};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, body_of, done, wrong_option};
use crate::input::{given_flag, read_uid};

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with nothing. Without `options.permanent` the user can be reactivated.
    #[wasm_bindgen(js_name = deleteUser)]
    pub fn delete_user(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let is_permanent = match given_flag(options, "permanent") {
                Given::Mistyped => {
                    return Err(wrong_option("options.permanent has to be a boolean."));
                }
                given => given.value() == Some(&true),
            };
            let body = body_of("permanent", &is_permanent.into());
            let endpoint = Endpoint::Admin(AdminEndpoint::DeleteUser { uid: &uid });
            call.ask(endpoint, Some(&body), done)
        })
    }
}
