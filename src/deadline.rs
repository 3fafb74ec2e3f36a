//! The bound on one call: its time limit and the caller's abort signal. Whatever the call waits for
//! is waited for under this guard, so that it settles at once when either ends it.

use std::cell::Cell;

use cometchat_protocol::codes::client as codes;
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::failure::Failure;
use crate::inbox::{Event, Inbox};
use crate::js;
use crate::text;

/// `setTimeout` takes no longer delay than this.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

/// The caller's `AbortSignal`, and what listens on it.
struct Signal {
    signal: JsValue,
    listener: JsValue,
}

/// Holds a timer and a listener on the caller's signal; both go when it is dropped.
pub struct Deadline {
    inbox: Inbox,
    signal: Option<Signal>,
    limit: Cell<Option<JsValue>>,
    pause: Cell<Option<JsValue>>,
    timeout_ms: f64,
    ends_at: f64,
}

impl Deadline {
    /// `started_at` (on the clock of [`js::now`]) is when the caller made the call: time spent before
    /// this moment, such as loading the module, counts. `signal` is an `AbortSignal`.
    pub fn new(started_at: f64, timeout_ms: f64, signal: Option<JsValue>) -> Self {
        let inbox = Inbox::open();
        let signal = signal.map(|signal| {
            let callback: &Function = Inbox::callback().unchecked_ref();
            let listener =
                callback.bind1(&JsValue::UNDEFINED, &inbox.address(Event::Aborted).into());
            Signal {
                signal,
                listener: listener.into(),
            }
        });
        let deadline = Deadline {
            inbox,
            signal,
            limit: Cell::default(),
            pause: Cell::default(),
            timeout_ms,
            ends_at: started_at + timeout_ms,
        };
        if timeout_ms.is_finite() {
            let left = deadline.left_ms().max(0.0);
            deadline
                .limit
                .set(Some(deadline.timer(left, Event::TimedOut)));
        }
        match &deadline.signal {
            Some(Signal { signal, .. }) if js::get(signal, "aborted").is_truthy() => {
                deadline.inbox.finish(Event::Aborted);
            }
            Some(Signal { signal, listener }) => js::listen(signal, listener),
            None => {}
        }
        deadline
    }

    /// Milliseconds until the time limit.
    pub fn left_ms(&self) -> f64 {
        self.ends_at - js::now()
    }

    pub fn has_ended(&self) -> bool {
        self.inbox.end().is_some()
    }

    /// Why the call is over; `None` as long as it is not.
    pub fn ended(&self) -> Option<Failure> {
        Some(match self.inbox.end()? {
            Event::TimedOut => {
                let limit = js::digits(self.timeout_ms);
                let message = text::joined(&["The call did not end within ", &limit, " ms."]);
                let mut failure = Failure::new(codes::REQUEST_TIMEOUT, &message)
                    .details("timeoutMs sets the limit for the whole call, retries included.");
                failure.retryable = true;
                failure
            }
            _ => {
                let mut failure = Failure::new(codes::REQUEST_ABORTED, "The call was aborted.");
                if let Some(Signal { signal, .. }) = &self.signal {
                    failure.cause = js::get(signal, "reason");
                }
                failure
            }
        })
    }

    /// Waits for the reply of an exchange, but no longer than the call may last. `begin` begins it,
    /// with the function to call back and the address to do it with, and gives what stops it.
    pub async fn reply(
        &self,
        begin: impl FnOnce(&JsValue, f64) -> Option<AbortController>,
    ) -> Result<Object, Failure> {
        let controller = begin(Inbox::callback(), self.inbox.address(Event::Replied));
        let received = self.inbox.wait_for(|| match self.ended() {
            Some(ended) => Some(Err(ended)),
            None => self.inbox.take_reply().map(Ok),
        });
        let received = received.await;
        if received.is_err()
            && let Some(controller) = controller
        {
            controller.abort();
        }
        received
    }

    /// Lets time pass, but no longer than the call may last.
    pub async fn sleep(&self, milliseconds: f64) {
        self.pause
            .set(Some(self.timer(milliseconds, Event::Rested)));
        let is_over = || (self.has_ended() || self.inbox.take_rest()).then_some(());
        self.inbox.wait_for(is_over).await;
    }

    fn timer(&self, milliseconds: f64, event: Event) -> JsValue {
        let milliseconds = milliseconds.min(LONGEST_TIMER_MS);
        js::set_timeout(Inbox::callback(), milliseconds, self.inbox.address(event))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        for timer in [&self.limit, &self.pause] {
            if let Some(timer) = timer.take() {
                js::clear_timeout(&timer);
            }
        }
        if let Some(Signal { signal, listener }) = &self.signal {
            js::unlisten(signal, listener);
        }
    }
}
