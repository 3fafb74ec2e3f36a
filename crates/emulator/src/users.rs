//! `/users`: create, list, update, delete, deactivate and reactivate.

mod list;

use axum::extract::State;
use cometchat_protocol::{Action, Given, UserDraft};
use serde_json::json;

use crate::auth::{Key, Operation, Reader};
use crate::clock;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path::{Uid, possible};
use crate::reply::{self, Reply};
use crate::routes::{Gives, OpenedBy, Route};
use crate::store::roles;
use crate::store::tokens::{Device, NewToken};
use crate::store::users::{self, Changes, NewUser, Switched};
use crate::validation::{self, Faults};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/users", create, "createUser", "Create a user")
            .opened_by(OpenedBy::AnyKey)
            .takes("NewUser")
            .gives(Gives::Data("User")),
        Route::get("/users", list::list, "listUsers", "List users")
            .opened_by(OpenedBy::RestApiKeyOrAuthToken)
            .query(list::PARAMETERS)
            .gives(Gives::Body("UserPage"))
            .fails(&[404]),
        Route::put(
            "/users",
            reactivate_many,
            "reactivateUsers",
            "Make deactivated users active again",
        )
        .opened_by(OpenedBy::RestApiKey)
        .takes("UidsToActivate")
        .gives(Gives::Data("Switched")),
        Route::delete(
            "/users",
            deactivate_many,
            "deactivateUsers",
            "Deactivate users",
        )
        .opened_by(OpenedBy::RestApiKey)
        .takes("UidsToDeactivate")
        .gives(Gives::Data("Switched")),
        Route::get("/users/{uid}", get, "getUser", "Get a user")
            .opened_by(OpenedBy::RestApiKeyOrAuthToken)
            .gives(Gives::Data("User"))
            .fails(&[404]),
        Route::put("/users/{uid}", update, "updateUser", "Update a user")
            .opened_by(OpenedBy::AnyKey)
            .takes("UserChanges")
            .gives(Gives::Data("User"))
            .fails(&[404]),
        Route::delete(
            "/users/{uid}",
            delete,
            "deleteUser",
            "Deactivate a user, or delete it for good",
        )
        .opened_by(OpenedBy::RestApiKey)
        .takes("Deletion")
        .gives(Gives::Data("Deleted"))
        .fails(&[404]),
    ]
}

async fn create(State(emulator): State<Emulator>, key: Key, fields: Fields) -> Reply {
    let app = key.allow(Operation::WriteUser)?;
    let draft = fields.draft()?;
    let with_auth_token = fields.flag("withAuthToken")?;
    validation::check(&draft, Action::Create)?;
    let role = known_role(&emulator, &app.id, &draft).await?;
    let mut user = new_user(&app.id, draft, role);
    if with_auth_token {
        user.auth_token = Some(NewToken::for_uid(&user.uid, Device::default())?);
    }
    let mut record = reply::record(user.record())?;
    record.auth_token = user.auth_token.as_ref().map(|token| token.token.clone());
    emulator.store.create(user).await?;
    Ok(reply::data(record))
}

