//! Deactivates users and makes them active again.

use sqlx::AnyConnection;

use crate::failed::Failure;
use crate::users::find;
use cometchat_emulator::store::Switched;
use cometchat_emulator::store::user::OFFLINE;

/// Deactivates a user and ends its sessions.
pub async fn deactivate(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    now: i64,
) -> Result<Switched, Failure> {
    let updated = sqlx::query(
        "UPDATE users SET deactivated_at = $3, status = $4 \
         WHERE app_id = $1 AND uid = $2 AND deactivated_at IS NULL",
    )
    .bind(app_id)
    .bind(uid)
    .bind(now)
    .bind(OFFLINE)
    .execute(&mut *connection)
    .await?;
    if updated.rows_affected() == 0 {
        return already_or_unknown(connection, app_id, uid).await;
    }
    sqlx::query("DELETE FROM auth_tokens WHERE app_id = $1 AND uid = $2")
        .bind(app_id)
        .bind(uid)
        .execute(connection)
        .await?;
    Ok(Switched::Changed)
}

/// Makes a deactivated user active again.
pub async fn reactivate(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Switched, Failure> {
    let updated = sqlx::query(
        "UPDATE users SET deactivated_at = NULL \
         WHERE app_id = $1 AND uid = $2 AND deactivated_at IS NOT NULL",
    )
    .bind(app_id)
    .bind(uid)
    .execute(&mut *connection)
    .await?;
    if updated.rows_affected() == 0 {
        return already_or_unknown(connection, app_id, uid).await;
    }
    Ok(Switched::Changed)
}

async fn already_or_unknown(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
) -> Result<Switched, Failure> {
    Ok(match find(connection, app_id, uid).await? {
        Some(_) => Switched::Unchanged,
        None => Switched::NotFound,
    })
}
