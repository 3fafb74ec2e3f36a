//! An auth token as a row of its table.

use cometchat_emulator::store::token::{Device, Token};
use sqlx::Row;
use sqlx::any::AnyRow;

macro_rules! token_columns {
    () => {
        "uid, token, created_at, platform, device_id, user_agent, app_info"
    };
}
pub(crate) use token_columns;

pub fn from_row(row: &AnyRow) -> sqlx::Result<Token> {
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
