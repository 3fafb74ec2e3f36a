//! A user as a store keeps it, and what can be created or changed of it.

use super::token::Token;

/// A stored user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

impl User {
    /// The tags as a list.
    pub fn tag_list(&self) -> Vec<String> {
        let tags = self.tags.as_deref();
        tags.and_then(|tags| serde_json::from_str(tags).ok())
            .unwrap_or_default()
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
    pub last_active_at: Option<i64>,
    pub created_at: i64,
    /// Set for a user that is not active from the start.
    pub deactivated_at: Option<i64>,
    pub auth_token: Option<Token>,
}

impl NewUser {
    /// The unique key.
    pub fn key(&self) -> (&str, &str) {
        (&self.app_id, &self.uid)
    }

    /// The user as it will be stored.
    pub fn stored(&self) -> User {
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
            last_active_at: self.last_active_at,
            created_at: self.created_at,
            updated_at: None,
            deactivated_at: self.deactivated_at,
        }
    }
}

/// Tags as they are stored: `None` when there are none.
pub fn tags_json(tags: &[String]) -> Option<String> {
    if tags.is_empty() {
        return None;
    }
    serde_json::to_string(tags).ok()
}

/// What an update changes: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UserChanges {
    pub name: Option<String>,
    pub role: Option<String>,
    pub avatar: Option<Option<String>>,
    pub link: Option<Option<String>>,
    pub status_message: Option<Option<String>>,
    pub metadata: Option<Option<String>>,
    /// An empty list clears the tags.
    pub tags: Option<Vec<String>>,
    /// The user starts or continues a session.
    pub active: bool,
    /// When this happens.
    pub at: i64,
}

impl UserChanges {
    /// Whether any field is changed that a caller can set.
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
