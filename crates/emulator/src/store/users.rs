//! The table of users, and that of their tags.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::sql::Sql;
use super::tokens::NewToken;
use crate::clock;
use crate::error::ApiError;

/// A user as it is kept.
#[derive(Debug, Clone, Default)]
pub struct User {
    pub uid: String,
    pub name: String,
    pub avatar: Option<String>,
    pub link: Option<String>,
    pub role: String,
    pub status: String,
    pub status_message: Option<String>,
    /// JSON text of an object.
    pub metadata: Option<String>,
    /// JSON text of an array of strings.
    pub tags: Option<String>,
    pub last_active_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: Option<i64>,
    pub deactivated_at: Option<i64>,
}

pub const OFFLINE: &str = "offline";
pub const AVAILABLE: &str = "available";

/// The columns of [`User`], in the order in which [`User::from_row`] reads them.
macro_rules! columns {
    () => {
        "uid, name, avatar, link, role, status, status_message, metadata, tags, last_active_at, \
         created_at, updated_at, deactivated_at"
    };
}
pub(super) use columns;

impl User {
    pub fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(User {
            uid: row.try_get(0)?,
            name: row.try_get(1)?,
            avatar: row.try_get(2)?,
            link: row.try_get(3)?,
            role: row.try_get(4)?,
            status: row.try_get(5)?,
            status_message: row.try_get(6)?,
            metadata: row.try_get(7)?,
            tags: row.try_get(8)?,
            last_active_at: row.try_get(9)?,
            created_at: row.try_get(10)?,
            updated_at: row.try_get(11)?,
            deactivated_at: row.try_get(12)?,
        })
    }
}

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub app_id: String,
    pub uid: String,
    pub name: String,
    pub avatar: Option<String>,
    pub link: Option<String>,
    pub role: String,
    pub status_message: Option<String>,
    pub metadata: Option<String>,
    pub tags: Vec<String>,
    pub created_at: i64,
    pub auth_token: Option<NewToken>,
}

impl NewUser {
    /// What must be unique.
    pub fn key(&self) -> (&str, &str) {
        (&self.app_id, &self.uid)
    }

    /// Whether the row in `users` is all there is to write.
    pub fn is_one_row(&self) -> bool {
        self.tags.is_empty() && self.auth_token.is_none()
    }

    /// The user as it will be kept.
    pub fn record(&self) -> User {
        User {
            uid: self.uid.clone(),
            name: self.name.clone(),
            avatar: self.avatar.clone(),
            link: self.link.clone(),
            role: self.role.clone(),
            status: OFFLINE.to_owned(),
            status_message: self.status_message.clone(),
            metadata: self.metadata.clone(),
            tags: tags_json(&self.tags),
            created_at: self.created_at,
            ..User::default()
        }
    }
}

/// Tags as they are kept; none at all are kept as nothing.
pub fn tags_json(tags: &[String]) -> Option<String> {
    if tags.is_empty() {
        return None;
    }
    serde_json::to_string(tags).ok()
}

/// Inserts them all, in one statement; fails, and inserts none, when a uid is taken.
pub async fn insert_all(connection: &mut AnyConnection, users: &[NewUser]) -> sqlx::Result<()> {
    rows(connection, users).execute(connection).await?;
    Ok(())
}

