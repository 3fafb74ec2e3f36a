//! The emulator: its apps, its store and its settings, shared by all requests.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::AnyConnection;
use tokio_util::sync::CancellationToken;

use crate::apps::{App, Apps};
use crate::error::ApiError;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::masks::Masks;
use crate::rate_limits::{Limits, RateLimits};
use crate::seed;
use crate::store::{OpenError, Store, apps, roles, tokens};

/// An app to serve. A key that is not given is read from the database, or generated for a new app.
#[derive(Debug, Clone, Default)]
pub struct AppConfig {
    pub id: String,
    pub auth_key: Option<String>,
    pub rest_api_key: Option<String>,
}

/// The emulator's configuration.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: String,
    /// How long to wait for a PostgreSQL that is not there yet.
    pub wait_for_database: Duration,
    pub apps: Vec<AppConfig>,
    /// The auth key creates auth tokens and nothing else.
    pub strict_auth_key: bool,
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
    /// Creations are answered without being written; for benchmarks only.
    pub discard_creations: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database_url: "sqlite::memory:".to_owned(),
            wait_for_database: Duration::ZERO,
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
            discard_creations: false,
        }
    }
}

/// The part of the configuration that requests need.
#[derive(Debug)]
pub struct Settings {
    pub strict_auth_key: bool,
    pub seed: bool,
    pub read_timeout: Duration,
    pub control_hosts: Vec<String>,
    pub address: String,
    pub jwt_secret: [u8; 32],
}

/// A running emulator. A clone is the same emulator.
#[derive(Clone)]
pub struct Emulator(Arc<Inner>);

/// What all clones share.
pub struct Inner {
    pub store: Store,
    pub apps: Apps,
    pub settings: Settings,
    pub rate_limits: Option<RateLimits>,
    pub faults: Faults,
    pub journal: Journal,
    pub masks: Masks,
    pub started: Instant,
    /// Cancelled when the server stops: faults that wait end at once.
    pub stopping: CancellationToken,
}

impl Deref for Emulator {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Emulator {
    /// Opens the database, loads or generates the keys of each app, and gives new apps their
    /// initial data.
    ///
    /// # Errors
    /// [`OpenError`] when the database cannot be used.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let store = Store::open(
            &config.database_url,
            config.wait_for_database,
            config.discard_creations,
        )
        .await?;
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
        let masks = Masks::new(served.iter().flat_map(App::keys).map(str::to_owned));
        for app in &served {
            let mut reader = store.reader().await.map_err(unreadable)?;
            let tokens = tokens::of_other_form(&mut reader, &app.id).await;
            masks.learn(tokens.map_err(unreadable)?.iter().map(String::as_str));
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
                jwt_secret,
            },
            rate_limits: config.rate_limits.map(RateLimits::new),
            faults: Faults::default(),
            journal: Journal::default(),
            masks,
            started: Instant::now(),
            stopping: CancellationToken::new(),
        })))
    }

    /// Finishes the writes in progress and closes the database, even if other clones are left.
    pub async fn close(self) {
        self.store.close().await;
    }
}

fn unreadable(_: ApiError) -> OpenError {
    OpenError::new("cannot read the database; see the log")
}

async fn settle(
    connection: &mut AnyConnection,
    app: AppConfig,
    seed: bool,
) -> Result<App, ApiError> {
    let (keys, new) =
        apps::settle_keys(connection, &app.id, app.auth_key, app.rest_api_key).await?;
    if new {
        initialize(connection, &app.id, seed).await?;
    }
    Ok(App::new(app.id, keys))
}

/// Gives an app its initial data: its roles and, if `seed` is set, the sample users.
pub async fn initialize(
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
