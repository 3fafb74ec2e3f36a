//! `upsertUser` and `getOrCreateUser`: a user that is there afterwards, whether it was there before or not.
//! Other callers may create and delete it meanwhile.

use cometchat_protocol::admin::AdminEndpoint;
use cometchat_protocol::codes::server;
use cometchat_protocol::{BrokenRule, Endpoint, Field, Violation, Write};
use js_sys::{Array, JsString, Object, Promise};
use wasm_bindgen::prelude::*;

use super::admin_core::{AdminCore, sent};
use crate::call::{Call, Step};
use crate::failure::Failure;
use crate::input::UserInput;
use crate::js;
use crate::request::RequestBody;

/// How often both requests are sent before the user counts as one that cannot be had.
const ROUNDS: u32 = 3;

/// A user to be had, and how often that was tried.
struct Wanted {
    uid: String,
    /// What an update carries; nothing where an existing user stays as it is.
    update: Option<RequestBody>,
    creation: RequestBody,
    round: u32,
    /// Whether this call created it, as far as can be told.
    is_ours: bool,
}

impl Wanted {
    fn new(uid: String, update: Option<RequestBody>, creation: RequestBody) -> Self {
        Wanted {
            uid,
            update,
            creation,
            round: 1,
            is_ours: false,
        }
    }
}

#[wasm_bindgen]
impl AdminCore {
    /// Resolves with `{ user, created }`: an existing user is changed, another created.
    #[wasm_bindgen(js_name = upsertUser)]
    pub fn upsert_user(&self, user: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let (user, mut broken) = UserInput::check(user, Write::Update)?;
            if js::get_own(&user.body.fields, Field::Name.name()).is_undefined()
                && !broken.iter().any(|broken| broken.field == Field::Name)
            {
                broken.push(Violation::of(Field::Name, BrokenRule::Required));
                broken.sort_by_key(|broken| broken.field);
            }
            if !broken.is_empty() {
                return Err(Failure::from_violations(&broken));
            }
            let creation = creation(&user);
            find(call, Wanted::new(user.uid, Some(user.body), creation))
        })
    }

    /// Resolves with `{ user, created }`: an existing user stays as it is, another is created.
    #[wasm_bindgen(js_name = getOrCreateUser)]
    pub fn get_or_create_user(&self, user: &JsValue, options: &JsValue) -> Promise {
        self.run(options, &|call| {
            let user = UserInput::read(user, Write::Create)?;
            find(call, Wanted::new(user.uid, None, user.body))
        })
    }
}

/// What a creation carries: an empty value, which clears a field of an existing user, sets none of a new one.
fn creation(user: &UserInput) -> RequestBody {
    let fields = Object::assign(&Object::new(), &user.body.fields);
    for field in [
        Field::Avatar,
        Field::Link,
        Field::StatusMessage,
        Field::Tags,
    ] {
        let value = js::get_own(&fields, field.name());
        let is_empty = match value.dyn_ref::<Array>() {
            Some(list) => list.length() == 0,
            None => value.as_string().as_deref() == Some(""),
        };
        if is_empty {
            js::delete(&fields, field.name());
        }
    }
    js::set(&fields, Field::Uid.name(), &user.uid.as_str().into());
    let is_empty = |json: &&JsString| JsValue::from(*json) == *js::literal("{}");
    let metadata = user.body.metadata.as_ref();
    RequestBody {
        fields,
        metadata: metadata.filter(|json| !is_empty(json)).cloned(),
        ..RequestBody::default()
    }
}

fn find(call: &Call, wanted: Wanted) -> Result<Step, Failure> {
    let request = match &wanted.update {
        Some(update) => {
            let endpoint = Endpoint::UpdateUser { uid: &wanted.uid };
            call.admin_request(endpoint, Some(update))?
        }
        None => {
            let endpoint = AdminEndpoint::GetUser { uid: &wanted.uid };
            call.admin_request(Endpoint::Admin(endpoint), None)?
        }
    };
    Ok(sent(request, move |call, _, found| match found {
        Err(failure) if failure.code == server::UID_NOT_FOUND => create(call, wanted),
        found => had(found?, wanted.is_ours),
    }))
}

fn create(call: &Call, mut wanted: Wanted) -> Result<Step, Failure> {
    let request = call.admin_request(Endpoint::CreateUser, Some(&wanted.creation))?;
    Ok(sent(request, move |call, _, created| match created {
        Err(failure) if failure.code == server::UID_ALREADY_EXISTS => {
            if wanted.round == ROUNDS {
                return Err(failure.details(
                    "The service neither finds the user nor creates it: it may be deactivated. \
                     Then reactivateUsers([uid]) brings it back.",
                ));
            }
            wanted.round += 1;
            // An earlier request created it, and its answer was lost.
            wanted.is_ours |= failure.maybe_created;
            find(call, wanted)
        }
        created => had(created?, true),
    }))
}

fn had(user: Object, is_created: bool) -> Result<Step, Failure> {
    let answer = Object::new();
    js::set(&answer, "user", &user);
    js::set(&answer, "created", &is_created.into());
    Ok(Step::Done(answer.into()))
}
