//! An app as a store keeps it: its keys and its data.

use super::block::Block;
use super::role::Role;
use super::token::Token;
use super::user::User;

/// The two keys of an app.
#[derive(Debug, Clone)]
pub struct Keys {
    pub auth_key: String,
    pub rest_api_key: String,
}

/// An app to be served. A key that is not given is the stored one, or that of `fresh`.
#[derive(Debug, Clone)]
pub struct OpenedApp {
    pub auth_key: Option<String>,
    pub rest_api_key: Option<String>,
    /// The keys of a new app.
    pub fresh: Keys,
    /// What a new app starts with.
    pub initial: AppState,
    /// When this happens.
    pub at: i64,
}

/// All data of an app but its keys.
#[derive(Debug, Clone)]
pub struct AppState {
    pub app_id: String,
    pub roles: Vec<Role>,
    /// Active or not.
    pub users: Vec<User>,
    /// Each user's oldest first.
    pub tokens: Vec<Token>,
    /// Between users who are there, active or not.
    pub blocks: Vec<Block>,
}
