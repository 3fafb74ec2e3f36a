//! The emulator as a whole: its apps, its store and its settings, shared by all requests.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::AnyConnection;

use crate::apps::{App, Apps};
use crate::error::ApiError;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::page::Page;
use crate::rate_limits::{Limits, RateLimits};
use crate::seed;
use crate::store::{OpenError, Store, apps, roles};

/// An app to serve; a key that is not given is the one kept in the database, or a new one.
#[derive(Debug, Clone, Default)]
pub struct AppConfig {
    pub id: String,
    pub auth_key: Option<String>,
    pub rest_api_key: Option<String>,
}

/// What an emulator is made from.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: String,
    pub apps: Vec<AppConfig>,
    /// The auth key makes auth tokens and nothing else.
    pub strict_auth_key: bool,
    /// A new app gets the service's sample users.
    pub seed: bool,
    /// How long a client may take to send a request.
    pub read_timeout: Duration,
    /// The service's rate limits, if they are to hold.
    pub rate_limits: Option<Limits>,
    /// Further names of this machine by which the emulator's own routes may be asked for.
    pub control_hosts: Vec<String>,
    /// Where the emulator listens, for clients that do not tell how they reached it.
    pub address: String,
    /// The folder of the demo page, if it is to be served.
    pub page: Option<PathBuf>,
    /// Answers creations without writing them; for measuring only.
    pub discard_creations: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database_url: "sqlite::memory:".to_owned(),
            apps: vec![AppConfig {
                id: "emulator".to_owned(),
                ..AppConfig::default()
            }],
            strict_auth_key: false,
            seed: true,
            read_timeout: Duration::from_secs(10),
            rate_limits: None,
            control_hosts: Vec::new(),
            address: "127.0.0.1".to_owned(),
            page: None,
            discard_creations: false,
        }
    }
}

/// What of the configuration requests look at.
#[derive(Debug)]
pub struct Settings {
    pub strict_auth_key: bool,
    pub seed: bool,
    pub read_timeout: Duration,
    pub control_hosts: Vec<String>,
    pub address: String,
    pub page: Option<Page>,
    pub jwt_secret: [u8; 32],
}

/// A running emulator; a clone is the same one.
#[derive(Clone)]
pub struct Emulator(Arc<Inner>);

/// What the clones share.
pub struct Inner {
    pub store: Store,
    pub apps: Apps,
    pub settings: Settings,
    pub rate_limits: Option<RateLimits>,
    pub faults: Faults,
    pub journal: Journal,
    pub started: Instant,
}

impl Deref for Emulator {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Emulator {
    /// Opens the database, settles the keys of each app and gives new apps what they start with.
    ///
    /// # Errors
    /// [`OpenError`] when the database or the page's folder cannot be used.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let page = config.page.as_deref().map(Page::open).transpose();
        let page = page.map_err(OpenError::new)?;
        let store = Store::open(&config.database_url, config.discard_creations).await?;
        let mut served = Vec::with_capacity(config.apps.len());
        for app in config.apps {
            let seed = config.seed;
            let app = store
                .write(move |connection| {
                    Box::pin(async move { settle(connection, app, seed).await })
                })
                .await
                .map_err(|_| OpenError::new("cannot write to the database; see the log"))?;
            served.push(app);
        }
        let mut jwt_secret = [0; 32];
        getrandom::fill(&mut jwt_secret)
            .map_err(|error| OpenError::new(format!("the system gives no randomness: {error}")))?;
        Ok(Emulator(Arc::new(Inner {
            store,
            apps: served.into_iter().collect(),
            settings: Settings {
                strict_auth_key: config.strict_auth_key,
                seed: config.seed,
                read_timeout: config.read_timeout,
                control_hosts: config.control_hosts,
                address: config.address,
                page,
                jwt_secret,
            },
            rate_limits: config.rate_limits.map(RateLimits::new),
            faults: Faults::default(),
            journal: Journal::default(),
            started: Instant::now(),
        })))
    }

    /// Writes what is in hand and closes the database. Waits for nobody else who holds a clone.
    pub async fn close(self) {
        self.store.close().await;
    }
}

async fn settle(
    connection: &mut AnyConnection,
    app: AppConfig,
    seed: bool,
) -> Result<App, ApiError> {
    let (keys, new) =
        apps::settle_keys(connection, &app.id, app.auth_key, app.rest_api_key).await?;
    if new {
        furnish(connection, &app.id, seed).await?;
    }
    Ok(App::new(app.id, keys))
}

/// Gives an app what it has from the start: its roles and, if so set, the sample users.
pub async fn furnish(
    connection: &mut AnyConnection,
    app_id: &str,
    seed: bool,
) -> Result<(), ApiError> {
    roles::insert_initial(connection, app_id).await?;
    if seed {
        seed::insert_samples(connection, app_id).await?;
    }
    Ok(())
}
