//! What a client is told once, by `init` or by its constructor: the app, its hosts, and the limits
//! that hold for its calls.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::endpoint::API_VERSION;
use cometchat_protocol::limits::DEFAULT_TIMEOUT_MS;
use cometchat_protocol::validate::{has_blank, is_blank};
use cometchat_protocol::{Given, Host};
use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::input::{given, given_flag, read_retries, read_timeout};
use crate::js;
use crate::session::Place;
use crate::text;

const MAX_RETRIES: u32 = 2;
/// Where the emulator listens unless it is told otherwise.
const EMULATOR: &str = "http://127.0.0.1:8090";

/// A client's settings, checked.
#[derive(Default)]
pub struct Settings {
    pub app_id: String,
    region: String,
    admin: String,
    client: String,
    /// The URL in front of the paths of an emulator's endpoints, which answers in the service's place.
    pub emulator: Option<String>,
    pub place: Place,
    /// Tells apart the stored sessions of clients of the same app.
    pub session_name: String,
    pub timeout_ms: f64,
    pub max_retries: u32,
    /// Takes the place of the global `fetch`; undefined or null where nothing does.
    pub fetch: JsValue,
    /// Whether a redirect is to fail the request, and not to come as a response: with Node's own `fetch`, which keeps a
    /// copy of each body for the latter (docs/decisions/0041).
    pub fails_on_redirect: bool,
    pub allow_auth_key_in_browser: bool,
}

/// Whether the platform's `fetch` is Node's: others have a `process` like Node's, but name themselves.
fn is_node() -> bool {
    let global = js_sys::global();
    let agent = js::get_text(&js::get(&global, "navigator"), "userAgent");
    let versions = js::get(&js::get(&global, "process"), "versions");
    agent.is_none_or(|agent| agent.starts_with("Node.js/"))
        && !js::is_absent(&js::get(&versions, "undici"))
}

fn wrong(message: &str) -> Failure {
    Failure::new(codes::INVALID_SETTINGS, message)
}

fn mistyped(name: &str, kind: &str) -> Failure {
    wrong(&text::joined(&[name, " has to be ", kind, "."]))
}

/// A text that was given, without white space around it; empty where it is absent.
fn given_name(settings: &JsValue, name: &'static str) -> Result<String, Failure> {
    match given(&js::get(settings, name), trimmed) {
        Given::Mistyped => Err(mistyped(name, "a string")),
        given => Ok(given.into_value().unwrap_or_default()),
    }
}

/// A text without white space around it; `None` for what is none.
fn trimmed(value: &JsValue) -> Option<String> {
    Some(value.dyn_ref::<JsString>()?.trim().into())
}

