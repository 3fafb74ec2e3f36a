//! A page of a list. Wherever an index allows it, the work depends on how many users match, not on
//! how many there are.

use std::sync::Arc;

use super::super::filter::{Activity, Filter, Order, SortBy};
use super::super::user::User;
use super::users::{Entry, Users};

/// Up to this many users found by an index are put in order. With more, looking at all users, which
/// are in order, is faster.
const SORTED: usize = 5_000;

/// A page of users in an order, and how many match the filter.
pub fn page(
    users: &Users,
    filter: &Filter,
    order: Order,
    limit: usize,
    offset: usize,
) -> (Vec<User>, usize) {
    let filter = &normal(filter);
    if let Some(total) = known_total(users, filter)
        && filter.activity == Activity::Active
    {
        // Nothing has to be counted.
        let entries = in_order(users, order).filter(|entry| fits(entry, filter));
        let page = entries.skip(offset).take(limit);
        return (page.map(|entry| entry.user.clone()).collect(), total);
    }
    match found(users, filter) {
        Some(uids) => {
            let mut entries: Vec<&Arc<Entry>> = uids
                .into_iter()
                .filter_map(|uid| users.entry(uid))
                .collect();
            entries.sort_unstable_by(|a, b| match order.by {
                SortBy::Status => a.by_status().cmp(&b.by_status()),
                SortBy::Name => a.by_name().cmp(&b.by_name()),
            });
            if order.descending {
                entries.reverse();
            }
            counted(entries.into_iter(), filter, limit, offset)
        }
        None => counted(in_order(users, order), filter, limit, offset),
    }
}

/// All users.
fn in_order(users: &Users, order: Order) -> Box<dyn Iterator<Item = &Arc<Entry>> + '_> {
    match (order.by, order.descending) {
        (SortBy::Status, false) => Box::new(users.by_status()),
        (SortBy::Status, true) => Box::new(users.by_status().rev()),
        (SortBy::Name, false) => Box::new(users.by_name()),
        (SortBy::Name, true) => Box::new(users.by_name().rev()),
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
        && filter.tags.is_empty()
        && filter.uids.is_empty();
    match filter.activity {
        _ if !whole => None,
        Activity::Active => Some(users.active_count()),
        Activity::Deactivated => Some(users.len() - users.active_count()),
        Activity::Both => Some(users.len()),
    }
}

/// The uids of all users that may match, each once, if an index finds few of them.
fn found<'u>(users: &'u Users, filter: &'u Filter) -> Option<Vec<&'u str>> {
    if !filter.uids.is_empty() {
        return few(filter.uids.iter().map(String::as_str));
    }
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
        .take_while(|_| filter.search_uid);
    let by_name = users
        .by_name_prefix(prefix)
        .take_while(|_| filter.search_name);
    few(by_uid.chain(by_name))
}

fn few<'u>(uids: impl Iterator<Item = &'u str>) -> Option<Vec<&'u str>> {
    let mut found = Vec::new();
    for uid in uids {
        if found.len() >= SORTED {
            return None;
        }
        found.push(uid);
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn counted<'u>(
    entries: impl Iterator<Item = &'u Arc<Entry>>,
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
        && (filter.uids.is_empty() || filter.uids.contains(&user.uid))
        && (filter.tags.is_empty() || entry.tags.iter().any(|tag| filter.tags.contains(tag)))
        && search.is_none_or(|prefix| {
            (filter.search_uid && user.uid.starts_with(prefix))
                || (filter.search_name && entry.folded.starts_with(prefix))
        })
}

#[cfg(test)]
mod tests {
    use super::super::super::user::{AVAILABLE, OFFLINE};
    use super::*;

    fn orders() -> impl Iterator<Item = Order> {
        let both = [false, true].into_iter();
        both.flat_map(|descending| {
            [SortBy::Status, SortBy::Name].map(|by| Order { by, descending })
        })
    }

    /// Users of whom an index finds few, and many.
    fn users() -> Users {
        let mut users = Users::default();
        for number in 0..SORTED * 2 {
            let tags = match number % 1_000 {
                0 => vec!["rare".to_owned()],
                _ => vec!["common".to_owned()],
            };
            let status = if number % 5 == 0 { AVAILABLE } else { OFFLINE };
            let user = User {
                uid: format!("u{number}"),
                name: format!("N{}", number % 500),
                status: status.to_owned(),
                deactivated_at: (number % 7 == 0).then_some(1),
                ..User::default()
            };
            users.insert_new(user, &tags);
        }
        users
    }

    #[test]
    fn an_index_finds_what_a_look_at_everybody_finds() {
        let users = users();
        let search = |text: &str, uid: bool, name: bool| Filter {
            search: Some(text.to_owned()),
            search_uid: uid,
            search_name: name,
            ..Filter::default()
        };
        let tags = |tags: &[&str]| Filter {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Filter::default()
        };
        for filter in [
            Filter::default(),
            search("u77", true, true),
            search("n1", true, true),
            search("n49", false, true),
            search("u", true, false),
            search("n", false, true),
            search("x", true, true),
            search("u1", false, false),
            tags(&["rare"]),
            tags(&["rare", "common"]),
            tags(&["none"]),
            Filter {
                uids: ["u700", "u701", "u2", "nobody"].map(str::to_owned).to_vec(),
                ..Filter::default()
            },
        ] {
            for activity in [Activity::Active, Activity::Deactivated, Activity::Both] {
                let filter = Filter {
                    activity,
                    ..filter.clone()
                };
                let everybody = normal(&filter);
                for order in orders() {
                    for (limit, offset) in [(3, 0), (100, 250), (10, SORTED * 3)] {
                        let expected = counted(in_order(&users, order), &everybody, limit, offset);
                        let found = page(&users, &filter, order, limit, offset);
                        assert_eq!(found, expected, "{filter:?} {order:?} {limit} {offset}");
                    }
                }
            }
        }
    }
}
