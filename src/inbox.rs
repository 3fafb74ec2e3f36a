//! How JavaScript calls back: timers, abort signals and replies all come through one function, which
//! is made once, and name the call that they are for. A function of its own for each of them would
//! have to be made, watched by the garbage collector and dropped again, five times in each call.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Object;
use slab::Slab;
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

/// An address is an event's number, a place in `OPEN`, and the number of the call there: 52 bits, which a
/// JavaScript number holds.
const EVENT_BITS: u32 = 2;
const PLACE_BITS: u32 = 26;
const NUMBER_BITS: u32 = 24;

/// What has come in for one call.
#[derive(Default)]
struct State {
    /// Tells the call apart from those that had its place before: their replies may still come.
    number: u32,
    end: Cell<Option<Event>>,
    is_rested: Cell<bool>,
    reply: Cell<Option<Object>>,
    waker: Cell<Option<Waker>>,
}

/// Where a call is reached while it is under way; what comes later is dropped.
pub struct Inbox {
    place: usize,
    state: Rc<State>,
}

type Callback = Closure<dyn FnMut(f64, JsValue) -> Result<(), JsError>>;

thread_local! {
    /// The calls under way.
    static OPEN: RefCell<Slab<Rc<State>>> = const { RefCell::new(Slab::new()) };
    static OPENED: Cell<u32> = const { Cell::new(0) };
    static CALLBACK: Kept = const { Kept::new(None) };
}

impl Inbox {
    pub fn open() -> Self {
        let number = (OPENED.get() + 1) % (1 << NUMBER_BITS);
        OPENED.set(number);
        let state = Rc::new(State {
            number,
            ..State::default()
        });
        let place = OPEN.with_borrow_mut(|open| open.insert(state.clone()));
        Inbox { place, state }
    }

    /// The function that takes an event's address, and the reply where it is one.
    pub fn callback() -> &'static JsValue {
        kept(&CALLBACK, || Callback::new(receive).into_js_value())
    }

    /// What the callback is to be given when the event happens.
    pub fn address(&self, event: Event) -> f64 {
        let number = u64::from(self.state.number) << PLACE_BITS | self.place as u64;
        (number << EVENT_BITS | event as u64) as f64
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
        OPEN.with_borrow_mut(|open| open.try_remove(self.place));
    }
}

/// Takes in an event.
fn receive(address: f64, reply: JsValue) -> Result<(), JsError> {
    let address = address as u64;
    let place = (address >> EVENT_BITS) as usize % (1 << PLACE_BITS);
    let number = (address >> (EVENT_BITS + PLACE_BITS)) as u32;
    let state = OPEN.with_borrow(|open| open.get(place).cloned());
    if let Some(state) = state.filter(|state| state.number == number) {
        match EVENTS[address as usize % EVENTS.len()] {
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
