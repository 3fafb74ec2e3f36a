//! `/roles`: as far as users need them.

use axum::extract::State;
use cometchat_protocol::validate::uid_rule;
use cometchat_protocol::{Given, limits};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::auth::{Key, Operation};
use crate::clock;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path::PathRole;
use crate::reply::{self, Reply};
use crate::routes::{Gives, OpenedBy, Route};
use crate::store::roles::{self, Role, RoleChanges};
use crate::validation::{self, Faults};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/roles", create, "createRole", "Create a role")
            .opened_by(OpenedBy::RestApiKey)
            .takes("NewRole")
            .gives(Gives::Data("Role")),
        Route::get("/roles", list, "listRoles", "List the roles")
            .opened_by(OpenedBy::RestApiKey)
            .gives(Gives::List("Role")),
        Route::get("/roles/{role}", get, "getRole", "Get a role")
            .opened_by(OpenedBy::RestApiKey)
            .gives(Gives::Data("Role"))
            .fails(&[404]),
        Route::put("/roles/{role}", update, "updateRole", "Update a role")
            .opened_by(OpenedBy::RestApiKey)
            .takes("RoleChanges")
            .gives(Gives::Data("Role"))
            .fails(&[404]),
        Route::delete("/roles/{role}", delete, "deleteRole", "Delete a role")
            .opened_by(OpenedBy::RestApiKey)
            .fails(&[404]),
    ]
}

/// A role in a reply, and in a snapshot.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shown {
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

/// A role as it is shown.
pub fn shown(role: Role) -> Result<Shown, ApiError> {
    Ok(Shown {
        role: role.role,
        name: role.name,
        description: role.description,
        metadata: role.metadata.map(reply::raw).transpose()?,
        created_at: role.created_at,
        updated_at: role.updated_at,
    })
}

async fn create(State(emulator): State<Emulator>, key: Key, fields: Fields) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let mut faults = Faults::default();
    let role = match fields.text("role")? {
        Given::Value(role) if role.is_empty() => Given::Absent,
        given => given,
    };
    match &role {
        Given::Absent => faults.add("role", validation::required("role")),
        Given::Mistyped => faults.add("role", validation::not_text("role")),
        // A role's id is formed like a uid.
        Given::Value(role) => {
            if uid_rule(role).is_some() {
                faults.add("role", validation::format("role"));
            }
        }
    }
    let name = match fields.text("name")? {
        Given::Value(name) if name.is_empty() => Given::Absent,
        given => given,
    };
    if name == Given::Absent {
        faults.add("name", validation::required("name"));
    }
    let name = faults.text("name", name, limits::NAME_CHARS);
    let text = faults.text(
        "description",
        fields.text("description")?,
        limits::BODY_BYTES,
    );
    let metadata = metadata(&fields, &mut faults)?;
    faults.finish()?;
    let role = Role {
        role: role
            .value()
            .map(|role| role.to_ascii_lowercase())
            .unwrap_or_default(),
        name: name.unwrap_or_default(),
        description: text,
        metadata,
        created_at: clock::now(),
        updated_at: None,
    };
    let made = role.clone();
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                if roles::find(connection, &app.id, &role.role)
                    .await?
                    .is_some()
                {
                    return Err(ApiError::RoleExists(role.role));
                }
                if !roles::has_room(connection, &app.id).await? {
                    return Err(ApiError::RolesFull);
                }
                if !roles::insert(connection, &app.id, &role).await? {
                    return Err(ApiError::RoleExists(role.role));
                }
                Ok(())
            })
        })
        .await?;
    Ok(reply::data(shown(made)?))
}

fn metadata(fields: &Fields, faults: &mut Faults) -> Result<Option<String>, ApiError> {
    Ok(match fields.object("metadata")? {
        Given::Absent => None,
        Given::Value(json) => Some(json),
        Given::Mistyped => {
            faults.add("metadata", "The metadata must be an object.".to_owned());
            None
        }
    })
}

async fn list(State(emulator): State<Emulator>, key: Key) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let roles = {
        let mut reader = emulator.store.reader().await?;
        roles::list(&mut reader, &app.id).await?
    };
    let shown: Vec<_> = roles.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(reply::data(shown))
}

async fn get(State(emulator): State<Emulator>, key: Key, PathRole(role): PathRole) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let found = {
        let mut reader = emulator.store.reader().await?;
        roles::find(&mut reader, &app.id, &role).await?
    };
    let found = found.ok_or(ApiError::RoleNotFound(role))?;
    Ok(reply::data(shown(found)?))
}

async fn update(
    State(emulator): State<Emulator>,
    key: Key,
    PathRole(role): PathRole,
    fields: Fields,
) -> Reply {
    let app = key.allow(Operation::Anything)?;
    let mut faults = Faults::default();
    let given = fields.text("name")?;
    if given.value().is_some_and(String::is_empty) {
        faults.add("name", "The name field must have a value.".to_owned());
    }
    let mut changes = RoleChanges {
        name: faults.text("name", given, limits::NAME_CHARS),
        ..RoleChanges::default()
    };
    let text = fields.text("description")?;
    if text != Given::Absent {
        changes.description = Some(faults.text("description", text, limits::BODY_BYTES));
    }
    if let Some(json) = metadata(&fields, &mut faults)? {
        changes.metadata = Some((json != "{}").then_some(json));
    }
    faults.finish()?;
    let updated = emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                roles::update(connection, &app.id, &role, changes)
                    .await?
                    .ok_or(ApiError::RoleNotFound(role))
            })
        })
        .await?;
    Ok(reply::data(shown(updated)?))
}

async fn delete(State(emulator): State<Emulator>, key: Key, PathRole(role): PathRole) -> Reply {
    let app = key.allow(Operation::Anything)?;
    if role == roles::DEFAULT {
        return Err(ApiError::RoleIsDefault);
    }
    let named = role.clone();
    emulator
        .store
        .write(move |connection| {
            Box::pin(async move {
                if roles::delete(connection, &app.id, &role).await? {
                    Ok(())
                } else {
                    Err(ApiError::RoleNotFound(role))
                }
            })
        })
        .await?;
    Ok(reply::done(format!(
        "Role {named} has been deleted successfully."
    )))
}
