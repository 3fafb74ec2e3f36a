//! `deactivateUsers` and `reactivateUsers`: any number of users, so many a request.

use std::rc::Rc;

use cometchat_protocol::admin::AdminEndpoint;
use cometchat_protocol::limits::UIDS_PER_REQUEST;
use cometchat_protocol::validate::uid_rule;
use cometchat_protocol::{BrokenRule, Endpoint, Field, Violation};
use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, body_of, sent, wrong_option};
use crate::call::{Call, Step};
use crate::failure::Failure;
use crate::js;
use crate::request::RequestBody;

/// What becomes of users, and the service's words for it.
struct Activity {
    endpoint: AdminEndpoint<'static>,
    sent: &'static str,
    /// The lists of the reply, and what it means to be in one.
    outcomes: [(&'static str, &'static str); 3],
}

const DEACTIVATE: Activity = Activity {
    endpoint: AdminEndpoint::DeactivateUsers,
    sent: "uidsToDeactivate",
    outcomes: [
        ("deactivatedUids", "deactivated"),
        ("alreadyDeactivatedUids", "unchanged"),
        ("notFound", "notFound"),
    ],
};

const REACTIVATE: Activity = Activity {
    endpoint: AdminEndpoint::ReactivateUsers,
    sent: "uidsToActivate",
    outcomes: [
        ("reactivatedUids", "reactivated"),
        ("nonDeactivatedUids", "unchanged"),
        ("notFound", "notFound"),
    ],
};

struct Change {
    activity: &'static Activity,
    uids: Vec<String>,
    outcomes: Array,
}

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with an `{ uid, outcome }` for each uid, in their order.
    #[wasm_bindgen(js_name = deactivateUsers)]
    pub fn deactivate_users(&self, uids: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| begin(call, &DEACTIVATE, uids))
    }

    /// Resolves with an `{ uid, outcome }` for each uid, in their order.
    #[wasm_bindgen(js_name = reactivateUsers)]
    pub fn reactivate_users(&self, uids: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| begin(call, &REACTIVATE, uids))
    }
}

fn begin(call: &Call, activity: &'static Activity, uids: &JsValue) -> Result<Step, Failure> {
    let change = Change {
        activity,
        uids: read_uids(uids)?,
        outcomes: Array::new(),
    };
    next(call, Rc::new(change), 0)
}

/// The uids of an array; all that are none are reported at once.
pub fn read_uids(given: &JsValue) -> Result<Vec<String>, Failure> {
    let Some(list) = given.dyn_ref::<Array>() else {
        return Err(wrong_option("The uids have to be a list of strings."));
    };
    let mut uids = Vec::with_capacity(list.length() as usize);
    let mut broken = Vec::new();
    for (place, uid) in list.iter().enumerate() {
        let rule = match uid.as_string() {
            Some(uid) => {
                let rule = uid_rule(&uid);
                uids.push(uid);
                rule
            }
            None => Some(BrokenRule::NotText),
        };
        broken.extend(rule.map(|rule| Violation::of_entry(Field::Uid, place, rule)));
    }
    if !broken.is_empty() {
        return Err(Failure::from_violations(&broken));
    }
    Ok(uids)
}

/// The next uids that one request takes: where they end, and the body that carries them under this name. `None`
/// where there are no more.
pub fn chunk(uids: &[String], from: usize, name: &'static str) -> Option<(usize, RequestBody)> {
    let to = uids.len().min(from + UIDS_PER_REQUEST);
    let list: Array = uids[from..to].iter().map(JsValue::from).collect();
    (from < to).then(|| (to, body_of(name, &list)))
}

fn next(call: &Call, change: Rc<Change>, from: usize) -> Result<Step, Failure> {
    let Some((to, body)) = chunk(&change.uids, from, change.activity.sent) else {
        return Ok(Step::Done(change.outcomes.clone().into()));
    };
    let request = call.admin_request(Endpoint::Admin(change.activity.endpoint), Some(&body))?;
    Ok(sent(request, move |call, _, data| {
        let data = data?;
        let said = change.activity.outcomes.map(|(list, outcome)| {
            let list = js::get(&data, list).dyn_into::<Array>().unwrap_or_default();
            let uids: Vec<String> = list.iter().filter_map(|uid| uid.as_string()).collect();
            (uids, outcome)
        });
        for uid in &change.uids[from..to] {
            let is_it = |other: &String| other.eq_ignore_ascii_case(uid);
            let known = said.iter().find(|(uids, _)| uids.iter().any(is_it));
            let record = Object::new();
            js::set(&record, "uid", &uid.as_str().into());
            let outcome = known.map_or("unknown", |(_, outcome)| outcome);
            js::set(&record, "outcome", js::literal(outcome));
            change.outcomes.push(&record);
        }
        next(call, change, to)
    }))
}
