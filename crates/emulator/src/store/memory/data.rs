//! The data of an app: its roles, its users, their tokens and blocks.

use std::collections::{HashMap, VecDeque};

use cometchat_protocol::limits;

use super::super::app::AppState;
use super::super::role::{Role, RoleChanges};
use super::super::token::{Device, Token};
use super::super::user::User;
use super::super::{Switch, Switched};
use super::blocks::Blocks;
use super::users::Users;
use crate::error::ApiError;
use crate::secret;

#[derive(Debug)]
pub struct Data {
    /// Sorted by id; there are never many.
    pub roles: Vec<Role>,
    pub users: Users,
    pub tokens: Tokens,
    pub blocks: Blocks,
}

impl Data {
    pub fn new(state: AppState) -> Self {
        let mut data = Data {
            roles: Vec::new(),
            users: Users::default(),
            tokens: Tokens::default(),
            blocks: Blocks::new(state.blocks),
        };
        for role in state.roles {
            data.insert_role(role);
        }
        for user in state.users {
            let tags = user.tag_list();
            data.users.insert_new(user, &tags);
        }
        for token in state.tokens {
            data.tokens.insert(token);
        }
        data
    }

    pub fn export(&self, app_id: &str) -> AppState {
        AppState {
            app_id: app_id.to_owned(),
            roles: self.roles.clone(),
            users: self.users.all().cloned().collect(),
            tokens: self.tokens.all(),
            blocks: self.blocks.all(),
        }
    }

    /// Where a role is.
    pub fn find_role(&self, role: &str) -> Result<usize, ApiError> {
        let found = self.roles.iter().position(|known| known.role == role);
        found.ok_or_else(|| ApiError::RoleNotFound(role.to_owned()))
    }

    /// Inserts a role that is not there yet.
    pub fn insert_role(&mut self, role: Role) {
        let at = self.roles.partition_point(|known| known.role < role.role);
        self.roles.insert(at, role);
    }

    /// Deactivates a user and ends its sessions, or makes it active again.
    pub fn switch(&mut self, uid: &str, switch: Switch) -> Switched {
        let switched = self.users.switch(uid, switch);
        if switched == Switched::Changed && matches!(switch, Switch::Deactivate { .. }) {
            self.tokens.remove_all_of(uid);
        }
        switched
    }

    /// Changes the role that is there and returns it.
    pub fn update_role(&mut self, at: usize, changes: RoleChanges) -> Role {
        let role = &mut self.roles[at];
        if let Some(name) = changes.name {
            role.name = name;
        }
        if let Some(description) = changes.description {
            role.description = description;
        }
        if let Some(metadata) = changes.metadata {
            role.metadata = metadata;
        }
        role.updated_at = Some(changes.at);
        role.clone()
    }

    /// The active user to whom a token belongs.
    pub fn session(&self, token: &str) -> Result<&User, ApiError> {
        let uid = self.tokens.owners.get(token);
        uid.and_then(|uid| self.users.active(uid).ok())
            .ok_or_else(|| ApiError::SessionNotFound(token.to_owned()))
    }
}

/// The auth tokens of an app.
#[derive(Debug, Default)]
pub struct Tokens {
    /// The uid for each token.
    owners: HashMap<String, String>,
    /// The tokens for each uid, oldest first.
    by_uid: HashMap<String, VecDeque<Token>>,
}

impl Tokens {
    fn insert(&mut self, token: Token) {
        self.owners.insert(token.token.clone(), token.uid.clone());
        let tokens = self.by_uid.entry(token.uid.clone()).or_default();
        tokens.push_back(token);
    }

    /// Adds the newest token of a user, and removes the oldest ones beyond the service's limit.
    pub fn add(&mut self, token: Token) {
        let uid = token.uid.clone();
        self.insert(token);
        let Some(tokens) = self.by_uid.get_mut(&uid) else {
            return;
        };
        while tokens.len() > limits::AUTH_TOKENS_PER_USER {
            if let Some(oldest) = tokens.pop_front() {
                self.owners.remove(&oldest.token);
            }
        }
    }

    /// A user's tokens, oldest first.
    pub fn of(&self, uid: &str) -> &VecDeque<Token> {
        static NONE: VecDeque<Token> = VecDeque::new();
        self.by_uid.get(uid).unwrap_or(&NONE)
    }

    pub fn find(&self, uid: &str, token: &str) -> Result<&Token, ApiError> {
        let found = self.of(uid).iter().find(|known| known.token == token);
        found.ok_or_else(|| ApiError::TokenNotFound(token.to_owned()))
    }

    /// Changes the device of a token; absent fields stay as they are.
    pub fn describe(&mut self, uid: &str, token: &str, device: Device) -> Result<Token, ApiError> {
        let tokens = self.by_uid.get_mut(uid);
        let found = tokens.and_then(|tokens| tokens.iter_mut().find(|known| known.token == token));
        let found = found.ok_or_else(|| ApiError::TokenNotFound(token.to_owned()))?;
        let known = &mut found.device;
        for (field, value) in [
            (&mut known.platform, device.platform),
            (&mut known.device_id, device.device_id),
            (&mut known.user_agent, device.user_agent),
            (&mut known.app_info, device.app_info),
        ] {
            if value.is_some() {
                *field = value;
            }
        }
        Ok(found.clone())
    }

    pub fn remove(&mut self, uid: &str, token: &str) -> Result<(), ApiError> {
        self.find(uid, token)?;
        if let Some(tokens) = self.by_uid.get_mut(uid) {
            tokens.retain(|known| known.token != token);
        }
        self.owners.remove(token);
        Ok(())
    }

    pub fn remove_all_of(&mut self, uid: &str) {
        for token in self.by_uid.remove(uid).unwrap_or_default() {
            self.owners.remove(&token.token);
        }
    }

    /// All tokens, sorted by uid, each user's oldest first.
    fn all(&self) -> Vec<Token> {
        let mut uids: Vec<&str> = self.by_uid.keys().map(String::as_str).collect();
        uids.sort_unstable();
        let all = uids.into_iter().flat_map(|uid| self.of(uid));
        all.cloned().collect()
    }

    pub fn of_other_form(&self) -> Vec<String> {
        self.by_uid
            .values()
            .flatten()
            .filter(|token| !secret::is_of_own_form(&token.token, &token.uid))
            .map(|token| token.token.clone())
            .collect()
    }
}
