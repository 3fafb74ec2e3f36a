//! Keeps all calls of one client below the service's limits: no more requests in any minute than it takes
//! of their kind, and none while it has asked to wait.

use std::cell::RefCell;
use std::collections::VecDeque;

use cometchat_protocol::admin::Tier;
use cometchat_protocol::codes::server;
use cometchat_protocol::limits;

use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::js;

const MINUTE_MS: f64 = 60_000.0;

pub struct Limiter(RefCell<Limits>);

struct Limits {
    /// Of all requests together, where the caller wants that.
    all: Option<Window>,
    core: Window,
    standard: Window,
    import: Window,
    /// Nothing is sent before, on the clock of [`js::now`].
    paused_until: f64,
    /// How often the service has asked to wait.
    pauses: u32,
}

/// When the requests of the last minute were sent, and when those that wait will be: in order.
struct Window {
    most: usize,
    /// As it was set.
    limit: usize,
    sent_at: VecDeque<f64>,
}

/// How many requests may be sent in a minute, where the caller says so.
#[derive(Default)]
pub struct PerMinute {
    /// Of all kinds together.
    pub all: Option<usize>,
    pub core: Option<usize>,
    pub standard: Option<usize>,
}

impl Limiter {
    /// The default is just below the service's limits, since its minute and this one are not the same.
    pub fn new(per_minute: &PerMinute) -> Self {
        let window = |given: Option<usize>, documented: u32| {
            Window::new(given.unwrap_or(documented as usize * 99 / 100))
        };
        Limiter(RefCell::new(Limits {
            all: per_minute.all.map(Window::new),
            core: window(per_minute.core, limits::CORE_OPERATIONS_PER_MINUTE),
            standard: window(per_minute.standard, limits::STANDARD_OPERATIONS_PER_MINUTE),
            import: window(None, limits::IMPORT_REQUESTS_PER_MINUTE),
            paused_until: f64::NEG_INFINITY,
            pauses: 0,
        }))
    }

    /// Waits for a request's turn. Fails when the turn comes too late for the call.
    pub async fn turn(&self, tier: Tier, deadline: &Deadline) -> Result<(), Failure> {
        loop {
            let Reserved { wait_ms, pauses } = self.reserve(tier, deadline.left_ms())?;
            if wait_ms <= 0.0 {
                return Ok(());
            }
            deadline.sleep(wait_ms).await;
            if let Some(ended) = deadline.ended() {
                return Err(ended);
            }
            // What was to be sent during a pause gets another turn.
            if self.0.borrow().pauses == pauses {
                return Ok(());
            }
        }
    }

    fn reserve(&self, tier: Tier, left_ms: f64) -> Result<Reserved, Failure> {
        let limits = &mut *self.0.borrow_mut();
        let now = js::now();
        let at = limits.next(tier, now);
        let wait_ms = at - now;
        if wait_ms > 0.0 && wait_ms >= left_ms {
            return Err(too_late(wait_ms));
        }
        limits.take(tier, at);
        let pauses = limits.pauses;
        Ok(Reserved { wait_ms, pauses })
    }

    /// Reads from a response how much the service takes, and has every call wait as long as it asks.
    pub fn learn(
        &self,
        tier: Tier,
        header: &dyn Fn(&'static str) -> Option<String>,
        failure: Option<&mut Failure>,
    ) {
        let number = |name| header(name).and_then(|text| text.trim().parse::<f64>().ok());
        let limits = &mut *self.0.borrow_mut();
        if let Some(limit) = number("x-rate-limit").filter(|limit| *limit >= 1.0) {
            limits.window(tier).lower_to(limit as usize);
        }
        if let Some(failure) = failure.filter(|failure| failure.status == Some(429)) {
            if failure.retry_after_ms.is_none() {
                failure.retry_after_ms = number("x-rate-limit-reset")
                    .map(|reset| (reset * 1_000.0 - js::date_now()).clamp(0.0, MINUTE_MS));
            }
            if let Some(wait) = failure.retry_after_ms {
                limits.pause(js::now(), wait);
            }
        }
    }
}

/// A turn, and how many pauses there had been when it was given.
struct Reserved {
    wait_ms: f64,
    pauses: u32,
}

impl Limits {
    fn window(&mut self, tier: Tier) -> &mut Window {
        match tier {
            Tier::Core => &mut self.core,
            Tier::Standard => &mut self.standard,
            Tier::Import => &mut self.import,
        }
    }

    /// When the next request of this kind may be sent.
    fn next(&mut self, tier: Tier, now: f64) -> f64 {
        let of_all = self.all.as_mut().map_or(now, |all| all.next(now));
        let of_tier = self.window(tier).next(now);
        now.max(of_all).max(of_tier).max(self.paused_until)
    }

    fn take(&mut self, tier: Tier, at: f64) {
        if let Some(all) = &mut self.all {
            all.take(at);
        }
        self.window(tier).take(at);
    }

    fn pause(&mut self, now: f64, milliseconds: f64) {
        self.paused_until = self.paused_until.max(now + milliseconds);
        self.pauses += 1;
        let windows = [&mut self.core, &mut self.standard, &mut self.import];
        for window in windows.into_iter().chain(self.all.as_mut()) {
            // Those that wait ask again.
            while window.sent_at.back().is_some_and(|at| *at > now) {
                window.sent_at.pop_back();
            }
        }
    }
}

impl Window {
    fn new(limit: usize) -> Self {
        Window {
            most: limit,
            limit,
            sent_at: VecDeque::new(),
        }
    }

    fn lower_to(&mut self, most: usize) {
        self.most = most.min(self.limit);
    }

    fn next(&mut self, now: f64) -> f64 {
        while self
            .sent_at
            .front()
            .is_some_and(|at| *at <= now - MINUTE_MS)
        {
            self.sent_at.pop_front();
        }
        // A minute after the last request but so many.
        match self.sent_at.len().checked_sub(self.most) {
            Some(place) => self.sent_at[place] + MINUTE_MS,
            None => now,
        }
    }

    fn take(&mut self, at: f64) {
        let place = self.sent_at.partition_point(|other| *other <= at);
        self.sent_at.insert(place, at);
    }
}

fn too_late(wait_ms: f64) -> Failure {
    let mut failure = Failure::new(
        server::TOO_MANY_REQUESTS,
        "The request would have to wait longer for the limit of requests than the call may last.",
    )
    .details("Nothing was sent. Send fewer requests at once, or set a longer timeoutMs.");
    failure.retryable = true;
    failure.retry_after_ms = Some(wait_ms.ceil());
    failure
}
