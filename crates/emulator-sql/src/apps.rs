//! The table of apps: their keys, so that generated ones survive a restart; and how all data of an
//! app is removed.

use sqlx::{AnyConnection, Row};

use crate::failed::Failure;
use cometchat_emulator::store::app::{Keys, OpenedApp};

/// Returns an app's keys, and whether the app is new. Given keys are stored; a key that is not
/// given is the stored one, or the fresh one.
pub async fn settle_keys(
    connection: &mut AnyConnection,
    app: &OpenedApp,
) -> Result<(Keys, bool), Failure> {
    let app_id = app.initial.app_id.as_str();
    let inserted = sqlx::query(
        "INSERT INTO apps (app_id, auth_key, rest_api_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (app_id) DO NOTHING",
    )
    .bind(app_id)
    .bind(app.fresh.auth_key.as_str())
    .bind(app.fresh.rest_api_key.as_str())
    .bind(app.at)
    .execute(&mut *connection)
    .await?;
    // COALESCE keeps a column's value where no key is given.
    let row = sqlx::query(
        "UPDATE apps SET auth_key = COALESCE($2, auth_key), rest_api_key = COALESCE($3, \
         rest_api_key) WHERE app_id = $1 RETURNING auth_key, rest_api_key",
    )
    .bind(app_id)
    .bind(app.auth_key.clone())
    .bind(app.rest_api_key.clone())
    .fetch_one(connection)
    .await?;
    let keys = Keys {
        auth_key: row.try_get(0)?,
        rest_api_key: row.try_get(1)?,
    };
    Ok((keys, inserted.rows_affected() > 0))
}

/// Removes all users and roles of an app, but not its keys. Until the commit, nobody else
/// can write to these tables.
pub async fn clear(connection: &mut AnyConnection, app_id: &str) -> Result<(), Failure> {
    if connection.backend_name() == "PostgreSQL" {
        // Otherwise others could insert rows after the deletion that conflict with what follows.
        // Every change touches roles, users and dependent tables in this order, so this cannot
        // deadlock.
        sqlx::query("LOCK TABLE roles, users IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *connection)
            .await?;
    }
    // Tags, tokens and blocks are deleted with their users.
    for table in [
        "DELETE FROM users WHERE app_id = $1",
        "DELETE FROM roles WHERE app_id = $1",
    ] {
        sqlx::query(table)
            .bind(app_id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
