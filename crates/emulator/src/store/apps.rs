//! The table of apps: their keys, so that generated ones survive a restart; and how all data of an
//! app is removed.

use sqlx::{AnyConnection, Row};

use crate::clock;
use crate::error::ApiError;
use crate::secret;

/// The two keys of an app.
#[derive(Debug, Clone)]
pub struct Keys {
    pub auth_key: String,
    pub rest_api_key: String,
}

/// Returns an app's keys, and whether the app is new. Given keys are stored; a key that is not
/// given is the stored one, or a new one.
pub async fn settle_keys(
    connection: &mut AnyConnection,
    app_id: &str,
    auth_key: Option<String>,
    rest_api_key: Option<String>,
) -> Result<(Keys, bool), ApiError> {
    let inserted = sqlx::query(
        "INSERT INTO apps (app_id, auth_key, rest_api_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (app_id) DO NOTHING",
    )
    .bind(app_id)
    .bind(secret::new_key()?)
    .bind(secret::new_key()?)
    .bind(clock::now())
    .execute(&mut *connection)
    .await?;
    // COALESCE keeps a column's value where no key is given.
    let row = sqlx::query(
        "UPDATE apps SET auth_key = COALESCE($2, auth_key), rest_api_key = COALESCE($3, \
         rest_api_key) WHERE app_id = $1 RETURNING auth_key, rest_api_key",
    )
    .bind(app_id)
    .bind(auth_key)
    .bind(rest_api_key)
    .fetch_one(connection)
    .await?;
    let keys = Keys {
        auth_key: row.try_get(0)?,
        rest_api_key: row.try_get(1)?,
    };
    Ok((keys, inserted.rows_affected() > 0))
}

/// Removes all users, tokens and roles of an app, but not its keys. Until the commit, nobody else
/// can write to these tables.
pub async fn clear(connection: &mut AnyConnection, app_id: &str) -> Result<(), ApiError> {
    if connection.backend_name() == "PostgreSQL" {
        // Otherwise others could insert rows after the deletion that conflict with what follows.
        // Every change touches roles, users and dependent tables in this order, so this cannot
        // deadlock.
        sqlx::query("LOCK TABLE roles, users IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *connection)
            .await?;
    }
    // Tags and tokens are deleted with their users.
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
