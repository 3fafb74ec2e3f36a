//! The bound on one call: its time limit and the caller's abort signal. Whatever the call waits for
//! is waited for under this guard, so that it settles at once when either ends it.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use cometchat_protocol::codes::client as codes;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use crate::failure::Failure;
use crate::js;

/// `setTimeout` takes no longer delay than this.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

#[derive(Clone)]
enum End {
    TimedOut,
    Aborted,
}

#[derive(Default)]
struct State {
    end: RefCell<Option<End>>,
    waker: Cell<Option<Waker>>,
}

/// Holds a timer and a listener on the caller's signal; both go when it is dropped.
pub struct Deadline {
    state: Rc<State>,
    controller: Option<AbortController>,
    signal: JsValue,
    timer: JsValue,
    on_end: Closure<dyn FnMut(JsValue)>,
    timeout_ms: f64,
    ends_at: f64,
}

impl Deadline {
    /// `started_at` (milliseconds since 1970) is when the caller made the call: time spent before
    /// this moment, such as loading the module, counts. `signal` is an `AbortSignal` or undefined.
    pub fn new(started_at: f64, timeout_ms: f64, signal: JsValue) -> Self {
        let state = Rc::new(State::default());
        // Environments without AbortController exist (older test doms); the guard works without.
        let controller = AbortController::new().ok();

        let on_end = {
            let state = state.clone();
            let controller = controller.clone();
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                // The timer calls with nothing, the signal with an event.
                let end = if event.is_undefined() {
                    End::TimedOut
                } else {
                    End::Aborted
                };
                state.end.borrow_mut().get_or_insert(end);
                if let Some(controller) = &controller {
                    controller.abort();
                }
                if let Some(waker) = state.waker.take() {
                    waker.wake();
                }
            })
        };

        let ends_at = started_at + timeout_ms;
        let left = (ends_at - js::now()).max(0.0);
        let timer = if timeout_ms.is_finite() {
            js::set_timeout(on_end.as_ref(), left.min(LONGEST_TIMER_MS))
        } else {
            JsValue::UNDEFINED
        };

        if js::get(&signal, "aborted").is_truthy() {
            *state.end.borrow_mut() = Some(End::Aborted);
        } else if signal.is_object() {
            let _ = js::call(
                &signal,
                "addEventListener",
                &[&"abort".into(), on_end.as_ref()],
            );
        }

        Deadline {
            state,
            controller,
            signal,
            timer,
            on_end,
            timeout_ms,
            ends_at,
        }
    }

    /// What a request is given so that it stops when the call ends.
    pub fn signal(&self) -> Option<AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    /// Milliseconds until the time limit.
    pub fn left_ms(&self) -> f64 {
        self.ends_at - js::now()
    }

    /// Waits for `work`, but no longer than the call may last.
    pub async fn guard<F: Future>(&self, work: F) -> Result<F::Output, Failure> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Some(end) = self.state.end.borrow().clone() {
                return Poll::Ready(Err(self.failure(end)));
            }
            self.state.waker.set(Some(context.waker().clone()));
            work.as_mut().poll(context).map(Ok)
        })
        .await
    }

    /// Lets time pass, under the guard.
    pub async fn sleep(&self, milliseconds: f64) -> Result<(), Failure> {
        struct Timer(JsValue);
        impl Drop for Timer {
            fn drop(&mut self) {
                js::clear_timeout(&self.0);
            }
        }
        let mut timer = None;
        let woken = Promise::new(&mut |resolve, _| {
            timer = Some(Timer(js::set_timeout(&resolve, milliseconds)));
        });
        self.guard(JsFuture::from(woken)).await?.ok();
        drop(timer);
        Ok(())
    }

    fn failure(&self, end: End) -> Failure {
        match end {
            End::TimedOut => {
                let mut failure = Failure::new(
                    codes::REQUEST_TIMEOUT,
                    &[
                        "The call did not end within ",
                        &js::digits(self.timeout_ms),
                        " ms.",
                    ]
                    .concat(),
                )
                .details("timeoutMs sets the limit for the whole call, retries included.");
                failure.retryable = true;
                failure
            }
            End::Aborted => Failure::new(codes::REQUEST_ABORTED, "The call was aborted.")
                .cause(js::get(&self.signal, "reason")),
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if !self.timer.is_undefined() {
            js::clear_timeout(&self.timer);
        }
        if self.signal.is_object() {
            let listener = self.on_end.as_ref();
            let _ = js::call(
                &self.signal,
                "removeEventListener",
                &[&"abort".into(), listener],
            );
        }
    }
}
