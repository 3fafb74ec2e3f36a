//! A client as JavaScript holds it: its settings and its session. What it can be asked to do is in
//! [`operations`](crate::operations).

use std::cell::RefCell;
use std::rc::Rc;

use cometchat_protocol::codes::client as codes;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::call::{Call, Flags, Moment, Ready, Step};
use crate::failure::Failure;
use crate::input::CallOptions;
use crate::js;
use crate::session::SessionStore;
use crate::settings::{Settings, emulator_base};

/// One client. Nothing in it is shared with another.
#[wasm_bindgen]
#[derive(Default)]
pub struct Core {
    state: Rc<State>,
    /// When its calls were made, if that is not now.
    made: Option<Moment>,
    #[cfg(feature = "server")]
    pub(crate) rest_key: Option<Rc<crate::server::rest_key::RestKey>>,
}

#[derive(Default)]
struct State {
    ready: RefCell<Option<Rc<Ready>>>,
    emulator: RefCell<Option<String>>,
    flags: Rc<Flags>,
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
        let is_connected = self.state.emulator.borrow().is_some();
        let settings = Settings::read(app_id, settings, is_shared, is_connected)?;
        let mut ready = self.state.ready.borrow_mut();
        let (app_id, name, place) = (&settings.app_id, &settings.session_name, &settings.place);
        let sessions = match &*ready {
            Some(former) if former.sessions.serves(app_id, name, place) => former.sessions.clone(),
            _ => Rc::new(SessionStore::new(app_id, name, place)),
        };
        *ready = Some(Rc::new(Ready { settings, sessions }));
        Ok(())
    }

    /// Sends every later call to an emulator, whatever the settings say.
    #[wasm_bindgen(js_name = connectEmulator)]
    pub fn connect_emulator(&self, url: &JsValue) -> Result<(), JsValue> {
        *self.state.emulator.borrow_mut() = Some(emulator_base(url)?);
        Ok(())
    }

    /// The same client for a call that could not begin when it was made: at this moment, on the
    /// clock of `now` in `look.js`, and with this global `fetch`.
    pub fn since(&self, at: f64, fetch: JsValue) -> Core {
        Core {
            state: self.state.clone(),
            made: Some(Moment { at, fetch }),
            #[cfg(feature = "server")]
            rest_key: self.rest_key.clone(),
        }
    }
}

impl Core {
    /// Runs an operation: `begin` reads and checks what it was given, at once; the rest is done in the
    /// promise.
    #[inline(never)]
    pub fn run(
        &self,
        options: &JsValue,
        begin: &dyn Fn(&Call) -> Result<Step, Failure>,
    ) -> Promise {
        let call = self.call(options);
        let begun = call.and_then(|call| Ok((begin(&call)?, call)));
        future_to_promise(async move {
            let (step, call) = begun?;
            Ok(call.finish(step).await?)
        })
    }

    fn call(&self, options: &JsValue) -> Result<Call, Failure> {
        let ready = self.state.ready.borrow().clone().ok_or_else(|| {
            Failure::new(
                codes::INITIALIZATION_NOT_DONE,
                "init() has to be called before any other method.",
            )
            .details("Call init(appId, { region: \"us\" }) first.")
        })?;
        Ok(Call {
            emulator: self.state.emulator.borrow().clone(),
            ready,
            flags: self.state.flags.clone(),
            made: self.made.clone().unwrap_or_else(|| Moment {
                at: js::now(),
                fetch: js::get(&js_sys::global(), "fetch"),
            }),
            options: CallOptions::read(options)?,
            login: Default::default(),
            #[cfg(feature = "server")]
            rest_key: self.rest_key.clone(),
        })
    }
}
