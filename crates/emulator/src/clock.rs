//! The time as the service shows it, in whole seconds since 1970, and a finer count that only
//! grows.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970.
pub fn now() -> i64 {
    micros() / 1_000_000
}

/// Microseconds since 1970, never the same twice in a process and never going back: what is created
/// later sorts later.
pub fn sequence() -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let now = micros();
    let last = LAST
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
            Some(now.max(last + 1))
        })
        .unwrap_or(now);
    now.max(last + 1)
}

fn micros() -> i64 {
    // A clock before 1970 counts as 1970.
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