/// Inserts those whose uid is free, in one statement; returns the key of each that was inserted.
pub async fn insert_free(
    connection: &mut AnyConnection,
    users: &[NewUser],
) -> sqlx::Result<Vec<(String, String)>> {
    let mut sql = rows(connection, users);
    sql.push(" ON CONFLICT (app_id, uid) DO NOTHING RETURNING app_id, uid");
    sql.all(connection)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

fn rows(connection: &AnyConnection, users: &[NewUser]) -> Sql {
    let mut sql = Sql::long(
        connection,
        "INSERT INTO users (app_id, uid, name, name_folded, avatar, link, role, status, \
         status_message, metadata, tags, created_at) VALUES ",
    );
    for (at, user) in users.iter().enumerate() {
        if at > 0 {
            sql.push(", ");
        }
        sql.bind_list([
            user.app_id.clone().into(),
            user.uid.clone().into(),
            user.name.clone().into(),
            user.name.to_lowercase().into(),
            user.avatar.clone().into(),
            user.link.clone().into(),
            user.role.clone().into(),
            OFFLINE.into(),
            user.status_message.clone().into(),
            user.metadata.clone().into(),
            tags_json(&user.tags).into(),
            user.created_at.into(),
        ]);
    }
    sql
}

/// Writes a new user's tags for the filter of the list.
pub async fn insert_tags(connection: &mut AnyConnection, user: &NewUser) -> sqlx::Result<()> {
    add_tags(connection, &user.app_id, &user.uid, &user.tags).await
}

async fn add_tags(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    tags: &[String],
) -> sqlx::Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO user_tags (app_id, uid, tag) VALUES ");
    for (at, tag) in tags.iter().enumerate() {
        if at > 0 {
            sql.push(", ");
        }
        sql.bind_list([app_id.into(), uid.into(), tag.as_str().into()]);
    }
    sql.push(" ON CONFLICT (app_id, uid, tag) DO NOTHING");
    sql.execute(connection).await?;
    Ok(())
}

/// A user, active or not.
pub async fn find(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Option<User>, ApiError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM users WHERE app_id = $1 AND uid = $2"
    ))
    .bind(app_id)
    .bind(uid)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(User::from_row).transpose()?)
}

/// An active user; a deactivated one is as good as not there.
pub async fn find_active(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Option<User>, ApiError> {
    let user = find(connection, app_id, uid).await?;
    Ok(user.filter(|user| user.deactivated_at.is_none()))
}

/// What an update changes: `None` leaves a field, `Some(None)` takes its value away.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub role: Option<String>,
    pub avatar: Option<Option<String>>,
    pub link: Option<Option<String>>,
    pub status_message: Option<Option<String>>,
    pub metadata: Option<Option<String>>,
    /// No tags at all take the value away.
    pub tags: Option<Vec<String>>,
    /// The user starts or goes on with a session.
    pub active: bool,
}

impl Changes {
    /// Whether a field that a caller may set is changed.
    pub fn any_field(&self) -> bool {
        self.name.is_some()
            || self.role.is_some()
            || self.avatar.is_some()
            || self.link.is_some()
            || self.status_message.is_some()
            || self.metadata.is_some()
            || self.tags.is_some()
    }
}

/// Changes an active user and returns it as it is then; `None` when there is none. It touches the
/// row even when nothing changes, which also keeps other writers away until the commit.
pub async fn update(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    changes: Changes,
) -> Result<Option<User>, ApiError> {
    let now = clock::now();
    let stamp = changes.any_field();
    let mut sql = Sql::new("UPDATE users SET role = ");
    match changes.role {
        Some(role) => sql.bind(role),
        None => sql.push("role"),
    };
    if let Some(name) = changes.name {
        sql.push(", name_folded = ").bind(name.to_lowercase());
        sql.push(", name = ").bind(name);
    }
    for (column, change) in [
        (", avatar = ", changes.avatar),
        (", link = ", changes.link),
        (", status_message = ", changes.status_message),
        (", metadata = ", changes.metadata),
        (", tags = ", changes.tags.as_deref().map(tags_json)),
    ] {
        if let Some(value) = change {
            sql.push(column).bind(value);
        }
    }
    if changes.active {
        sql.push(", status = ").bind(AVAILABLE);
        sql.push(", last_active_at = ").bind(now);
    }
    if stamp {
        sql.push(", updated_at = ").bind(now);
    }
    sql.push(" WHERE app_id = ").bind(app_id);
    sql.push(" AND uid = ").bind(uid);
    sql.push(concat!(
        " AND deactivated_at IS NULL RETURNING ",
        columns!()
    ));
    // All rows, and not one, so that the statement runs to its end: only there does a commit that
    // fails say so.
    let rows = sql.all(connection).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    if let Some(tags) = changes.tags {
        sqlx::query("DELETE FROM user_tags WHERE app_id = $1 AND uid = $2")
            .bind(app_id)
            .bind(uid)
            .execute(&mut *connection)
            .await?;
        add_tags(connection, app_id, uid, &tags).await?;
    }
    Ok(Some(User::from_row(row)?))
}

