//! A cache of how many users match a filter, valid until the next change: counting a million takes
//! longer than reading a page of them, and turning pages asks for the same total each time.
//!
//! Only correct if every change goes through this process, as on SQLite.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cometchat_emulator::store::filter::Filter;

/// The most totals in the cache; beyond that it is cleared.
const CAPACITY: usize = 256;

/// A number for the users' state between two changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revision(u64);

#[derive(Debug, Default)]
pub struct Totals {
    changes: AtomicU64,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    revision: Revision,
    totals: HashMap<(String, Filter), i64>,
}

impl Totals {
    /// The current revision. Has to be read before counting: a change in the meantime then makes
    /// the total outdated.
    pub fn revision(&self) -> Revision {
        Revision(self.changes.load(Ordering::SeqCst))
    }

    /// Reports a change; called after the commit.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// The total, if it was counted after the last change.
    pub fn get(&self, app_id: &str, filter: &Filter) -> Option<i64> {
        let revision = self.revision();
        let counted = self.counted();
        if counted.revision != revision {
            return None;
        }
        counted
            .totals
            .get(&(app_id.to_owned(), filter.clone()))
            .copied()
    }

    /// Stores a total that was counted at this revision or later.
    pub fn keep(&self, revision: Revision, app_id: &str, filter: Filter, total: i64) {
        let mut counted = self.counted();
        if revision != self.revision() {
            return;
        }
        if counted.revision != revision || counted.totals.len() >= CAPACITY {
            counted.totals.clear();
            counted.revision = revision;
        }
        counted.totals.insert((app_id.to_owned(), filter), total);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // Every change is a single step, so a panic leaves nothing half done.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_lasts_until_the_next_change() {
        let totals = Totals::default();
        let filter = Filter::default();
        totals.keep(totals.revision(), "app", filter.clone(), 7);
        assert_eq!(totals.get("app", &filter), Some(7));
        assert_eq!(totals.get("other", &filter), None);
        totals.changed();
        assert_eq!(totals.get("app", &filter), None);
    }

    #[test]
    fn a_count_that_a_change_overtook_is_not_kept() {
        let totals = Totals::default();
        let before = totals.revision();
        totals.changed();
        totals.keep(before, "app", Filter::default(), 7);
        assert_eq!(totals.get("app", &Filter::default()), None);
    }
}
