//! The log: each entry goes to JavaScript as an object.

use std::fmt::Debug;

use js_sys::{Function, Object, Reflect};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use wasm_bindgen::JsValue;

use crate::host::JsHost;

/// The log of a host, if it wants one.
pub fn to(host: &JsHost) -> Option<Dispatch> {
    host.log().map(|function| Dispatch::new(Log(function)))
}

struct Log(Function);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn event(&self, event: &Event<'_>) {
        let mut entry = Entry(Object::new());
        entry.set("level", event.metadata().level().as_str().into());
        event.record(&mut entry);
        // A log that fails has nowhere to say so.
        let _ = self.0.call1(&JsValue::UNDEFINED, &entry.0);
    }

    // The engine has no spans.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Entry(Object);

impl Entry {
    fn set(&mut self, name: &str, value: JsValue) {
        let _ = Reflect::set(&self.0, &name.into(), &value);
    }
}

impl Visit for Entry {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field.name(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), (value as f64).into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), (value as f64).into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), value.into());
    }
}
