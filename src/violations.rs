//! Broken rules as JavaScript gets them: for programs that word or translate them on their own.

use cometchat_protocol::Violation;
use cometchat_protocol::validate::Wording;
use js_sys::{Array, Object};

use crate::js;

/// An `{ field, rule, limit, message }` for each; the limit only where the rule has one.
pub fn list(broken: &[Violation]) -> Array {
    let list = Array::new();
    for violation in broken {
        list.push(&described(violation));
    }
    list
}

fn described(violation: &Violation) -> Object {
    let Wording { name, limit, .. } = violation.rule.wording();
    let record = Object::new();
    js::set(&record, "field", &violation.path().into());
    js::set(&record, "rule", js::literal(name));
    if let Some(limit) = limit {
        js::set(&record, "limit", &(limit as u32).into());
    }
    js::set(&record, "message", &violation.message().into());
    record
}
