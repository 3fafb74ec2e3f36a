//! The users of an app, and what lists find them by.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::super::filter::SortBy;
use super::super::user::{AVAILABLE, OFFLINE, User, UserChanges, tags_json};
use super::super::{Switch, Switched};
use crate::error::ApiError;

/// The users of an app. The indexes hold each user, active or not.
#[derive(Debug, Default)]
pub struct Users {
    by_uid: BTreeMap<String, Entry>,
    by_status: Index,
    by_name: Index,
    by_tag: Index,
    active: usize,
}

/// Users in an order: for each key, which ends with the uid, whether the user is active, so that a
/// far page of all users is found without a look at those before it.
type Index = BTreeMap<String, bool>;

/// The separator of a key's parts. No text holds it, and it sorts before all others, so that
/// keys sort as their parts do.
const BETWEEN: char = '\0';

/// A user, and what its indexes are made of. It is never changed in place: [`Users::change`] takes
/// it out of the indexes and puts it back.
#[derive(Debug)]
pub struct Entry {
    pub user: User,
    /// The name in lower case.
    pub folded: String,
    pub tags: Vec<String>,
}

impl Entry {
    /// What a list by status is sorted by.
    pub fn by_status(&self) -> (&str, &str, &str) {
        (&self.user.status, &self.folded, &self.user.uid)
    }

    /// What a list by name is sorted by.
    pub fn by_name(&self) -> (&str, &str) {
        (&self.folded, &self.user.uid)
    }

    fn status_key(&self) -> String {
        let (status, folded, uid) = self.by_status();
        format!("{status}{BETWEEN}{folded}{BETWEEN}{uid}")
    }

    fn name_key(&self) -> String {
        format!("{}{BETWEEN}{}", self.folded, self.user.uid)
    }

    fn tag_key(&self, tag: &str) -> String {
        format!("{tag}{BETWEEN}{}", self.user.uid)
    }
}

/// The uid at the end of a key.
fn uid_of(key: &str) -> &str {
    key.rsplit(BETWEEN).next().unwrap_or(key)
}

/// The uids of the keys that start with a text.
fn starting(index: &Index, prefix: String) -> impl Iterator<Item = &str> {
    index
        .range(prefix.clone()..)
        .map(|(key, _)| key.as_str())
        .take_while(move |key| key.starts_with(&prefix))
        .map(uid_of)
}

impl Users {
    /// Adds a user unless the uid is taken; returns whether it was added.
    pub fn insert_new(&mut self, user: User, tags: &[String]) -> bool {
        if self.by_uid.contains_key(&user.uid) {
            return false;
        }
        self.insert(Entry {
            folded: user.name.to_lowercase(),
            tags: tags.to_vec(),
            user,
        });
        true
    }

    fn insert(&mut self, entry: Entry) {
        let is_active = entry.user.deactivated_at.is_none();
        for tag in &entry.tags {
            self.by_tag.insert(entry.tag_key(tag), is_active);
        }
        self.by_status.insert(entry.status_key(), is_active);
        self.by_name.insert(entry.name_key(), is_active);
        self.active += usize::from(is_active);
        self.by_uid.insert(entry.user.uid.clone(), entry);
    }

    fn take(&mut self, uid: &str) -> Option<Entry> {
        let entry = self.by_uid.remove(uid)?;
        for tag in &entry.tags {
            self.by_tag.remove(&entry.tag_key(tag));
        }
        self.by_status.remove(&entry.status_key());
        self.by_name.remove(&entry.name_key());
        self.active -= usize::from(entry.user.deactivated_at.is_none());
        Some(entry)
    }

    pub fn len(&self) -> usize {
        self.by_uid.len()
    }

    /// How many are active.
    pub fn active_count(&self) -> usize {
        self.active
    }

    pub fn active(&self, uid: &str) -> Result<&User, ApiError> {
        let user = self.by_uid.get(uid).map(|entry| &entry.user);
        user.filter(|user| user.deactivated_at.is_none())
            .ok_or_else(|| ApiError::UidNotFound(uid.to_owned()))
    }

    /// All users, sorted by uid.
    pub fn all(&self) -> impl Iterator<Item = &User> {
        self.by_uid.values().map(|entry| &entry.user)
    }

