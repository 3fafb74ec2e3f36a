//! The table of auth tokens, and the sessions they open.

use cometchat_protocol::limits;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::sql::Sql;
use super::users::{self, User};
use crate::error::ApiError;
use crate::{clock, secret};

/// An auth token to be kept.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    pub uid: String,
    pub token: String,
    pub created_at: i64,
    pub seq: i64,
    pub device: Device,
}

impl NewToken {
    /// A fresh token for this uid.
    pub fn for_uid(uid: &str, device: Device) -> Result<Self, ApiError> {
        let created_at = clock::now();
        Ok(NewToken {
            uid: uid.to_owned(),
            token: secret::new_auth_token(uid, created_at)?,
            created_at,
            seq: clock::sequence(),
            device,
        })
    }
}

/// What a client tells of the device it runs on; JSON text where the service takes an object.
#[derive(Debug, Clone, Default)]
pub struct Device {
    pub platform: Option<String>,
    pub device_id: Option<String>,
    pub user_agent: Option<String>,
    pub app_info: Option<String>,
}

impl Device {
    pub fn is_empty(&self) -> bool {
        self.platform.is_none()
            && self.device_id.is_none()
            && self.user_agent.is_none()
            && self.app_info.is_none()
    }
}

/// An auth token as it is kept.
#[derive(Debug, Clone)]
pub struct Token {
    pub uid: String,
    pub token: String,
    pub created_at: i64,
    pub device: Device,
}

macro_rules! token_columns {
    () => {
        "uid, token, created_at, platform, device_id, user_agent, app_info"
    };
}

impl Token {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Token {
            uid: row.try_get(0)?,
            token: row.try_get(1)?,
            created_at: row.try_get(2)?,
            device: Device {
                platform: row.try_get(3)?,
                device_id: row.try_get(4)?,
                user_agent: row.try_get(5)?,
                app_info: row.try_get(6)?,
            },
        })
    }
}

/// Writes a token; the user must exist.
pub async fn insert(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &NewToken,
) -> sqlx::Result<()> {
    let device = token.device.clone();
    sqlx::query(
        "INSERT INTO auth_tokens (app_id, token, uid, created_at, seq, platform, device_id, \
         user_agent, app_info) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(app_id)
    .bind(token.token.as_str())
    .bind(token.uid.as_str())
    .bind(token.created_at)
    .bind(token.seq)
    .bind(device.platform)
    .bind(device.device_id)
    .bind(device.user_agent)
    .bind(device.app_info)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an active user one more token and retires the oldest beyond the service's limit. Returns
/// false when there is no such user.
pub async fn add(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &NewToken,
) -> Result<bool, ApiError> {
    // The touched row keeps others from adding to this user's tokens until the commit.
    let user = users::update(connection, app_id, &token.uid, users::Changes::default()).await?;
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
) -> Result<Vec<Token>, ApiError> {
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
        .map(Token::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// All tokens of an app, oldest first.
pub async fn all(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<Token>, ApiError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        token_columns!(),
        " FROM auth_tokens WHERE app_id = $1 ORDER BY seq"
    ))
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(Token::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// One token of a user.
pub async fn find(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    token: &str,
) -> Result<Option<Token>, ApiError> {
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
    Ok(row.as_ref().map(Token::from_row).transpose()?)
}

/// Writes down what a client told of its device; what it did not tell stays. Returns the token as
/// it is then, `None` when it is unknown.
pub async fn describe(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &str,
    device: Device,
) -> Result<Option<Token>, ApiError> {
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
    Ok(row.as_ref().map(Token::from_row).transpose()?)
}

/// Ends one token of a user; returns whether there was one.
pub async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    token: &str,
) -> Result<bool, ApiError> {
    let deleted =
        sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2 AND token = $3")
            .bind(app_id)
            .bind(uid)
            .bind(token)
            .execute(connection)
            .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Ends all tokens of a user; returns how many there were.
pub async fn flush(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<u64, ApiError> {
    let deleted = sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected())
}

/// The active user to whom a token belongs: who is signed in with it.
pub async fn session(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &str,
) -> Result<Option<User>, ApiError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        users::columns!(),
        " FROM users WHERE app_id = $1 AND deactivated_at IS NULL AND uid = \
         (SELECT uid FROM auth_tokens WHERE app_id = $1 AND token = $2)"
    ))
    .bind(app_id)
    .bind(token)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(User::from_row).transpose()?)
}
