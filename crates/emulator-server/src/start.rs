//! Starts an emulator in this process: on a store, with the system's clock and timers.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cometchat_emulator::host::Host;
use cometchat_emulator::store::memory::MemoryStore;
use cometchat_emulator::store::{OpenError, Store};
use cometchat_emulator::{Config, Emulator};
use cometchat_emulator_sql::SqlStore;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// Where the state is kept.
#[derive(Debug, Clone)]
pub struct Database {
    pub url: String,
    /// How long to wait for a PostgreSQL that is not there yet.
    pub wait: Duration,
    /// Creations are answered without being written; for benchmarks only.
    pub discard_creations: bool,
}

impl Database {
    pub fn at(url: impl Into<String>) -> Self {
        Database {
            url: url.into(),
            wait: Duration::ZERO,
            discard_creations: false,
        }
    }

    async fn open(&self) -> Result<Arc<dyn Store>, OpenError> {
        if self.url == MEMORY {
            return Ok(Arc::new(MemoryStore::new()));
        }
        let store = SqlStore::open(&self.url, self.wait, self.discard_creations).await?;
        Ok(Arc::new(store))
    }
}

/// The URL of the store that needs no database.
const MEMORY: &str = "memory:";

/// Opens the database and starts an emulator on it.
///
/// # Errors
/// [`OpenError`] when the database cannot be used.
pub async fn start(config: Config, database: &Database) -> Result<Emulator, OpenError> {
    let store = database.open().await?;
    Emulator::open(config, store, Arc::new(System(Instant::now()))).await
}

/// The system's clock and tokio's timers; its ticks count from when it was made.
struct System(Instant);

impl Host for System {
    fn now(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }

    fn ticks(&self) -> i64 {
        i64::try_from(self.0.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn delay(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}
