//! Broken rules as JavaScript gets them: for programs that word or translate them on their own.

use cometchat_protocol::{BrokenRule, Violation};
use js_sys::{Array, Object};

use crate::js;

/// An `{ field, rule, limit, message }` for each; the limit only where the rule has one.
pub fn list(broken: &[Violation]) -> Array {
    broken.iter().map(described).collect()
}

fn described(violation: &Violation) -> Object {
    let (rule, limit) = match violation.rule {
        BrokenRule::Required => ("required", None),
        BrokenRule::Blank => ("notBlank", None),
        BrokenRule::NotText => ("text", None),
        BrokenRule::NotList => ("list", None),
        BrokenRule::NotObject => ("object", None),
        BrokenRule::NotAlphaDash => ("alphaDash", None),
        BrokenRule::NotUrl => ("url", None),
        BrokenRule::TooLong(most) => ("maxLength", Some(most)),
        BrokenRule::TooMany(most) => ("maxItems", Some(most)),
        BrokenRule::TooLarge(most) => ("maxBytes", Some(most)),
    };
    let record = Object::new();
    js::set(&record, "field", &violation.path().into());
    js::set(&record, "rule", js::literal(rule));
    if let Some(limit) = limit {
        js::set(&record, "limit", &(limit as u32).into());
    }
    js::set(&record, "message", &violation.message().into());
    record
}
