//! A user as a row of its table.

use cometchat_emulator::store::user::User;
use sqlx::Row;
use sqlx::any::AnyRow;

/// The columns of [`User`], in the order in which [`from_row`] reads them.
macro_rules! columns {
    () => {
        "uid, name, avatar, link, role, status, status_message, metadata, tags, last_active_at, \
         created_at, updated_at, deactivated_at"
    };
}
pub(crate) use columns;

pub fn from_row(row: &AnyRow) -> sqlx::Result<User> {
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
