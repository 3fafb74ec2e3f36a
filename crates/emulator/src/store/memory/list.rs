//! A page of a list. Wherever an index allows it, the work depends on how many users match, not on
//! how many there are.

use std::cmp::Ordering;

use super::super::filter::{Activity, Filter, Order, SortBy};
use super::super::user::User;
use super::blocks::Blocks;
use super::users::{Entry, Users};

/// Up to this many users are looked up whom an index has found, and put in order. With more, looking
/// at all users one after the other is faster.
const FEW: usize = 10_000;

/// Which users a list contains.
pub struct List<'l> {
    filter: &'l Filter,
    /// A search in neither uids nor names is none.
    search: Option<&'l str>,
    /// The uids that the filter by blocks is about, sorted.
    between: Vec<&'l str>,
}

impl<'l> List<'l> {
    pub fn new(blocks: &'l Blocks, filter: &'l Filter) -> Self {
        let search = filter.search.as_deref();
        let between = filter.blocks.as_ref().map(|filter| blocks.between(filter));
        List {
            filter,
            search: search.filter(|_| filter.search_uid || filter.search_name),
            between: between.unwrap_or_default(),
        }
    }

    /// A page of users in an order, and how many there are in all.
    pub fn page(
        &self,
        users: &Users,
        order: Order,
        limit: usize,
        offset: usize,
    ) -> (Vec<User>, usize) {
        if let Some(total) = self.known_total(users) {
            let is_wanted = |_: &str, is_active| is_of(is_active, self.filter.activity);
            return (
                walked(users, order, limit, offset, total, &is_wanted),
                total,
            );
        }
        let mut entries: Vec<&Entry> = match self.found(users) {
            Some(uids) => {
                let entries = uids.into_iter().filter_map(|uid| users.entry(uid));
                entries.filter(|entry| self.holds(entry)).collect()
            }
            None => users.entries().filter(|entry| self.holds(entry)).collect(),
        };
        let total = entries.len();
        if total > FEW {
            let is_wanted = |uid: &str, _| users.entry(uid).is_some_and(|entry| self.holds(entry));
            return (
                walked(users, order, limit, offset, total, &is_wanted),
                total,
            );
        }
        entries.sort_unstable_by(|a, b| compared(a, b, order));
        let page = entries.into_iter().skip(offset).take(limit);
        (page.map(|entry| entry.user.clone()).collect(), total)
    }

    fn holds(&self, entry: &Entry) -> bool {
        let (user, filter) = (&entry.user, self.filter);
        let (status, blocks) = (filter.status.as_ref(), filter.blocks.as_ref());
        is_of(user.deactivated_at.is_none(), filter.activity)
            && status.is_none_or(|status| user.status == *status)
            && (filter.roles.is_empty() || filter.roles.contains(&user.role))
            && (filter.uids.is_empty() || filter.uids.contains(&user.uid))
            && (filter.tags.is_empty() || entry.tags.iter().any(|tag| filter.tags.contains(tag)))
            && self.search.is_none_or(|prefix| {
                (filter.search_uid && user.uid.starts_with(prefix))
                    || (filter.search_name && entry.folded.starts_with(prefix))
            })
            && blocks.is_none_or(|blocks| {
                self.between.binary_search(&&*user.uid).is_ok() == blocks.wanted
            })
    }

    /// The total of a list of all active users, of all deactivated ones, or of all.
    fn known_total(&self, users: &Users) -> Option<usize> {
        let filter = self.filter;
        let whole = self.search.is_none()
            && filter.status.is_none()
            && filter.roles.is_empty()
            && filter.tags.is_empty()
            && filter.uids.is_empty()
            && filter.blocks.is_none();
        match filter.activity {
            _ if !whole => None,
            Activity::Active => Some(users.active_count()),
            Activity::Both => Some(users.len()),
            Activity::Deactivated => Some(users.len() - users.active_count()),
        }
    }

    /// The uids of all users that may match, each once, if an index finds few of them.
    fn found<'u>(&'u self, users: &'u Users) -> Option<Vec<&'u str>> {
        let filter = self.filter;
        if !filter.uids.is_empty() {
            return few(filter.uids.iter().map(String::as_str));
        }
        if filter.blocks.as_ref().is_some_and(|blocks| blocks.wanted) {
            return few(self.between.iter().copied());
        }
        let by_tag = (!filter.tags.is_empty()).then(|| {
            let tags = filter.tags.iter();
            few(tags.flat_map(|tag| users.by_tag(tag)))
        });
        if let Some(Some(uids)) = by_tag {
            return Some(uids);
        }
        let prefix = self.search?;
        let by_uid = users
            .by_uid_prefix(prefix)
            .take_while(|_| filter.search_uid);
        let by_name = users
            .by_name_prefix(prefix)
            .take_while(|_| filter.search_name);
        few(by_uid.chain(by_name))
    }
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

#[cfg(test)]
mod tests {
    use super::super::super::block::{Block, BlockFilter, Direction};
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

    /// One user has blocked many, some of whom have blocked it, too.
    fn blocks() -> Blocks {
        let block = |uid: String, blocked_uid: String| Block {
            uid,
            blocked_uid,
            at: 1,
        };
        let by_one = (2..400).map(|number| block("u1".to_owned(), format!("u{number}")));
        let of_one = (2..99).map(|number| block(format!("u{}", number * 6), "u1".to_owned()));
        Blocks::new(by_one.chain(of_one).collect())
    }

    /// All who match, by a look at everybody.
    fn looked_at<'u>(users: &'u Users, list: &List, order: Order) -> Vec<&'u Entry> {
        let mut entries: Vec<_> = users.entries().filter(|entry| list.holds(entry)).collect();
        entries.sort_by(|a, b| compared(a, b, order));
        entries
    }

    #[test]
    fn an_index_finds_what_a_look_at_everybody_finds() {
        let (users, blocks) = (users(), blocks());
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
        let blocked = |wanted, direction| Filter {
            blocks: Some(BlockFilter {
                uid: "u1".to_owned(),
                direction,
                wanted,
            }),
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
            blocked(true, Direction::Both),
            blocked(true, Direction::BlockedByMe),
            blocked(false, Direction::HasBlockedMe),
        ] {
            for activity in [Activity::Active, Activity::Deactivated, Activity::Both] {
                let filter = Filter {
                    activity,
                    ..filter.clone()
                };
                let list = List::new(&blocks, &filter);
                for order in orders() {
                    let everybody = looked_at(&users, &list, order);
                    for (limit, offset) in [(3, 0), (100, 250), (10, 11_200), (10, FEW * 3)] {
                        let expected = everybody.iter().skip(offset).take(limit);
                        let expected: Vec<_> = expected.map(|entry| entry.user.clone()).collect();
                        let found = list.page(&users, order, limit, offset);
                        let which = format!("{filter:?} {order:?} {limit} {offset}");
                        assert_eq!(found, (expected, everybody.len()), "{which}");
                    }
                }
            }
        }
    }
}
