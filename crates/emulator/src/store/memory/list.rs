//! A page of a list. Wherever an index allows it, the work depends on how many users match, not on
//! how many there are.

use std::cmp::Ordering;

use super::super::filter::{Activity, Filter, Order, SortBy};
use super::super::user::User;
use super::users::{Entry, Users};

/// Up to this many users are looked up whom an index has found, and put in order. With more, looking
/// at all users one after the other is faster.
const FEW: usize = 10_000;

/// A page of users in an order, and how many match the filter.
pub fn page(
    users: &Users,
    filter: &Filter,
    order: Order,
    limit: usize,
    offset: usize,
) -> (Vec<User>, usize) {
    let filter = &normal(filter);
    if let Some(total) = known_total(users, filter) {
        let is_wanted = |_: &str, is_active| is_of(is_active, filter.activity);
        return (
            walked(users, order, limit, offset, total, &is_wanted),
            total,
        );
    }
    let matching = |entry: &&Entry| fits(entry, filter);
    let mut entries: Vec<&Entry> = match found(users, filter) {
        Some(uids) => {
            let entries = uids.into_iter().filter_map(|uid| users.entry(uid));
            entries.filter(matching).collect()
        }
        None => users.entries().filter(matching).collect(),
    };
    let total = entries.len();
    if total > FEW {
        let is_wanted = |uid: &str, _| users.entry(uid).is_some_and(|entry| fits(entry, filter));
        return (
            walked(users, order, limit, offset, total, &is_wanted),
            total,
        );
    }
    entries.sort_unstable_by(|a, b| compared(a, b, order));
    let page = entries.into_iter().skip(offset).take(limit);
    (page.map(|entry| entry.user.clone()).collect(), total)
}

/// A page of the users who are wanted, found in an index from the nearer end.
fn walked(
    users: &Users,
    order: Order,
    limit: usize,
    offset: usize,
    total: usize,
    is_wanted: &dyn Fn(&str, bool) -> bool,
) -> Vec<User> {
    let end = offset.saturating_add(limit).min(total);
    let take = end.saturating_sub(offset);
    let from_end = offset > total / 2;
    let skip = if from_end { total - end } else { offset };
    let mut all = users.in_order(order.by);
    let is_turned = order.descending != from_end;
    let next = || {
        if is_turned {
            all.next_back()
        } else {
            all.next()
        }
    };
    let wanted = std::iter::from_fn(next).filter(|(uid, is_active)| is_wanted(uid, *is_active));
    let page = wanted.skip(skip).take(take);
    let page = page.filter_map(|(uid, _)| users.entry(uid));
    let mut page: Vec<User> = page.map(|entry| entry.user.clone()).collect();
    if from_end {
        page.reverse();
    }
    page
}

fn compared(a: &Entry, b: &Entry, order: Order) -> Ordering {
    let ascending = match order.by {
        SortBy::Status => a.by_status().cmp(&b.by_status()),
        SortBy::Name => a.by_name().cmp(&b.by_name()),
    };
    match order.descending {
        true => ascending.reverse(),
        false => ascending,
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
        if found.len() >= FEW {
            return None;
        }
        found.push(uid);
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn is_of(is_active: bool, activity: Activity) -> bool {
    match activity {
        Activity::Active => is_active,
        Activity::Deactivated => !is_active,
        Activity::Both => true,
    }
}

fn fits(entry: &Entry, filter: &Filter) -> bool {
    let user = &entry.user;
    let status = filter.status.as_ref();
    let search = filter.search.as_deref();
    is_of(user.deactivated_at.is_none(), filter.activity)
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
    use super::*;
    use crate::store::user::{AVAILABLE, OFFLINE};

    fn orders() -> impl Iterator<Item = Order> {
        let both = [false, true].into_iter();
        both.flat_map(|descending| {
            [SortBy::Status, SortBy::Name].map(|by| Order { by, descending })
        })
    }

    /// Users of whom an index finds few, and many.
    fn users() -> Users {
        let mut users = Users::default();
        for number in 0..FEW * 2 {
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

    /// All who match, by a look at everybody.
    fn looked_at<'u>(users: &'u Users, filter: &Filter, order: Order) -> Vec<&'u Entry> {
        let mut entries: Vec<_> = users
            .entries()
            .filter(|entry| fits(entry, filter))
            .collect();
        entries.sort_by(|a, b| compared(a, b, order));
        entries
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
                for order in orders() {
                    let everybody = looked_at(&users, &normal(&filter), order);
                    for (limit, offset) in [(3, 0), (100, 250), (10, 11_200), (10, FEW * 3)] {
                        let expected = everybody.iter().skip(offset).take(limit);
                        let expected: Vec<_> = expected.map(|entry| entry.user.clone()).collect();
                        let found = page(&users, &filter, order, limit, offset);
                        let which = format!("{filter:?} {order:?} {limit} {offset}");
                        assert_eq!(found, (expected, everybody.len()), "{which}");
                    }
                }
            }
        }
    }
}
