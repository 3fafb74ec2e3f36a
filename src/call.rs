//! One call of an operation: the client as it was when the call began, and the requests that it sends.

use std::cell::Cell;
use std::rc::Rc;

use cometchat_protocol::Endpoint;
use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use js_sys::Object;
use wasm_bindgen::prelude::*;

use crate::attempts;
use crate::deadline::Deadline;
use crate::failure::{Failure, LOGIN};
use crate::input::{CallOptions, read_secret};
use crate::js;
use crate::request::{Credential, Request, RequestBody};
use crate::session::SessionStore;
use crate::settings::Settings;

/// What a client has from its first successful configuration on.
pub struct Ready {
    pub settings: Settings,
    pub sessions: Rc<SessionStore>,
}

/// What all calls of a client share.
#[derive(Default)]
pub struct Flags {
    is_logging_in: Cell<bool>,
    is_page_known: Cell<bool>,
}

/// When a call was made, and the global `fetch` at that moment: a test may take its replacement away
/// while the module is loading.
#[derive(Clone)]
pub struct Moment {
    /// On the clock of [`js::now`].
    pub at: f64,
    pub fetch: JsValue,
}

pub struct Call {
    pub ready: Rc<Ready>,
    pub flags: Rc<Flags>,
    /// The one that was connected, beside the settings' own.
    pub emulator: Option<String>,
    pub made: Moment,
    pub options: CallOptions,
    pub login: Cell<Option<LoginLock>>,
    /// What a call with the REST API key has beside its client.
    #[cfg(feature = "server")]
    pub rest_key: Option<Rc<crate::server::rest_key::RestKey>>,
}

/// How an operation goes on.
pub enum Step {
    /// It is done, with this answer.
    Done(JsValue),
    /// It sends a request.
    Send(Box<Request>, Then),
}

/// What an operation makes of the data or the failure that its request, opened by this secret, came to.
pub type ThenFn = fn(&Call, &str, Result<Object, Failure>) -> Result<Step, Failure>;

#[cfg(not(feature = "server"))]
pub type Then = ThenFn;
/// The same; it may hold what the operation needs between its requests.
#[cfg(feature = "server")]
pub type Then = Box<dyn FnOnce(&Call, &str, Result<Object, Failure>) -> Result<Step, Failure>>;

impl Call {
    pub fn sessions(&self) -> &SessionStore {
        &self.ready.sessions
    }

    /// The URL in front of the paths of the emulator's endpoints, if one answers.
    fn emulator(&self) -> Option<&str> {
        let settings = &self.ready.settings;
        self.emulator.as_deref().or(settings.emulator.as_deref())
    }

    /// The session's token, for an operation that needs a login.
    pub fn session_token(&self) -> Result<Credential, Failure> {
        let session = self.sessions().load().ok_or_else(Failure::not_logged_in)?;
        Ok(Credential::AuthToken(session.auth_token))
    }

    /// The auth key that a caller gave. In a page that others may open, the first one brings a warning.
    pub fn auth_key(&self, given: &JsValue) -> Result<Credential, Failure> {
        let auth_key = read_secret(given, codes::INVALID_AUTH_KEY, "auth key")?;
        let is_silenced =
            self.ready.settings.allow_auth_key_in_browser || self.emulator().is_some();
        // A page does not move elsewhere: it is looked at once.
        if !is_silenced && !self.flags.is_page_known.replace(true) && is_public_page() {
            js::warn(js::literal(
                "cometchat-users: an Auth Key in a web page lets every visitor act as any user. Create \
                 and update users on your server, and log in with an auth token. To silence this: \
                 init(appId, { allowAuthKeyInBrowser: true }).",
            ));
        }
        Ok(Credential::AuthKey(auth_key))
    }

    /// Keeps other logins of this client out until this call ends.
    pub fn lock_login(&self) -> Result<(), Failure> {
        if self.flags.is_logging_in.replace(true) {
            return Err(Failure::new(
                codes::LOGIN_IN_PROGRESS,
                "Another login of this client has not ended yet.",
            )
            .details("Wait for its promise, or use a Client of its own for each user."));
        }
        self.login.set(Some(LoginLock(self.flags.clone())));
        Ok(())
    }

    /// The step that sends a request; `then` says how the operation goes on.
    pub fn send(
        &self,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&RequestBody>,
        then: ThenFn,
    ) -> Result<Step, Failure> {
        let request = self.request(endpoint, credential, body)?;
        #[cfg(feature = "server")]
        let then = Box::new(then);
        Ok(Step::Send(Box::new(request), then))
    }

    #[inline]
    pub fn request(
        &self,
        endpoint: Endpoint<'_>,
        credential: Credential,
        body: Option<&RequestBody>,
    ) -> Result<Request, Failure> {
        let base = match self.emulator() {
            Some(emulator) => emulator,
            None => self.ready.settings.base(endpoint.host()),
        };
        let Settings {
            app_id,
            fails_on_redirect,
            ..
        } = &self.ready.settings;
        Request::new(base, app_id, *fails_on_redirect, endpoint, credential, body)
    }

    /// Takes the operation's steps until it is done. When the service does not know the session's token,
    /// the session ends here, too.
    pub async fn finish(self, mut step: Step) -> Result<JsValue, Failure> {
        let mut deadline = None;
        // The secret of the step before: what answers this one may know it.
        let mut former = String::new();
        loop {
            let (request, then) = match step {
                Step::Done(answer) => return Ok(answer),
                Step::Send(request, then) => (request, then),
            };
            let secret = request.credential.secret();
            let mut secrets = [&*former, secret];
            // The longer one is masked first, since it may hold the other.
            if former.len() < secret.len() {
                secrets.reverse();
            }
            let settings = &self.ready.settings;
            let fetch = match js::is_absent(&settings.fetch) {
                true => &self.made.fetch,
                false => &settings.fetch,
            };
            let sent = attempts::run(
                fetch,
                self.options.max_retries.unwrap_or(settings.max_retries),
                deadline.get_or_insert_with(|| self.deadline()),
                &request,
                &secrets,
            );
            let outcome = sent.await.map_err(|mut failure| {
                if let Credential::AuthToken(token) = &request.credential
                    && failure.code == server::AUTH_AUTH_TOKEN_NOT_FOUND
                {
                    self.sessions().end(token);
                    failure.details = LOGIN.to_owned();
                }
                #[cfg(feature = "server")]
                if self.rest_key.is_some() {
                    crate::server::rest_key::explain(&mut failure);
                }
                failure
            });
            step = then(&self, secret, outcome)?;
            former = request.credential.into_secret();
        }
    }

    fn deadline(&self) -> Deadline {
        let timeout_ms = self.options.timeout_ms;
        Deadline::new(
            self.made.at,
            timeout_ms.unwrap_or(self.ready.settings.timeout_ms),
            self.options.signal.clone(),
        )
    }
}

/// A login that is under way; it ends however the call ends.
pub struct LoginLock(Rc<Flags>);

impl Drop for LoginLock {
    fn drop(&mut self) {
        self.0.is_logging_in.set(false);
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
