//! The table of apps: their keys, so that generated ones outlive a restart, and the wiping of all
//! that an app holds.

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

/// Returns an app's keys and whether the app is new: those given win and are kept, those not given
/// are the ones kept before, or new ones.
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
    // COALESCE leaves a column alone for which nothing is given.
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

/// Removes all users, tokens and roles of an app; its keys stay.
pub async fn clear(connection: &mut AnyConnection, app_id: &str) -> Result<(), ApiError> {
    // Tags and tokens go with their users.
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
