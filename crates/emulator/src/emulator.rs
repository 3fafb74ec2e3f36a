//! The emulator: its apps, its store and its settings, shared by all requests.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::apps::{App, Apps, AuthKeyScope};
use crate::error::ApiError;
use crate::faults::Faults;
use crate::host::{Clock, Host};
use crate::journal::Journal;
use crate::masks::Masks;
use crate::rate_limits::{Limits, RateLimits};
use crate::secret;
use crate::seed;
use crate::store::app::{Keys, OpenedApp};
use crate::store::{OpenError, Store};

/// An app to serve. A key that is not given is read from the store, or generated for a new app.
#[derive(Debug, Clone, Default)]
pub struct AppConfig {
    pub id: String,
    pub auth_key: Option<String>,
    pub rest_api_key: Option<String>,
}

/// The emulator's configuration.
#[derive(Debug, Clone)]
pub struct Config {
    pub apps: Vec<AppConfig>,
    pub auth_key_scope: AuthKeyScope,
    /// A new app gets the service's sample users.
    pub seed: bool,
    /// How long a client may take to send a request, and may leave a response unread.
    pub read_timeout: Duration,
    /// The rate limits, if they are enforced.
    pub rate_limits: Option<Limits>,
    /// More host names under which the emulator's own routes answer.
    pub control_hosts: Vec<String>,
    /// Where the emulator listens, for clients whose requests do not name a host.
    pub address: String,
    /// Whether there is a demo page, which asks for the apps and their keys.
    pub page: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            apps: vec![AppConfig {
                id: "emulator".to_owned(),
                ..AppConfig::default()
            }],
            auth_key_scope: AuthKeyScope::default(),
            seed: true,
            read_timeout: Duration::from_secs(10),
            rate_limits: None,
            control_hosts: Vec::new(),
            address: "127.0.0.1".to_owned(),
            page: false,
        }
    }
}

/// The part of the configuration that requests need.
#[derive(Debug)]
pub struct Settings {
    pub auth_key_scope: AuthKeyScope,
    pub seed: bool,
    pub read_timeout: Duration,
    pub control_hosts: Vec<String>,
    pub address: String,
    pub page: bool,
    pub jwt_secret: [u8; 32],
}

/// A running emulator. A clone is the same emulator.
#[derive(Clone)]
pub struct Emulator(Arc<Inner>);

/// What all clones share.
pub struct Inner {
    pub store: Arc<dyn Store>,
    pub clock: Clock,
    pub apps: Apps,
    pub settings: Settings,
    pub rate_limits: Option<RateLimits>,
    pub faults: Faults,
    pub journal: Journal,
    pub masks: Masks,
    /// In the clock's ticks.
    pub started: i64,
    /// Cancelled when the emulator stops: faults that wait end at once.
    pub stopping: CancellationToken,
}

impl Deref for Emulator {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Emulator {
    /// Loads or generates the keys of each app, and gives new apps their initial data.
    ///
    /// # Errors
    /// [`OpenError`] when the store cannot be used.
    pub async fn open(
        config: Config,
        store: Arc<dyn Store>,
        host: Arc<dyn Host>,
    ) -> Result<Self, OpenError> {
        let clock = Clock::new(host);
        let mut served = Vec::with_capacity(config.apps.len());
        for app in config.apps {
            let at = clock.now();
            let keys = store
                .open_app(OpenedApp {
                    auth_key: app.auth_key,
                    rest_api_key: app.rest_api_key,
                    fresh: new_keys().map_err(no_randomness)?,
                    initial: seed::initial(&app.id, config.seed, at),
                    at,
                })
                .await
                .map_err(|_| OpenError::new("cannot write to the database; see the log"))?;
            served.push(App::new(app.id, keys));
        }
        let masks = Masks::new(served.iter().flat_map(App::keys).map(str::to_owned));
        for app in &served {
            let tokens = store.tokens_of_other_form(&app.id).await;
            masks.learn(tokens.map_err(unreadable)?.iter().map(String::as_str));
        }
        let mut jwt_secret = [0; 32];
        getrandom::fill(&mut jwt_secret).map_err(no_randomness)?;
        Ok(Emulator(Arc::new(Inner {
            store,
            started: clock.ticks(),
            clock,
            apps: served.into_iter().collect(),
            settings: Settings {
                auth_key_scope: config.auth_key_scope,
                seed: config.seed,
                read_timeout: config.read_timeout,
                control_hosts: config.control_hosts,
                address: config.address,
                page: config.page,
                jwt_secret,
            },
            rate_limits: config.rate_limits.map(RateLimits::new),
            faults: Faults::default(),
            journal: Journal::default(),
            masks,
            stopping: CancellationToken::new(),
        })))
    }

    /// Finishes the writes in progress and closes the store, even if other clones are left.
    pub async fn close(self) {
        self.store.close().await;
    }
}

fn new_keys() -> Result<Keys, getrandom::Error> {
    Ok(Keys {
        auth_key: secret::new_key()?,
        rest_api_key: secret::new_key()?,
    })
}

fn unreadable(_: ApiError) -> OpenError {
    OpenError::new("cannot read the database; see the log")
}

fn no_randomness(error: getrandom::Error) -> OpenError {
    OpenError::new(format!("the system gives no randomness: {error}"))
}
