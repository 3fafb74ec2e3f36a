//! The statements on the tables of users and of their tags.

use sqlx::{AnyConnection, Row};

use crate::failed::Failure;
use crate::sql::Sql;
use crate::user::{self, columns};
use cometchat_emulator::store::user::{AVAILABLE, NewUser, OFFLINE, User, UserChanges, tags_json};

/// Inserts all users in one statement; if a uid is taken, it fails and inserts none.
pub async fn insert_all(connection: &mut AnyConnection, users: &[NewUser]) -> sqlx::Result<()> {
    rows(connection, users).execute(connection).await?;
    Ok(())
}

/// Inserts the users whose uid is free, in one statement; returns their keys.
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
         status_message, metadata, tags, last_active_at, created_at, deactivated_at) VALUES ",
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
            user.last_active_at.into(),
            user.created_at.into(),
            user.deactivated_at.into(),
        ]);
    }
    sql
}

/// Inserts a new user's tags, for the list's filter.
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
) -> Result<Option<User>, Failure> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM users WHERE app_id = $1 AND uid = $2"
    ))
    .bind(app_id)
    .bind(uid)
    .fetch_optional(connection)
    .await?;
    Ok(row.as_ref().map(user::from_row).transpose()?)
}

/// An active user; a deactivated one counts as missing.
pub async fn find_active(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Option<User>, Failure> {
    let user = find(connection, app_id, uid).await?;
    Ok(user.filter(|user| user.deactivated_at.is_none()))
}

/// Changes an active user and returns the changed user; `None` if there is none. The row is updated
/// even if nothing changes, which locks it until the commit.
pub async fn update(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    changes: UserChanges,
) -> Result<Option<User>, Failure> {
    let now = changes.at;
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
    // Fetches all rows instead of one, so that the statement runs to its end: only then is a failed
    // commit reported.
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
    Ok(Some(user::from_row(row)?))
}

/// Sets a user's status to offline.
pub async fn set_offline(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    at: i64,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET status = $3, last_active_at = $4 WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .bind(OFFLINE)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes a user, active or not; returns whether there was one.
pub async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<bool, Failure> {
    let deleted = sqlx::query("DELETE FROM users WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

/// All users of an app, active or not, sorted by uid.
pub async fn all(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<User>, Failure> {
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
        .map(user::from_row)
        .collect::<sqlx::Result<_>>()?)
}

/// Inserts users as they were exported, with their tags; none of them may exist.
pub async fn restore(
    connection: &mut AnyConnection,
    app_id: &str,
    users: &[User],
) -> Result<(), Failure> {
    /// How many users one statement inserts.
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
            add_tags(connection, app_id, &user.uid, &user.tag_list()).await?;
        }
    }
    Ok(())
}