/// A user from a draft that has passed the rules for a creation.
pub fn new_user(app_id: &str, draft: UserDraft, role: Option<String>) -> NewUser {
    let text = |given: Given<String>| given.value().filter(|text| !text.is_empty()).cloned();
    NewUser {
        app_id: app_id.to_owned(),
        uid: text(draft.uid).unwrap_or_default().to_ascii_lowercase(),
        name: text(draft.name).unwrap_or_default(),
        avatar: text(draft.avatar),
        link: text(draft.link),
        role: role.unwrap_or_else(|| roles::DEFAULT.to_owned()),
        status_message: text(draft.status_message),
        metadata: text(draft.metadata).filter(|json| json != EMPTY_OBJECT),
        tags: tags(draft.tags).unwrap_or_default(),
        created_at: clock::now(),
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

/// The role that a draft asks for, in lower case.
///
/// # Errors
/// [`ApiError::Invalid`] when the app has no such role, as the service answers for users.
pub async fn known_role(
    emulator: &Emulator,
    app_id: &str,
    draft: &UserDraft,
) -> Result<Option<String>, ApiError> {
    let Given::Value(role) = &draft.role else {
        return Ok(None);
    };
    let role = role.to_ascii_lowercase();
    if role == roles::DEFAULT {
        return Ok(Some(role));
    }
    let mut reader = emulator.store.reader().await?;
    match roles::find(&mut reader, app_id, &role).await? {
        Some(_) => Ok(Some(role)),
        None => Err(ApiError::field("role", validation::not_selectable("role"))),
    }
}

async fn get(State(emulator): State<Emulator>, caller: Reader, uid: Uid) -> Reply {
    let user = {
        let mut reader = emulator.store.reader().await?;
        uid.find_active(&mut reader, &caller.app.id).await?
    };
    let mut record = reply::record(user)?;
    if let Some(viewer) = caller.viewer {
        relate(&mut record, &viewer)?;
    }
    Ok(reply::data(record))
}

/// Adds what a user is to the one who looks. The emulator knows no blocks, so nobody is blocked.
fn relate(record: &mut reply::Record, viewer: &str) -> Result<(), ApiError> {
    record.has_blocked_me = Some(false);
    record.blocked_by_me = Some(false);
    if record.uid != viewer {
        let mut pair = [record.uid.as_str(), viewer];
        pair.sort_unstable();
        let conversation = format!("{}_user_{}", pair[0], pair[1]);
        record
            .other
            .insert("conversationId".to_owned(), reply::value(&conversation)?);
    }
    Ok(())
}

async fn update(State(emulator): State<Emulator>, key: Key, uid: Uid, fields: Fields) -> Reply {
    let app = key.allow(Operation::WriteUser)?;
    let draft = fields.draft()?;
    let unset = unset(&fields)?;
    validation::check(&draft, Action::Update)?;
    let role = known_role(&emulator, &app.id, &draft).await?;
    let mut changes = changes(draft, unset);
    changes.role = role;
    let updated = emulator
        .store
        .update(&app.id, uid.value()?, changes)
        .await?;
    let user = updated.ok_or_else(|| uid.not_found())?;
    Ok(reply::data(reply::record(user)?))
}

/// The fields that `unset` may name: the service documents the first three; the others can be
/// cleared in no other way than by an empty value there, so it does no harm to take them as well.
pub const UNSETTABLE: [&str; 5] = ["avatar", "link", "metadata", "statusMessage", "tags"];

/// The fields that a request names in `unset`.
pub fn unset(fields: &Fields) -> Result<Vec<String>, ApiError> {
    let given = fields.list("unset")?;
    if matches!(&given, Given::Absent) || given.value().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut faults = Faults::default();
    let names = faults.texts("unset", given);
    for (at, name) in names.iter().enumerate() {
        if !UNSETTABLE.contains(&name.as_str()) {
            let path = format!("unset.{at}");
            let message = validation::not_selectable(&path);
            faults.add(path, message);
        }
    }
    faults.finish()?;
    Ok(names)
}

/// The changes that a draft, which has passed the rules for an update, asks for; all but the role.
/// A field that is named in `unset` is cleared, whatever value it is given.
pub fn changes(draft: UserDraft, unset: Vec<String>) -> Changes {
    let cleared = |name: &str| unset.iter().any(|unset| unset == name);
    let text = |name: &str, given: Given<String>| match given {
        _ if cleared(name) => Some(None),
        Given::Value(text) if text.is_empty() || text == EMPTY_OBJECT => Some(None),
        Given::Value(text) => Some(Some(text)),
        _ => None,
    };
    Changes {
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
    }
}

async fn delete(State(emulator): State<Emulator>, key: Key, uid: Uid, fields: Fields) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let permanent = fields.flag("permanent")?;
    let value = uid.value()?.to_owned();
    let deleted = value.clone();
    let found = emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                if permanent {
                    users::delete(connection, &app.id, &value).await
                } else {
                    let switched = users::deactivate(connection, &app.id, &value).await?;
                    Ok(switched == Switched::Now)
                }
            })
        })
        .await?;
    if !found {
        return Err(uid.not_found());
    }
    Ok(if permanent {
        reply::done(format!(
            "User with {deleted} has been deleted successfully."
        ))
    } else {
        reply::data(json!({ "deactivatedUids": [deleted] }))
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    Deactivate,
    Reactivate,
}

async fn deactivate_many(state: State<Emulator>, key: Key, fields: Fields) -> Reply {
    switch_many(state, key, fields, Switch::Deactivate).await
}

async fn reactivate_many(state: State<Emulator>, key: Key, fields: Fields) -> Reply {
    switch_many(state, key, fields, Switch::Reactivate).await
}

async fn switch_many(
    State(emulator): State<Emulator>,
    key: Key,
    fields: Fields,
    switch: Switch,
) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let (field, done, already) = match switch {
        Switch::Deactivate => (
            "uidsToDeactivate",
            "deactivatedUids",
            "alreadyDeactivatedUids",
        ),
        Switch::Reactivate => ("uidsToActivate", "reactivatedUids", "nonDeactivatedUids"),
    };
    let mut faults = Faults::default();
    let asked = faults.texts(field, fields.list(field)?);
    faults.finish()?;
    // Sorted, so that two such requests at once cannot wait for each other; a uid counts once.
    let mut uids: Vec<(Option<String>, usize, String)> = asked
        .into_iter()
        .enumerate()
        .map(|(place, asked)| (possible(&asked), place, asked))
        .collect();
    uids.sort();
    uids.dedup_by(|a, b| a.0.is_some() && a.0 == b.0);
    let switched = emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                let mut switched = Vec::with_capacity(uids.len());
                for (uid, place, asked) in uids {
                    let result = match (&uid, switch) {
                        (None, _) => Switched::NotFound,
                        (Some(uid), Switch::Deactivate) => {
                            users::deactivate(connection, &app.id, uid).await?
                        }
                        (Some(uid), Switch::Reactivate) => {
                            users::reactivate(connection, &app.id, uid).await?
                        }
                    };
                    // One that is not found is told as it was asked for.
                    let told = uid.filter(|_| result != Switched::NotFound);
                    switched.push((place, result, told.unwrap_or(asked)));
                }
                // In the order in which they were asked for.
                switched.sort();
                Ok(switched)
            })
        })
        .await?;
    let mut groups = serde_json::Map::new();
    for (group, name) in [
        (Switched::Now, done),
        (Switched::Already, already),
        (Switched::NotFound, "notFound"),
    ] {
        let uids: Vec<_> = switched
            .iter()
            .filter(|(_, result, _)| *result == group)
            .map(|(_, _, uid)| uid.as_str())
            .collect();
        if !uids.is_empty() {
            groups.insert(name.to_owned(), json!(uids));
        }
    }
    Ok(reply::data(groups))
}
