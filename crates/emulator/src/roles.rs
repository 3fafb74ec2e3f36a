//! `/roles`, as far as users need them.

use axum::extract::State;
use cometchat_protocol::validate::uid_rule;
use cometchat_protocol::{Given, limits};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::auth::{Key, Permission};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::json_object::JsonObject;
use crate::path::PathRole;
use crate::response::{self, HandlerResult};
use crate::route::{Access, ResponseSchema, Route};
use crate::store::role::{self, Role, RoleChanges};
use crate::validation::{self, FieldErrors};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/roles", create, "createRole", "Create a role")
            .access(Access::RestApiKey)
            .request("NewRole")
            .response(ResponseSchema::Data("Role")),
        Route::get("/roles", list, "listRoles", "List the roles")
            .access(Access::RestApiKey)
            .response(ResponseSchema::List("Role")),
        Route::get("/roles/{role}", get, "getRole", "Get a role")
            .access(Access::RestApiKey)
            .response(ResponseSchema::Data("Role"))
            .errors(&[404]),
        Route::put("/roles/{role}", update, "updateRole", "Update a role")
            .access(Access::RestApiKey)
            .request("RoleChanges")
            .response(ResponseSchema::Data("Role"))
            .errors(&[404]),
        Route::delete("/roles/{role}", delete, "deleteRole", "Delete a role")
            .access(Access::RestApiKey)
            .errors(&[404]),
    ]
}

/// A role in a response or a snapshot.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleRecord {
    pub role: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Box<RawValue>>,
    pub created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
}

/// A stored role as a record.
pub fn record(role: Role) -> Result<RoleRecord, ApiError> {
    Ok(RoleRecord {
        role: role.role,
        name: role.name,
        description: role.description,
        metadata: role.metadata.map(response::raw).transpose()?,
        created_at: role.created_at,
        updated_at: role.updated_at,
    })
}

async fn create(State(emulator): State<Emulator>, key: Key, body: JsonObject) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let mut errors = FieldErrors::default();
    let role = match body.text("role")? {
        Given::Value(role) if role.is_empty() => Given::Absent,
        given => given,
    };
    match &role {
        Given::Absent => errors.add("role", validation::required("role")),
        Given::Mistyped => errors.add("role", validation::not_text("role")),
        // A role's id follows the rules of a uid.
        Given::Value(role) => {
            if uid_rule(role).is_some() {
                errors.add("role", validation::format("role"));
            }
        }
    }
    let name = match body.text("name")? {
        Given::Value(name) if name.is_empty() => Given::Absent,
        given => given,
    };
    if name == Given::Absent {
        errors.add("name", validation::required("name"));
    }
    let name = errors.text("name", name, limits::NAME_CHARS);
    let text = errors.text("description", body.text("description")?, limits::BODY_BYTES);
    let metadata = metadata(&body, &mut errors)?;
    errors.finish()?;
    let role = Role {
        role: role
            .value()
            .map(|role| role.to_ascii_lowercase())
            .unwrap_or_default(),
        name: name.unwrap_or_default(),
        description: text,
        metadata,
        created_at: emulator.clock.now(),
        updated_at: None,
    };
    let created = role.clone();
    emulator.store.create_role(&app.id, role).await?;
    Ok(response::data(record(created)?))
}

fn metadata(body: &JsonObject, errors: &mut FieldErrors) -> Result<Option<String>, ApiError> {
    Ok(match body.object("metadata")? {
        Given::Absent => None,
        Given::Value(json) => Some(json),
        Given::Mistyped => {
            errors.add("metadata", "The metadata must be an object.".to_owned());
            None
        }
    })
}

async fn list(State(emulator): State<Emulator>, key: Key) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let roles = emulator.store.roles(&app.id).await?;
    let records: Vec<_> = roles.into_iter().map(record).collect::<Result<_, _>>()?;
    Ok(response::data(records))
}

async fn get(
    State(emulator): State<Emulator>,
    key: Key,
    PathRole(role): PathRole,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let role = emulator.store.role(&app.id, &role).await?;
    Ok(response::data(record(role)?))
}

async fn update(
    State(emulator): State<Emulator>,
    key: Key,
    PathRole(role): PathRole,
    body: JsonObject,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    let mut errors = FieldErrors::default();
    let given = body.text("name")?;
    if given.value().is_some_and(String::is_empty) {
        errors.add("name", "The name field must have a value.".to_owned());
    }
    let mut changes = RoleChanges {
        name: errors.text("name", given, limits::NAME_CHARS),
        at: emulator.clock.now(),
        ..RoleChanges::default()
    };
    let text = body.text("description")?;
    if text != Given::Absent {
        changes.description = Some(errors.text("description", text, limits::BODY_BYTES));
    }
    if let Some(json) = metadata(&body, &mut errors)? {
        changes.metadata = Some((json != "{}").then_some(json));
    }
    errors.finish()?;
    let updated = emulator.store.update_role(&app.id, &role, changes).await?;
    Ok(response::data(record(updated)?))
}

async fn delete(
    State(emulator): State<Emulator>,
    key: Key,
    PathRole(role): PathRole,
) -> HandlerResult {
    let app = key.require(Permission::Everything)?;
    if role == role::DEFAULT {
        return Err(ApiError::RoleIsDefault);
    }
    emulator.store.delete_role(&app.id, &role).await?;
    Ok(response::done(format!(
        "Role {role} has been deleted successfully."
    )))
}
