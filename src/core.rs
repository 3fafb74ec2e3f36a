//! A client as JavaScript holds it: its settings, its session, and the operations. Each operation
//! reads and checks what it was given at once, and does the rest in a promise.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use cometchat_protocol::endpoint::API_VERSION;
use cometchat_protocol::{Action, Endpoint};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::attempts;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::input::{CallOptions, UserInput, read_secret, read_uid};
use crate::js;
use crate::reply;
use crate::request::{Credential, Request};
use crate::session::{Session, SessionStore};
use crate::settings::{Settings, emulator_base};
use crate::transport::Reply;

/// One client. Nothing in it is shared with another.
#[wasm_bindgen]
#[derive(Default)]
pub struct Core {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    ready: RefCell<Option<Ready>>,
    emulator: RefCell<Option<String>>,
    is_logging_in: Cell<bool>,
    has_warned: Cell<bool>,
}

/// What there is from the first successful configuration on.
#[derive(Clone)]
struct Ready {
    settings: Rc<Settings>,
    sessions: Rc<SessionStore>,
}

/// One call of an operation: everything it needs, fixed at its beginning.
struct Call {
    state: Rc<State>,
    ready: Ready,
    emulator: Option<String>,
    deadline: Deadline,
    max_retries: u32,
    with_auth_token: bool,
}

/// The rest of an operation, after its input was read.
type Work = Pin<Box<dyn Future<Output = Result<JsValue, Failure>>>>;

/// A promise for what `work` comes to. One type of work for all operations: the promise's machinery
/// is then compiled once.
fn promise(work: Work) -> Promise {
    future_to_promise(async { work.await.map_err(Into::into) })
}

