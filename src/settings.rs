//! What a client is told once, by `init` or by its constructor: the app, its hosts, and the limits
//! that hold for its calls.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::endpoint::API_VERSION;
use cometchat_protocol::validate::has_blank;
use cometchat_protocol::{Given, Host};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::input::{given_flag, given_text, read_retries, read_timeout};
use crate::js;
use crate::session::Place;
use crate::text;
use crate::transport::Transport;

const TIMEOUT_MS: f64 = 30_000.0;
const MAX_RETRIES: u32 = 2;
/// Where the emulator listens unless it is told otherwise.
const EMULATOR: &str = "http://127.0.0.1:8090";

/// A client's settings, checked.
pub struct Settings {
    pub app_id: String,
    admin: Option<String>,
    client: Option<String>,
    pub place: Place,
    /// Tells apart the stored sessions of clients of the same app.
    pub session_name: String,
    pub timeout_ms: f64,
    pub max_retries: u32,
    pub transport: Transport,
    pub allow_auth_key_in_browser: bool,
}

fn wrong(message: &str) -> Failure {
    Failure::new(codes::INVALID_SETTINGS, message)
}

fn mistyped(name: &str, kind: &str) -> Failure {
    wrong(&text::joined(&[name, " has to be ", kind, "."]))
}

/// A text that was given, without white space around it; `None` where it is absent or empty.
fn given_name(settings: &JsValue, name: &'static str) -> Result<Option<String>, Failure> {
    match given_text(settings, name) {
        Given::Mistyped => Err(mistyped(name, "a string")),
        Given::Absent => Ok(None),
        Given::Value(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
    }
}

/// Whether the text can be in a host name between two dots.
fn is_label(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

impl Settings {
    /// `is_shared` is for the client behind `init`, which keeps its session where the page can find
    /// it again; a `Client` of one's own keeps it in memory unless it is told otherwise.
    pub fn read(app_id: &JsValue, settings: &JsValue, is_shared: bool) -> Result<Self, Failure> {
        let app_id = match app_id.as_string() {
            Some(app_id) => app_id.trim().to_owned(),
            None if app_id.is_undefined() || app_id.is_null() => String::new(),
            None => return Err(mistyped("appId", "a string")),
        };
        if app_id.is_empty() {
            return Err(
                Failure::new(codes::MISSING_PARAMETERS, "appId has to be given.")
                    .details("You find it in the CometChat dashboard."),
            );
        }
        if !is_label(&app_id) {
            return Err(wrong("appId may hold only letters, digits, - and _."));
        }

        if !settings.is_undefined() && !settings.is_null() && !settings.is_object() {
            return Err(mistyped("settings", "an object"));
        }

        let region = given_name(settings, "region")?.map(|region| region.to_ascii_lowercase());
        if !region.as_deref().is_none_or(is_label) {
            return Err(wrong("region has to be a name such as us, eu or in."));
        }
        let base = |host: Option<String>, name, kind: &str| match (host, &region) {
            (Some(host), _) => base_url(&host, "https://")
                .map(Some)
                .ok_or_else(|| mistyped(name, "a host name or an http(s) URL")),
            (None, Some(region)) => Ok(Some(text::joined(&[
                "https://",
                &app_id,
                ".",
                kind,
                "-",
                region,
                ".cometchat.io/",
                API_VERSION,
            ]))),
            (None, None) => Ok(None),
        };
        let admin = base(given_name(settings, "adminHost")?, "adminHost", "api")?;
        let client = base(
            given_name(settings, "clientHost")?,
            "clientHost",
            "apiclient",
        )?;

        let session_name = given_name(settings, "sessionName")?.unwrap_or_default();
        let place = match given_name(settings, "storage")?.as_deref() {
            Some("local") => Place::Local,
            Some("session") => Place::Session,
            Some("memory") => Place::Memory,
            Some(_) => return Err(mistyped("storage", "\"local\", \"session\" or \"memory\"")),
            None if is_shared && js::get(&js_sys::global(), "document").is_object() => Place::Local,
            None => Place::Memory,
        };
        if !is_shared && !matches!(place, Place::Memory) && session_name.is_empty() {
            return Err(
                wrong("A Client that stores its session needs a sessionName.")
                    .details("Clients of the same app would otherwise read each other's session."),
            );
        }

        let fetch = js::get(settings, "fetch");
        let fetch = if fetch.is_undefined() || fetch.is_null() {
            None
        } else {
            Some(
                fetch
                    .dyn_into()
                    .map_err(|_| mistyped("fetch", "a function"))?,
            )
        };

        Ok(Settings {
            transport: Transport::new(fetch, &app_id),
            app_id,
            admin,
            client,
            place,
            session_name,
            timeout_ms: read_timeout(settings).map_err(wrong)?.unwrap_or(TIMEOUT_MS),
            max_retries: read_retries(settings)
                .map_err(wrong)?
                .unwrap_or(MAX_RETRIES),
            allow_auth_key_in_browser: match given_flag(settings, "allowAuthKeyInBrowser") {
                Given::Mistyped => return Err(mistyped("allowAuthKeyInBrowser", "a boolean")),
                given => given.value() == Some(&true),
            },
        })
    }

    /// The URL in front of the paths of a host's endpoints; `None` without a region.
    pub fn base(&self, host: Host) -> Option<&str> {
        match host {
            Host::Admin => self.admin.as_deref(),
            Host::Client => self.client.as_deref(),
        }
    }
}

/// The emulator's base URL, from a host name with a port, a URL, or nothing for the default.
pub fn emulator_base(given: &JsValue) -> Result<String, Failure> {
    let given = if given.is_undefined() || given.is_null() {
        Some(EMULATOR.to_owned())
    } else {
        given.as_string()
    };
    given
        .and_then(|url| base_url(url.trim(), "http://"))
        .ok_or_else(|| {
            mistyped(
                "The emulator's address",
                "a URL such as http://127.0.0.1:8090",
            )
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
    let version = if rest.contains('/') { "" } else { API_VERSION };
    let slash = if version.is_empty() { "" } else { "/" };
    Some(text::joined(&[scheme, rest, slash, version]))
}
