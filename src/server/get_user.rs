//! `getUser`: reads any user, also as another user sees it.

use cometchat_protocol::Endpoint;
use cometchat_protocol::admin::AdminEndpoint;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, answered, see_as, sent};
use crate::failure::Failure;
use crate::input::read_uid;
use crate::js;

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with the user; with what lies between it and the user `options.onBehalfOf`.
    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let viewer = viewer(options)?;
            let endpoint = Endpoint::Admin(AdminEndpoint::GetUser { uid: &uid });
            let request = call.admin_request(endpoint, None)?;
            see_as(&request, viewer.as_deref());
            Ok(sent(request, answered))
        })
    }
}

/// The uid in `onBehalfOf`, if there is one.
pub fn viewer(options: &JsValue) -> Result<Option<String>, Failure> {
    let uid = js::get(options, "onBehalfOf");
    if js::is_absent(&uid) {
        return Ok(None);
    }
    read_uid(&uid).map(Some)
}