#[wasm_bindgen]
impl Core {
    /// A client that is not configured yet: every operation says so.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Core::default()
    }

    /// Sets the app and how to reach it. Configuring again for the same app and storage keeps the
    /// session.
    pub fn configure(
        &self,
        app_id: &JsValue,
        settings: &JsValue,
        is_shared: bool,
    ) -> Result<(), JsValue> {
        let settings = Settings::read(app_id, settings, is_shared)?;
        if self.state.emulator.borrow().is_none() {
            let environment = js::get(&js::get(&js_sys::global(), "process"), "env");
            if let Some(host) = js::get_text(&environment, "COMETCHAT_EMULATOR_HOST")
                && !host.trim().is_empty()
            {
                *self.state.emulator.borrow_mut() = Some(emulator_base(&host.into())?);
            }
        }
        let mut ready = self.state.ready.borrow_mut();
        let (app_id, name, place) = (&settings.app_id, &settings.session_name, settings.place);
        let sessions = match ready.take() {
            Some(former) if former.sessions.serves(app_id, name, place) => former.sessions,
            _ => Rc::new(SessionStore::new(app_id, name, place)),
        };
        *ready = Some(Ready {
            settings: Rc::new(settings),
            sessions,
        });
        Ok(())
    }

    /// Sends every later call to an emulator.
    #[wasm_bindgen(js_name = connectEmulator)]
    pub fn connect_emulator(&self, url: &JsValue) -> Result<(), JsValue> {
        *self.state.emulator.borrow_mut() = Some(emulator_base(url)?);
        Ok(())
    }

    #[wasm_bindgen(js_name = createUser)]
    pub fn create_user(
        &self,
        user: &JsValue,
        auth_key: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let credential = call.auth_key(auth_key)?;
        let input = UserInput::read(user, Action::Create)?;
        let body = input.body(Action::Create);
        if call.with_auth_token {
            js::set(&body, "withAuthToken", &JsValue::TRUE);
        }
        let request = call.request(Endpoint::CreateUser, credential, Some(&body))?;
        Ok(promise(Box::pin(async move {
            Ok(call.send(&request, reply::user).await?.into())
        })))
    }

    #[wasm_bindgen(js_name = updateUser)]
    pub fn update_user(
        &self,
        user: &JsValue,
        auth_key: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let credential = call.auth_key(auth_key)?;
        let input = UserInput::read(user, Action::Update)?;
        let body = input.body(Action::Update);
        let endpoint = Endpoint::UpdateUser { uid: input.uid() };
        let request = call.request(endpoint, credential, Some(&body))?;
        Ok(promise(Box::pin(async move {
            let updated = call.send(&request, reply::user).await?;
            call.refresh_session(&updated);
            Ok(updated.into())
        })))
    }

    #[wasm_bindgen(js_name = updateCurrentUserDetails)]
    pub fn update_current_user_details(
        &self,
        user: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let session = call.session()?;
        let input = UserInput::read(user, Action::UpdateCurrent)?;
        let body = input.body(Action::UpdateCurrent);
        let credential = Credential::AuthToken(session.auth_token.clone());
        let request = call.request(Endpoint::PutMe, credential, Some(&body))?;
        Ok(promise(Box::pin(async move {
            let updated = call.send(&request, reply::user).await?;
            call.replace_session(&session, &updated);
            Ok(updated.into())
        })))
    }

    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(
        &self,
        uid: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let session = call.session()?;
        let uid = read_uid(uid)?;
        let credential = Credential::AuthToken(session.auth_token);
        let request = call.request(Endpoint::GetUser { uid: &uid }, credential, None)?;
        Ok(promise(Box::pin(async move {
            Ok(call.send(&request, reply::user).await?.into())
        })))
    }

    #[wasm_bindgen(js_name = loginWithKey)]
    pub fn login_with_key(
        &self,
        uid: &JsValue,
        auth_key: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let credential = call.auth_key(auth_key)?;
        let uid = read_uid(uid)?;
        let login = self.state.begin_login()?;
        let endpoint = Endpoint::CreateAuthToken { uid: &uid };
        let request = call.request(endpoint, credential, Some(&call.device()))?;
        Ok(promise(Box::pin(async move {
            let _login = login;
            if let Some(session) = call.ready.sessions.load()
                && session.uid.eq_ignore_ascii_case(&uid)
            {
                return Ok(session.user.into());
            }
            let token = call.send(&request, has_auth_token).await?;
            let auth_token = js::get_text(&token, "authToken").unwrap_or_default();
            call.start_session(auth_token).await
        })))
    }

    #[wasm_bindgen(js_name = loginWithToken)]
    pub fn login_with_token(
        &self,
        auth_token: &JsValue,
        options: &JsValue,
        started_at: f64,
    ) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let is_blank = auth_token
            .as_string()
            .is_some_and(|token| token.trim().is_empty());
        let code = if auth_token.is_undefined() || auth_token.is_null() || is_blank {
            codes::MISSING_PARAMETERS
        } else {
            codes::INVALID_AUTH_TOKEN
        };
        let auth_token = read_secret(auth_token, code, "auth token")?;
        let login = self.state.begin_login()?;
        Ok(promise(Box::pin(async move {
            let _login = login;
            if let Some(session) = call.ready.sessions.load()
                && session.auth_token == auth_token
            {
                return Ok(session.user.into());
            }
            call.start_session(auth_token).await
        })))
    }

    /// Ends the session, here and at the service.
    pub fn logout(&self, options: &JsValue, started_at: f64) -> Result<Promise, JsValue> {
        let call = self.state.call(options, started_at)?;
        let session = call.session()?;
        let credential = Credential::AuthToken(session.auth_token.clone());
        let request = call.request(Endpoint::DeleteMe, credential, None)?;
        Ok(promise(Box::pin(async move {
            match call.send(&request, |_, _| Ok(())).await {
                Ok(_) => {}
                // The service knows of no such session: that is what was asked for.
                Err(failure) if failure.code == server::AUTH_AUTH_TOKEN_NOT_FOUND => {}
                Err(failure) => return Err(failure),
            }
            call.ready.sessions.end(&session.auth_token);
            Ok(JsValue::UNDEFINED)
        })))
    }

    /// The logged-in user's fields, or null. No request is sent.
    #[wasm_bindgen(js_name = getLoggedInUser)]
    pub fn get_logged_in_user(&self) -> Result<JsValue, JsValue> {
        let session = self.state.ready()?.sessions.load();
        Ok(session.map_or(JsValue::NULL, |session| session.user.into()))
    }
}

impl State {
    fn ready(&self) -> Result<Ready, Failure> {
        self.ready.borrow().clone().ok_or_else(|| {
            Failure::new(
                codes::INITIALIZATION_NOT_DONE,
                "init() has to be called before any other method.",
            )
            .details("Call init(appId, { region: \"us\" }) first.")
        })
    }

    /// Begins a call: from here on its time runs.
    fn call(self: &Rc<Self>, options: &JsValue, started_at: f64) -> Result<Box<Call>, Failure> {
        let ready = self.ready()?;
        let options = CallOptions::read(options)?;
        let timeout_ms = options.timeout_ms.unwrap_or(ready.settings.timeout_ms);
        Ok(Box::new(Call {
            state: self.clone(),
            emulator: self.emulator.borrow().clone(),
            deadline: Deadline::new(started_at, timeout_ms, options.signal),
            max_retries: options.max_retries.unwrap_or(ready.settings.max_retries),
            with_auth_token: options.with_auth_token,
            ready,
        }))
    }

    fn begin_login(self: &Rc<Self>) -> Result<Login, Failure> {
        if self.is_logging_in.replace(true) {
            return Err(Failure::new(
                codes::LOGIN_IN_PROGRESS,
                "Another login of this client has not ended yet.",
            )
            .details("Wait for its promise, or use a Client of its own for each user."));
        }
        Ok(Login(self.clone()))
    }
}

/// A login that is under way; it ends however the call ends.
struct Login(Rc<State>);

