//! The document's schemas. They describe exactly what is accepted: a tester that generates requests
//! from them reports both a refusal of valid requests and an acceptance of invalid ones.

mod control;
pub mod parts;
mod service;

use serde_json::Value;

/// All schemas, by name.
pub fn all() -> Value {
    let mut schemas = service::all();
    if let (Value::Object(schemas), Value::Object(more)) = (&mut schemas, control::all()) {
        schemas.extend(more);
    }
    schemas
}
