//! `/users`: create, list, update, delete, deactivate and reactivate.

mod list;

use axum::extract::State;
use cometchat_protocol::{Given, UserDraft, Write};
use serde_json::json;

use crate::auth::{Key, Permission, UserReader};
use crate::auth_tokens::new_token;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::path::{Uid, possible};
use crate::response::{self, HandlerResult};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::role;
use crate::store::user::{NewUser, UserChanges};
use crate::store::{Switch, Switched};
use crate::validation::{self, FieldErrors};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/users", create, "createUser", "Create a user")
            .access(Access::AnyKey)
            .request("NewUser")
            .response(ResponseSchema::Data("User")),
        Route::get("/users", list::list, "listUsers", "List users")
            .access(Access::RestApiKeyOrAuthToken)
            .query(list::PARAMETERS)
            .response(ResponseSchema::Bare("UserPage"))
            .errors(&[404]),
        Route::put(
            "/users",
            reactivate_many,
            "reactivateUsers",
            "Make deactivated users active again",
        )
        .access(Access::RestApiKey)
        .request("UidsToActivate")
        .response(ResponseSchema::Data("Switched")),
        Route::delete(
            "/users",
            deactivate_many,
            "deactivateUsers",
            "Deactivate users",
        )
        .access(Access::RestApiKey)
        .request("UidsToDeactivate")
        .response(ResponseSchema::Data("Switched")),
        Route::get("/users/{uid}", get, "getUser", "Get a user")
            .access(Access::RestApiKeyOrAuthToken)
            .response(ResponseSchema::Data("User"))
            .errors(&[404]),
        Route::put("/users/{uid}", update, "updateUser", "Update a user")
            .access(Access::AnyKey)
            .request("UserChanges")
            .response(ResponseSchema::Data("User"))
            .errors(&[404]),
        Route::delete(
            "/users/{uid}",
            delete,
            "deleteUser",
            "Deactivate a user, or delete it for good",
        )
        .access(Access::RestApiKey)
        .request("Deletion")
        .response(ResponseSchema::Data("Deleted"))
        .errors(&[404]),
    ]
}

async fn create(State(emulator): State<Emulator>, key: Key, body: JsonObject) -> HandlerResult {
    let app = key.require(Permission::CreateUser)?;
    let draft = body.draft()?;
    let with_auth_token = body.flag("withAuthToken")?;
    validation::check(&draft, Write::Create)?;
    let role = known_role(&emulator, &app.id, &draft).await?;
    let mut user = new_user(&app.id, draft, role, emulator.clock.now());
    if with_auth_token {
        user.auth_token = Some(new_token(&emulator, &user.uid)?);
    }
    let mut record = response::record(user.stored())?;
    record.auth_token = user.auth_token.as_ref().map(|token| token.token.clone());
    emulator.store.create_user(user).await?;
    Ok(response::data(record))
}

/// A new user from a draft that has passed the rules for a creation.
pub fn new_user(app_id: &str, draft: UserDraft, role: Option<String>, created_at: i64) -> NewUser {
    let text = |given: Given<String>| given.value().filter(|text| !text.is_empty()).cloned();
    NewUser {
        app_id: app_id.to_owned(),
        uid: text(draft.uid).unwrap_or_default().to_ascii_lowercase(),
        name: text(draft.name).unwrap_or_default(),
        avatar: text(draft.avatar),
        link: text(draft.link),
        role: role.unwrap_or_else(|| role::DEFAULT.to_owned()),
        status_message: text(draft.status_message),
        metadata: text(draft.metadata).filter(|json| json != EMPTY_OBJECT),
        tags: tags(draft.tags).unwrap_or_default(),
        last_active_at: None,
        created_at,
        deactivated_at: None,
        auth_token: None,
    }
}

const EMPTY_OBJECT: &str = "{}";

fn tags(given: Given<Vec<Given<String>>>) -> Option<Vec<String>> {
    let Given::Value(tags) = given else {
        return None;
    };
    Some(
        tags.into_iter()
            .filter_map(|tag| tag.value().cloned())
            .collect(),
    )
}

/// The role that a draft names, in lower case.
///
/// # Errors
/// [`ApiError::Invalid`] if the app has no such role, as in the service.
pub async fn known_role(
    emulator: &Emulator,
    app_id: &str,
    draft: &UserDraft,
) -> Result<Option<String>, ApiError> {
    let Given::Value(role) = &draft.role else {
        return Ok(None);
    };
    let role = role.to_ascii_lowercase();
    if role == role::DEFAULT {
        return Ok(Some(role));
    }
    match emulator.store.role(app_id, &role).await {
        Ok(_) => Ok(Some(role)),
        Err(ApiError::RoleNotFound(_)) => {
            Err(ApiError::field("role", validation::not_selectable("role")))
        }
        Err(error) => Err(error),
    }
}

async fn get(State(emulator): State<Emulator>, caller: UserReader, uid: Uid) -> HandlerResult {
    let user = uid.user(&*emulator.store, &caller.app.id).await?;
    let mut record = caller.record(user)?;
    caller
        .relate(&emulator, std::slice::from_mut(&mut record))
        .await?;
    Ok(response::data(record))
}

