//! `POST /__emulator/seed`: creates many users in one transaction. Users that already exist stay as
//! they are, so a seed can be repeated.

use axum::extract::State;
use cometchat_protocol::Write;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::app_ids::app_or_first;
use super::strict_json::StrictJson;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};
use crate::store::role;
use crate::store::user::NewUser;
use crate::users::{known_role, new_user};
use crate::validation;
use crate::whole_number::whole;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/seed", seed, "seed", "Create many users at once")
            .request("Seed")
            .response(ResponseSchema::Data("Seeded")),
    ]
}

/// The most users that one request can generate.
pub const MAX_GENERATED: u32 = 100_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Seed {
    app_id: Option<String>,
    /// Users in the format of a creation.
    #[serde(default)]
    users: Vec<Box<RawValue>>,
    /// How many users to generate: `user-1` and so on.
    #[serde(default, deserialize_with = "whole")]
    count: u32,
    /// The prefix of their uids.
    prefix: Option<String>,
}

async fn seed(
    State(emulator): State<Emulator>,
    StrictJson(request): StrictJson<Seed>,
) -> HandlerResult {
    let app_id = app_or_first(&emulator, request.app_id.as_deref())?;
    if request.count > MAX_GENERATED {
        let message = format!("The count must not be greater than {MAX_GENERATED}.");
        return Err(ApiError::field("count", message));
    }
    let mut users = listed_users(&emulator, &app_id, &request.users).await?;
    users.extend(generated_users(&app_id, &request, emulator.clock.now())?);
    let requested = users.len();
    let created = emulator.store.seed(users).await?;
    Ok(response::data(json!({
        "created": created,
        "existing": requested - created,
    })))
}

/// The users that a request lists, checked as for a creation.
async fn listed_users(
    emulator: &Emulator,
    app_id: &str,
    request: &[Box<RawValue>],
) -> Result<Vec<NewUser>, ApiError> {
    let mut users = Vec::with_capacity(request.len());
    for (at, user) in request.iter().enumerate() {
        let path = format!("users.{at}");
        let inside = |error| validation::inside(&path, error);
        let draft = JsonObject::parse(user.get().as_bytes())?.draft()?;
        validation::check(&draft, Write::Create).map_err(inside)?;
        let role = known_role(emulator, app_id, &draft).await.map_err(inside)?;
        users.push(new_user(app_id, draft, role, emulator.clock.now()));
    }
    Ok(users)
}

fn generated_users(
    app_id: &str,
    request: &Seed,
    created_at: i64,
) -> Result<Vec<NewUser>, ApiError> {
    let prefix = request.prefix.as_deref().unwrap_or("user-").to_lowercase();
    // The longest number has six digits.
    let longest = format!("{prefix}{MAX_GENERATED}");
    if cometchat_protocol::validate::uid_rule(&longest).is_some() {
        return Err(ApiError::field("prefix", validation::format("prefix")));
    }
    Ok((1..=request.count)
        .map(|number| NewUser {
            app_id: app_id.to_owned(),
            uid: format!("{prefix}{number}"),
            name: format!("User {number}"),
            avatar: None,
            link: None,
            role: role::DEFAULT.to_owned(),
            status_message: None,
            metadata: None,
            tags: Vec::new(),
            last_active_at: None,
            created_at,
            deactivated_at: None,
            auth_token: None,
        })
        .collect())
}