impl Drop for Login {
    fn drop(&mut self) {
        self.0.is_logging_in.set(false);
    }
}

impl Call {
    fn session(&self) -> Result<Session, Failure> {
        self.ready
            .sessions
            .load()
            .ok_or_else(Failure::not_logged_in)
    }

    fn request(
        &self,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&Object>,
    ) -> Result<Request, Failure> {
        let base = match &self.emulator {
            Some(emulator) => emulator,
            None => self.ready.settings.base(endpoint.host()).ok_or_else(|| {
                Failure::new(
                    codes::MISSING_PARAMETERS,
                    "The app's region has to be given.",
                )
                .details("Pass it to init: init(appId, { region: \"us\" }).")
            })?,
        };
        Request::new(base, endpoint, credential, body)
    }

    async fn send(
        &self,
        request: &Request,
        check: fn(&Reply, &Object) -> Result<(), Failure>,
    ) -> Result<Object, Failure> {
        let settings = &self.ready.settings;
        let sent = attempts::run(settings, self.max_retries, &self.deadline, request, check).await;
        sent.map_err(|mut failure| {
            if let Credential::AuthToken(auth_token) = &request.credential
                && failure.code == server::AUTH_AUTH_TOKEN_NOT_FOUND
            {
                self.ready.sessions.end(auth_token);
                failure.details = "The session has ended. Log in again.".to_owned();
            }
            failure
        })
    }

    /// The credential of a call with a key; in a page that others may open, it warns once.
    fn auth_key(&self, auth_key: &JsValue) -> Result<Credential, Failure> {
        let auth_key = read_secret(auth_key, codes::INVALID_AUTH_KEY, "auth key")?;
        let host = js::get_text(&js::get(&js_sys::global(), "location"), "hostname");
        let is_public = host.is_some_and(|host| {
            !matches!(host.as_str(), "" | "localhost" | "127.0.0.1" | "[::1]")
                && !host.ends_with(".localhost")
        });
        let is_silenced = self.ready.settings.allow_auth_key_in_browser || self.emulator.is_some();
        if is_public && !is_silenced && !self.state.has_warned.replace(true) {
            js::warn(
                "cometchat-users: an Auth Key is used in a web page, where every visitor can read \
                 it and act as any user. Create and update users on your server, and log in with \
                 an auth token. To silence this: init(appId, { allowAuthKeyInBrowser: true }).",
            );
        }
        Ok(Credential::AuthKey(auth_key))
    }

    /// What a session start tells of this client.
    fn device(&self) -> Object {
        let navigator = js::get(&js_sys::global(), "navigator");
        let user_agent = js::get_text(&navigator, "userAgent").unwrap_or_default();
        let app_info = Object::new();
        js::set(
            &app_info,
            "version",
            &concat!("v", env!("CARGO_PKG_VERSION")).into(),
        );
        js::set(&app_info, "apiVersion", &API_VERSION.into());
        js::set(&app_info, "userAgent", &user_agent.into());
        let device = Object::new();
        js::set(&device, "platform", &"WEB".into());
        js::set(&device, "deviceId", &self.ready.sessions.device_id().into());
        js::set(&device, "appInfo", &app_info);
        device
    }

    async fn start_session(&self, auth_token: String) -> Result<JsValue, Failure> {
        let credential = Credential::AuthToken(auth_token.clone());
        let request = self.request(Endpoint::PutMe, credential, Some(&self.device()))?;
        let user = self.send(&request, reply::user).await?;
        self.keep_session(&user, auth_token);
        Ok(user.into())
    }

    /// Stores a reply to `/me` as the session; the token stays where the reply names no other.
    fn keep_session(&self, user: &Object, auth_token: String) {
        let named = js::get_text(user, "authToken").filter(|token| !token.is_empty());
        self.ready.sessions.save(user, &named.unwrap_or(auth_token));
    }

    /// After an update of oneself, unless that session has ended meanwhile.
    fn replace_session(&self, session: &Session, user: &Object) {
        let current = self.ready.sessions.load();
        if current.is_some_and(|current| current.auth_token == session.auth_token) {
            self.keep_session(user, session.auth_token.clone());
        }
    }

    /// After an update with a key, which may have been of the logged-in user.
    fn refresh_session(&self, updated: &Object) {
        let uid = js::get_text(updated, "uid").unwrap_or_default();
        if let Some(session) = self.ready.sessions.load()
            && session.uid.eq_ignore_ascii_case(&uid)
        {
            let merged = Object::assign(&session.user, updated);
            self.ready.sessions.save(&merged, &session.auth_token);
        }
    }
}

fn has_auth_token(reply: &Reply, data: &Object) -> Result<(), Failure> {
    match js::get_text(data, "authToken") {
        Some(token) if !token.trim().is_empty() => Ok(()),
        _ => Err(reply::invalid(reply, "The reply holds no auth token.")),
    }
}
