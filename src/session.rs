//! Who is logged in to a client. The session is one JSON text in a storage of the page's or the caller's,
//! or in memory; it is read anew for each call, so that another tab's logout is seen.

use std::cell::{Cell, RefCell};

use cometchat_protocol::endpoint::API_VERSION;
use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;

use crate::js;
use crate::request::RequestBody;
use crate::text;

/// Where a session is kept.
#[derive(Clone, PartialEq, Default)]
pub enum Place {
    /// `localStorage`: until logout, for all tabs.
    Local,
    /// `sessionStorage`: until the tab is closed.
    Session,
    /// Until the client is gone.
    #[default]
    Memory,
    /// A storage of the caller's, which `pkg/src/storage.ts` has made answer at once.
    Given(JsValue),
}

/// A session as it was found.
#[derive(Clone)]
pub struct Session {
    pub uid: String,
    pub auth_token: String,
    /// The logged-in user's fields; a fresh object, nobody else's.
    pub user: Object,
}

/// Keeps one client's session.
pub struct SessionStore {
    key: String,
    place: Place,
    /// Set when the page's storage refused to work: memory serves from then on.
    is_broken: Cell<bool>,
    memory: RefCell<Option<JsString>>,
    /// Names this client to the service over all its sessions.
    device_id: String,
}

impl SessionStore {
    pub fn new(app_id: &str, session_name: &str, place: &Place) -> Self {
        let key = storage_key(app_id, session_name);
        if let Place::Given(storage) = place {
            js::call(storage, "open", &key.as_str().into(), &JsValue::UNDEFINED);
        }
        SessionStore {
            key,
            place: place.clone(),
            is_broken: Cell::new(false),
            memory: RefCell::new(None),
            device_id: device_id(app_id),
        }
    }

    /// Whether this store serves the same app, name and place.
    pub fn serves(&self, app_id: &str, session_name: &str, place: &Place) -> bool {
        self.key == storage_key(app_id, session_name) && self.place == *place
    }

    /// What the start of a session says about this client.
    pub fn device(&self) -> RequestBody {
        let navigator = js::get(&js_sys::global(), "navigator");
        let user_agent = js::get_text(&navigator, "userAgent").unwrap_or_default();
        let version = concat!("v", env!("CARGO_PKG_VERSION"));
        let app_info = Object::new();
        js::set(&app_info, "version", js::literal(version));
        js::set(&app_info, "apiVersion", js::literal(API_VERSION));
        js::set(&app_info, "userAgent", &user_agent.into());
        let device = Object::new();
        js::set(&device, "platform", js::literal("WEB"));
        js::set(&device, "deviceId", &self.device_id.as_str().into());
        js::set(&device, "appInfo", &app_info);
        RequestBody {
            fields: device,
            ..RequestBody::default()
        }
    }

    /// The session, if there is one. A stored text that is no session is removed.
    pub fn load(&self) -> Option<Session> {
        let text = self.read()?;
        let session = parse(&text);
        if session.is_none() {
            self.write(None);
        }
        session
    }

    /// Whether the session that `auth_token` opened is still there; a later login may have replaced
    /// it.
    pub fn is_open(&self, auth_token: &str) -> bool {
        self.load()
            .is_some_and(|session| session.auth_token == auth_token)
    }

    /// Stores a reply to `/me` as the session; the token stays where the reply names no other.
    pub fn keep(&self, user: &Object, auth_token: &str) {
        let named = js::get_text(user, "authToken").filter(|token| !token.is_empty());
        self.save(user, named.as_deref().unwrap_or(auth_token));
    }

    /// After an update with a key, which may have been of the logged-in user.
    pub fn refresh(&self, updated: &Object) {
        let uid = js::get_text(updated, "uid").unwrap_or_default();
        if let Some(session) = self.load()
            && session.uid.eq_ignore_ascii_case(&uid)
        {
            let merged = Object::assign(&session.user, updated);
            self.save(&merged, &session.auth_token);
        }
    }

    fn save(&self, user: &Object, auth_token: &str) {
        js::set(user, "authToken", &auth_token.into());
        if let Ok(text) = js::stringify(user).dyn_into::<JsString>() {
            self.write(Some(text));
        }
    }

    /// Ends the session that `auth_token` opened, and no other.
    pub fn end(&self, auth_token: &str) {
        if self.is_open(auth_token) {
            self.write(None);
        }
    }

    fn storage(&self) -> Option<JsValue> {
        let page = js_sys::global();
        let storage = match &self.place {
            Place::Local => js::get(&page, "localStorage"),
            Place::Session => js::get(&page, "sessionStorage"),
            Place::Memory => return None,
            Place::Given(storage) => storage.clone(),
        };
        (!self.is_broken.get() && storage.is_object()).then_some(storage)
    }

    fn read(&self) -> Option<JsString> {
        if let Some(storage) = self.storage() {
            let key = self.key.as_str().into();
            let text = js::call(&storage, "getItem", &key, &JsValue::UNDEFINED);
            if !text.is_undefined() {
                return text.dyn_into().ok();
            }
            self.is_broken.set(true);
        }
        self.memory.borrow().clone()
    }

    fn write(&self, text: Option<JsString>) {
        if let Some(storage) = self.storage() {
            let key = self.key.as_str().into();
            let written = match &text {
                Some(text) => js::call(&storage, "setItem", &key, text),
                None => js::call(&storage, "removeItem", &key, &JsValue::UNDEFINED),
            };
            if !written.is_undefined() {
                return;
            }
            // Private mode or a full quota. What is there from before must not come back.
            self.is_broken.set(true);
            js::call(&storage, "removeItem", &key, &JsValue::UNDEFINED);
        }
        *self.memory.borrow_mut() = text;
    }
}

fn storage_key(app_id: &str, session_name: &str) -> String {
    let slash = if session_name.is_empty() { "" } else { "/" };
    text::joined(&["cometchat-users/", app_id, slash, session_name])
}

fn parse(text: &JsString) -> Option<Session> {
    let user = js::parse(text);
    if !js::is_plain_object(&user) {
        return None;
    }
    Some(Session {
        uid: js::get_text(&user, "uid")?,
        auth_token: js::get_text(&user, "authToken")
            .filter(|token| text::is_header_value(token))?,
        user: user.unchecked_into(),
    })
}

/// A name for this installation, in the shape the service expects: at most 100 characters.
fn device_id(app_id: &str) -> String {
    let chance = js::digits(js::random());
    let chance = chance.get(2..).unwrap_or_default();
    let app_id = app_id.get(..40).unwrap_or(app_id);
    text::joined(&[app_id, "_", chance, "_", &js::digits(js::date_now())])
}
