//! How JavaScript calls back: timers, abort signals and replies all come through one function, which
//! is made once, and name the call that they are for. A function of its own for each of them would
//! have to be made, watched by the garbage collector and given up again, five times in each call.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Object;
use wasm_bindgen::prelude::*;

use crate::js::{self, Kept, kept};

/// `setTimeout` takes no longer delay than this.
const LONGEST_TIMER_MS: f64 = 2_147_483_647.0;

/// What may happen to a call besides a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Aborted = 0,
    /// The pause between two attempts is over.
    Rested = 1,
    TimedOut = 2,
}

/// Addresses of one call are this far from those of the next.
const EVENTS: u64 = 4;
/// The address of the timer that all calls share.
const CLOCK: u64 = 0;

/// What has come in for one call.
#[derive(Default)]
struct State {
    end: Cell<Option<Event>>,
    is_rested: Cell<bool>,
    reply: Cell<Option<Object>>,
    waker: Cell<Option<Waker>>,
}

/// Where a call is reached, as long as it is under way; what comes later is for nobody.
pub struct Inbox {
    number: u32,
    state: Rc<State>,
}

/// The calls under way, and the one timer for the earliest of their limits.
struct Open {
    calls: Vec<Entry>,
    last_number: u32,
    timer: JsValue,
    /// In milliseconds since 1970; infinity where no timer runs.
    rings_at: f64,
}

struct Entry {
    number: u32,
    ends_at: f64,
    state: Rc<State>,
}

type Callback = Closure<dyn FnMut(JsValue) -> Result<(), JsError>>;

thread_local! {
    static OPEN: RefCell<Open> = const {
        RefCell::new(Open {
            calls: Vec::new(),
            last_number: 0,
            timer: JsValue::UNDEFINED,
            rings_at: f64::INFINITY,
        })
    };
    static CALLBACK: Kept = const { Kept::new(None) };
}

impl Open {
    /// Sets the timer for the earliest limit, unless it is to ring before that anyway.
    fn wind(&mut self) {
        let ends = self.calls.iter().map(|call| call.ends_at);
        let earliest = ends.fold(f64::INFINITY, f64::min);
        if earliest < self.rings_at {
            self.stop();
            let left = (earliest - js::now()).clamp(0.0, LONGEST_TIMER_MS);
            self.rings_at = earliest;
            self.timer = js::set_timeout(Inbox::callback(), left, &(CLOCK as f64).into());
        }
    }

    fn stop(&mut self) {
        if self.rings_at.is_finite() {
            js::clear_timeout(&self.timer);
            self.rings_at = f64::INFINITY;
        }
    }
}

impl Inbox {
    /// Opens an inbox, which learns of its end at `ends_at` (milliseconds since 1970; may be infinite).
    pub fn open(ends_at: f64) -> Self {
        let state = Rc::new(State::default());
        let number = OPEN.with_borrow_mut(|open| {
            open.last_number = open.last_number.wrapping_add(1).max(1);
            let number = open.last_number;
            let state = state.clone();
            open.calls.push(Entry {
                number,
                ends_at,
                state,
            });
            if ends_at < open.rings_at {
                open.wind();
            }
            number
        });
        Inbox { number, state }
    }

    /// The function that takes addresses of events, and replies.
    pub fn callback() -> &'static JsValue {
        kept(&CALLBACK, || Callback::new(receive).into_js_value())
    }

    /// The number by which a reply names this call.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What the callback is to be given when the event happens.
    pub fn address(&self, event: Event) -> JsValue {
        ((u64::from(self.number) * EVENTS + event as u64) as f64).into()
    }

    /// Why the call is over; `None` as long as it is not.
    pub fn end(&self) -> Option<Event> {
        self.state.end.get()
    }

    pub fn finish(&self, event: Event) {
        self.state.finish(event);
    }

    pub fn take_rest(&self) -> bool {
        self.state.is_rested.take()
    }

    pub fn take_reply(&self) -> Option<Object> {
        self.state.reply.take()
    }

    /// Waits until `ready` gives something: it is asked now, and after all that comes in.
    pub async fn wait_for<T>(&self, mut ready: impl FnMut() -> Option<T>) -> T {
        poll_fn(|context| match ready() {
            Some(value) => Poll::Ready(value),
            None => {
                self.state.waker.set(Some(context.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| {
            open.calls.retain(|call| call.number != self.number);
            // A timer that runs for nobody keeps a process alive.
            if open.calls.is_empty() {
                open.stop();
            }
        });
    }
}

/// Takes in an event's address, or the reply of an exchange.
fn receive(given: JsValue) -> Result<(), JsError> {
    let address = given.as_f64().map(|address| address as u64);
    if address == Some(CLOCK) {
        ring();
        return Ok(());
    }
    let number = match address {
        Some(address) => (address / EVENTS) as u32,
        None => js::get_own(given.unchecked_ref(), "call")
            .as_f64()
            .unwrap_or_default() as u32,
    };
    let state = OPEN.with_borrow(|open| {
        let mut calls = open.calls.iter();
        let found = calls.find(|call| call.number == number);
        found.map(|call| call.state.clone())
    });
    if let Some(state) = state {
        match address.map(|address| address % EVENTS > 0) {
            None => state.reply.set(Some(given.unchecked_into())),
            Some(true) => state.is_rested.set(true),
            Some(false) => state.finish(Event::Aborted),
        }
        state.wake();
    }
    Ok(())
}

/// The time limit of one call, or of several, is over.
fn ring() {
    let late: Vec<_> = OPEN.with_borrow_mut(|open| {
        let now = std::mem::replace(&mut open.rings_at, f64::INFINITY);
        let late = open.calls.iter().filter(|call| call.ends_at <= now);
        let late = late.map(|call| call.state.clone()).collect();
        open.wind();
        late
    });
    for state in late {
        state.finish(Event::TimedOut);
        state.wake();
    }
}

impl State {
    /// The first end counts.
    fn finish(&self, event: Event) {
        self.end.set(self.end.get().or(Some(event)));
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
