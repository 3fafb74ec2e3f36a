//! `listUsers`: a page of the app's users. The package goes from page to page.

use cometchat_protocol::Endpoint;
use cometchat_protocol::admin::AdminEndpoint;
use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, see_as, sent};
use super::filter::{Filter, Kind, query};
use super::get_user::viewer;
use crate::call::Step;
use crate::failure::Failure;
use crate::js;
use crate::response;

const FILTERS: &[Filter] = &[
    ("searchKey", Kind::Text),
    ("searchIn", Kind::TextsOf(&["uid", "name"])),
    (
        "status",
        Kind::OneOf(&[
            ("online", "available"),
            ("available", "available"),
            ("offline", "offline"),
        ]),
    ),
    ("count", Kind::Flag),
    ("role", Kind::Text),
    ("roles", Kind::Texts),
    ("tags", Kind::Csv),
    ("uids", Kind::Csv),
    ("withTags", Kind::Flag),
    ("onlyDeactivated", Kind::Flag),
    ("withDeactivated", Kind::Flag),
    ("friendsOnly", Kind::Flag),
    ("hideBlockedUsers", Kind::Flag),
    (
        "sortBy",
        Kind::OneOf(&[("status", "status"), ("name", "name")]),
    ),
    (
        "sortOrder",
        Kind::OneOf(&[("asc", "asc"), ("desc", "desc")]),
    ),
];

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with `{ users, meta, isLast }` of a page, from 1 on.
    #[wasm_bindgen(js_name = listUsers)]
    pub fn list_users(&self, filter: &JsValue, page: u32, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let (query, per_page) = query(FILTERS, filter, page)?;
            let viewer = viewer(filter)?;
            let endpoint = AdminEndpoint::ListUsers {
                query: query.as_str(),
            };
            let request = call.admin_request(Endpoint::Admin(endpoint), None)?;
            see_as(&request, viewer.as_deref());
            Ok(sent(request, move |_, _, envelope| {
                page_of_users(&envelope?, page, per_page)
            }))
        })
    }
}

/// The users of a page, in the form that callers see.
pub fn page_of_users(envelope: &Object, page: u32, per_page: u32) -> Result<Step, Failure> {
    let users: Array = js::get_own(envelope, "data").unchecked_into();
    for user in users.iter() {
        if !js::is_plain_object(&user) {
            return Err(response::no_user());
        }
        response::user(200, user.unchecked_ref())?;
    }
    let count = f64::from(users.length());
    let pagination = js::get(&js::get_own(envelope, "meta"), "pagination");
    let number = |name| js::get(&pagination, name).as_f64();
    // The service may put fewer users on a page than it was asked for.
    let per_page = number("per_page").unwrap_or(f64::from(per_page));
    let total = number("total");
    let seen = f64::from(page - 1) * per_page + count;
    // Where the service does not count, a page that is not full is the last.
    let is_last = count < per_page || total == Some(seen);
    let meta = Object::new();
    js::set(&meta, "page", &page.into());
    js::set(&meta, "perPage", &per_page.into());
    js::set(&meta, "count", &count.into());
    for (name, theirs) in [("total", "total"), ("totalPages", "total_pages")] {
        if let Some(number) = number(theirs) {
            js::set(&meta, name, &number.into());
        }
    }
    let answer = Object::new();
    js::set(&answer, "users", &users);
    js::set(&answer, "meta", &meta);
    js::set(&answer, "isLast", &is_last.into());
    Ok(Step::Done(answer.into()))
}
