//! `/__emulator/snapshot`: exports the whole state as one JSON document, and imports it. Both use
//! one transaction: an export shows a single moment, an import happens completely or not at all.

use std::collections::{BTreeSet, HashSet};

use axum::extract::{RawQuery, State};
use cometchat_protocol::validate::uid_rule;
use cometchat_protocol::{Write, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::app_ids::{apps_or_all, unknown_app};
use super::strict_json::StrictJson;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::path::possible;
use crate::response::{self, HandlerResult, Record};
use crate::route::{ResponseSchema, Route};
use crate::secret::is_token;
use crate::seed;
use crate::store::app::AppState;
use crate::store::block::Block;
use crate::store::role::{self, Role};
use crate::store::token::{Device, Token};
use crate::store::user::{AVAILABLE, OFFLINE, User};
use crate::validation::{self, FieldErrors};
use crate::whole_number::whole;
use crate::{roles as role_routes, users as user_routes};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/snapshot",
            export,
            "exportSnapshot",
            "The whole state, or one app's, as one document",
        )
        .query(&["appId"])
        .response(ResponseSchema::Data("Snapshot")),
        Route::put(
            "/snapshot",
            import,
            "importSnapshot",
            "Replace the state of the apps in a document",
        )
        .request("Snapshot")
        .response(ResponseSchema::Data("Imported")),
    ]
}

