//! What becomes of a bug: a panic ends the module, and its message is reported to JavaScript first, so
//! that the calls under way can be rejected with it.

use std::cell::Cell;
use std::panic::PanicHookInfo;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::js;
use crate::text;

thread_local! {
    static REPORT: Cell<Option<Function>> = const { Cell::new(None) };
}

/// Has the first panic reported to `report`, as a text with its place in the source.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(report: Function) {
    REPORT.set(Some(report));
    std::panic::set_hook(Box::new(|panic| {
        if let Some(report) = REPORT.take() {
            // Nothing can be done about a report that fails.
            js::call(
                &report,
                "call",
                &JsValue::UNDEFINED,
                &described(panic).into(),
            );
        }
    }));
}

fn described(panic: &PanicHookInfo<'_>) -> String {
    let (file, line) = match panic.location() {
        Some(place) => (place.file(), place.line()),
        None => ("", 0),
    };
    let message = panic.payload_as_str().unwrap_or_default();
    text::joined(&[
        "panicked at ",
        file,
        ":",
        &js::digits(line.into()),
        ": ",
        message,
    ])
}
