//! Faults: rules that make the emulator answer badly on purpose, to test how a client handles
//! failures. Rules are tried in order; the first that fires decides.

mod action;
mod rule;

pub use action::{Ending, FaultAction, LONGEST_WAIT_MS};
pub use rule::{FaultRule, METHODS, RequestFacts, below_version};

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;

use crate::error::ApiError;

/// A rule that is set, and how often it has applied.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    pub id: String,
    #[serde(flatten)]
    pub rule: FaultRule,
    /// Matching requests so far.
    pub seen: u32,
    /// How many of these it fired for.
    pub fired: u32,
}

/// What the rules decide for a request.
#[derive(Debug, Default)]
pub struct Verdict {
    pub delay: Duration,
    /// The id of the rule that fired, its action, and whether the request is carried out first.
    pub fault: Option<(String, FaultAction, bool)>,
}

/// All rules that are set.
#[derive(Debug, Default)]
pub struct Faults {
    /// Saves requests the lock while no rule is set.
    any: AtomicBool,
    set: Mutex<Set>,
}

#[derive(Debug, Default)]
struct Set {
    made: u64,
    faults: Vec<Fault>,
}

impl Faults {
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Set) -> T) -> T {
        // Every change is a single step, so a panic leaves nothing half done.
        let mut set = self.set.lock().unwrap_or_else(|broken| broken.into_inner());
        let result = change(&mut set);
        self.any.store(!set.faults.is_empty(), Ordering::Release);
        result
    }

    /// Adds a rule after the others.
    pub fn add(&self, rule: FaultRule) -> Fault {
        self.with(|set| {
            set.made += 1;
            let fault = Fault {
                id: set.made.to_string(),
                rule,
                seen: 0,
                fired: 0,
            };
            set.faults.push(fault.clone());
            fault
        })
    }

    pub fn list(&self) -> Vec<Fault> {
        self.with(|set| set.faults.clone())
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// [`ApiError::NoSuchFault`].
    pub fn remove(&self, id: &str) -> Result<(), ApiError> {
        let removed = self.with(|set| {
            let before = set.faults.len();
            set.faults.retain(|fault| fault.id != id);
            set.faults.len() < before
        });
        if removed {
            Ok(())
        } else {
            Err(ApiError::NoSuchFault(id.to_owned()))
        }
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.with(|set| set.faults.clear());
    }

    /// Applies the rules to a request.
    pub fn judge(&self, request: &RequestFacts) -> Verdict {
        self.with(|set| {
            let mut verdict = Verdict::default();
            for fault in &mut set.faults {
                if !fault.rule.matches.fits(request) {
                    continue;
                }
                fault.seen = fault.seen.saturating_add(1);
                if !fault.rule.fires(fault.seen, fault.fired) {
                    continue;
                }
                fault.fired = fault.fired.saturating_add(1);
                if let FaultAction::Delay { ms } = fault.rule.action {
                    verdict.delay += Duration::from_millis(ms.into());
                    continue;
                }
                let action = fault.rule.action.clone();
                verdict.fault = Some((fault.id.clone(), action, fault.rule.commit));
                break;
            }
            verdict
        })
    }
}
