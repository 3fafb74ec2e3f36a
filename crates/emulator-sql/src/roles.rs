//! The statements on the table of roles.

use cometchat_protocol::limits;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::failed::Failure;
use crate::sql::Sql;
use cometchat_emulator::error::ApiError;
use cometchat_emulator::store::role::{DEFAULT, Role, RoleChanges};

macro_rules! role_columns {
    () => {
        "role, name, description, metadata, created_at, updated_at"
    };
}

fn from_row(row: &AnyRow) -> sqlx::Result<Role> {
    Ok(Role {
        role: row.try_get(0)?,
        name: row.try_get(1)?,
        description: row.try_get(2)?,
        metadata: row.try_get(3)?,
        created_at: row.try_get(4)?,
        updated_at: row.try_get(5)?,
    })
}

/// Creates a role.
///
/// # Errors
/// [`ApiError::RoleExists`] and [`ApiError::RolesFull`].
pub async fn create(
    connection: &mut AnyConnection,
    app_id: &str,
    role: Role,
) -> Result<(), Failure> {
    if find(connection, app_id, &role.role).await?.is_some() {
        return Err(ApiError::RoleExists(role.role).into());
    }
    if !has_room(connection, app_id).await? {
        return Err(ApiError::RolesFull.into());
    }
    // Another process may have been faster.
    match insert(connection, app_id, &role).await? {
        true => Ok(()),
        false => Err(ApiError::RoleExists(role.role).into()),
    }
}

/// Inserts a role; returns false if the id is taken.
pub async fn insert(
    connection: &mut AnyConnection,
    app_id: &str,
    role: &Role,
) -> Result<bool, Failure> {
    let inserted = sqlx::query(
        "INSERT INTO roles (app_id, role, name, description, metadata, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (app_id, role) DO NOTHING",
    )
    .bind(app_id)
    .bind(role.role.as_str())
    .bind(role.name.as_str())
    .bind(role.description.clone())
    .bind(role.metadata.clone())
    .bind(role.created_at)
    .bind(role.updated_at)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Whether the app can have another role.
async fn has_room(connection: &mut AnyConnection, app_id: &str) -> Result<bool, Failure> {
    let count: i64 = sqlx::query("SELECT COUNT(*) FROM roles WHERE app_id = $1")
        .bind(app_id)
        .fetch_one(connection)
        .await?
        .try_get(0)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX) < limits::ROLES_PER_APP)
}

/// One role.
pub async fn find(
    connection: &mut AnyConnection,
    app_id: &str,
    role: &str,
) -> Result<Option<Role>, Failure> {
    let row = sqlx::query(concat!(
        "SELECT ",
        role_columns!(),
        " FROM roles WHERE app_id = $1 AND role = $2"
    ))
    .bind(app_id)
    .bind(role)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// All roles of an app; there are never many.
pub async fn list(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<Role>, Failure> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        role_columns!(),
        " FROM roles WHERE app_id = $1 ORDER BY role"
    ))
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
}

/// Changes a role and returns it; `None` if there is none.
pub async fn update(
    connection: &mut AnyConnection,
    app_id: &str,
    role: &str,
    changes: RoleChanges,
) -> Result<Option<Role>, Failure> {
    let mut sql = Sql::new("UPDATE roles SET updated_at = ");
    sql.bind(changes.at);
    if let Some(name) = changes.name {
        sql.push(", name = ").bind(name);
    }
    if let Some(description) = changes.description {
        sql.push(", description = ").bind(description);
    }
    if let Some(metadata) = changes.metadata {
        sql.push(", metadata = ").bind(metadata);
    }
    sql.push(" WHERE app_id = ").bind(app_id);
    sql.push(" AND role = ").bind(role);
    sql.push(concat!(" RETURNING ", role_columns!()));
    let row = sql.one(connection).await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// Removes a role; its users get `default`. Returns whether there was one.
pub async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    role: &str,
) -> Result<bool, Failure> {
    let deleted = sqlx::query("DELETE FROM roles WHERE app_id = $1 AND role = $2")
        .bind(app_id)
        .bind(role)
        .execute(&mut *connection)
        .await?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE users SET role = $3 WHERE app_id = $1 AND role = $2")
        .bind(app_id)
        .bind(role)
        .bind(DEFAULT)
        .execute(connection)
        .await?;
    Ok(true)
}
