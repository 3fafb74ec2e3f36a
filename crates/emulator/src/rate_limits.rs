//! The service's rate limits: a number of core operations per app and minute, twice as many
//! standard ones, and few imports. Off by default, since nobody wants a local server to slow them
//! down.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Mutex;

use axum::http::{HeaderMap, HeaderValue, Method};
use cometchat_protocol::limits;

use crate::error::{ApiError, RateLimited};

/// How many core and standard operations an app may request per minute. Imports have a limit of
/// their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub core: u32,
    pub standard: u32,
}

/// The service's own limits.
pub const SERVICE: Limits = Limits {
    core: limits::CORE_OPERATIONS_PER_MINUTE,
    standard: limits::STANDARD_OPERATIONS_PER_MINUTE,
};

/// The flag's value for the service's own limits.
pub const SERVICE_WORD: &str = "service";

impl FromStr for Limits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == SERVICE_WORD {
            return Ok(SERVICE);
        }
        let number = |text: &str| {
            text.trim()
                .parse::<u32>()
                .map_err(|_| format!("{text:?} is no number of operations"))
        };
        let (core, standard) = text
            .split_once(',')
            .ok_or("needs two numbers, CORE,STANDARD, or the word service")?;
        Ok(Limits {
            core: number(core)?,
            standard: number(standard)?,
        })
    }
}

/// The path of imports below the version. They have a limit of their own, and a larger body.
pub const IMPORTS: &str = "/data_import/users";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Tier {
    Core,
    Standard,
    Import,
}

impl Tier {
    /// Connecting, creating users and deleting users are core operations.
    fn of(method: &Method, path: &str) -> Self {
        if path == IMPORTS {
            return Tier::Import;
        }
        let core = match *method {
            Method::POST => path == "/users",
            // Not what belongs to a user: tokens, blocks.
            Method::DELETE => {
                path.starts_with("/users") && path.trim_matches('/').split('/').count() <= 2
            }
            Method::PUT => path == "/me",
            _ => false,
        };
        if core { Tier::Core } else { Tier::Standard }
    }
}

/// What each app has used in the current minute.
#[derive(Debug)]
pub struct RateLimits {
    limits: Limits,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    minute: i64,
    by_app: HashMap<(String, Tier), u32>,
}

/// The rate-limit headers of a response.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    limit: u32,
    remaining: u32,
}

impl Allowance {
    pub fn write(self, headers: &mut HeaderMap) {
        headers.insert("x-rate-limit", HeaderValue::from(self.limit));
        headers.insert("x-rate-limit-remaining", HeaderValue::from(self.remaining));
    }
}

impl RateLimits {
    pub fn new(limits: Limits) -> Self {
        RateLimits {
            limits,
            used: Mutex::default(),
        }
    }

    /// Counts a request of this second.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] if the app has used up this minute's limit.
    pub fn count(
        &self,
        app_id: &str,
        method: &Method,
        path: &str,
        now: i64,
    ) -> Result<Allowance, ApiError> {
        const MINUTE: i64 = 60;
        let tier = Tier::of(method, path);
        let limit = match tier {
            Tier::Core => self.limits.core,
            Tier::Standard => self.limits.standard,
            Tier::Import => limits::IMPORT_REQUESTS_PER_MINUTE,
        };
        let mut used = self
            .used
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        if used.minute != now / MINUTE {
            *used = Used {
                minute: now / MINUTE,
                ..Used::default()
            };
        }
        let count = used.by_app.entry((app_id.to_owned(), tier)).or_default();
        if *count >= limit {
            let reset = (now / MINUTE + 1) * MINUTE;
            return Err(ApiError::TooMany(RateLimited {
                limit,
                retry_after: (reset - now).unsigned_abs(),
                reset,
            }));
        }
        *count += 1;
        Ok(Allowance {
            limit,
            remaining: limit - *count,
        })
    }
}
