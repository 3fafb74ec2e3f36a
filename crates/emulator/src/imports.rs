//! `POST /data_import/users`: creates users with the times that another system kept. Each user
//! succeeds or fails by itself, and the response says what became of it.

use std::collections::BTreeMap;

use axum::extract::State;
use cometchat_protocol::envelope::ErrorBody;
use cometchat_protocol::{Given, Write, limits};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::auth::{Key, Permission};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::rate_limits::IMPORTS;
use crate::response::{self, HandlerResult, Record};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::user::NewUser;
use crate::users::{known_role, new_user};
use crate::validation::{self, FieldErrors};
use crate::whole_number::whole;

/// The latest time that an import may name: the largest number that every client of JSON has.
pub const LATEST: i64 = (1 << 53) - 1;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            IMPORTS,
            import,
            "importUsers",
            "Create users with the times that they come with",
        )
        .access(Access::RestApiKey)
        .request("UsersToImport")
        .response(ResponseSchema::Data("ImportOutcomes")),
    ]
}

/// What became of a user.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Created { success: bool, data: Box<Record> },
    Failed { success: bool, error: ErrorBody },
}

async fn import(State(emulator): State<Emulator>, key: Key, body: JsonObject) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let entries = entries(&body)?;
    let mut outcomes = BTreeMap::new();
    for (key, entry) in entries {
        let outcome = match create(&emulator, &app.id, &key, &entry).await {
            Ok(record) => Outcome::Created {
                success: true,
                data: Box::new(record),
            },
            Err(error) => Outcome::Failed {
                success: false,
                error: error.into_body(),
            },
        };
        outcomes.insert(key, outcome);
    }
    Ok(response::data(outcomes))
}

/// The entries of a request, by their keys.
fn entries(body: &JsonObject) -> Result<BTreeMap<String, Box<RawValue>>, ApiError> {
    let message = match body.entries("users")? {
        Given::Value(entries) if entries.len() > limits::USERS_PER_IMPORT => format!(
            "The users must not have more than {} items.",
            limits::USERS_PER_IMPORT
        ),
        Given::Value(entries) if !entries.is_empty() => return Ok(entries),
        Given::Mistyped => "The users must be an object.".to_owned(),
        _ => validation::required("users"),
    };
    Err(ApiError::field("users", message))
}

/// Creates the user of an entry.
async fn create(
    emulator: &Emulator,
    app_id: &str,
    key: &str,
    entry: &RawValue,
) -> Result<Record, ApiError> {
    let user = user(emulator, app_id, key, entry).await?;
    let record = response::record(user.stored())?;
    emulator.store.create_user(user).await?;
    Ok(record)
}

/// The user of an entry, checked as for a creation.
async fn user(
    emulator: &Emulator,
    app_id: &str,
    key: &str,
    entry: &RawValue,
) -> Result<NewUser, ApiError> {
    let no_user = || ApiError::NoUserToImport(key.to_owned());
    let fields = JsonObject::parse(entry.get().as_bytes()).map_err(|_| no_user())?;
    let draft = fields.draft()?;
    if let Given::Value(uid) = &draft.uid
        && !uid.eq_ignore_ascii_case(key.trim())
    {
        return Err(no_user());
    }
    let mut errors = FieldErrors::default();
    errors.gather(validation::check(&draft, Write::Create))?;
    let role = errors.gather(known_role(emulator, app_id, &draft).await)?;
    let mut time = |name| time(&fields, name, &mut errors);
    let created_at = time("createdAt")?;
    let last_active_at = time("lastActiveAt")?;
    // A client shows an active user with 0.
    let deactivated_at = time("deactivatedAt")?.filter(|at| *at != 0);
    errors.finish()?;
    let created_at = created_at.unwrap_or_else(|| emulator.clock.now());
    Ok(NewUser {
        last_active_at,
        deactivated_at,
        ..new_user(app_id, draft, role.flatten(), created_at)
    })
}

/// A time in seconds since 1970. The service's document calls it a number, and shows it as text.
fn time(
    fields: &JsonObject,
    name: &str,
    errors: &mut FieldErrors,
) -> Result<Option<i64>, ApiError> {
    let seconds = match fields.value(name)? {
        None => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse::<u64>().ok(),
        Some(value) => whole(value).ok(),
    };
    let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| *seconds <= LATEST);
    if seconds.is_none() {
        let shown = validation::displayed(name);
        errors.add(name, format!("The {shown} must be an integer."));
    }
    Ok(seconds)
}
