//! The emulator's store: each of its methods as statements in one transaction.

use std::time::Duration;

use async_trait::async_trait;
use cometchat_emulator::error::ApiError;
use cometchat_emulator::store::app::{AppState, Keys, OpenedApp};
use cometchat_emulator::store::block::{BlockChange, Relation};
use cometchat_emulator::store::filter::{Filter, Order};
use cometchat_emulator::store::role::{Role, RoleChanges};
use cometchat_emulator::store::token::{Device, Token};
use cometchat_emulator::store::user::{NewUser, User, UserChanges};
use cometchat_emulator::store::{OpenError, Store, Switch, Switched};
use sqlx::AnyConnection;

use crate::change::Extent;
use crate::database::Database;
use crate::failed::Failure;
use crate::{activation, apps, blocks, roles, tokens, users};

/// The emulator's state in a database.
pub struct SqlStore(Database);

impl SqlStore {
    /// Opens the database, migrates its schema and starts the writer. Waits up to `wait` for a
    /// PostgreSQL that does not answer yet. With `discard_creations`, creations are answered without
    /// being written, for benchmarks.
    ///
    /// # Errors
    /// [`OpenError`] if the URL is not supported, the database cannot be reached or written,
    /// another process uses the file, or a newer version wrote it.
    pub async fn open(
        url: &str,
        wait: Duration,
        discard_creations: bool,
    ) -> Result<Self, OpenError> {
        let database = Database::open(url, wait, discard_creations).await?;
        Ok(SqlStore(database))
    }
}

/// A change of several statements. What is lent to it, it copies, because it may be carried out by
/// another task.
macro_rules! change {
    ($store:ident, |$connection:ident $(, $lent:ident)*| $work:block) => {{
        $(let $lent = $lent.to_owned();)*
        $store
            .0
            .write(Extent::Several, move |$connection| {
                Box::pin(async move { $work })
            })
            .await
    }};
}

