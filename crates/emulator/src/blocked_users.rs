//! `/users/{uid}/blockedusers`, with the REST API key, and `/blockedusers`, where the service's SDKs
//! ask for the signed-in user: block, list, unblock.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::{Map, json};

use crate::apps::App;
use crate::auth::{Key, Permission, Session};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::pagination::{Cursor, Meta, Page};
use crate::path::{Uid, possible, segment_after};
use crate::response::{self, HandlerResult, Record};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::block::{BlockChange, BlockFilter, Direction};
use crate::store::filter::{Filter, Order};
use crate::validation::{self, FieldErrors};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/users/{uid}/blockedusers",
            change,
            "blockUsers",
            "Block users on behalf of a user",
        )
        .access(Access::RestApiKey)
        .request("BlockedUids")
        .response(ResponseSchema::Data("Blocked"))
        .errors(&[404]),
        Route::get(
            "/users/{uid}/blockedusers",
            list,
            "listBlockedUsers",
            "List the users between whom and a user there is a block",
        )
        .access(Access::RestApiKey)
        .query(PARAMETERS)
        .response(ResponseSchema::Bare("BlockedUserPage"))
        .errors(&[404]),
        Route::delete(
            "/users/{uid}/blockedusers",
            change,
            "unblockUsers",
            "Unblock users on behalf of a user",
        )
        .access(Access::RestApiKey)
        .request("BlockedUids")
        .response(ResponseSchema::Data("Blocked"))
        .errors(&[404]),
        Route::post("/blockedusers", change, "blockAsMe", "Block users")
            .access(Access::AuthToken)
            .request("BlockedUids")
            .response(ResponseSchema::Data("Blocked")),
        Route::get(
            "/blockedusers",
            list,
            "listMyBlockedUsers",
            "List the users between whom and the signed-in user there is a block",
        )
        .access(Access::AuthToken)
        .query(PARAMETERS)
        .response(ResponseSchema::Bare("BlockedUserPage")),
        Route::delete("/blockedusers", change, "unblockAsMe", "Unblock users")
            .access(Access::AuthToken)
            .request("BlockedUids")
            .response(ResponseSchema::Data("Blocked")),
    ]
}

/// The parameters of a list.
const PARAMETERS: &[&str] = &["searchKey", "direction", "perPage", "page"];

/// The user whose blocks a request is about: the path names it, or it is signed in.
struct Blocker {
    app: Arc<App>,
    uid: String,
    signed_in: bool,
}

impl FromRequestParts<Emulator> for Blocker {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        emulator: &Emulator,
    ) -> Result<Self, Self::Rejection> {
        if segment_after(parts.uri.path(), "users").is_empty() {
            let session = Session::from_request_parts(parts, emulator).await?;
            let uid = session.user(emulator).await?.uid;
            let app = session.app;
            return Ok(Blocker {
                app,
                uid,
                signed_in: true,
            });
        }
        let key = Key::from_request_parts(parts, emulator).await?;
        let app = key.require(Permission::Everything)?;
        let uid = Uid::from_request_parts(parts, emulator).await?;
        let uid = uid.user(&*emulator.store, &app.id).await?.uid;
        Ok(Blocker {
            app,
            uid,
            signed_in: false,
        })
    }
}

/// Blocks users, or unblocks them with `DELETE`. Answers for each uid by itself, as the service does.
/// To block a user again, or to unblock one that is not blocked, succeeds.
async fn change(
    State(emulator): State<Emulator>,
    Blocker { app, uid, .. }: Blocker,
    method: Method,
    body: JsonObject,
) -> HandlerResult {
    let at = emulator.clock.now();
    let (change, done) = match method {
        Method::DELETE => (BlockChange::Unblock, "unblocked"),
        _ => (BlockChange::Block { at }, "blocked"),
    };
    let mut errors = FieldErrors::default();
    let sent = errors.texts(FIELD, body.list(FIELD)?);
    errors.finish()?;
    let is_refused = |other: &String| *other == uid && change != BlockChange::Unblock;
    let mut others: Vec<String> = Vec::new();
    for other in sent.iter().filter_map(|sent| possible(sent)) {
        if !is_refused(&other) && !others.contains(&other) {
            others.push(other);
        }
    }
    let found = emulator
        .store
        .change_blocks(&app.id, &uid, others.clone(), change)
        .await?;
    let is_found = |other: &String| {
        let mut outcomes = others.iter().zip(&found);
        outcomes.any(|(known, found)| known == other && *found)
    };
    let mut outcomes = Map::new();
    for sent in sent {
        let (name, outcome) = match possible(&sent) {
            Some(other) if is_found(&other) => {
                let message = format!(
                    "The user with UID {uid} has {done} user with UID {other} successfully."
                );
                (other, json!({ "success": true, "message": message }))
            }
            Some(other) if is_refused(&other) => {
                let error = ApiError::SelfBlocked(uid.clone()).into_body();
                (other, json!({ "success": false, "error": error }))
            }
            // A uid that is not found is returned as it was sent.
            _ => {
                let error = Uid::from_text(&sent).not_found().into_body();
                (sent, json!({ "success": false, "error": error }))
            }
        };
        outcomes.insert(name, outcome);
    }
    Ok(response::data(outcomes))
}

const FIELD: &str = "blockedUids";

#[derive(Serialize)]
struct BlockedUserPage {
    data: Vec<Record>,
    meta: Meta,
}

async fn list(
    State(emulator): State<Emulator>,
    Blocker {
        app,
        uid,
        signed_in,
    }: Blocker,
    RawQuery(query): RawQuery,
) -> HandlerResult {
    let mut errors = FieldErrors::default();
    let mut page = Page::default();
    // As the SDKs' documentation says.
    let mut direction = Direction::Both;
    let mut search = None;
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let value = value.trim();
        match (name.as_ref(), value) {
            (_, value) if value.contains('\0') => errors.add(&*name, validation::format(&name)),
            ("searchKey" | "direction", "") => {}
            ("searchKey", _) => search = Some(value.to_lowercase()),
            ("direction", "both") => direction = Direction::Both,
            ("direction", "blockedByMe") => direction = Direction::BlockedByMe,
            ("direction", "hasBlockedMe") => direction = Direction::HasBlockedMe,
            ("direction", _) => errors.add(&*name, validation::not_selectable(&name)),
            _ => page.read(&name, value, &mut errors),
        }
    }
    errors.finish()?;
    let filter = Filter {
        search,
        search_uid: true,
        search_name: true,
        blocks: Some(BlockFilter::only(uid.clone(), direction)),
        ..Filter::default()
    };
    let (users, total) = emulator
        .store
        .list_users(&app.id, filter, Order::default(), page.limit, page.offset())
        .await?;
    let cursor = Cursor::after(&users, emulator.clock.now());
    let records = users.into_iter().map(response::record);
    let mut data = records.collect::<Result<Vec<_>, _>>()?;
    for record in &mut data {
        record.tags = None;
        if signed_in {
            response::hide_private(record)?;
        }
    }
    response::relate(&mut data, &*emulator.store, &app.id, Some(&uid)).await?;
    // The service's reference shows the cursor inside of `meta` here.
    let meta = Meta::new(total, data.len(), page).with(cursor);
    Ok(Json(BlockedUserPage { data, meta }).into_response())
}
