//! The host that JavaScript gives: the time, a way to wait, the log, and whom to tell of a panic.

use std::cell::RefCell;
use std::sync::Once;
use std::time::Duration;

use cometchat_emulator::host::Host;
use futures_channel::oneshot;
use futures_util::future::BoxFuture;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// What JavaScript gives.
    pub type JsHost;

    /// Milliseconds since 1970.
    #[wasm_bindgen(method)]
    fn now(this: &JsHost) -> f64;

    #[wasm_bindgen(method)]
    fn delay(this: &JsHost, ms: f64) -> Promise;

    /// Takes an entry of the log.
    #[wasm_bindgen(method, getter)]
    pub fn log(this: &JsHost) -> Option<Function>;

    /// Takes the message of a panic, after which the module must not be called any more.
    #[wasm_bindgen(method, getter)]
    fn panicked(this: &JsHost) -> Option<Function>;
}

/// The engine's host.
pub struct GivenHost(JsHost);

impl GivenHost {
    pub fn new(host: JsHost) -> Self {
        GivenHost(host)
    }
}

impl Host for GivenHost {
    fn now(&self) -> i64 {
        // JavaScript's numbers are exact far beyond this.
        (self.0.now() * 1_000.0) as i64
    }

    /// Requests have to be sendable between threads, and promises are not: the promise stays here,
    /// and only the news of its end goes on.
    fn delay(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let promise = self.0.delay(duration.as_secs_f64() * 1_000.0);
        let (over, waiting) = oneshot::channel();
        spawn_local(async move {
            // A delay that fails is over as well.
            let _ = JsFuture::from(promise).await;
            let _ = over.send(());
        });
        Box::pin(async move {
            let _ = waiting.await;
        })
    }
}

thread_local! {
    static TOLD: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Has panics reported to this host, too. A panic ends the whole module, with all of its engines.
pub fn report_panics(host: &JsHost) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let message = JsValue::from(panic.to_string());
            let told = TOLD.try_with(|told| told.try_borrow().map(|told| told.clone()));
            for function in told.into_iter().flatten().flatten() {
                let _ = function.call1(&JsValue::UNDEFINED, &message);
            }
        }));
    });
    if let Some(function) = host.panicked() {
        TOLD.with_borrow_mut(|told| told.push(function));
    }
}
