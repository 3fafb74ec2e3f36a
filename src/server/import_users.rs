//! `importUsers`: new users with the times that another system kept, fifty a request.

use std::collections::HashSet;
use std::rc::Rc;

use cometchat_protocol::admin::AdminEndpoint;
use cometchat_protocol::codes::client as codes;
use cometchat_protocol::limits::USERS_PER_IMPORT;
use cometchat_protocol::{Endpoint, Field, Write};
use js_sys::{Array, JsString, Object, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, sent, wrong_option};
use super::blocked_users::said_of;
use crate::call::{Call, Step};
use crate::failure::Failure;
use crate::input::UserInput;
use crate::js;
use crate::request::{RequestBody, body_text};
use crate::response;
use crate::text;

/// The times that an import keeps, in seconds since 1970.
const TIMES: [Field; 3] = [Field::CreatedAt, Field::LastActiveAt, Field::DeactivatedAt];

/// A user that is to be imported.
struct Entry {
    uid: String,
    /// Its place in what the caller gave.
    place: u32,
    json: JsString,
}

struct Import {
    entries: Vec<Entry>,
    /// What became of each user, in the order in which the caller gave them.
    outcomes: Array,
}

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with an `{ uid, user }` or `{ uid, error }` for each user, in their order.
    #[wasm_bindgen(js_name = importUsers)]
    pub fn import_users(&self, users: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let Some(users) = users.dyn_ref::<Array>() else {
                return Err(wrong_option("The users have to be a list."));
            };
            next(call, Rc::new(read(users)), 0)
        })
    }
}

/// Checks each user. One that breaks a rule is not sent, and its outcome is known at once.
fn read(users: &Array) -> Import {
    let mut import = Import {
        entries: Vec::new(),
        outcomes: Array::new(),
    };
    let mut seen = HashSet::new();
    for (place, user) in (0..).zip(users.iter()) {
        match entry(&user, place, &mut seen) {
            Ok(entry) => {
                import.outcomes.push(&JsValue::UNDEFINED);
                import.entries.push(entry);
            }
            Err(failure) => {
                let uid = js::get_text(&user, "uid").unwrap_or_default();
                import.outcomes.push(&failed(&uid, failure));
            }
        }
    }
    import
}

fn entry(user: &JsValue, place: u32, seen: &mut HashSet<String>) -> Result<Entry, Failure> {
    let read = UserInput::read(user, Write::Create)?;
    for time in TIMES {
        let value = js::get(user, time.name());
        if js::is_absent(&value) {
            continue;
        }
        let is_time = value
            .as_f64()
            .is_some_and(|time| time >= 0.0 && time.fract() == 0.0);
        if !is_time {
            let message = [time.name(), " has to be whole seconds since 1970."];
            return Err(wrong_option(&text::joined(&message)));
        }
        js::set(&read.body.fields, time.name(), &value);
    }
    if !seen.insert(read.uid.to_ascii_lowercase()) {
        let message = "An earlier user of this import has the same uid.";
        return Err(Failure::new(codes::INVALID_UID, message)
            .details("The service folds upper case to lower case."));
    }
    let json = body_text(&read.body)?;
    Ok(Entry {
        uid: read.uid,
        place,
        json,
    })
}

fn failed(uid: &str, failure: Failure) -> Object {
    let outcome = Object::new();
    js::set(&outcome, "uid", &uid.into());
    js::set(&outcome, "error", &failure.into());
    outcome
}

fn next(call: &Call, import: Rc<Import>, from: usize) -> Result<Step, Failure> {
    let to = import.entries.len().min(from + USERS_PER_IMPORT);
    if from == to {
        return Ok(Step::Done(import.outcomes.clone().into()));
    }
    let body = RequestBody {
        whole: Some(written(&import.entries[from..to])),
        ..RequestBody::default()
    };
    let request = call.admin_request(Endpoint::Admin(AdminEndpoint::ImportUsers), Some(&body))?;
    Ok(sent(request, move |call, secret, data| {
        let data = match data {
            // Nothing has been imported: the call has failed.
            Err(failure) if from == 0 => return Err(failure),
            Err(failure) => return Ok(Step::Done(interrupted(&import, from, failure))),
            Ok(data) => data,
        };
        for entry in &import.entries[from..to] {
            let outcome = outcome(entry, &data)
                .unwrap_or_else(|failure| failed(&entry.uid, failure.after(1, false, &[secret])));
            import.outcomes.set(entry.place, outcome.into());
        }
        next(call, import, to)
    }))
}

/// The body of a request: an object of users by their uids, which need no escapes.
fn written(entries: &[Entry]) -> JsString {
    let mut body = JsString::from("{\"users\":{");
    for (place, entry) in entries.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let name = text::joined(&[comma, "\"", &entry.uid, "\":"]);
        body = body.concat(&name.into()).concat(&entry.json);
    }
    body.concat(js::literal("}}"))
}

/// What the service says of one user.
fn outcome(entry: &Entry, data: &Object) -> Result<Object, Failure> {
    let said = said_of(data, &entry.uid);
    let error = js::get(&said, "error");
    if let Some(code) = js::get_text(&error, "code").filter(|code| !code.is_empty()) {
        return Err(response::refusal(200, &error, code));
    }
    let user = js::get(&said, "data");
    if js::get(&said, "success") != JsValue::TRUE || !js::is_plain_object(&user) {
        return Err(response::no_user());
    }
    response::user(200, user.unchecked_ref())?;
    let outcome = Object::new();
    js::set(&outcome, "uid", &entry.uid.as_str().into());
    js::set(&outcome, "user", &user);
    Ok(outcome)
}

/// The outcomes where a later request failed: its users and those after them share the failure.
fn interrupted(import: &Import, from: usize, failure: Failure) -> JsValue {
    let record = JsValue::from(failure);
    for entry in &import.entries[from..] {
        let outcome = Object::new();
        js::set(&outcome, "uid", &entry.uid.as_str().into());
        js::set(&outcome, "error", &record);
        import.outcomes.set(entry.place, outcome.into());
    }
    import.outcomes.clone().into()
}
