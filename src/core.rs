//! A client as JavaScript holds it: its settings, its session, and the operations. An operation
//! reads and checks what it was given at once, and does the rest in a promise.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use cometchat_protocol::{Action, Endpoint};
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::attempts;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::input::{CallOptions, UserInput, read_auth_token, read_secret, read_uid};
use crate::js;
use crate::request::{Body, Credential, Request};
use crate::session::SessionStore;
use crate::settings::{Settings, emulator_base};

/// One client. Nothing in it is shared with another.
#[wasm_bindgen]
#[derive(Default)]
pub struct Core {
    state: Rc<State>,
}

/// What a client can be asked to do, under the names of the package's functions.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    CreateUser = "createUser",
    UpdateUser = "updateUser",
    UpdateCurrentUserDetails = "updateCurrentUserDetails",
    GetUser = "getUser",
    LoginWithKey = "loginWithKey",
    LoginWithToken = "loginWithToken",
    Logout = "logout",
    GetLoggedInUser = "getLoggedInUser",
}

#[derive(Default)]
struct State {
    ready: RefCell<Option<Rc<Ready>>>,
    emulator: RefCell<Option<String>>,
    is_logging_in: Cell<bool>,
    is_page_known: Cell<bool>,
}

/// What there is from the first successful configuration on.
struct Ready {
    settings: Settings,
    sessions: Rc<SessionStore>,
}

/// One call of an operation: everything it needs, fixed at its beginning.
struct Call {
    operation: Operation,
    /// The global one.
    fetch: JsValue,
    ready: Rc<Ready>,
    emulator: Option<String>,
    deadline: Deadline,
    max_retries: u32,
    /// Held by a login for as long as it takes.
    _login: Option<Login>,
}

/// What an operation comes to once its input was read.
enum Begun {
    /// There is nothing to ask the service for.
    Known(JsValue),
    Sending(Box<Call>, Request),
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
                self.connect_emulator(&host.into())?;
            }
        }
        let mut ready = self.state.ready.borrow_mut();
        let (app_id, name, place) = (&settings.app_id, &settings.session_name, settings.place);
        let sessions = match &*ready {
            Some(former) if former.sessions.serves(app_id, name, place) => former.sessions.clone(),
            _ => Rc::new(SessionStore::new(app_id, name, place)),
        };
        *ready = Some(Rc::new(Ready { settings, sessions }));
        Ok(())
    }

    /// Sends every later call to an emulator.
    #[wasm_bindgen(js_name = connectEmulator)]
    pub fn connect_emulator(&self, url: &JsValue) -> Result<(), JsValue> {
        *self.state.emulator.borrow_mut() = Some(emulator_base(url)?);
        Ok(())
    }

    /// Does what it is asked to do, and ends with one call of `resolve` or `reject`: what takes a
    /// promise's two functions makes no promise of its own. `subject` is the user, the uid or the
    /// auth token that the operation is about; `auth_key` opens the operations that need one;
    /// `started_at` is when the caller asked, on the clock of `now` in `look.js`, and `fetch` the
    /// global one at that moment.
    #[allow(clippy::too_many_arguments)]
    pub fn call(
        &self,
        // The name of a Rust type means nothing to who reads the bindings' typings.
        #[wasm_bindgen(unchecked_param_type = "string")] operation: Operation,
        subject: &JsValue,
        auth_key: &JsValue,
        options: &JsValue,
        started_at: f64,
        fetch: JsValue,
        resolve: Function,
        reject: Function,
    ) {
        let begun = self
            .state
            .begin(operation, subject, auth_key, options, started_at, fetch);
        spawn_local(async move {
            let done = match begun {
                Ok(Begun::Known(value)) => Ok(value),
                Ok(Begun::Sending(call, request)) => call.run(request).await,
                Err(failure) => Err(failure),
            };
            let (settle, value) = match done {
                Ok(value) => (resolve, value),
                Err(failure) => (reject, failure.into()),
            };
            let settle: js::Settle = settle.unchecked_into();
            settle.settle(&JsValue::UNDEFINED, &value);
        });
    }
}