#[async_trait]
impl Store for SqlStore {
    fn kind(&self) -> &'static str {
        self.0.backend().name()
    }

    async fn check(&self) -> Result<(), ApiError> {
        self.0.check().await
    }

    async fn close(&self) {
        self.0.close().await;
    }

    async fn open_app(&self, app: OpenedApp) -> Result<Keys, ApiError> {
        change!(self, |connection| {
            let (keys, new) = apps::settle_keys(connection, &app).await?;
            if new {
                insert(connection, &app.initial).await?;
            }
            Ok(keys)
        })
    }

    async fn export(&self, app_ids: &[String]) -> Result<Vec<AppState>, ApiError> {
        let app_ids = app_ids.to_owned();
        let export = self.0.read_one_moment(Box::new(move |connection| {
            Box::pin(async move {
                let mut apps = Vec::with_capacity(app_ids.len());
                for app_id in app_ids {
                    apps.push(AppState {
                        roles: roles::list(connection, &app_id).await?,
                        users: users::all(connection, &app_id).await?,
                        tokens: tokens::all(connection, &app_id).await?,
                        blocks: blocks::all(connection, &app_id).await?,
                        app_id,
                    });
                }
                Ok(apps)
            })
        }));
        export.await
    }

    async fn import(&self, apps: Vec<AppState>) -> Result<(), ApiError> {
        change!(self, |connection| {
            for app in &apps {
                apps::clear(connection, &app.app_id).await?;
                insert(connection, app).await?;
            }
            Ok(())
        })
    }

    async fn create_user(&self, user: NewUser) -> Result<(), ApiError> {
        self.0.create(user).await
    }

    async fn seed(&self, users: Vec<NewUser>) -> Result<usize, ApiError> {
        /// How many users one statement inserts.
        const ROWS: usize = 100;
        change!(self, |connection| {
            let mut created = 0;
            for some in users.chunks(ROWS) {
                let inserted = users::insert_free(connection, some).await?;
                created += inserted.len();
                for user in some.iter().filter(|user| !user.tags.is_empty()) {
                    if inserted.iter().any(|(_, uid)| *uid == user.uid) {
                        users::insert_tags(connection, user).await?;
                    }
                }
            }
            Ok(created)
        })
    }

    async fn user(&self, app_id: &str, uid: &str) -> Result<User, ApiError> {
        let mut reader = self.0.reader().await?;
        Ok(active(&mut reader, app_id, uid).await?)
    }

    async fn list_users(
        &self,
        app_id: &str,
        filter: Filter,
        order: Order,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<User>, i64), ApiError> {
        self.0.list(app_id, filter, order, limit, offset).await
    }

    async fn update_user(
        &self,
        app_id: &str,
        uid: &str,
        changes: UserChanges,
    ) -> Result<User, ApiError> {
        // Tags have a table of their own.
        let extent = match changes.tags {
            None => Extent::Statement,
            Some(_) => Extent::Several,
        };
        let (app_id, uid) = (app_id.to_owned(), uid.to_owned());
        let update = self.0.write(extent, move |connection| {
            Box::pin(async move {
                let user = users::update(connection, &app_id, &uid, changes).await?;
                Ok(user.ok_or(ApiError::UidNotFound(uid))?)
            })
        });
        update.await
    }

    async fn delete_user(&self, app_id: &str, uid: &str) -> Result<(), ApiError> {
        change!(self, |connection, app_id, uid| {
            match users::delete(connection, &app_id, &uid).await? {
                true => Ok(()),
                false => Err(ApiError::UidNotFound(uid).into()),
            }
        })
    }

    async fn switch_users(
        &self,
        app_id: &str,
        uids: Vec<String>,
        switch: Switch,
    ) -> Result<Vec<Switched>, ApiError> {
        change!(self, |connection, app_id| {
            let mut outcomes = Vec::with_capacity(uids.len());
            for uid in &uids {
                outcomes.push(match switch {
                    Switch::Deactivate { at } => {
                        activation::deactivate(connection, &app_id, uid, at).await?
                    }
                    Switch::Reactivate => activation::reactivate(connection, &app_id, uid).await?,
                });
            }
            Ok(outcomes)
        })
    }

    async fn change_blocks(
        &self,
        app_id: &str,
        uid: &str,
        others: Vec<String>,
        change: BlockChange,
    ) -> Result<Vec<bool>, ApiError> {
        change!(self, |connection, app_id, uid| {
            let found = blocks::change(connection, &app_id, &uid, &others, change).await?;
            Ok(found.ok_or(ApiError::UidNotFound(uid))?)
        })
    }

    async fn relations(
        &self,
        app_id: &str,
        uid: &str,
        others: &[String],
    ) -> Result<Vec<Relation>, ApiError> {
        let mut reader = self.0.reader().await?;
        Ok(blocks::relations(&mut reader, app_id, uid, others).await?)
    }

    async fn add_token(&self, app_id: &str, token: Token) -> Result<(), ApiError> {
        change!(self, |connection, app_id| {
            match tokens::add(connection, &app_id, &token).await? {
                true => Ok(()),
                false => Err(ApiError::UidNotFound(token.uid).into()),
            }
        })
    }

    async fn tokens(&self, app_id: &str, uid: &str) -> Result<Vec<Token>, ApiError> {
        let mut reader = self.0.reader().await?;
        active(&mut reader, app_id, uid).await?;
        Ok(tokens::list(&mut reader, app_id, uid).await?)
    }

    async fn token(&self, app_id: &str, uid: &str, token: &str) -> Result<Token, ApiError> {
        let mut reader = self.0.reader().await?;
        active(&mut reader, app_id, uid).await?;
        Ok(find_token(&mut reader, app_id, uid, token).await?)
    }

    async fn describe_token(
        &self,
        app_id: &str,
        uid: &str,
        token: &str,
        device: Device,
    ) -> Result<Token, ApiError> {
        change!(self, |connection, app_id, uid, token| {
            active(connection, &app_id, &uid).await?;
            find_token(connection, &app_id, &uid, &token).await?;
            let changed = tokens::describe(connection, &app_id, &token, device).await?;
            Ok(changed.ok_or(ApiError::TokenNotFound(token))?)
        })
    }

    async fn delete_token(&self, app_id: &str, uid: &str, token: &str) -> Result<(), ApiError> {
        change!(self, |connection, app_id, uid, token| {
            active(connection, &app_id, &uid).await?;
            match tokens::delete(connection, &app_id, &uid, &token).await? {
                true => Ok(()),
                false => Err(ApiError::TokenNotFound(token).into()),
            }
        })
    }

    async fn delete_tokens(&self, app_id: &str, uid: &str) -> Result<(), ApiError> {
        change!(self, |connection, app_id, uid| {
            active(connection, &app_id, &uid).await?;
            tokens::flush(connection, &app_id, &uid).await
        })
    }

    async fn tokens_of_other_form(&self, app_id: &str) -> Result<Vec<String>, ApiError> {
        let mut reader = self.0.reader().await?;
        Ok(tokens::of_other_form(&mut reader, app_id).await?)
    }

    async fn session(&self, app_id: &str, token: &str) -> Result<User, ApiError> {
        let mut reader = self.0.reader().await?;
        Ok(session(&mut reader, app_id, token).await?)
    }

    async fn update_session(
        &self,
        app_id: &str,
        token: &str,
        changes: UserChanges,
        device: Device,
    ) -> Result<User, ApiError> {
        change!(self, |connection, app_id, token| {
            let uid = session(connection, &app_id, &token).await?.uid;
            let user = users::update(connection, &app_id, &uid, changes).await?;
            let user = user.ok_or_else(|| ApiError::SessionNotFound(token.clone()))?;
            if !device.is_empty() {
                tokens::describe(connection, &app_id, &token, device).await?;
            }
            Ok(user)
        })
    }

    async fn end_session(&self, app_id: &str, token: &str, at: i64) -> Result<(), ApiError> {
        change!(self, |connection, app_id, token| {
            let uid = session(connection, &app_id, &token).await?.uid;
            users::set_offline(connection, &app_id, &uid, at).await?;
            tokens::delete(connection, &app_id, &uid, &token).await?;
            Ok(())
        })
    }

    async fn roles(&self, app_id: &str) -> Result<Vec<Role>, ApiError> {
        let mut reader = self.0.reader().await?;
        Ok(roles::list(&mut reader, app_id).await?)
    }

    async fn role(&self, app_id: &str, role: &str) -> Result<Role, ApiError> {
        let mut reader = self.0.reader().await?;
        let found = roles::find(&mut reader, app_id, role).await?;
        found.ok_or_else(|| ApiError::RoleNotFound(role.to_owned()))
    }

    async fn create_role(&self, app_id: &str, role: Role) -> Result<(), ApiError> {
        change!(self, |connection, app_id| {
            roles::create(connection, &app_id, role).await
        })
    }

    async fn update_role(
        &self,
        app_id: &str,
        role: &str,
        changes: RoleChanges,
    ) -> Result<Role, ApiError> {
        change!(self, |connection, app_id, role| {
            let changed = roles::update(connection, &app_id, &role, changes).await?;
            Ok(changed.ok_or(ApiError::RoleNotFound(role))?)
        })
    }

    async fn delete_role(&self, app_id: &str, role: &str) -> Result<(), ApiError> {
        change!(self, |connection, app_id, role| {
            match roles::delete(connection, &app_id, &role).await? {
                true => Ok(()),
                false => Err(ApiError::RoleNotFound(role).into()),
            }
        })
    }
}

