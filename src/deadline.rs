//! The bound on one call: its time limit and the caller's abort signal. Whatever the call waits for
//! is waited for under this guard, so that it settles at once when either ends it.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use cometchat_protocol::codes::client as codes;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

use crate::failure::Failure;
use crate::js;
use crate::text;

/// `setTimeout` takes no longer delay than this.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

#[derive(Clone, Copy)]
enum End {
    TimedOut,
    Aborted,
}

/// What the callback tells the call.
#[derive(Default)]
struct State {
    end: Cell<Option<End>>,
    /// The pause between two attempts is over.
    is_rested: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

/// The one callback of a call. Of the very type that `wasm-bindgen-futures` uses for its own, so
/// that both share their way through the boundary.
type Callback = Closure<dyn FnMut(JsValue) -> Result<(), JsError>>;

/// Holds a timer and a listener on the caller's signal; both go when it is dropped.
pub struct Deadline {
    state: Rc<State>,
    controller: Option<AbortController>,
    signal: Option<JsValue>,
    /// Undefined where no timer runs.
    limit: Cell<JsValue>,
    pause: Cell<JsValue>,
    on_event: Callback,
    timeout_ms: f64,
    ends_at: f64,
}

impl Deadline {
    /// `started_at` (milliseconds since 1970) is when the caller made the call: time spent before
    /// this moment, such as loading the module, counts. `signal` is an `AbortSignal`.
    pub fn new(started_at: f64, timeout_ms: f64, signal: Option<JsValue>) -> Self {
        let state = Rc::new(State::default());
        // Environments without AbortController exist (older test doms); the guard works without.
        let controller = AbortController::new().ok();

        let on_event = {
            let state = state.clone();
            // The timers call with true or false, the signal with an event.
            Callback::new(move |event: JsValue| {
                match event.as_bool() {
                    Some(true) => state.is_rested.set(true),
                    ended => {
                        let end = match ended {
                            Some(_) => End::TimedOut,
                            None => End::Aborted,
                        };
                        state.end.set(state.end.get().or(Some(end)));
                    }
                }
                if let Some(waker) = state.waker.take() {
                    waker.wake();
                }
                Ok(())
            })
        };

        let deadline = Deadline {
            state,
            controller,
            signal,
            limit: Cell::default(),
            pause: Cell::default(),
            on_event,
            timeout_ms,
            ends_at: started_at + timeout_ms,
        };
        if timeout_ms.is_finite() {
            let limit = deadline.timer(deadline.left_ms().max(0.0), &JsValue::FALSE);
            deadline.limit.set(limit);
        }
        match &deadline.signal {
            Some(signal) if js::get(signal, "aborted").is_truthy() => {
                deadline.state.end.set(Some(End::Aborted));
            }
            _ => deadline.listen("addEventListener"),
        }
        deadline
    }

    /// What a request is given so that it stops when the call ends.
    pub fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    /// Milliseconds until the time limit.
    pub fn left_ms(&self) -> f64 {
        self.ends_at - js::now()
    }

    pub fn has_ended(&self) -> bool {
        self.state.end.get().is_some()
    }

    /// Why the call is over; `None` as long as it is not.
    pub fn ended(&self) -> Option<Failure> {
        Some(match self.state.end.get()? {
            End::TimedOut => {
                let limit = js::digits(self.timeout_ms);
                let message = text::joined(&["The call did not end within ", &limit, " ms."]);
                let mut failure = Failure::new(codes::REQUEST_TIMEOUT, &message)
                    .details("timeoutMs sets the limit for the whole call, retries included.");
                failure.retryable = true;
                failure
            }
            End::Aborted => {
                let mut failure = Failure::new(codes::REQUEST_ABORTED, "The call was aborted.");
                if let Some(signal) = &self.signal {
                    failure.cause = js::get(signal, "reason");
                }
                failure
            }
        })
    }

    /// Waits for `work`, but no longer than the call may last.
    pub async fn guard<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Some(failure) = self.ended() {
                // Not in the callback: a listener of the request's may abort the caller's signal in
                // its turn, and a callback cannot be called within itself.
                if let Some(controller) = &self.controller {
                    controller.abort();
                }
                return Poll::Ready(Err(failure));
            }
            self.state.waker.set(Some(context.waker().clone()));
            work.as_mut().poll(context)
        })
        .await
    }

    /// Lets time pass, but no longer than the call may last.
    pub async fn sleep(&self, milliseconds: f64) {
        self.pause.set(self.timer(milliseconds, &JsValue::TRUE));
        poll_fn(|context| {
            if self.has_ended() || self.state.is_rested.take() {
                return Poll::Ready(());
            }
            self.state.waker.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    /// A timer that calls back with `is_pause`.
    fn timer(&self, milliseconds: f64, is_pause: &JsValue) -> JsValue {
        let milliseconds = milliseconds.min(LONGEST_TIMER_MS);
        js::set_timeout(self.on_event.as_ref(), milliseconds, is_pause)
    }

    fn listen(&self, method: &'static str) {
        if let Some(signal) = &self.signal {
            let listener = self.on_event.as_ref();
            let _ = js::call(signal, method, &[js::literal("abort"), listener]);
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        js::clear_timeout(&self.limit.take());
        let pause = self.pause.take();
        if !pause.is_undefined() {
            js::clear_timeout(&pause);
        }
        self.listen("removeEventListener");
    }
}
