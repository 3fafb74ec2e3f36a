//! How a page of a list is read. Wherever an index allows it, the work depends on how many users
//! match, not on how many there are.

use sqlx::{AnyConnection, Row};

use crate::blocks;
use crate::failed::Failure;
use crate::sql::Sql;
use crate::user::{self, columns};
use cometchat_emulator::store::filter::{Activity, Filter, Order, SortBy};
use cometchat_emulator::store::user::User;

/// Up to this many users found by a search, tags, uids or blocks are sorted to read a page. With more, scanning all users
/// in order until the page is full is faster.
const SORTED: i64 = 10_000;

/// A page is far if this many users come before it.
const FAR: i64 = 1_000;

/// The position of a page, counted from the nearer end of the list, because skipping means
/// counting.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    skip: i64,
    take: i64,
    from_end: bool,
}

impl Span {
    fn new(limit: i64, offset: i64, total: Option<i64>) -> Self {
        match total {
            Some(total) if offset > total / 2 => Span {
                skip: (total - offset - limit).max(0),
                take: limit.min(total - offset),
                from_end: true,
            },
            _ => Span {
                skip: offset,
                take: limit,
                from_end: false,
            },
        }
    }
}

/// A query for a list.
pub struct List<'l> {
    app_id: &'l str,
    filter: &'l Filter,
    order: Order,
    search: Option<Search>,
    /// Their union is the list; no user is in two of them.
    parts: &'static [Part],
}

/// The search text.
struct Search {
    prefix: String,
    /// The first text after all that start with the prefix; `None` if there is none.
    end: Option<String>,
}

/// Users that one index finds.
#[derive(Debug, Clone, Copy)]
enum Part {
    Everyone,
    /// Users whose uid starts with the search text.
    ByUid,
    ByName,
    /// Users whose name does, but not their uid.
    ByNameAlone,
}

impl<'l> List<'l> {
    pub fn new(app_id: &'l str, filter: &'l Filter, order: Order) -> Self {
        let search = filter.search.as_ref().map(|prefix| Search {
            prefix: prefix.clone(),
            end: end_of(prefix),
        });
        let parts: &[Part] = match (&search, filter.search_uid, filter.search_name) {
            (None, _, _) | (_, false, false) => &[Part::Everyone],
            (_, true, false) => &[Part::ByUid],
            (_, false, true) => &[Part::ByName],
            (_, true, true) => &[Part::ByUid, Part::ByNameAlone],
        };
        List {
            app_id,
            filter,
            order,
            search,
            parts,
        }
    }

    /// A page of users, and the total, which the caller may already know.
    pub async fn page(
        &self,
        connection: &mut AnyConnection,
        limit: i64,
        offset: i64,
        known: Option<i64>,
    ) -> Result<(Vec<User>, i64), Failure> {
        let total = match known {
            // A first page that is not full gives the total itself.
            None if offset == 0 && !self.is_selective() => None,
            None => Some(self.count(connection).await?),
            known => known,
        };
        if let Some(total) = total.filter(|total| *total <= offset) {
            return Ok((Vec::new(), total));
        }
        let span = Span::new(limit, offset, total);
        let few = self.is_selective() && total.is_some_and(|total| total <= SORTED);
        let rows = self.rows(few, &span);
        let rows = rows.all(connection).await?;
        let mut users = rows
            .iter()
            .map(user::from_row)
            .collect::<sqlx::Result<Vec<_>>>()?;
        if span.from_end {
            users.reverse();
        }
        let found = i64::try_from(users.len()).unwrap_or(i64::MAX);
        let total = match total {
            Some(total) => total,
            None if found < limit => found,
            None => self.count(connection).await?,
        };
        Ok((users, total))
    }

    /// Whether an index may find few users, who are then sorted.
    fn is_selective(&self) -> bool {
        let filter = self.filter;
        let of_blocked = filter.blocks.as_ref().is_some_and(|blocks| blocks.wanted);
        self.is_search() || !filter.tags.is_empty() || !filter.uids.is_empty() || of_blocked
    }

    fn is_search(&self) -> bool {
        !matches!(self.parts, [Part::Everyone])
    }

    async fn count(&self, connection: &mut AnyConnection) -> Result<i64, Failure> {
        let mut sql = Sql::new("SELECT ");
        for (at, part) in self.parts.iter().enumerate() {
            sql.push(if at > 0 { " + (" } else { "(" });
            sql.push("SELECT COUNT(*) FROM users WHERE ");
            self.push_part(&mut sql, *part);
            sql.push(")");
        }
        Ok(match sql.one(connection).await? {
            Some(row) => row.try_get(0)?,
            None => 0,
        })
    }

    /// The users of a page. With `few`, they are found by their indexes and then sorted; otherwise
    /// all users are scanned in order.
    fn rows(&self, few: bool, span: &Span) -> Sql {
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM users WHERE "));
        // The uids of a far page are read from an index alone, so that the users before it are not
        // read; for a near page that is not worth it.
        let in_parts = few && self.is_search();
        let apart = in_parts || span.skip >= FAR;
        if apart {
            sql.push("app_id = ").bind(self.app_id);
            sql.push(" AND uid IN (SELECT uid FROM ");
        }
        if in_parts {
            for (at, part) in self.parts.iter().enumerate() {
                sql.push(if at > 0 { " UNION ALL " } else { "(" });
                sql.push("SELECT uid, status, name_folded FROM users WHERE ");
                self.push_part(&mut sql, *part);
            }
            sql.push(") AS found");
        } else {
            sql.push(if apart { "users WHERE " } else { "" });
            self.push_filter(&mut sql);
            self.push_pattern(&mut sql);
        }
        let order = match few {
            true => self.order_of_few(span),
            false => self.order_by(span),
        };
        sql.push(order).push(" LIMIT ").bind(span.take);
        sql.push(" OFFSET ").bind(span.skip);
        if apart {
            sql.push(")").push(self.order_of_few(span));
        }
        sql
    }

