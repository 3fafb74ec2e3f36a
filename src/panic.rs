//! What becomes of a bug: a panic ends the module, and its message is reported to JavaScript first, so
//! that the calls under way can be rejected with it.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

thread_local! {
    static REPORT: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Has every panic reported to `report`, as a text with its place in the source.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(report: Function) {
    REPORT.set(Some(report));
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.to_string();
        REPORT.with_borrow(|report| {
            if let Some(report) = report {
                // Nothing can be done about a report that fails.
                let _ = report.call1(&JsValue::UNDEFINED, &message.into());
            }
        });
    }));
}
