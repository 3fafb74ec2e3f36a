//! The store that keeps everything in memory, for as long as it lives.

mod blocks;
mod data;
mod list;
mod users;

use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use cometchat_protocol::limits;

use super::app::{AppState, Keys, OpenedApp};
use super::block::{BlockChange, Relation};
use super::filter::{Filter, Order};
use super::role::{self, Role, RoleChanges};
use super::token::{Device, Token};
use super::user::{NewUser, User, UserChanges};
use super::{Store, Switch, Switched};
use crate::error::ApiError;
use data::Data;

/// The state, which is gone with its owner.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<Option<State>>);

#[derive(Debug, Default)]
struct State(Vec<App>);

#[derive(Debug)]
struct App {
    id: String,
    keys: Keys,
    data: Data,
}

impl MemoryStore {
    pub fn new() -> Self {
        MemoryStore(RwLock::new(Some(State::default())))
    }

    fn read<T>(&self, read: impl FnOnce(&State) -> Result<T, ApiError>) -> Result<T, ApiError> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        read(state.as_ref().ok_or(ApiError::Stopping)?)
    }

    /// Each change checks all before it touches anything, so that one that fails leaves no trace.
    fn write<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(state.as_mut().ok_or(ApiError::Stopping)?)
    }
}

impl State {
    /// The data of an app. The emulator asks for none that it has not opened.
    fn app(&self, app_id: &str) -> Result<&Data, ApiError> {
        let app = self.0.iter().find(|app| app.id == app_id);
        app.map(|app| &app.data)
            .ok_or_else(|| ApiError::UnknownApp(app_id.to_owned()))
    }

    fn app_mut(&mut self, app_id: &str) -> Result<&mut Data, ApiError> {
        let app = self.0.iter_mut().find(|app| app.id == app_id);
        app.map(|app| &mut app.data)
            .ok_or_else(|| ApiError::UnknownApp(app_id.to_owned()))
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn kind(&self) -> &'static str {
        "memory"
    }

    async fn check(&self) -> Result<(), ApiError> {
        self.write(|_| Ok(()))
    }

    async fn close(&self) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    async fn open_app(&self, app: OpenedApp) -> Result<Keys, ApiError> {
        self.write(|state| {
            let apps = &mut state.0;
            let known = apps.iter().position(|known| known.id == app.initial.app_id);
            let at = known.unwrap_or(apps.len());
            if known.is_none() {
                apps.push(App {
                    id: app.initial.app_id.clone(),
                    keys: app.fresh,
                    data: Data::new(app.initial),
                });
            }
            let keys = &mut apps[at].keys;
            if let Some(key) = app.auth_key {
                keys.auth_key = key;
            }
            if let Some(key) = app.rest_api_key {
                keys.rest_api_key = key;
            }
            Ok(keys.clone())
        })
    }

    async fn export(&self, app_ids: &[String]) -> Result<Vec<AppState>, ApiError> {
        self.read(|state| {
            let exported = app_ids.iter().map(|id| Ok(state.app(id)?.export(id)));
            exported.collect()
        })
    }

    async fn import(&self, apps: Vec<AppState>) -> Result<(), ApiError> {
        // Built before anybody has to wait.
        let built: Vec<(String, Data)> = apps
            .into_iter()
            .map(|app| (app.app_id.clone(), Data::new(app)))
            .collect();
        let replaced = self.write(|state| {
            for (id, _) in &built {
                state.app(id)?;
            }
            let mut replaced = Vec::new();
            for (id, data) in built {
                replaced.push(std::mem::replace(state.app_mut(&id)?, data));
            }
            Ok(replaced)
        })?;
        // Freed outside of the lock.
        drop(replaced);
        Ok(())
    }

