//! The users of an app, and what lists find them by.

use std::collections::btree_set::Range;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::super::user::{AVAILABLE, OFFLINE, User, UserChanges, tags_json};
use super::super::{Switch, Switched};
use crate::error::ApiError;

/// The users of an app. The indexes hold each user, active or not.
#[derive(Debug, Default)]
pub struct Users {
    by_uid: BTreeMap<String, Entry>,
    /// Name in lower case, and uid.
    by_name: BTreeSet<(String, String)>,
    /// Tag, and uid.
    by_tag: BTreeSet<(String, String)>,
    active: usize,
}

/// A user, and what its indexes are made of.
#[derive(Debug)]
pub struct Entry {
    pub user: User,
    /// The name in lower case.
    pub folded: String,
    pub tags: Vec<String>,
}

impl Users {
    /// Adds a user unless the uid is taken; returns whether it was added.
    pub fn insert_new(&mut self, user: User, tags: &[String]) -> bool {
        if self.by_uid.contains_key(&user.uid) {
            return false;
        }
        let entry = Entry {
            folded: user.name.to_lowercase(),
            tags: tags.to_vec(),
            user,
        };
        self.add_to_indexes(&entry);
        self.active += usize::from(entry.user.deactivated_at.is_none());
        self.by_uid.insert(entry.user.uid.clone(), entry);
        true
    }

    fn add_to_indexes(&mut self, entry: &Entry) {
        let uid = &entry.user.uid;
        self.by_name.insert((entry.folded.clone(), uid.clone()));
        for tag in &entry.tags {
            self.by_tag.insert((tag.clone(), uid.clone()));
        }
    }

    fn remove_from_indexes(&mut self, entry: &Entry) {
        let uid = &entry.user.uid;
        self.by_name.remove(&(entry.folded.clone(), uid.clone()));
        for tag in &entry.tags {
            self.by_tag.remove(&(tag.clone(), uid.clone()));
        }
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
        self.entries().map(|entry| &entry.user)
    }

    /// All entries, sorted by uid.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_uid.values()
    }

    pub fn entry(&self, uid: &str) -> Option<&Entry> {
        self.by_uid.get(uid)
    }

    /// The entries whose uid starts with a text, sorted by uid.
    pub fn by_uid_prefix<'u>(&'u self, prefix: &'u str) -> impl Iterator<Item = &'u Entry> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.by_uid
            .range::<str, _>(from)
            .take_while(move |(uid, _)| uid.starts_with(prefix))
            .map(|(_, entry)| entry)
    }

    /// The uids of the users whose name starts with a text.
    pub fn by_name_prefix<'u>(&'u self, prefix: &'u str) -> impl Iterator<Item = &'u str> {
        from(&self.by_name, prefix)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(_, uid)| uid.as_str())
    }

    /// The uids of the users with a tag.
    pub fn by_tag<'u>(&'u self, tag: &'u str) -> impl Iterator<Item = &'u str> {
        from(&self.by_tag, tag)
            .take_while(move |(known, _)| known == tag)
            .map(|(_, uid)| uid.as_str())
    }

    pub fn update(&mut self, uid: &str, changes: UserChanges) -> Result<User, ApiError> {
        self.active(uid)?;
        // What the indexes do not hold is changed in place.
        let indexed = changes.name.is_some() || changes.tags.is_some();
        let entry = match indexed {
            true => self.by_uid.remove(uid),
            false => None,
        };
        let Some(mut entry) = entry else {
            let changed = self.change(uid, |user| apply(user, changes));
            return changed.ok_or_else(|| ApiError::UidNotFound(uid.to_owned()));
        };
        self.remove_from_indexes(&entry);
        if let Some(tags) = &changes.tags {
            entry.tags.clone_from(tags);
        }
        apply(&mut entry.user, changes);
        entry.folded = entry.user.name.to_lowercase();
        let changed = entry.user.clone();
        self.add_to_indexes(&entry);
        self.by_uid.insert(uid.to_owned(), entry);
        Ok(changed)
    }

    /// Changes what is in no index; returns the changed user.
    pub fn change(&mut self, uid: &str, change: impl FnOnce(&mut User)) -> Option<User> {
        let user = &mut self.by_uid.get_mut(uid)?.user;
        change(user);
        Some(user.clone())
    }

    /// Removes a user, active or not; returns whether there was one.
    pub fn remove(&mut self, uid: &str) -> bool {
        let Some(entry) = self.by_uid.remove(uid) else {
            return false;
        };
        self.remove_from_indexes(&entry);
        self.active -= usize::from(entry.user.deactivated_at.is_none());
        true
    }

    pub fn switch(&mut self, uid: &str, switch: Switch) -> Switched {
        let Some(entry) = self.by_uid.get_mut(uid) else {
            return Switched::NotFound;
        };
        let user = &mut entry.user;
        match (switch, user.deactivated_at) {
            (Switch::Deactivate { at }, None) => {
                user.deactivated_at = Some(at);
                OFFLINE.clone_into(&mut user.status);
                self.active -= 1;
            }
            (Switch::Reactivate, Some(_)) => {
                user.deactivated_at = None;
                self.active += 1;
            }
            _ => return Switched::Unchanged,
        }
        Switched::Changed
    }

    pub fn replace_role(&mut self, from: &str, to: &str) {
        for entry in self.by_uid.values_mut() {
            if entry.user.role == from {
                to.clone_into(&mut entry.user.role);
            }
        }
    }
}

fn from<'i>(index: &'i BTreeSet<(String, String)>, text: &str) -> Range<'i, (String, String)> {
    index.range((text.to_owned(), String::new())..)
}

fn apply(user: &mut User, changes: UserChanges) {
    let stamp = changes.any_field();
    if let Some(role) = changes.role {
        user.role = role;
    }
    if let Some(name) = changes.name {
        user.name = name;
    }
    for (field, change) in [
        (&mut user.avatar, changes.avatar),
        (&mut user.link, changes.link),
        (&mut user.status_message, changes.status_message),
        (&mut user.metadata, changes.metadata),
        (&mut user.tags, changes.tags.as_deref().map(tags_json)),
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
