//! `logout`: ends the session, at the service and here.

use cometchat_protocol::Endpoint;
use cometchat_protocol::codes::server;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::call::Step;
use crate::core::Core;

#[wasm_bindgen]
impl Core {
    /// Resolves with nothing. A session that the service has ended already counts as logged out; after
    /// any other failure it is still there.
    pub fn logout(&self, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let token = call.session_token()?;
            call.send(Endpoint::DeleteMe, token, None, |call, token, ended| {
                match ended {
                    Err(failure) if failure.code == server::AUTH_AUTH_TOKEN_NOT_FOUND => {}
                    ended => {
                        ended?;
                        call.sessions().end(token);
                    }
                }
                Ok(Step::Done(JsValue::UNDEFINED))
            })
        })
    }
}
