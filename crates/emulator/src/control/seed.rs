//! `POST /__emulator/seed`: many users at once, in one transaction. Those that exist already stay
//! as they are, so that a seed may be sown twice.

use axum::extract::State;
use cometchat_protocol::Action;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Document, app_or_first};
use crate::clock;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::faults::whole;
use crate::fields::Fields;
use crate::reply::{self, Reply};
use crate::routes::{Gives, Route};
use crate::store::roles;
use crate::store::users::{self, NewUser};
use crate::users::{known_role, new_user};
use crate::validation;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/seed", seed, "seed", "Create many users at once")
            .takes("Seed")
            .gives(Gives::Data("Seeded")),
    ]
}

/// The most users that are made up for one request.
pub const MOST_MADE_UP: u32 = 100_000;

/// How many users go into one statement.
const ROWS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Seed {
    app_id: Option<String>,
    /// Users as for a creation.
    #[serde(default)]
    users: Vec<Box<RawValue>>,
    /// So many users are made up, `user-1` and so on.
    #[serde(default, deserialize_with = "whole")]
    count: u32,
    /// What the uids of those made up begin with.
    prefix: Option<String>,
}

async fn seed(State(emulator): State<Emulator>, Document(asked): Document<Seed>) -> Reply {
    let app_id = app_or_first(&emulator, asked.app_id.as_deref())?;
    if asked.count > MOST_MADE_UP {
        let message = format!("The count must not be greater than {MOST_MADE_UP}.");
        return Err(ApiError::field("count", message));
    }
    let mut users = given(&emulator, &app_id, &asked.users).await?;
    users.extend(made_up(&app_id, &asked)?);
    let asked_for = users.len();
    let created = emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                let mut created = 0;
                for some in users.chunks(ROWS) {
                    let inserted = users::insert_free(connection, some).await?;
                    created += inserted.len();
                    for user in some.iter().filter(|user| !user.tags.is_empty()) {
                        if inserted.iter().any(|(_, uid)| *uid == user.uid) {
                            users::insert_tags(connection, user).await?;
                        }
                    }
                }
                Ok(created)
            })
        })
        .await?;
    Ok(reply::data(json!({
        "created": created,
        "existing": asked_for - created,
    })))
}

/// The users that a request spells out, checked as for a creation.
async fn given(
    emulator: &Emulator,
    app_id: &str,
    asked: &[Box<RawValue>],
) -> Result<Vec<NewUser>, ApiError> {
    let mut users = Vec::with_capacity(asked.len());
    for (at, user) in asked.iter().enumerate() {
        let place = format!("users.{at}");
        let inside = |error| validation::inside(&place, error);
        let draft = Fields::parse(user.get().as_bytes())?.draft()?;
        validation::check(&draft, Action::Create).map_err(inside)?;
        let role = known_role(emulator, app_id, &draft).await.map_err(inside)?;
        users.push(new_user(app_id, draft, role));
    }
    Ok(users)
}

fn made_up(app_id: &str, asked: &Seed) -> Result<Vec<NewUser>, ApiError> {
    let prefix = asked.prefix.as_deref().unwrap_or("user-").to_lowercase();
    // The longest number has six digits.
    let longest = format!("{prefix}{MOST_MADE_UP}");
    if cometchat_protocol::validate::uid_rule(&longest).is_some() {
        return Err(ApiError::field("prefix", validation::format("prefix")));
    }
    let created_at = clock::now();
    Ok((1..=asked.count)
        .map(|number| NewUser {
            app_id: app_id.to_owned(),
            uid: format!("{prefix}{number}"),
            name: format!("User {number}"),
            avatar: None,
            link: None,
            role: roles::DEFAULT.to_owned(),
            status_message: None,
            metadata: None,
            tags: Vec::new(),
            created_at,
            auth_token: None,
        })
        .collect())
}
