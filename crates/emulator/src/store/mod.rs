//! Where the state is kept: what the emulator does with it, and nothing of how.

pub mod app;
pub mod block;
pub mod filter;
pub mod memory;
pub mod role;
pub mod token;
pub mod user;

use async_trait::async_trait;

use crate::error::ApiError;
use app::{AppState, Keys, OpenedApp};
use block::{BlockChange, Relation};
use filter::{Filter, Order};
use role::{Role, RoleChanges};
use token::{Device, Token};
use user::{NewUser, User, UserChanges};

/// The emulator's state. Each method happens completely or not at all, and what has returned is
/// seen by whatever comes after it. Uids, roles and search texts are in lower case.
///
/// Only active users count as users where nothing else is said. What a method does not find is
/// [`ApiError::UidNotFound`], [`ApiError::SessionNotFound`], [`ApiError::TokenNotFound`] or
/// [`ApiError::RoleNotFound`].
#[async_trait]
pub trait Store: Send + Sync {
    /// The kind of store.
    fn kind(&self) -> &'static str;

    /// Whether the state can be written and read.
    async fn check(&self) -> Result<(), ApiError>;

    /// Finishes the changes in progress. Later calls fail with [`ApiError::Stopping`].
    async fn close(&self);

    /// The keys of an app, which is created if it is new.
    async fn open_app(&self, app: OpenedApp) -> Result<Keys, ApiError>;

    /// All data of these apps, as of a single moment.
    async fn export(&self, app_ids: &[String]) -> Result<Vec<AppState>, ApiError>;

    /// Replaces all data of these apps.
    async fn import(&self, apps: Vec<AppState>) -> Result<(), ApiError>;

    /// Creates a user.
    ///
    /// # Errors
    /// [`ApiError::UidExists`] if the app has an active or deactivated user with this uid.
    async fn create_user(&self, user: NewUser) -> Result<(), ApiError>;

    /// Creates those of the users whose uid is free, without tokens; returns how many.
    async fn seed(&self, users: Vec<NewUser>) -> Result<usize, ApiError>;

    async fn user(&self, app_id: &str, uid: &str) -> Result<User, ApiError>;

    /// A page of an app's users, and the total number that match the filter.
    async fn list_users(
        &self,
        app_id: &str,
        filter: Filter,
        order: Order,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<User>, i64), ApiError>;

    /// Changes a user and returns the changed user.
    async fn update_user(
        &self,
        app_id: &str,
        uid: &str,
        changes: UserChanges,
    ) -> Result<User, ApiError>;

    /// Deletes a user, active or not, with its tokens and blocks.
    async fn delete_user(&self, app_id: &str, uid: &str) -> Result<(), ApiError>;

    /// Deactivates users and ends their sessions, or makes them active again. Returns the outcome
    /// for each uid, in their order.
    async fn switch_users(
        &self,
        app_id: &str,
        uids: Vec<String>,
        switch: Switch,
    ) -> Result<Vec<Switched>, ApiError>;

    /// Lets a user block others, or no longer block them; what is so already stays so. Returns for
    /// each of the others, in their order, whether there is such a user.
    async fn change_blocks(
        &self,
        app_id: &str,
        uid: &str,
        others: Vec<String>,
        change: BlockChange,
    ) -> Result<Vec<bool>, ApiError>;

    /// The blocks between a user and each of these others, in their order.
    async fn relations(
        &self,
        app_id: &str,
        uid: &str,
        others: &[String],
    ) -> Result<Vec<Relation>, ApiError>;

    /// Adds a token to a user and removes the oldest ones beyond the service's limit.
    async fn add_token(&self, app_id: &str, token: Token) -> Result<(), ApiError>;

    /// A user's tokens, newest first.
    async fn tokens(&self, app_id: &str, uid: &str) -> Result<Vec<Token>, ApiError>;

    async fn token(&self, app_id: &str, uid: &str, token: &str) -> Result<Token, ApiError>;

    /// Changes the device of a token; absent fields stay as they are. Returns the changed token.
    async fn describe_token(
        &self,
        app_id: &str,
        uid: &str,
        token: &str,
        device: Device,
    ) -> Result<Token, ApiError>;

    async fn delete_token(&self, app_id: &str, uid: &str, token: &str) -> Result<(), ApiError>;

    /// Deletes all tokens of a user.
    async fn delete_tokens(&self, app_id: &str, uid: &str) -> Result<(), ApiError>;

    /// The tokens of an app that are not in the emulator's own format; they were imported.
    async fn tokens_of_other_form(&self, app_id: &str) -> Result<Vec<String>, ApiError>;

    /// The user to whom a token belongs.
    async fn session(&self, app_id: &str, token: &str) -> Result<User, ApiError>;

    /// Changes the user to whom a token belongs, and the token's device. Returns the changed user.
    async fn update_session(
        &self,
        app_id: &str,
        token: &str,
        changes: UserChanges,
        device: Device,
    ) -> Result<User, ApiError>;

    /// Deletes a token; its user goes offline.
    async fn end_session(&self, app_id: &str, token: &str, at: i64) -> Result<(), ApiError>;

    /// All roles of an app, sorted by id.
    async fn roles(&self, app_id: &str) -> Result<Vec<Role>, ApiError>;

    async fn role(&self, app_id: &str, role: &str) -> Result<Role, ApiError>;

    /// Creates a role.
    ///
    /// # Errors
    /// [`ApiError::RoleExists`], or [`ApiError::RolesFull`] if the app has as many as it may have.
    async fn create_role(&self, app_id: &str, role: Role) -> Result<(), ApiError>;

    /// Changes a role and returns it.
    async fn update_role(
        &self,
        app_id: &str,
        role: &str,
        changes: RoleChanges,
    ) -> Result<Role, ApiError>;

    /// Deletes a role; its users get `default`.
    async fn delete_role(&self, app_id: &str, role: &str) -> Result<(), ApiError>;
}

/// What becomes of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    Deactivate {
        /// When this happens.
        at: i64,
    },
    Reactivate,
}

/// What became of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switched {
    Changed,
    Unchanged,
    NotFound,
}

/// Why the emulator cannot start; the text says what to do.
#[derive(Debug)]
pub struct OpenError(String);

impl OpenError {
    pub fn new(message: impl Into<String>) -> Self {
        OpenError(message.into())
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}
