//! Reads the configuration that JavaScript gives.

use cometchat_emulator::rate_limits::{Limits, SERVICE};
use cometchat_emulator::{AppConfig, AuthKeyScope, Config};
use serde::Deserialize;
use wasm_bindgen::JsValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenConfig {
    apps: Vec<GivenApp>,
    auth_key_scope: Option<String>,
    /// Whether new apps, and those that are reset, have the service's sample users.
    #[serde(default)]
    seed: bool,
    #[serde(default)]
    rate_limits: GivenLimits,
    /// More host names under which the emulator's own routes answer.
    #[serde(default)]
    control_hosts: Vec<String>,
    /// The host that clients are told of whose requests name none.
    #[serde(default)]
    address: Option<String>,
    /// Whether there is a demo page, which asks for `/config.json`.
    #[serde(default)]
    page: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenApp {
    id: String,
    auth_key: Option<String>,
    rest_api_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum GivenLimits {
    /// The service's own, or none.
    Switch(bool),
    Numbers {
        core: u32,
        standard: u32,
    },
}

impl Default for GivenLimits {
    fn default() -> Self {
        GivenLimits::Switch(false)
    }
}

/// # Errors
/// What is wrong with it.
pub fn read(given: JsValue) -> Result<Config, String> {
    let given: GivenConfig = serde_wasm_bindgen::from_value(given)
        .map_err(|error| format!("the configuration does not fit: {error}"))?;
    if given.apps.is_empty() {
        return Err("the configuration names no app".to_owned());
    }
    let auth_key_scope = match given.auth_key_scope {
        Some(scope) => scope
            .parse()
            .map_err(|error| format!("authKeyScope does not fit: {error}"))?,
        None => AuthKeyScope::default(),
    };
    let mut config = Config {
        apps: Vec::new(),
        auth_key_scope,
        seed: given.seed,
        rate_limits: match given.rate_limits {
            GivenLimits::Switch(on) => on.then_some(SERVICE),
            GivenLimits::Numbers { core, standard } => Some(Limits { core, standard }),
        },
        control_hosts: given.control_hosts,
        page: given.page,
        ..Config::default()
    };
    if let Some(address) = given.address {
        config.address = address;
    }
    for app in given.apps {
        if app.id.is_empty() || config.apps.iter().any(|known| known.id == app.id) {
            return Err(format!(
                "each app needs an id of its own, and {:?} is none",
                app.id
            ));
        }
        config.apps.push(AppConfig {
            id: app.id,
            auth_key: app.auth_key,
            rest_api_key: app.rest_api_key,
        });
    }
    Ok(config)
}
