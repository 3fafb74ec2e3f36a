//! The bound on one call: its time limit and the caller's abort signal. Whatever the call waits for
//! is waited for beside it, so that the call settles at once when either ends it.

use cometchat_protocol::codes::client as codes;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::failure::Failure;
use crate::js::{self, Alarm};
use crate::text;

/// Holds a timer and a listener on the caller's signal; both go when it is dropped.
pub struct Deadline {
    alarm: Alarm,
    /// The caller's `AbortSignal`; undefined where there is none.
    signal: JsValue,
    timeout_ms: f64,
    ends_at: f64,
}

impl Deadline {
    /// `made_at` (on the clock of [`js::now`]) is when the caller made the call: time spent before
    /// this moment, such as loading the module, counts. `signal` is an `AbortSignal`, or undefined.
    pub fn new(made_at: f64, timeout_ms: f64, signal: JsValue) -> Self {
        let ends_at = made_at + timeout_ms;
        Deadline {
            alarm: js::alarm(ends_at - js::now(), &signal),
            signal,
            timeout_ms,
            ends_at,
        }
    }

    /// Milliseconds until the time limit.
    pub fn left_ms(&self) -> f64 {
        self.ends_at - js::now()
    }

    /// Why the call is over; `None` as long as it is not.
    pub fn ended(&self) -> Option<Failure> {
        if js::get(&self.signal, "aborted").is_truthy() {
            let mut failure = Failure::new(codes::REQUEST_ABORTED, "The call was aborted.");
            failure.cause = js::get(&self.signal, "reason");
            return Some(failure);
        }
        (self.left_ms() <= 0.0).then(|| self.timed_out())
    }

    fn timed_out(&self) -> Failure {
        let limit = js::digits(self.timeout_ms);
        let message = text::joined(&["The call did not end within ", &limit, " ms."]);
        let mut failure = Failure::new(codes::REQUEST_TIMEOUT, &message)
            .details("timeoutMs sets the limit for the whole call, retries included.");
        failure.retryable = true;
        failure
    }

    /// Resolves when the time is up or the signal is aborted.
    pub fn over(&self) -> Promise {
        self.alarm.rung()
    }

    /// Waits for a promise that is never rejected, but no longer than the call may last.
    pub async fn wait(&self, promise: &Promise) -> Result<JsValue, Failure> {
        let first = JsFuture::from(self.alarm.first(promise));
        let value = first.await.unwrap_or_default();
        if let Some(ended) = self.ended() {
            return Err(ended);
        }
        // A timer may ring a little before the clock shows that time.
        match value.as_bool() {
            Some(true) => Err(self.timed_out()),
            _ => Ok(value),
        }
    }

    /// Lets time pass, but no longer than the call may last.
    pub async fn sleep(&self, milliseconds: f64) {
        let pause = js::alarm(milliseconds, &JsValue::UNDEFINED);
        let _ = JsFuture::from(self.alarm.first(&pause.rung())).await;
        pause.cancel();
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.alarm.cancel();
    }
}
