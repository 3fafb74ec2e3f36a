//! A page of a list. Wherever an index allows it, the work depends on how many users match, not on
//! how many there are.

use std::collections::BTreeSet;

use super::super::filter::{Activity, Filter};
use super::super::user::User;
use super::users::{Entry, Users};

/// Up to this many users found by an index are put in order. With more, looking at all users, which
/// are in order, is faster.
const SORTED: usize = 5_000;

/// A page of users, sorted by uid, and how many match the filter.
pub fn page(users: &Users, filter: &Filter, limit: usize, offset: usize) -> (Vec<User>, usize) {
    let filter = &normal(filter);
    if let Some(total) = known_total(users, filter)
        && filter.activity == Activity::Active
    {
        // Nothing has to be counted.
        let entries = users.entries().filter(|entry| fits(entry, filter));
        let page = entries.skip(offset).take(limit);
        return (page.map(|entry| entry.user.clone()).collect(), total);
    }
    match found(users, filter) {
        Some(uids) => {
            let entries = uids.into_iter().filter_map(|uid| users.entry(uid));
            counted(entries, filter, limit, offset)
        }
        None => counted(users.entries(), filter, limit, offset),
    }
}

/// A search in neither uids nor names is none.
fn normal(filter: &Filter) -> Filter {
    let mut filter = filter.clone();
    if !filter.search_uid && !filter.search_name {
        filter.search = None;
    }
    filter
}

/// The total of a list of all active users, or of all users.
fn known_total(users: &Users, filter: &Filter) -> Option<usize> {
    let whole = filter.search.is_none()
        && filter.status.is_none()
        && filter.roles.is_empty()
        && filter.tags.is_empty();
    match filter.activity {
        _ if !whole => None,
        Activity::Active => Some(users.active_count()),
        Activity::Deactivated => Some(users.len() - users.active_count()),
        Activity::Both => Some(users.len()),
    }
}

/// The uids of all users that may match, sorted, if an index finds few of them.
fn found<'u>(users: &'u Users, filter: &'u Filter) -> Option<BTreeSet<&'u str>> {
    let by_tag = (!filter.tags.is_empty()).then(|| {
        let tags = filter.tags.iter();
        few(tags.flat_map(|tag| users.by_tag(tag)))
    });
    if let Some(Some(uids)) = by_tag {
        return Some(uids);
    }
    let prefix = filter.search.as_deref()?;
    let by_uid = users
        .by_uid_prefix(prefix)
        .take_while(|_| filter.search_uid)
        .map(|entry| entry.user.uid.as_str());
    let by_name = users
        .by_name_prefix(prefix)
        .take_while(|_| filter.search_name);
    few(by_uid.chain(by_name))
}

fn few<'u>(uids: impl Iterator<Item = &'u str>) -> Option<BTreeSet<&'u str>> {
    let mut set = BTreeSet::new();
    for uid in uids {
        if set.len() >= SORTED {
            return None;
        }
        set.insert(uid);
    }
    Some(set)
}

fn counted<'u>(
    entries: impl Iterator<Item = &'u Entry>,
    filter: &Filter,
    limit: usize,
    offset: usize,
) -> (Vec<User>, usize) {
    let mut page = Vec::new();
    let mut total = 0;
    for entry in entries.filter(|entry| fits(entry, filter)) {
        if total >= offset && page.len() < limit {
            page.push(entry.user.clone());
        }
        total += 1;
    }
    (page, total)
}

fn fits(entry: &Entry, filter: &Filter) -> bool {
    let user = &entry.user;
    let of_activity = match filter.activity {
        Activity::Active => user.deactivated_at.is_none(),
        Activity::Deactivated => user.deactivated_at.is_some(),
        Activity::Both => true,
    };
    let status = filter.status.as_ref();
    let search = filter.search.as_deref();
    of_activity
        && status.is_none_or(|status| user.status == *status)
        && (filter.roles.is_empty() || filter.roles.contains(&user.role))
        && (filter.tags.is_empty() || entry.tags.iter().any(|tag| filter.tags.contains(tag)))
        && search.is_none_or(|prefix| {
            (filter.search_uid && user.uid.starts_with(prefix))
                || (filter.search_name && entry.folded.starts_with(prefix))
        })
}
