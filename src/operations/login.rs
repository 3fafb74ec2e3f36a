//! `login`: starts a session, with an auth token, or with a uid and the app's auth key. With a key, a
//! first request brings a token of the user, and a second one starts the session with it.

use cometchat_protocol::Endpoint;
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

use crate::call::{Call, Step};
use crate::core::Core;
use crate::failure::Failure;
use crate::input::{read_auth_token, read_uid};
use crate::js;
use crate::request::Credential;

#[wasm_bindgen]
impl Core {
    /// Resolves with the user. Sends nothing where that user is logged in already.
    #[wasm_bindgen(js_name = loginWithKey)]
    pub fn login_with_key(&self, uid: &JsValue, auth_key: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let auth_key = call.auth_key(auth_key)?;
            let uid = read_uid(uid)?;
            call.lock_login()?;
            if let Some(session) = call.sessions().load()
                && session.uid.eq_ignore_ascii_case(&uid)
            {
                return Ok(Step::Done(session.user.into()));
            }
            let endpoint = Endpoint::CreateAuthToken { uid: &uid };
            let device = call.sessions().device();
            call.send(endpoint, auth_key, Some(&device), |call, _, created| {
                let created = created?;
                let token = js::get_text(&created, "authToken").unwrap_or_default();
                start_session(call, token)
            })
        })
    }

    /// Resolves with the user. Sends nothing where this token's session is open already.
    #[wasm_bindgen(js_name = loginWithToken)]
    pub fn login_with_token(&self, auth_token: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let token = read_auth_token(auth_token)?;
            call.lock_login()?;
            if let Some(session) = call.sessions().load()
                && session.auth_token == token
            {
                return Ok(Step::Done(session.user.into()));
            }
            start_session(call, token)
        })
    }
}

fn start_session(call: &Call, token: String) -> Result<Step, Failure> {
    let device = call.sessions().device();
    let token = Credential::AuthToken(token);
    call.send(Endpoint::PutMe, token, Some(&device), started)
}

/// The session's user is the answer.
fn started(call: &Call, token: &str, user: Result<Object, Failure>) -> Result<Step, Failure> {
    let user = user?;
    call.sessions().keep(&user, token);
    Ok(Step::Done(user.into()))
}