    /// All entries, sorted by uid.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_uid.values()
    }

    pub fn entry(&self, uid: &str) -> Option<&Entry> {
        self.by_uid.get(uid)
    }

    /// The uids of all users in an order, and whether they are active.
    pub fn in_order(&self, by: SortBy) -> impl DoubleEndedIterator<Item = (&str, bool)> {
        let index = match by {
            SortBy::Status => &self.by_status,
            SortBy::Name => &self.by_name,
        };
        index.iter().map(|(key, active)| (uid_of(key), *active))
    }

    /// The uids that start with a text.
    pub fn by_uid_prefix<'u>(&'u self, prefix: &'u str) -> impl Iterator<Item = &'u str> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.by_uid
            .range::<str, _>(from)
            .map(|(uid, _)| uid.as_str())
            .take_while(move |uid| uid.starts_with(prefix))
    }

    /// The uids of the users whose name starts with a text.
    pub fn by_name_prefix<'u>(&'u self, prefix: &str) -> impl Iterator<Item = &'u str> + use<'u> {
        starting(&self.by_name, prefix.to_owned())
    }

    /// The uids of the users with a tag.
    pub fn by_tag<'u>(&'u self, tag: &str) -> impl Iterator<Item = &'u str> + use<'u> {
        starting(&self.by_tag, format!("{tag}{BETWEEN}"))
    }

    pub fn update(&mut self, uid: &str, changes: UserChanges) -> Result<User, ApiError> {
        self.active(uid)?;
        let changed = self.change(uid, |entry| apply(entry, changes));
        changed.ok_or_else(|| ApiError::UidNotFound(uid.to_owned()))
    }

    /// The user goes offline at this moment.
    pub fn end_activity(&mut self, uid: &str, at: i64) {
        self.change(uid, |entry| {
            OFFLINE.clone_into(&mut entry.user.status);
            entry.user.last_active_at = Some(at);
        });
    }

    /// Changes a user, active or not; returns the changed user.
    fn change(&mut self, uid: &str, change: impl FnOnce(&mut Entry)) -> Option<User> {
        let mut entry = self.take(uid)?;
        change(&mut entry);
        let changed = entry.user.clone();
        self.insert(entry);
        Some(changed)
    }

    /// Removes a user, active or not; returns whether there was one.
    pub fn remove(&mut self, uid: &str) -> bool {
        self.take(uid).is_some()
    }

    pub fn switch(&mut self, uid: &str, switch: Switch) -> Switched {
        let Some(entry) = self.by_uid.get(uid) else {
            return Switched::NotFound;
        };
        let is_active = entry.user.deactivated_at.is_none();
        match switch {
            Switch::Deactivate { at } if is_active => self.change(uid, |entry| {
                entry.user.deactivated_at = Some(at);
                OFFLINE.clone_into(&mut entry.user.status);
            }),
            Switch::Reactivate if !is_active => {
                self.change(uid, |entry| entry.user.deactivated_at = None)
            }
            _ => return Switched::Unchanged,
        };
        Switched::Changed
    }

    pub fn replace_role(&mut self, from: &str, to: &str) {
        let concerned = self.all().filter(|user| user.role == from);
        let uids: Vec<String> = concerned.map(|user| user.uid.clone()).collect();
        for uid in uids {
            self.change(&uid, |entry| to.clone_into(&mut entry.user.role));
        }
    }
}

fn apply(entry: &mut Entry, changes: UserChanges) {
    let stamp = changes.any_field();
    let user = &mut entry.user;
    if let Some(role) = changes.role {
        user.role = role;
    }
    if let Some(name) = changes.name {
        entry.folded = name.to_lowercase();
        user.name = name;
    }
    if let Some(tags) = changes.tags {
        user.tags = tags_json(&tags);
        entry.tags = tags;
    }
    for (field, change) in [
        (&mut user.avatar, changes.avatar),
        (&mut user.link, changes.link),
        (&mut user.status_message, changes.status_message),
        (&mut user.metadata, changes.metadata),
    ] {
        if let Some(value) = change {
            *field = value;
        }
    }
    if changes.active {
        AVAILABLE.clone_into(&mut user.status);
        user.last_active_at = Some(changes.at);
    }
    if stamp {
        user.updated_at = Some(changes.at);
    }
}
