//! An auth token as the database stores it.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::error::ApiError;
use crate::{clock, secret};

/// A token to be stored.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    pub uid: String,
    pub token: String,
    pub created_at: i64,
    pub device: Device,
}

impl NewToken {
    /// A new token for this uid.
    pub fn for_uid(uid: &str, device: Device) -> Result<Self, ApiError> {
        let created_at = clock::now();
        Ok(NewToken {
            uid: uid.to_owned(),
            token: secret::new_auth_token(uid, created_at)?,
            created_at,
            device,
        })
    }
}

/// The device that a client describes; JSON text where the service takes an object.
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

/// A stored token.
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
pub(super) use token_columns;

impl Token {
    pub fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
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
