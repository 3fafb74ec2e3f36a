//! Pages of lists: their parameters, and what a response says of them.

use cometchat_protocol::limits;
use serde::Serialize;

use crate::store::user::User;
use crate::validation::{FieldErrors, displayed};

#[derive(Serialize)]
pub struct Meta {
    pagination: Pagination,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<Cursor>,
}

#[derive(Serialize)]
struct Pagination {
    total: i64,
    count: usize,
    per_page: i64,
    current_page: i64,
    total_pages: i64,
}

impl Meta {
    /// Of a page with `count` of `total` records.
    pub fn new(total: i64, count: usize, page: Page) -> Self {
        Meta {
            pagination: Pagination {
                total,
                count,
                per_page: page.limit,
                current_page: page.number,
                total_pages: (total + page.limit - 1) / page.limit,
            },
            cursor: None,
        }
    }

    pub fn with(self, cursor: Cursor) -> Self {
        Meta {
            cursor: Some(cursor),
            ..self
        }
    }
}

/// Where a client continues that asks for what has changed since.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    updated_at: i64,
    affix: &'static str,
}

impl Cursor {
    /// After the newest change on a page of users; after `now` where there are none.
    pub fn after(users: &[User], now: i64) -> Self {
        let changes = users
            .iter()
            .map(|user| user.updated_at.unwrap_or(user.created_at));
        Cursor {
            updated_at: changes.max().unwrap_or(now),
            affix: "prepend",
        }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// From 1 on.
    pub number: i64,
    /// How many records it has at most.
    pub limit: i64,
}

impl Default for Page {
    fn default() -> Self {
        Page {
            number: 1,
            limit: i64::from(limits::PER_PAGE_DEFAULT),
        }
    }
}

impl Page {
    /// How many records come before it.
    pub fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.limit)
    }

    /// Reads a parameter of the query, if it is about pages. The service's documentation says
    /// `perPage`, its JavaScript SDK sends `per_page`.
    pub fn read(&mut self, name: &str, value: &str, errors: &mut FieldErrors) {
        match name {
            "page" => self.number = number(name, value, i64::from(u32::MAX), errors),
            "perPage" | "per_page" => {
                self.limit = number(name, value, i64::from(limits::PER_PAGE_MAX), errors);
            }
            _ => {}
        }
    }
}

/// A parameter that is a number from 1 to `most`.
fn number(name: &str, value: &str, most: i64, errors: &mut FieldErrors) -> i64 {
    let shown = displayed(name);
    match value.parse::<i64>() {
        Ok(number) if number > most => {
            errors.add(
                name,
                format!("The {shown} must not be greater than {most}."),
            );
        }
        Ok(number) if number < 1 => errors.add(name, format!("The {shown} must be at least 1.")),
        Ok(number) => return number,
        Err(_) => errors.add(name, format!("The {shown} must be an integer.")),
    }
    1
}
