//! The statements on the table of blocks.

use std::collections::HashMap;

use sqlx::{AnyConnection, Row};

use crate::failed::Failure;
use crate::sql::Sql;
use crate::users;
use cometchat_emulator::store::block::{Block, BlockChange, BlockFilter, Relation};
use cometchat_emulator::store::user::UserChanges;

/// Lets a user block others, or no longer block them. Returns for each of the others whether it is
/// an active user, `None` if the user itself is none.
pub async fn change(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    others: &[String],
    change: BlockChange,
) -> Result<Option<Vec<bool>>, Failure> {
    // Locked until the commit, so that nobody deletes them meanwhile; in the order of their uids, so
    // that two such changes cannot deadlock.
    let mut uids: Vec<&str> = others.iter().map(String::as_str).chain([uid]).collect();
    uids.sort_unstable();
    uids.dedup();
    let mut active = Vec::with_capacity(uids.len());
    for uid in uids {
        let locked = users::update(connection, app_id, uid, UserChanges::default()).await?;
        if locked.is_some() {
            active.push(uid);
        }
    }
    if !active.contains(&uid) {
        return Ok(None);
    }
    let mut found = Vec::with_capacity(others.len());
    for other in others {
        let is_there = active.contains(&other.as_str());
        if is_there {
            match change {
                BlockChange::Block { at } => insert(connection, app_id, uid, other, at).await?,
                BlockChange::Unblock => delete(connection, app_id, uid, other).await?,
            }
        }
        found.push(is_there);
    }
    Ok(Some(found))
}

/// Inserts a block, unless it is there.
pub async fn insert(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    blocked_uid: &str,
    at: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO blocks (app_id, uid, blocked_uid, blocked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (app_id, uid, blocked_uid) DO NOTHING",
    )
    .bind(app_id)
    .bind(uid)
    .bind(blocked_uid)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn delete(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    blocked_uid: &str,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM blocks WHERE app_id = $1 AND uid = $2 AND blocked_uid = $3")
        .bind(app_id)
        .bind(uid)
        .bind(blocked_uid)
        .execute(connection)
        .await?;
    Ok(())
}

/// All blocks of an app, sorted by both uids.
pub async fn all(connection: &mut AnyConnection, app_id: &str) -> Result<Vec<Block>, Failure> {
    let rows = sqlx::query(
        "SELECT uid, blocked_uid, blocked_at FROM blocks WHERE app_id = $1 ORDER BY uid, \
         blocked_uid",
    )
    .bind(app_id)
    .fetch_all(connection)
    .await?;
    let blocks = rows.iter().map(|row| {
        Ok(Block {
            uid: row.try_get(0)?,
            blocked_uid: row.try_get(1)?,
            at: row.try_get(2)?,
        })
    });
    Ok(blocks.collect::<sqlx::Result<_>>()?)
}

/// The blocks between a user and each of these others, in their order, by one statement.
pub async fn relations(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    others: &[String],
) -> Result<Vec<Relation>, Failure> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let list = || others.iter().map(|other| other.as_str().into());
    let mut sql = Sql::long(
        connection,
        "SELECT blocked_uid, blocked_at, CAST(1 AS BIGINT) FROM blocks WHERE app_id = ",
    );
    sql.bind(app_id).push(" AND uid = ").bind(uid);
    sql.push(" AND blocked_uid IN ").bind_list(list());
    sql.push(" UNION ALL SELECT uid, blocked_at, CAST(0 AS BIGINT) FROM blocks WHERE app_id = ");
    sql.bind(app_id).push(" AND blocked_uid = ").bind(uid);
    sql.push(" AND uid IN ").bind_list(list());
    let mut relations: HashMap<String, Relation> = HashMap::new();
    for row in sql.all(connection).await? {
        let relation = relations.entry(row.try_get(0)?).or_default();
        let by_me: i64 = row.try_get(2)?;
        match by_me {
            1 => relation.blocked_by_me = Some(row.try_get(1)?),
            _ => relation.has_blocked_me = Some(row.try_get(1)?),
        }
    }
    let relation = |other| relations.get(other).copied().unwrap_or_default();
    Ok(others.iter().map(relation).collect())
}

/// Appends the condition on a user's uid.
pub fn push_filter(sql: &mut Sql, app_id: &str, filter: &BlockFilter) {
    sql.push(match filter.wanted {
        true => " AND uid IN (",
        false => " AND uid NOT IN (",
    });
    let direction = filter.direction;
    if direction.is_by_me() {
        sql.push("SELECT blocked_uid FROM blocks WHERE app_id = ");
        sql.bind(app_id).push(" AND uid = ").bind(&*filter.uid);
    }
    if direction.is_by_me() && direction.is_of_me() {
        sql.push(" UNION ");
    }
    if direction.is_of_me() {
        sql.push("SELECT uid FROM blocks WHERE app_id = ");
        sql.bind(app_id)
            .push(" AND blocked_uid = ")
            .bind(&*filter.uid);
    }
    sql.push(")");
}
