//! How JavaScript calls back: timers, abort signals and replies all come through one function, which
//! is made once, and name the call that they are for. A function of its own for each of them would
//! have to be made, watched by the garbage collector and given up again, five times in each call.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Object;
use wasm_bindgen::prelude::*;

use crate::js::{Kept, kept};

/// What may happen to a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Aborted,
    /// The pause between two attempts is over.
    Rested,
    TimedOut,
    Replied,
}

/// All events, each in the place of its number.
const EVENTS: [Event; 4] = [
    Event::Aborted,
    Event::Rested,
    Event::TimedOut,
    Event::Replied,
];

/// Addresses of one call are this far from those of the next.
const STEP: u64 = EVENTS.len() as u64;

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

type Callback = Closure<dyn FnMut(f64, JsValue) -> Result<(), JsError>>;

thread_local! {
    /// The calls under way with their numbers, in the order in which they began.
    static OPEN: RefCell<Vec<(u32, Rc<State>)>> = const { RefCell::new(Vec::new()) };
    static OPENED: Cell<u32> = const { Cell::new(0) };
    static CALLBACK: Kept = const { Kept::new(None) };
}

impl Inbox {
    pub fn open() -> Self {
        let number = OPENED.get().wrapping_add(1);
        OPENED.set(number);
        let state = Rc::new(State::default());
        OPEN.with_borrow_mut(|open| open.push((number, state.clone())));
        Inbox { number, state }
    }

    /// The function that takes an event's address, and the reply where it is one.
    pub fn callback() -> &'static JsValue {
        kept(&CALLBACK, || Callback::new(receive).into_js_value())
    }

    /// What the callback is to be given when the event happens.
    pub fn address(&self, event: Event) -> f64 {
        (u64::from(self.number) * STEP + event as u64) as f64
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
        OPEN.with_borrow_mut(|open| open.retain(|(number, _)| *number != self.number));
    }
}

/// The call of that number, if it is under way.
fn find(open: &[(u32, Rc<State>)], number: u32) -> Option<&Rc<State>> {
    // Counted from the oldest on: after the last number that there is, they begin anew.
    let (oldest, _) = open.first()?;
    let age = |number: u32| number.wrapping_sub(*oldest);
    let place = open.binary_search_by_key(&age(number), |(known, _)| age(*known));
    open.get(place.ok()?).map(|(_, state)| state)
}

/// Takes in an event.
fn receive(address: f64, reply: JsValue) -> Result<(), JsError> {
    let address = address as u64;
    let number = (address / STEP) as u32;
    let state = OPEN.with_borrow(|open| find(open, number).cloned());
    if let Some(state) = state {
        match EVENTS[(address % STEP) as usize] {
            Event::Rested => state.is_rested.set(true),
            Event::Replied => state.reply.set(Some(reply.unchecked_into())),
            end @ (Event::Aborted | Event::TimedOut) => state.finish(end),
        }
        state.wake();
    }
    Ok(())
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