    /// The same order for few users: as expressions, so that SQLite looks
    /// them up and sorts them, and does not scan an index that has the order.
    fn order_of_few(&self, span: &Span) -> &'static str {
        match (self.order.by, self.order.descending != span.from_end) {
            (SortBy::Status, false) => " ORDER BY status || '', name_folded || '', uid",
            (SortBy::Status, true) => {
                " ORDER BY status || '' DESC, name_folded || '' DESC, uid DESC"
            }
            (SortBy::Name, false) => " ORDER BY name_folded || '', uid",
            (SortBy::Name, true) => " ORDER BY name_folded || '' DESC, uid DESC",
        }
    }

    fn order_by(&self, span: &Span) -> &'static str {
        match (self.order.by, self.order.descending != span.from_end) {
            (SortBy::Status, false) => " ORDER BY status, name_folded, uid",
            (SortBy::Status, true) => " ORDER BY status DESC, name_folded DESC, uid DESC",
            (SortBy::Name, false) => " ORDER BY name_folded, uid",
            (SortBy::Name, true) => " ORDER BY name_folded DESC, uid DESC",
        }
    }

    fn push_part(&self, sql: &mut Sql, part: Part) {
        self.push_filter(sql);
        let Some(search) = &self.search else {
            return;
        };
        match part {
            Part::Everyone => {}
            Part::ByUid => {
                sql.push(" AND ");
                search.push_range(sql, "uid");
            }
            Part::ByName => {
                sql.push(" AND ");
                search.push_range(sql, "name_folded");
            }
            Part::ByNameAlone => {
                sql.push(" AND ");
                search.push_range(sql, "name_folded");
                sql.push(" AND NOT (");
                search.push_range(sql, "uid");
                sql.push(")");
            }
        }
    }

    /// All conditions except the search.
    fn push_filter(&self, sql: &mut Sql) {
        let filter = self.filter;
        sql.push("app_id = ").bind(self.app_id);
        match filter.activity {
            Activity::Active => sql.push(" AND deactivated_at IS NULL"),
            Activity::Deactivated => sql.push(" AND deactivated_at IS NOT NULL"),
            Activity::Both => sql,
        };
        if let Some(status) = &filter.status {
            sql.push(" AND status = ").bind(status.as_str());
        }
        if !filter.roles.is_empty() {
            sql.push(" AND role IN ")
                .bind_list(filter.roles.iter().map(|role| role.as_str().into()));
        }
        if !filter.uids.is_empty() {
            sql.push(" AND uid IN ")
                .bind_list(filter.uids.iter().map(|uid| uid.as_str().into()));
        }
        if !filter.tags.is_empty() {
            sql.push(" AND uid IN (SELECT uid FROM user_tags WHERE app_id = ")
                .bind(self.app_id);
            sql.push(" AND tag IN ")
                .bind_list(filter.tags.iter().map(|tag| tag.as_str().into()));
            sql.push(")");
        }
        if let Some(filter) = &filter.blocks {
            blocks::push_filter(sql, self.app_id, filter);
        }
    }

    /// The search as LIKE, for which no index is used: both databases plan the query before they
    /// know the pattern.
    fn push_pattern(&self, sql: &mut Sql) {
        let Some(search) = &self.search else {
            return;
        };
        let columns: &[&str] = match (self.filter.search_uid, self.filter.search_name) {
            (false, false) => return,
            (true, false) => &["uid"],
            (false, true) => &["name_folded"],
            (true, true) => &["name_folded", "uid"],
        };
        let pattern = format!("{}%", escaped(&search.prefix));
        for (at, column) in columns.iter().enumerate() {
            sql.push(if at > 0 { " OR " } else { " AND (" });
            sql.push(column).push(" LIKE ").bind(pattern.as_str());
            sql.push(" ESCAPE '!'");
        }
        sql.push(")");
    }
}

impl Search {
    /// That a column starts with the search text, in a form that can use an index.
    fn push_range(&self, sql: &mut Sql, column: &'static str) {
        sql.push(column).push(" >= ").bind(self.prefix.as_str());
        if let Some(end) = &self.end {
            sql.push(" AND ")
                .push(column)
                .push(" < ")
                .bind(end.as_str());
        }
    }
}

/// The first text, byte by byte, after all that start with the prefix. UTF-8 sorts like the
/// characters.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Skips the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// The text with LIKE's special characters escaped.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '%' | '_' | '!') {
            plain.push('!');
        }
        plain.push(char);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_counted_from_the_nearer_end() {
        let span = |offset| {
            let Span {
                skip,
                take,
                from_end,
            } = Span::new(3, offset, Some(7));
            (skip, take, from_end)
        };
        assert_eq!(span(0), (0, 3, false));
        assert_eq!(span(3), (3, 3, false));
        assert_eq!(span(4), (0, 3, true));
        assert_eq!(span(5), (0, 2, true));
        assert_eq!(span(6), (0, 1, true));
        assert_eq!(Span::new(3, 9, None).skip, 9);
    }

    #[test]
    fn a_range_ends_where_texts_no_longer_begin_with_the_prefix() {
        for (prefix, end) in [
            ("kev", Some("kew")),
            ("z", Some("{")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(end_of(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