impl State {
    fn ready(&self) -> Result<Rc<Ready>, Failure> {
        self.ready.borrow().clone().ok_or_else(|| {
            Failure::new(
                codes::INITIALIZATION_NOT_DONE,
                "init() has to be called before any other method.",
            )
            .details("Call init(appId, { region: \"us\" }) first.")
        })
    }

    /// Reads and checks everything that a call was given; from here on its time runs.
    fn begin(
        self: &Rc<Self>,
        operation: Operation,
        subject: &JsValue,
        auth_key: &JsValue,
        options: &JsValue,
        started_at: f64,
        fetch: JsValue,
    ) -> Result<Begun, Failure> {
        let ready = self.ready()?;
        if operation == Operation::GetLoggedInUser {
            let session = ready.sessions.load();
            let user = session.map_or(JsValue::NULL, |session| session.user.into());
            return Ok(Begun::Known(user));
        }
        let options = CallOptions::read(options)?;
        let credential = match operation {
            Operation::CreateUser | Operation::UpdateUser | Operation::LoginWithKey => {
                self.auth_key(auth_key, &ready.settings)?
            }
            Operation::LoginWithToken => Credential::AuthToken(read_auth_token(subject)?),
            _ => {
                let session = ready.sessions.load().ok_or_else(Failure::not_logged_in)?;
                Credential::AuthToken(session.auth_token)
            }
        };

        let mut login = None;
        let (mut uid, mut body) = (String::new(), None);
        match operation {
            Operation::CreateUser => {
                let user = UserInput::read(subject, Action::Create)?;
                if options.with_auth_token {
                    js::set(&user.body.fields, "withAuthToken", &JsValue::TRUE);
                }
                body = Some(user.body);
            }
            Operation::UpdateUser => {
                let user = UserInput::read(subject, Action::Update)?;
                (uid, body) = (user.uid, Some(user.body));
            }
            Operation::UpdateCurrentUserDetails => {
                body = Some(UserInput::read(subject, Action::UpdateCurrent)?.body);
            }
            Operation::GetUser => uid = read_uid(subject)?,
            Operation::LoginWithKey | Operation::LoginWithToken => {
                if operation == Operation::LoginWithKey {
                    uid = read_uid(subject)?;
                }
                login = Some(self.begin_login()?);
                if let Some(session) = ready.sessions.load() {
                    let is_the_same = match &credential {
                        Credential::AuthKey(_) => session.uid.eq_ignore_ascii_case(&uid),
                        Credential::AuthToken(auth_token) => session.auth_token == *auth_token,
                    };
                    if is_the_same {
                        return Ok(Begun::Known(session.user.into()));
                    }
                }
                body = Some(ready.sessions.device());
            }
            _ => {}
        }
        let endpoint = match operation {
            Operation::CreateUser => Endpoint::CreateUser,
            Operation::UpdateUser => Endpoint::UpdateUser { uid: &uid },
            Operation::GetUser => Endpoint::GetUser { uid: &uid },
            Operation::LoginWithKey => Endpoint::CreateAuthToken { uid: &uid },
            Operation::UpdateCurrentUserDetails | Operation::LoginWithToken => Endpoint::PutMe,
            _ => Endpoint::DeleteMe,
        };

        let settings = &ready.settings;
        let call = Call {
            operation,
            fetch,
            emulator: self.emulator.borrow().clone(),
            deadline: Deadline::new(
                started_at,
                options.timeout_ms.unwrap_or(settings.timeout_ms),
                options.signal,
            ),
            max_retries: options.max_retries.unwrap_or(settings.max_retries),
            ready,
            _login: login,
        };
        let request = call.request(endpoint, credential, body.as_ref())?;
        Ok(Begun::Sending(Box::new(call), request))
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

    /// The credential of a call with a key; in a page that others may open, it warns once.
    fn auth_key(&self, auth_key: &JsValue, settings: &Settings) -> Result<Credential, Failure> {
        let auth_key = read_secret(auth_key, codes::INVALID_AUTH_KEY, "auth key")?;
        let is_silenced = settings.allow_auth_key_in_browser || self.emulator.borrow().is_some();
        // A page does not move elsewhere: it is looked at once.
        if !is_silenced && !self.is_page_known.replace(true) && is_public_page() {
            js::warn(js::literal(
                "cometchat-users: an Auth Key is used in a web page, where every visitor can read \
                 it and act as any user. Create and update users on your server, and log in with \
                 an auth token. To silence this: init(appId, { allowAuthKeyInBrowser: true }).",
            ));
        }
        Ok(Credential::AuthKey(auth_key))
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
    fn request(
        &self,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&Body>,
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

    /// Sends the request, and a second one for a login with a key: its first brings a token only.
    async fn run(&self, mut request: Request) -> Result<JsValue, Failure> {
        // The secret of the first step: what answers the second may know it.
        let mut former = String::new();
        loop {
            let mut secrets = [&*former, request.credential.secret()];
            // The longer one is masked first, since it may hold the other.
            if secrets[0].len() < secrets[1].len() {
                secrets.reverse();
            }
            let sent = attempts::run(
                &self.ready.settings,
                self.max_retries,
                &self.deadline,
                &request,
                &self.fetch,
                &secrets,
            );
            let data = match sent.await {
                Ok(data) => data,
                Err(failure) => return self.failed(failure, &request.credential),
            };
            match (self.operation, &request.credential) {
                (Operation::LoginWithKey, Credential::AuthKey(auth_key)) => {
                    former.clone_from(auth_key);
                    let token = js::get_text(&data, "authToken").unwrap_or_default();
                    let credential = Credential::AuthToken(token);
                    let device = self.ready.sessions.device();
                    request = self.request(Endpoint::PutMe, credential, Some(&device))?;
                }
                (_, credential) => {
                    self.remember(&data, credential.secret());
                    return Ok(match self.operation {
                        Operation::Logout => JsValue::UNDEFINED,
                        _ => data.into(),
                    });
                }
            }
        }
    }

    /// A session that the service does not know of is over here too; for a logout, that is what was
    /// asked for.
    fn failed(&self, mut failure: Failure, credential: &Credential) -> Result<JsValue, Failure> {
        if let Credential::AuthToken(auth_token) = credential
            && failure.code == server::AUTH_AUTH_TOKEN_NOT_FOUND
        {
            self.ready.sessions.end(auth_token);
            if self.operation == Operation::Logout {
                return Ok(JsValue::UNDEFINED);
            }
            failure.details = "The session has ended. Log in again.".to_owned();
        }
        Err(failure)
    }

    /// What the success of the operation, opened by `secret`, means for the session.
    fn remember(&self, data: &Object, secret: &str) {
        let sessions = &self.ready.sessions;
        match self.operation {
            Operation::LoginWithKey | Operation::LoginWithToken => {
                sessions.keep(data, secret);
            }
            // That session may have ended meanwhile.
            Operation::UpdateCurrentUserDetails if sessions.is_open(secret) => {
                sessions.keep(data, secret);
            }
            Operation::UpdateUser => sessions.refresh(data),
            Operation::Logout => sessions.end(secret),
            _ => {}
        }
    }
}

/// Whether this is a web page that others than the developer may open.
fn is_public_page() -> bool {
    let location = js::get(&js_sys::global(), "location");
    if js::is_absent(&location) {
        return false;
    }
    let host = js::get_text(&location, "hostname").unwrap_or_default();
    !matches!(host.as_str(), "" | "localhost" | "127.0.0.1" | "[::1]")
        && !host.ends_with(".localhost")
}