/// The version of the format; any other is refused.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Export {
    version: u32,
    apps: Vec<ExportedApp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedApp {
    app_id: String,
    roles: Vec<role_routes::RoleRecord>,
    users: Vec<Record>,
    auth_tokens: Vec<SavedToken>,
    blocks: Vec<SavedBlock>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedToken {
    uid: String,
    auth_token: String,
    created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_info: Option<Box<RawValue>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedBlock {
    uid: String,
    blocked_uid: String,
    blocked_at: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    #[serde(deserialize_with = "whole")]
    version: u32,
    apps: Vec<ImportedApp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportedApp {
    app_id: String,
    #[serde(default)]
    roles: Vec<role_routes::RoleRecord>,
    #[serde(default)]
    users: Vec<Box<RawValue>>,
    #[serde(default)]
    auth_tokens: Vec<SavedToken>,
    /// Older snapshots have none.
    #[serde(default)]
    blocks: Vec<SavedBlock>,
}

async fn export(State(emulator): State<Emulator>, RawQuery(query): RawQuery) -> HandlerResult {
    let query = query.unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "appId")
        .map(|(_, value)| value.into_owned());
    let ids = apps_or_all(&emulator, named.as_deref())?;
    let apps = emulator.store.export(&ids).await?;
    Ok(response::data(Export {
        version: VERSION,
        apps: apps.into_iter().map(exported).collect::<Result<_, _>>()?,
    }))
}

fn exported(app: AppState) -> Result<ExportedApp, ApiError> {
    let mut saved_tokens = Vec::with_capacity(app.tokens.len());
    for token in app.tokens {
        saved_tokens.push(SavedToken {
            uid: token.uid,
            auth_token: token.token,
            created_at: token.created_at,
            platform: token.device.platform,
            device_id: token.device.device_id,
            user_agent: token.device.user_agent,
            app_info: token.device.app_info.map(response::raw).transpose()?,
        });
    }
    let saved_roles = app.roles.into_iter().map(role_routes::record);
    let records = app.users.into_iter().map(response::record);
    Ok(ExportedApp {
        app_id: app.app_id,
        roles: saved_roles.collect::<Result<_, _>>()?,
        users: records.collect::<Result<_, _>>()?,
        auth_tokens: saved_tokens,
        blocks: app.blocks.into_iter().map(saved_block).collect(),
    })
}

fn saved_block(block: Block) -> SavedBlock {
    SavedBlock {
        uid: block.uid,
        blocked_uid: block.blocked_uid,
        blocked_at: block.at,
    }
}

async fn import(
    State(emulator): State<Emulator>,
    StrictJson(request): StrictJson<Import>,
) -> HandlerResult {
    if request.version != VERSION {
        let message = format!("The version must be {VERSION}.");
        return Err(ApiError::field("version", message));
    }
    let mut seen = HashSet::new();
    let mut ready = Vec::with_capacity(request.apps.len());
    for (at, app) in request.apps.into_iter().enumerate() {
        let known = emulator.apps.get(&app.app_id).is_some();
        if !known || !seen.insert(app.app_id.clone()) {
            return Err(unknown_app(&format!("apps.{at}.appId")));
        }
        ready.push(
            checked(app, emulator.clock.now())
                .map_err(|error| validation::inside(&format!("apps.{at}"), error))?,
        );
    }
    let report: Vec<_> = ready
        .iter()
        .map(|app| {
            json!({
                "appId": app.app_id,
                "roles": app.roles.len(),
                "users": app.users.len(),
                "authTokens": app.tokens.len(),
                "blocks": app.blocks.len(),
            })
        })
        .collect();
    // Before they are written, so that no request can show them.
    for app in &ready {
        let tokens = app.tokens.iter().map(|token| token.token.as_str());
        emulator.masks.learn(tokens);
    }
    for app in &mut ready {
        seed::add_missing_roles(&mut app.roles, emulator.clock.now());
    }
    emulator.store.import(ready).await?;
    Ok(response::data(json!({ "imported": report })))
}

/// An app of the document, ready to be written.
fn checked(app: ImportedApp, now: i64) -> Result<AppState, ApiError> {
    let mut ids: BTreeSet<String> = seed::ROLES
        .iter()
        .map(|(role, _)| (*role).to_owned())
        .collect();
    let mut ready_roles = Vec::new();
    let mut seen = HashSet::new();
    for (at, role) in app.roles.into_iter().enumerate() {
        let id = possible(&role.role).filter(|id| seen.insert(id.clone()));
        let id = id.ok_or_else(|| wrong(format!("roles.{at}.role"), "role"))?;
        ids.insert(id.clone());
        if has_nul(&role.name) || role.description.as_deref().is_some_and(has_nul) {
            return Err(wrong(format!("roles.{at}.name"), "name"));
        }
        if !role.metadata.as_deref().is_none_or(is_object) {
            return Err(wrong(format!("roles.{at}.metadata"), "metadata"));
        }
        ready_roles.push(Role {
            role: id,
            name: role.name,
            description: role.description,
            metadata: role.metadata.map(|json| json.get().to_owned()),
            created_at: role.created_at,
            updated_at: role.updated_at,
        });
    }
    if ids.len() > limits::ROLES_PER_APP {
        return Err(validation::inside("roles", ApiError::RolesFull));
    }
    let mut ready_users = Vec::with_capacity(app.users.len());
    let mut active = HashSet::new();
    let mut known = HashSet::new();
    for (at, user) in app.users.iter().enumerate() {
        let place = format!("users.{at}");
        let user = restored(user, &ids, now).map_err(|error| validation::inside(&place, error))?;
        if !known.insert(user.uid.clone()) {
            return Err(wrong(format!("{place}.uid"), "uid"));
        }
        if user.deactivated_at.is_none() {
            active.insert(user.uid.clone());
        }
        ready_users.push(user);
    }
    let mut ready_tokens = Vec::with_capacity(app.auth_tokens.len());
    let mut seen = HashSet::new();
    for (at, token) in app.auth_tokens.into_iter().enumerate() {
        if !active.contains(&token.uid) {
            return Err(wrong(format!("authTokens.{at}.uid"), "uid"));
        }
        let fit = is_token(&token.auth_token) && seen.insert(token.auth_token.clone());
        let texts = [&token.platform, &token.device_id, &token.user_agent];
        if !fit || texts.into_iter().flatten().any(|text| has_nul(text)) {
            return Err(wrong(format!("authTokens.{at}.authToken"), "authToken"));
        }
        if !token.app_info.as_deref().is_none_or(is_object) {
            return Err(wrong(format!("authTokens.{at}.appInfo"), "appInfo"));
        }
        ready_tokens.push(Token {
            uid: token.uid,
            token: token.auth_token,
            created_at: token.created_at,
            device: Device {
                platform: token.platform,
                device_id: token.device_id,
                user_agent: token.user_agent,
                app_info: token.app_info.map(|json| json.get().to_owned()),
            },
        });
    }
    let mut ready_blocks = Vec::with_capacity(app.blocks.len());
    for (at, block) in app.blocks.into_iter().enumerate() {
        if !known.contains(&block.uid) {
            return Err(wrong(format!("blocks.{at}.uid"), "uid"));
        }
        if !known.contains(&block.blocked_uid) || block.uid == block.blocked_uid {
            return Err(wrong(format!("blocks.{at}.blockedUid"), "blockedUid"));
        }
        ready_blocks.push(Block {
            uid: block.uid,
            blocked_uid: block.blocked_uid,
            at: block.blocked_at,
        });
    }
    Ok(AppState {
        app_id: app.app_id,
        roles: ready_roles,
        users: ready_users,
        tokens: ready_tokens,
        blocks: ready_blocks,
    })
}

fn is_object(json: &RawValue) -> bool {
    json.get().starts_with('{')
}

fn has_nul(text: &str) -> bool {
    text.contains('\0')
}

fn wrong(path: String, name: &str) -> ApiError {
    ApiError::field(path, validation::not_selectable(name))
}

/// A user of a snapshot. Writable fields are checked as for a creation, the others against what the
/// emulator itself writes.
/// `now` is when a user was created whose time is not given.
fn restored(user: &RawValue, known_roles: &BTreeSet<String>, now: i64) -> Result<User, ApiError> {
    let fields = JsonObject::parse(user.get().as_bytes())?;
    let draft = fields.draft()?;
    validation::check(&draft, Write::Create)?;
    let mut errors = FieldErrors::default();
    let role = draft.role.value().map(|role| role.to_ascii_lowercase());
    let role = role.unwrap_or_else(|| role::DEFAULT.to_owned());
    if !known_roles.contains(&role) || uid_rule(&role).is_some() {
        errors.add("role", validation::not_selectable("role"));
    }
    let status = fields.text("status")?.value().cloned();
    let status = status.unwrap_or_else(|| OFFLINE.to_owned());
    if ![AVAILABLE, OFFLINE].contains(&status.as_str()) {
        errors.add("status", validation::not_selectable("status"));
    }
    let time = |name: &str| match fields.value(name)? {
        None => Ok(None),
        Some(value) => match value.as_i64() {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(ApiError::field(
                name,
                format!("The {} must be an integer.", validation::displayed(name)),
            )),
        },
    };
    let (last_active_at, updated_at) = (time("lastActiveAt")?, time("updatedAt")?);
    let (created_at, deactivated_at) = (time("createdAt")?, time("deactivatedAt")?);
    errors.finish()?;
    let new = user_routes::new_user("", draft, Some(role), now);
    Ok(User {
        status,
        last_active_at,
        created_at: created_at.unwrap_or(now),
        updated_at,
        deactivated_at,
        ..new.stored()
    })
}
