//! `blockUsers`, `unblockUsers` and `listBlockedUsers`: on behalf of a user.

use std::rc::Rc;

use cometchat_protocol::Endpoint;
use cometchat_protocol::admin::AdminEndpoint;
use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, sent};
use super::change_activity::{chunk, read_uids};
use super::filter::{Filter, Kind, query};
use super::list_users::page_of_users;
use crate::call::{Call, Step};
use crate::failure::Failure;
use crate::input::read_uid;
use crate::js;

const FILTERS: &[Filter] = &[
    ("searchKey", Kind::Text),
    (
        "direction",
        Kind::OneOf(&[
            ("both", "both"),
            ("blockedByMe", "blockedByMe"),
            ("hasBlockedMe", "hasBlockedMe"),
        ]),
    ),
];

/// Who blocks whom, or no longer does.
struct Change {
    uid: String,
    uids: Vec<String>,
    is_block: bool,
    outcomes: Array,
}

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with an `{ uid, outcome, message }` for each uid, in their order.
    #[wasm_bindgen(js_name = blockUsers)]
    pub fn block_users(&self, uid: &JsValue, uids: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| begin(call, uid, uids, true))
    }

    /// Resolves with an `{ uid, outcome, message }` for each uid, in their order.
    #[wasm_bindgen(js_name = unblockUsers)]
    pub fn unblock_users(&self, uid: &JsValue, uids: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| begin(call, uid, uids, false))
    }

    /// Resolves with `{ users, meta, isLast }` of a page, from 1 on.
    #[wasm_bindgen(js_name = listBlockedUsers)]
    pub fn list_blocked_users(
        &self,
        uid: &JsValue,
        filter: &JsValue,
        page: u32,
        options: &JsValue,
    ) -> Promise {
        self.run(options, &|call| {
            let uid = read_uid(uid)?;
            let (query, per_page) = query(FILTERS, filter, page)?;
            let endpoint = AdminEndpoint::ListBlockedUsers {
                uid: &uid,
                query: query.as_str(),
            };
            let request = call.admin_request(Endpoint::Admin(endpoint), None)?;
            Ok(sent(request, move |_, _, envelope| {
                page_of_users(&envelope?, page, per_page)
            }))
        })
    }
}

fn begin(call: &Call, uid: &JsValue, uids: &JsValue, is_block: bool) -> Result<Step, Failure> {
    let change = Change {
        uid: read_uid(uid)?,
        uids: read_uids(uids)?,
        is_block,
        outcomes: Array::new(),
    };
    next(call, Rc::new(change), 0)
}

fn next(call: &Call, change: Rc<Change>, from: usize) -> Result<Step, Failure> {
    let Some((to, body)) = chunk(&change.uids, from, "blockedUids") else {
        return Ok(Step::Done(change.outcomes.clone().into()));
    };
    let uid = &*change.uid;
    let endpoint = if change.is_block {
        AdminEndpoint::BlockUsers { uid }
    } else {
        AdminEndpoint::UnblockUsers { uid }
    };
    let request = call.admin_request(Endpoint::Admin(endpoint), Some(&body))?;
    Ok(sent(request, move |call, _, data| {
        let data = data?;
        for uid in &change.uids[from..to] {
            change.outcomes.push(&outcome(&data, uid, change.is_block));
        }
        next(call, change, to)
    }))
}

/// What the service says of one uid.
fn outcome(data: &Object, uid: &str, is_block: bool) -> Object {
    let said = said_of(data, uid);
    let is_done = js::get(&said, "success").is_truthy();
    let word = match (is_done, is_block) {
        (false, _) => "failed",
        (true, true) => "blocked",
        (true, false) => "unblocked",
    };
    let outcome = Object::new();
    js::set(&outcome, "uid", &uid.into());
    js::set(&outcome, "outcome", js::literal(word));
    let message = js::get(&said, "message");
    let message = if message.is_string() {
        message
    } else {
        js::get(&js::get(&said, "error"), "message")
    };
    if message.is_string() {
        js::set(&outcome, "message", &message);
    }
    outcome
}

/// The entry of a uid, which the service may name in lower case.
pub fn said_of(data: &Object, uid: &str) -> JsValue {
    let entry = js::get_any(data, &uid.into());
    if entry.is_undefined() {
        return js::get_any(data, &uid.to_ascii_lowercase().into());
    }
    entry
}
