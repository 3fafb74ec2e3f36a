//! Pages of lists: their parameters, and what a response says of them.

use serde::Serialize;

use crate::validation::{FieldErrors, displayed};

#[derive(Serialize)]
pub struct Meta {
    pagination: Pagination,
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
    pub fn new(total: i64, count: usize, per_page: i64, current_page: i64) -> Self {
        Meta {
            pagination: Pagination {
                total,
                count,
                per_page,
                current_page,
                total_pages: (total + per_page - 1) / per_page,
            },
        }
    }
}

/// A parameter that is a number from 1 to `most`.
pub fn number(name: &str, value: &str, most: i64, errors: &mut FieldErrors) -> i64 {
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
