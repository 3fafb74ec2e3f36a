//! A role as a store keeps it. Every app has the role `default`, which users have unless given
//! another.

/// The role of a user who was given none.
pub const DEFAULT: &str = "default";

/// A stored role.
#[derive(Debug, Clone)]
pub struct Role {
    pub role: String,
    pub name: String,
    pub description: Option<String>,
    /// JSON text of an object.
    pub metadata: Option<String>,
    pub created_at: i64,
    pub updated_at: Option<i64>,
}

/// What an update of a role changes: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct RoleChanges {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub metadata: Option<Option<String>>,
    /// When this happens.
    pub at: i64,
}