/// Ends a user's presence.
pub async fn set_offline(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<(), ApiError> {
    sqlx::query("UPDATE users SET status = $3, last_active_at = $4 WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .bind(OFFLINE)
        .bind(clock::now())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a user, active or not, for good; returns whether there was one.
pub async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<bool, ApiError> {
    let deleted = sqlx::query("DELETE FROM users WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

/// What became of a user that was to be deactivated or reactivated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switched {
    Now,
    Already,
    NotFound,
}

/// Deactivates a user and ends its sessions.
pub async fn deactivate(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Switched, ApiError> {
    let now = clock::now();
    let switched = sqlx::query(
        "UPDATE users SET deactivated_at = $3, status = $4 \
         WHERE app_id = $1 AND uid = $2 AND deactivated_at IS NULL",
    )
    .bind(app_id)
    .bind(uid)
    .bind(now)
    .bind(OFFLINE)
    .execute(&mut *connection)
    .await?;
    if switched.rows_affected() == 0 {
        return already_or_unknown(connection, app_id, uid).await;
    }
    sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(Switched::Now)
}

/// Makes a deactivated user active again.
pub async fn reactivate(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Switched, ApiError> {
    let switched = sqlx::query(
        "UPDATE users SET deactivated_at = NULL \
         WHERE app_id = $1 AND uid = $2 AND deactivated_at IS NOT NULL",
    )
    .bind(app_id)
    .bind(uid)
    .execute(&mut *connection)
    .await?;
    if switched.rows_affected() == 0 {
        return already_or_unknown(connection, app_id, uid).await;
    }
    Ok(Switched::Now)
}

async fn already_or_unknown(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Switched, ApiError> {
    Ok(match find(connection, app_id, uid).await? {
        Some(_) => Switched::Already,
        None => Switched::NotFound,
    })
}

/// All users of an app, active or not, sorted by uid.
pub async fn all(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<User>, ApiError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM users WHERE app_id = $1 ORDER BY uid"
    ))
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(User::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// Inserts users as they once were, with their tags; none of them may be there.
pub async fn restore(
    connection: &mut AnyConnection,
    app_id: &str,
    users: &[User],
) -> Result<(), ApiError> {
    /// How many users go into one statement.
    const ROWS: usize = 100;
    for some in users.chunks(ROWS) {
        let mut sql = Sql::long(
            connection,
            concat!(
                "INSERT INTO users (app_id, name_folded, ",
                columns!(),
                ") VALUES "
            ),
        );
        for (at, user) in some.iter().enumerate() {
            if at > 0 {
                sql.push(", ");
            }
            sql.bind_list([
                app_id.into(),
                user.name.to_lowercase().into(),
                user.uid.clone().into(),
                user.name.clone().into(),
                user.avatar.clone().into(),
                user.link.clone().into(),
                user.role.clone().into(),
                user.status.clone().into(),
                user.status_message.clone().into(),
                user.metadata.clone().into(),
                user.tags.clone().into(),
                user.last_active_at.into(),
                user.created_at.into(),
                user.updated_at.into(),
                user.deactivated_at.into(),
            ]);
        }
        sql.execute(&mut *connection).await?;
        for user in some {
            let tags = user
                .tags
                .as_deref()
                .map(serde_json::from_str::<Vec<String>>);
            if let Some(Ok(tags)) = tags {
                add_tags(connection, app_id, &user.uid, &tags).await?;
            }
        }
    }
    Ok(())
}
