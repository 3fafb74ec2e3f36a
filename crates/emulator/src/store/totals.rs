//! How many users a filter lets through, kept until the next change: counting a million takes
//! longer than reading a page of them, and whoever turns pages asks for the same total each time.
//!
//! Right only where every change goes through this process, which is so on SQLite.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::lists::Filter;

/// So many totals are kept; with more, it starts anew.
const KEPT: usize = 256;

/// The users as they are between two changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State(u64);

#[derive(Debug, Default)]
pub struct Totals {
    changes: AtomicU64,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    state: State,
    totals: HashMap<(String, Filter), i64>,
}

impl Totals {
    /// What stands now. Has to be asked for before the count begins: what changes meanwhile then
    /// makes the total an old one.
    pub fn state(&self) -> State {
        State(self.changes.load(Ordering::SeqCst))
    }

    /// Says that users have changed; called after the commit.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// The total, if it was counted since the last change.
    pub fn get(&self, app_id: &str, filter: &Filter) -> Option<i64> {
        let state = self.state();
        let counted = self.counted();
        if counted.state != state {
            return None;
        }
        counted
            .totals
            .get(&(app_id.to_owned(), filter.clone()))
            .copied()
    }

    /// Keeps a total that was counted in this state or a later one.
    pub fn keep(&self, state: State, app_id: &str, filter: Filter, total: i64) {
        let mut counted = self.counted();
        if state != self.state() {
            return;
        }
        if counted.state != state || counted.totals.len() >= KEPT {
            counted.totals.clear();
            counted.state = state;
        }
        counted.totals.insert((app_id.to_owned(), filter), total);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // What a panic left behind here is whole: every change is a single step.
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
        totals.keep(totals.state(), "app", filter.clone(), 7);
        assert_eq!(totals.get("app", &filter), Some(7));
        assert_eq!(totals.get("other", &filter), None);
        totals.changed();
        assert_eq!(totals.get("app", &filter), None);
    }

    #[test]
    fn a_count_that_a_change_overtook_is_not_kept() {
        let totals = Totals::default();
        let before = totals.state();
        totals.changed();
        totals.keep(before, "app", Filter::default(), 7);
        assert_eq!(totals.get("app", &Filter::default()), None);
    }
}
