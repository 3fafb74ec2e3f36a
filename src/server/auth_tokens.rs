//! `createAuthToken`, `listAuthTokens`, `deleteAuthToken` and `deleteAuthTokens`: the tokens with which a
//! user's devices log in.

use cometchat_protocol::Endpoint;
use cometchat_protocol::admin::AdminEndpoint;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, answered, done};
use crate::call::Step;
use crate::input::{read_auth_token, read_uid};
use crate::js;
use crate::response;

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with `{ uid, authToken, createdAt }`.
    #[wasm_bindgen(js_name = createAuthToken)]
    pub fn create_auth_token(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            call.ask(Endpoint::CreateAuthToken { uid: &uid }, None, answered)
        })
    }

    /// Resolves with all tokens of a user, the newest first.
    #[wasm_bindgen(js_name = listAuthTokens)]
    pub fn list_auth_tokens(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let endpoint = AdminEndpoint::ListAuthTokens { uid: &uid };
            call.ask(Endpoint::Admin(endpoint), None, |_, _, envelope| {
                let tokens: Array = js::get_own(&envelope?, "data").unchecked_into();
                let is_token = |token: JsValue| js::get_text(&token, "authToken").is_some();
                if !tokens.iter().all(is_token) {
                    return Err(response::no_auth_token());
                }
                Ok(Step::Done(tokens.into()))
            })
        })
    }

    /// Resolves with nothing: the token opens no session any more.
    #[wasm_bindgen(js_name = deleteAuthToken)]
    pub fn delete_auth_token(
        &self,
        uid: &JsValue,
        auth_token: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let auth_token = read_auth_token(auth_token)?;
            let endpoint = AdminEndpoint::DeleteAuthToken {
                uid: &uid,
                auth_token: &auth_token,
            };
            call.ask(Endpoint::Admin(endpoint), None, done)
        })
    }

    /// Resolves with nothing: no token of the user opens a session any more.
    #[wasm_bindgen(js_name = deleteAuthTokens)]
    pub fn delete_auth_tokens(&self, uid: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let endpoint = AdminEndpoint::DeleteAuthTokens { uid: &uid };
            call.ask(Endpoint::Admin(endpoint), None, done)
        })
    }
}