/// Whether the text can be in a host name between two dots.
fn is_label(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

impl Settings {
    /// `is_shared` is for the client behind `init`, which keeps its session where the page can find
    /// it again; a `Client` of one's own keeps it in memory unless it is told otherwise. `is_connected`:
    /// an emulator answers already, whatever is found here.
    pub fn read(
        app_id: &JsValue,
        settings: &JsValue,
        is_shared: bool,
        is_connected: bool,
    ) -> Result<Self, Failure> {
        let mut read = Settings {
            app_id: match given(app_id, trimmed) {
                Given::Mistyped => return Err(mistyped("appId", "a string")),
                given => given.into_value().unwrap_or_default(),
            },
            ..Settings::default()
        };
        if read.app_id.is_empty() {
            return Err(
                Failure::new(codes::MISSING_PARAMETERS, "appId has to be given.")
                    .details("You find it in the CometChat dashboard."),
            );
        }
        if !is_label(&read.app_id) {
            return Err(wrong("appId may hold only letters, digits, - and _."));
        }
        if !js::is_absent(settings) && !settings.is_object() {
            return Err(mistyped("settings", "an object"));
        }
        read.region = given_name(settings, "region")?.to_ascii_lowercase();
        if !is_label(&read.region) {
            return Err(wrong("region has to be a name such as us, eu or in."));
        }
        read.emulator = emulator(settings, is_connected)?;
        let has_emulator = is_connected || read.emulator.is_some();
        read.admin = read.host(settings, "adminHost", "api", has_emulator)?;
        read.client = read.host(settings, "clientHost", "apiclient", has_emulator)?;

        read.session_name = given_name(settings, "sessionName")?;
        read.place = place(settings, is_shared)?;
        if !is_shared && read.place != Place::Memory && read.session_name.is_empty() {
            return Err(
                wrong("A Client that stores its session needs a sessionName.")
                    .details("Clients of the same app would otherwise read each other's session."),
            );
        }

        read.fetch = js::get(settings, "fetch");
        if !js::is_absent(&read.fetch) && !read.fetch.is_function() {
            return Err(mistyped("fetch", "a function"));
        }
        read.fails_on_redirect = js::is_absent(&read.fetch) && is_node();
        read.timeout_ms = read_timeout(settings)
            .map_err(wrong)?
            .unwrap_or(DEFAULT_TIMEOUT_MS);
        read.max_retries = read_retries(settings)
            .map_err(wrong)?
            .unwrap_or(MAX_RETRIES);
        read.allow_auth_key_in_browser = match given_flag(settings, "allowAuthKeyInBrowser") {
            Given::Mistyped => return Err(mistyped("allowAuthKeyInBrowser", "a boolean")),
            given => given.value() == Some(&true),
        };
        Ok(read)
    }

    /// The URL in front of the paths of a host's endpoints: of the host that was given under this name,
    /// or of the region's; empty without either, where an emulator answers.
    fn host(
        &self,
        settings: &JsValue,
        name: &'static str,
        kind: &str,
        has_emulator: bool,
    ) -> Result<String, Failure> {
        let host = given_name(settings, name)?;
        if !host.is_empty() {
            return base_url(&host, "https://")
                .ok_or_else(|| mistyped(name, "a host name or an http(s) URL"));
        }
        if self.region.is_empty() {
            if has_emulator {
                return Ok(host);
            }
            let message = "settings.region has to be given, such as \"us\".";
            return Err(Failure::new(codes::MISSING_PARAMETERS, message));
        }
        Ok(text::joined(&[
            "https://",
            &self.app_id,
            ".",
            kind,
            "-",
            &self.region,
            ".cometchat.io/",
            API_VERSION,
        ]))
    }

    /// The URL in front of the paths of a host's endpoints; empty where only an emulator answers.
    pub fn base(&self, host: Host) -> &str {
        match host {
            Host::Admin => &self.admin,
            Host::Client => &self.client,
        }
    }
}

/// Where the session is to be kept.
fn place(settings: &JsValue, is_shared: bool) -> Result<Place, Failure> {
    let storage = js::get(settings, "storage");
    if storage.is_object() {
        for (method, name) in [
            ("getItem", "storage.getItem"),
            ("setItem", "storage.setItem"),
            ("removeItem", "storage.removeItem"),
        ] {
            if !js::get(&storage, method).is_function() {
                return Err(mistyped(name, "a function"));
            }
        }
        return Ok(Place::Given(js::get(settings, "mirror")));
    }
    Ok(match given_name(settings, "storage")?.as_str() {
        "local" => Place::Local,
        "session" => Place::Session,
        "memory" => Place::Memory,
        "" if is_shared && js::get(&js_sys::global(), "document").is_object() => Place::Local,
        "" => Place::Memory,
        _ => {
            let kinds = "\"local\", \"session\", \"memory\" or an object";
            return Err(mistyped("storage", kinds));
        }
    })
}

/// The base URL of the emulator that the settings name, or the environment where none is connected.
fn emulator(settings: &JsValue, is_connected: bool) -> Result<Option<String>, Failure> {
    let mut address = js::get(settings, "emulator");
    if js::is_absent(&address) && !is_connected {
        let environment = js::get(&js::get(&js_sys::global(), "process"), "env");
        let host = js::get_text(&environment, "COMETCHAT_EMULATOR_HOST");
        address = host.filter(|host| !is_blank(host)).into();
    }
    let is_given = !js::is_absent(&address);
    is_given.then(|| emulator_base(&address)).transpose()
}

/// The emulator's base URL, from a host name with a port, a URL, or nothing for the default.
pub fn emulator_base(given: &JsValue) -> Result<String, Failure> {
    let url = match self::given(given, trimmed) {
        Given::Absent => Some(EMULATOR.to_owned()),
        given => given.into_value(),
    };
    url.and_then(|url| base_url(&url, "http://"))
        .ok_or_else(|| {
            let example = text::joined(&["a URL such as ", EMULATOR]);
            mistyped("The emulator's address", &example)
        })
}

/// A base URL from a host name or URL. A path that is given is taken as it is, since it may lead
/// through a proxy; without one, the API's version is added. No trailing slash.
fn base_url(host: &str, default_scheme: &str) -> Option<String> {
    let (scheme, rest) = if let Some(rest) = host.strip_prefix("http://") {
        ("http://", rest)
    } else if let Some(rest) = host.strip_prefix("https://") {
        ("https://", rest)
    } else if host.as_bytes().windows(3).any(|part| part == b"://") {
        return None;
    } else {
        (default_scheme, host)
    };
    let rest = rest.trim_end_matches('/');
    let is_unfit = |byte: &u8| b"?#@\\".contains(byte);
    if rest.is_empty()
        || rest.starts_with('/')
        || has_blank(rest)
        || rest.as_bytes().iter().any(is_unfit)
    {
        return None;
    }
    let has_path = rest.bytes().any(|byte| byte == b'/');
    let (slash, version) = if has_path {
        ("", "")
    } else {
        ("/", API_VERSION)
    };
    Some(text::joined(&[scheme, rest, slash, version]))
}
