//! A page of a list. Wherever an index allows it, the work depends on how many users match, not on
//! how many there are.

use super::super::filter::{Activity, Filter};
use super::super::user::User;
use super::blocks::Blocks;
use super::users::{Entry, Users};

/// Up to this many users found by an index are put in order. With more, looking at all users, which
/// are in order, is faster.
const SORTED: usize = 5_000;

/// A page of users, sorted by uid, and how many match the filter.
pub fn page(
    users: &Users,
    blocks: &Blocks,
    filter: &Filter,
    limit: usize,
    offset: usize,
) -> (Vec<User>, usize) {
    let list = &List::new(blocks, filter);
    if let Some(total) = known_total(users, list)
        && filter.activity == Activity::Active
    {
        // Nothing has to be counted.
        let entries = users.entries().filter(|entry| list.holds(entry));
        let page = entries.skip(offset).take(limit);
        return (page.map(|entry| entry.user.clone()).collect(), total);
    }
    match found(users, list) {
        Some(uids) => {
            let entries = uids.into_iter().filter_map(|uid| users.entry(uid));
            counted(entries, list, limit, offset)
        }
        None => counted(users.entries(), list, limit, offset),
    }
}

/// Which users a list contains.
struct List<'l> {
    filter: &'l Filter,
    /// A search in neither uids nor names is none.
    search: Option<&'l str>,
    /// The uids that the filter by blocks is about, sorted.
    between: Vec<&'l str>,
}

impl<'l> List<'l> {
    fn new(blocks: &'l Blocks, filter: &'l Filter) -> Self {
        let search = filter.search.as_deref();
        let between = filter.blocks.as_ref().map(|filter| blocks.between(filter));
        List {
            filter,
            search: search.filter(|_| filter.search_uid || filter.search_name),
            between: between.unwrap_or_default(),
        }
    }

    fn holds(&self, entry: &Entry) -> bool {
        let (user, filter) = (&entry.user, self.filter);
        let of_activity = match filter.activity {
            Activity::Active => user.deactivated_at.is_none(),
            Activity::Deactivated => user.deactivated_at.is_some(),
            Activity::Both => true,
        };
        let (status, blocks) = (filter.status.as_ref(), filter.blocks.as_ref());
        of_activity
            && status.is_none_or(|status| user.status == *status)
            && (filter.roles.is_empty() || filter.roles.contains(&user.role))
            && (filter.tags.is_empty() || entry.tags.iter().any(|tag| filter.tags.contains(tag)))
            && self.search.is_none_or(|prefix| {
                (filter.search_uid && user.uid.starts_with(prefix))
                    || (filter.search_name && entry.folded.starts_with(prefix))
            })
            && blocks.is_none_or(|blocks| {
                self.between.binary_search(&&*user.uid).is_ok() == blocks.wanted
            })
    }
}

/// The total of a list of all active users, or of all users.
fn known_total(users: &Users, list: &List) -> Option<usize> {
    let filter = list.filter;
    let whole = list.search.is_none()
        && filter.status.is_none()
        && filter.roles.is_empty()
        && filter.tags.is_empty()
        && filter.blocks.is_none();
    match filter.activity {
        _ if !whole => None,
        Activity::Active => Some(users.active_count()),
        Activity::Deactivated => Some(users.len() - users.active_count()),
        Activity::Both => Some(users.len()),
    }
}

/// The uids of all users that may match, sorted, if an index finds few of them.
fn found<'u>(users: &'u Users, list: &List<'u>) -> Option<Vec<&'u str>> {
    let filter = list.filter;
    if filter.blocks.as_ref().is_some_and(|blocks| blocks.wanted) {
        return Some(list.between.clone());
    }
    let by_tag = (!filter.tags.is_empty()).then(|| {
        let tags = filter.tags.iter();
        few(tags.flat_map(|tag| users.by_tag(tag)))
    });
    if let Some(Some(uids)) = by_tag {
        return Some(uids);
    }
    let prefix = list.search?;
    let by_uid = users
        .by_uid_prefix(prefix)
        .take_while(|_| filter.search_uid)
        .map(|entry| entry.user.uid.as_str());
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
    entries: impl Iterator<Item = &'u Entry>,
    list: &List,
    limit: usize,
    offset: usize,
) -> (Vec<User>, usize) {
    let mut page = Vec::new();
    let mut total = 0;
    for entry in entries.filter(|entry| list.holds(entry)) {
        if total >= offset && page.len() < limit {
            page.push(entry.user.clone());
        }
        total += 1;
    }
    (page, total)
}

#[cfg(test)]
mod tests {
    use super::super::super::block::{Block, BlockFilter, Direction};
    use super::*;

    /// Users of whom an index finds few, and many.
    fn users() -> Users {
        let mut users = Users::default();
        for number in 0..SORTED * 2 {
            let tags = match number % 1_000 {
                0 => vec!["rare".to_owned()],
                _ => vec!["common".to_owned()],
            };
            let user = User {
                uid: format!("u{number}"),
                name: format!("N{}", number % 500),
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
            blocked(true, Direction::Both),
            blocked(true, Direction::BlockedByMe),
            blocked(false, Direction::HasBlockedMe),
        ] {
            for activity in [Activity::Active, Activity::Deactivated, Activity::Both] {
                let filter = Filter {
                    activity,
                    ..filter.clone()
                };
                let everybody = List::new(&blocks, &filter);
                for (limit, offset) in [(3, 0), (100, 250), (10, SORTED * 3)] {
                    let expected = counted(users.entries(), &everybody, limit, offset);
                    let found = page(&users, &blocks, &filter, limit, offset);
                    assert_eq!(found, expected, "{filter:?} {limit} {offset}");
                }
            }
        }
    }
}