async fn update(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    body: JsonObject,
) -> HandlerResult {
    let app = key.require(Permission::UpdateUser)?;
    let draft = body.draft()?;
    let unset = unset(&body)?;
    validation::check(&draft, Write::Update)?;
    let role = known_role(&emulator, &app.id, &draft).await?;
    let mut changes = changes(draft, unset, emulator.clock.now());
    changes.role = role;
    let updated = emulator
        .store
        .update_user(&app.id, uid.value()?, changes)
        .await;
    let user = updated.map_err(|error| uid.as_sent(error))?;
    Ok(response::data(response::record(user)?))
}

/// The fields that `unset` may name. The service documents the first three; the others can
/// otherwise only be cleared with an empty value, so accepting them does no harm.
pub const UNSETTABLE: [&str; 5] = ["avatar", "link", "metadata", "statusMessage", "tags"];

/// The fields that a request names in `unset`.
pub fn unset(body: &JsonObject) -> Result<Vec<String>, ApiError> {
    let given = body.list("unset")?;
    if matches!(&given, Given::Absent) || given.value().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut errors = FieldErrors::default();
    let names = errors.texts("unset", given);
    for (at, name) in names.iter().enumerate() {
        if !UNSETTABLE.contains(&name.as_str()) {
            let path = format!("unset.{at}");
            let message = validation::not_selectable(&path);
            errors.add(path, message);
        }
    }
    errors.finish()?;
    Ok(names)
}

/// The changes in a draft that has passed the rules for an update, except for the role. A field
/// named in `unset` is cleared, whatever its value.
pub fn changes(draft: UserDraft, unset: Vec<String>, at: i64) -> UserChanges {
    let cleared = |name: &str| unset.iter().any(|unset| unset == name);
    let text = |name: &str, given: Given<String>| match given {
        _ if cleared(name) => Some(None),
        Given::Value(text) if text.is_empty() || text == EMPTY_OBJECT => Some(None),
        Given::Value(text) => Some(Some(text)),
        _ => None,
    };
    UserChanges {
        name: draft.name.value().cloned(),
        role: None,
        avatar: text("avatar", draft.avatar),
        link: text("link", draft.link),
        status_message: text("statusMessage", draft.status_message),
        metadata: text("metadata", draft.metadata),
        tags: if cleared("tags") {
            Some(Vec::new())
        } else {
            tags(draft.tags)
        },
        active: false,
        at,
    }
}

async fn delete(
    State(emulator): State<Emulator>,
    key: Key,
    uid: Uid,
    body: JsonObject,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let permanent = body.flag("permanent")?;
    let named = uid.value()?;
    if permanent {
        let deleted = emulator.store.delete_user(&app.id, named).await;
        deleted.map_err(|error| uid.as_sent(error))?;
        return Ok(response::done(format!(
            "User with {named} has been deleted successfully."
        )));
    }
    let switch = Switch::Deactivate {
        at: emulator.clock.now(),
    };
    let store = &emulator.store;
    let switched = store.switch_users(&app.id, vec![named.to_owned()], switch);
    if switched.await? != [Switched::Changed] {
        return Err(uid.not_found());
    }
    Ok(response::data(json!({ "deactivatedUids": [named] })))
}

async fn deactivate_many(state: State<Emulator>, key: Key, body: JsonObject) -> HandlerResult {
    let at = state.0.clock.now();
    switch_many(state, key, body, Switch::Deactivate { at }).await
}

async fn reactivate_many(state: State<Emulator>, key: Key, body: JsonObject) -> HandlerResult {
    switch_many(state, key, body, Switch::Reactivate).await
}

async fn switch_many(
    State(emulator): State<Emulator>,
    key: Key,
    body: JsonObject,
    switch: Switch,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let (field, done, already) = match switch {
        Switch::Deactivate { .. } => (
            "uidsToDeactivate",
            "deactivatedUids",
            "alreadyDeactivatedUids",
        ),
        Switch::Reactivate => ("uidsToActivate", "reactivatedUids", "nonDeactivatedUids"),
    };
    let mut errors = FieldErrors::default();
    let sent = errors.texts(field, body.list(field)?);
    errors.finish()?;
    // Sorted, so that two such requests cannot deadlock; duplicates are removed.
    let mut uids: Vec<(Option<String>, usize, String)> = sent
        .into_iter()
        .enumerate()
        .map(|(index, sent)| (possible(&sent), index, sent))
        .collect();
    uids.sort();
    uids.dedup_by(|a, b| a.0.is_some() && a.0 == b.0);
    let possible: Vec<String> = uids.iter().filter_map(|(uid, ..)| uid.clone()).collect();
    let switched = emulator.store.switch_users(&app.id, possible, switch);
    let mut switched = switched.await?.into_iter();
    let mut outcomes = Vec::with_capacity(uids.len());
    for (uid, index, sent) in uids {
        let result = uid.as_ref().and_then(|_| switched.next());
        let result = result.unwrap_or(Switched::NotFound);
        // A uid that is not found is returned as it was sent.
        let known = uid.filter(|_| result != Switched::NotFound);
        outcomes.push((index, result, known.unwrap_or(sent)));
    }
    // In the order of the request.
    outcomes.sort();
    let mut groups = serde_json::Map::new();
    for (group, name) in [
        (Switched::Changed, done),
        (Switched::Unchanged, already),
        (Switched::NotFound, "notFound"),
    ] {
        let uids: Vec<_> = outcomes
            .iter()
            .filter(|(_, result, _)| *result == group)
            .map(|(_, _, uid)| uid.as_str())
            .collect();
        if !uids.is_empty() {
            groups.insert(name.to_owned(), json!(uids));
        }
    }
    Ok(response::data(groups))
}