/// Inserts the data of an app that has none.
async fn insert(connection: &mut AnyConnection, app: &AppState) -> Result<(), Failure> {
    for role in &app.roles {
        roles::insert(connection, &app.app_id, role).await?;
    }
    users::restore(connection, &app.app_id, &app.users).await?;
    // The order of a user's tokens is that in which they are inserted.
    for token in &app.tokens {
        tokens::insert(connection, &app.app_id, token).await?;
    }
    for block in &app.blocks {
        let (uid, blocked_uid) = (&block.uid, &block.blocked_uid);
        blocks::insert(connection, &app.app_id, uid, blocked_uid, block.at).await?;
    }
    Ok(())
}

async fn active(connection: &mut AnyConnection, app_id: &str, uid: &str) -> Result<User, Failure> {
    let user = users::find_active(connection, app_id, uid).await?;
    Ok(user.ok_or_else(|| ApiError::UidNotFound(uid.to_owned()))?)
}

async fn find_token(
    connection: &mut AnyConnection,
    app_id: &str,
    uid: &str,
    token: &str,
) -> Result<Token, Failure> {
    let found = tokens::find(connection, app_id, uid, token).await?;
    Ok(found.ok_or_else(|| ApiError::TokenNotFound(token.to_owned()))?)
}

async fn session(
    connection: &mut AnyConnection,
    app_id: &str,
    token: &str,
) -> Result<User, Failure> {
    let user = tokens::session(connection, app_id, token).await?;
    Ok(user.ok_or_else(|| ApiError::SessionNotFound(token.to_owned()))?)
}
