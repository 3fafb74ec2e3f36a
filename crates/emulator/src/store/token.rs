//! An auth token as a store keeps it.

/// An auth token.
#[derive(Debug, Clone, Default)]
pub struct Token {
    pub uid: String,
    pub token: String,
    pub created_at: i64,
    pub device: Device,
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