    async fn create_user(&self, user: NewUser) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(&user.app_id)?;
            match data.users.insert_new(user.stored(), &user.tags) {
                true => {
                    if let Some(token) = user.auth_token {
                        data.tokens.add(token);
                    }
                    Ok(())
                }
                false => Err(ApiError::UidExists(user.uid)),
            }
        })
    }

    async fn seed(&self, users: Vec<NewUser>) -> Result<usize, ApiError> {
        self.write(|state| {
            for user in &users {
                state.app(&user.app_id)?;
            }
            let mut created = 0;
            for user in &users {
                let data = state.app_mut(&user.app_id)?;
                created += usize::from(data.users.insert_new(user.stored(), &user.tags));
            }
            Ok(created)
        })
    }

    async fn user(&self, app_id: &str, uid: &str) -> Result<User, ApiError> {
        self.read(|state| state.app(app_id)?.users.active(uid).cloned())
    }

    async fn list_users(
        &self,
        app_id: &str,
        filter: Filter,
        order: Order,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<User>, i64), ApiError> {
        self.read(|state| {
            let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
            let data = state.app(app_id)?;
            let list = list::List::new(&data.blocks, &filter);
            let (page, total) = list.page(&data.users, order, size(limit), size(offset));
            Ok((page, i64::try_from(total).unwrap_or(i64::MAX)))
        })
    }

    async fn update_user(
        &self,
        app_id: &str,
        uid: &str,
        changes: UserChanges,
    ) -> Result<User, ApiError> {
        self.write(|state| state.app_mut(app_id)?.users.update(uid, changes))
    }

    async fn delete_user(&self, app_id: &str, uid: &str) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            if !data.users.remove(uid) {
                return Err(ApiError::UidNotFound(uid.to_owned()));
            }
            data.tokens.remove_all_of(uid);
            data.blocks.remove_all_of(uid);
            Ok(())
        })
    }

    async fn switch_users(
        &self,
        app_id: &str,
        uids: Vec<String>,
        switch: Switch,
    ) -> Result<Vec<Switched>, ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            Ok(uids.iter().map(|uid| data.switch(uid, switch)).collect())
        })
    }

    async fn change_blocks(
        &self,
        app_id: &str,
        uid: &str,
        others: Vec<String>,
        change: BlockChange,
    ) -> Result<Vec<bool>, ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.users.active(uid)?;
            let changed = others.iter().map(|other| {
                let found = data.users.active(other).is_ok();
                if found {
                    data.blocks.change(uid, other, change);
                }
                found
            });
            Ok(changed.collect())
        })
    }

    async fn relations(
        &self,
        app_id: &str,
        uid: &str,
        others: &[String],
    ) -> Result<Vec<Relation>, ApiError> {
        self.read(|state| Ok(state.app(app_id)?.blocks.relations(uid, others)))
    }

    async fn add_token(&self, app_id: &str, token: Token) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.users.active(&token.uid)?;
            data.tokens.add(token);
            Ok(())
        })
    }

    async fn tokens(&self, app_id: &str, uid: &str) -> Result<Vec<Token>, ApiError> {
        self.read(|state| {
            let data = state.app(app_id)?;
            data.users.active(uid)?;
            Ok(data.tokens.of(uid).iter().rev().cloned().collect())
        })
    }

    async fn token(&self, app_id: &str, uid: &str, token: &str) -> Result<Token, ApiError> {
        self.read(|state| {
            let data = state.app(app_id)?;
            data.users.active(uid)?;
            data.tokens.find(uid, token).cloned()
        })
    }

    async fn describe_token(
        &self,
        app_id: &str,
        uid: &str,
        token: &str,
        device: Device,
    ) -> Result<Token, ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.users.active(uid)?;
            data.tokens.describe(uid, token, device)
        })
    }

    async fn delete_token(&self, app_id: &str, uid: &str, token: &str) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.users.active(uid)?;
            data.tokens.remove(uid, token)
        })
    }

    async fn delete_tokens(&self, app_id: &str, uid: &str) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.users.active(uid)?;
            data.tokens.remove_all_of(uid);
            Ok(())
        })
    }

    async fn tokens_of_other_form(&self, app_id: &str) -> Result<Vec<String>, ApiError> {
        self.read(|state| Ok(state.app(app_id)?.tokens.of_other_form()))
    }

    async fn session(&self, app_id: &str, token: &str) -> Result<User, ApiError> {
        self.read(|state| state.app(app_id)?.session(token).cloned())
    }

    async fn update_session(
        &self,
        app_id: &str,
        token: &str,
        changes: UserChanges,
        device: Device,
    ) -> Result<User, ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            let uid = data.session(token)?.uid.clone();
            data.tokens.describe(&uid, token, device)?;
            data.users.update(&uid, changes)
        })
    }

    async fn end_session(&self, app_id: &str, token: &str, at: i64) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            let uid = data.session(token)?.uid.clone();
            data.tokens.remove(&uid, token)?;
            data.users.end_activity(&uid, at);
            Ok(())
        })
    }

    async fn roles(&self, app_id: &str) -> Result<Vec<Role>, ApiError> {
        self.read(|state| Ok(state.app(app_id)?.roles.clone()))
    }

    async fn role(&self, app_id: &str, role: &str) -> Result<Role, ApiError> {
        self.read(|state| {
            let data = state.app(app_id)?;
            Ok(data.roles[data.find_role(role)?].clone())
        })
    }

    async fn create_role(&self, app_id: &str, role: Role) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            if data.find_role(&role.role).is_ok() {
                return Err(ApiError::RoleExists(role.role));
            }
            if data.roles.len() >= limits::ROLES_PER_APP {
                return Err(ApiError::RolesFull);
            }
            data.insert_role(role);
            Ok(())
        })
    }

    async fn update_role(
        &self,
        app_id: &str,
        role: &str,
        changes: RoleChanges,
    ) -> Result<Role, ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            let at = data.find_role(role)?;
            Ok(data.update_role(at, changes))
        })
    }

    async fn delete_role(&self, app_id: &str, role: &str) -> Result<(), ApiError> {
        self.write(|state| {
            let data = state.app_mut(app_id)?;
            data.roles.remove(data.find_role(role)?);
            data.users.replace_role(role, role::DEFAULT);
            Ok(())
        })
    }
}
