//! What the engine's home gives it: the time and a way to wait. The clock is made of these.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};

/// Where the engine runs: a program, or a JavaScript engine.
pub trait Host: Send + Sync {
    /// Microseconds since 1970.
    fn now(&self) -> i64;

    /// Microseconds that never go back, to measure how long something takes. What they count from
    /// does not matter.
    fn ticks(&self) -> i64 {
        self.now()
    }

    fn delay(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The time as the service shows it, in whole seconds since 1970, and a finer count that only
/// grows.
pub struct Clock {
    host: Arc<dyn Host>,
    last: AtomicI64,
}

impl Clock {
    pub fn new(host: Arc<dyn Host>) -> Self {
        Clock {
            host,
            last: AtomicI64::new(0),
        }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        // A clock before 1970 counts as 1970.
        self.host.now().max(0) / 1_000_000
    }

    /// Microseconds since 1970, never the same twice in an emulator and never going back: what is
    /// created later sorts later.
    pub fn sequence(&self) -> i64 {
        let now = self.host.now().max(0);
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(now.max(last + 1))
            })
            .unwrap_or(now);
        now.max(last + 1)
    }

    /// Microseconds that never go back.
    pub fn ticks(&self) -> i64 {
        self.host.ticks()
    }

    /// Waits for some work, but no longer than `limit`.
    pub async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        // The timer is only started when the work is not done at once.
        let over = pin!(async { self.host.delay(limit).await });
        match select(pin!(work), over).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }
}
