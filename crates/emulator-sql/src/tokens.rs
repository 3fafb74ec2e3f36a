//! The statements on the table of auth tokens, and the sessions that tokens open.

use cometchat_protocol::limits;
use sqlx::AnyConnection;

use crate::failed::Failure;
use crate::sql::Sql;
use crate::token::{self, token_columns};
use crate::user::{self, columns};
use crate::users;
use cometchat_emulator::store::token::{Device, Token};
use cometchat_emulator::store::user::{User, UserChanges};

/// Inserts a token as the newest of its user, who must exist. The order does not depend on the
/// clock, which may be set back.
pub async fn insert(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &Token,
) -> sqlx::Result<()> {
    let device = token.device.clone();
    sqlx::query(
        "INSERT INTO auth_tokens (app_id, token, uid, created_at, seq, platform, device_id, \
         user_agent, app_info) VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(seq), 0) + 1 FROM \
         auth_tokens WHERE app_id = $1 AND uid = $3), $5, $6, $7, $8)",
    )
    .bind(app_id)
    .bind(token.token.as_str())
    .bind(token.uid.as_str())
    .bind(token.created_at)
    .bind(device.platform)
    .bind(device.device_id)
    .bind(device.user_agent)
    .bind(device.app_info)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a token to an active user and removes the oldest ones beyond the service's limit. Returns
/// false if there is no such user.
pub async fn add(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &Token,
) -> Result<bool, Failure> {
    // The update locks the row, so that nobody else adds tokens to this user until the commit.
    let user = users::update(connection, app_id, &token.uid, UserChanges::default()).await?;
    if user.is_none() {
        return Ok(false);
    }
    insert(connection, app_id, token).await?;
    let limit = i64::try_from(limits::AUTH_TOKENS_PER_USER).unwrap_or(i64::MAX);
    sqlx::query(
        "DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2 AND token NOT IN (SELECT token \
         FROM auth_tokens WHERE app_id = $1 AND uid = $2 ORDER BY seq DESC LIMIT $3)",
    )
    .bind(app_id)
    .bind(token.uid.as_str())
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(true)
}

/// A user's tokens, newest first.
pub async fn list(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Vec<Token>, Failure> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        token_columns!(),
        " FROM auth_tokens WHERE app_id = $1 AND uid = $2 ORDER BY seq DESC"
    ))
    .bind(app_id)
    .bind(uid)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(token::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// All tokens of an app, each user's oldest first.
pub async fn all(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<Token>, Failure> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        token_columns!(),
        " FROM auth_tokens WHERE app_id = $1 ORDER BY uid, seq"
    ))
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(token::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// The tokens of an app that are not in the emulator's own format; they were imported.
pub async fn of_other_form(
    connection: &mut AnyConnection,
    app_id: &str,
) -> Result<Vec<String>, Failure> {
    let tokens = sqlx::query_scalar(
        "SELECT token FROM auth_tokens WHERE app_id = $1 AND NOT (length(token) = length(uid) + 41 \
         AND substr(token, 1, length(uid) + 1) = uid || '_' \
         AND ltrim(substr(token, length(uid) + 2), '0123456789abcdef') = '')",
    )
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    Ok(tokens)
}

/// One token of a user.
pub async fn find(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    token: &str,
) -> Result<Option<Token>, Failure> {
    let row = sqlx::query(concat!(
        "SELECT ",
        token_columns!(),
        " FROM auth_tokens WHERE app_id = $1 AND uid = $2 AND token = $3"
    ))
    .bind(app_id)
    .bind(uid)
    .bind(token)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(token::from_row).transpose()?)
}

/// Updates the device of a token; absent fields stay as they are. Returns the updated token, `None`
/// if it is unknown.
pub async fn describe(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &str,
    device: Device,
) -> Result<Option<Token>, Failure> {
    let mut sql = Sql::new("UPDATE auth_tokens SET token = token");
    for (column, value) in [
        (", platform = ", device.platform),
        (", device_id = ", device.device_id),
        (", user_agent = ", device.user_agent),
        (", app_info = ", device.app_info),
    ] {
        if value.is_some() {
            sql.push(column).bind(value);
        }
    }
    sql.push(" WHERE app_id = ").bind(app_id);
    sql.push(" AND token = ").bind(token);
    sql.push(concat!(" RETURNING ", token_columns!()));
    let row = sql.one(connection).await?;
    Ok(row.as_ref().map(token::from_row).transpose()?)
}

/// Deletes a token of a user; returns whether there was one.
pub async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    token: &str,
) -> Result<bool, Failure> {
    let deleted =
        sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2 AND token = $3")
            .bind(app_id)
            .bind(uid)
            .bind(token)
            .execute(connection)
            .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Deletes all tokens of a user.
pub async fn flush(connection: &mut AnyConnection, app_id: &str, uid: &str) -> Result<(), Failure> {
    sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(())
}

/// The active user to whom a token belongs.
pub async fn session(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &str,
) -> Result<Option<User>, Failure> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM users WHERE app_id = $1 AND deactivated_at IS NULL AND uid = \
         (SELECT uid FROM auth_tokens WHERE app_id = $1 AND token = $2)"
    ))
    .bind(app_id)
    .bind(token)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(user::from_row).transpose()?)
}
