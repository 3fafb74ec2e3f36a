//! `GET /users`: filters, search and pages.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::IntoResponse;
use cometchat_protocol::limits;
use serde::Serialize;

use crate::auth::UserReader;
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::pagination::{Cursor, Meta, Page};
use crate::response::{HandlerResult, Record};
use crate::store::block::BlockFilter;
use crate::store::filter::{Activity, Filter, Order, SortBy};
use crate::store::user::{AVAILABLE, OFFLINE};
use crate::validation::{self, FieldErrors, displayed};

/// The parameters of the query.
pub const PARAMETERS: &[&str] = &[
    "searchKey",
    "searchIn",
    "status",
    "role",
    "roles",
    "tags",
    "uids",
    "withTags",
    "hideBlockedUsers",
    "onlyDeactivated",
    "withDeactivated",
    "friendsOnly",
    "sortBy",
    "sortOrder",
    "perPage",
    "count",
    "page",
];

#[derive(Serialize)]
struct UserPage {
    data: Vec<Record>,
    meta: Meta,
    cursor: Cursor,
}

pub async fn list(
    State(emulator): State<Emulator>,
    caller: UserReader,
    RawQuery(query): RawQuery,
) -> HandlerResult {
    let mut query = Query::parse(query.as_deref().unwrap_or_default())?;
    // Nobody has blocked anybody for a caller who is no user.
    query.filter.blocks = caller
        .viewer
        .clone()
        .filter(|_| query.hide_blocked)
        .map(BlockFilter::hiding);
    let page = query.page;
    let (users, total) = if query.friends_only {
        // Nobody has a friend here.
        (Vec::new(), 0)
    } else {
        let (store, app_id) = (&emulator.store, &caller.app.id);
        store
            .list_users(app_id, query.filter, query.order, page.limit, page.offset())
            .await?
    };
    let cursor = Cursor::after(&users, emulator.clock.now());
    let mut data = Vec::with_capacity(users.len());
    for user in users {
        let mut record = caller.record(user)?;
        if !query.with_tags {
            record.tags = None;
        }
        data.push(record);
    }
    caller.relate(&emulator, &mut data).await?;
    let page = UserPage {
        meta: Meta::new(total, data.len(), page),
        cursor,
        data,
    };
    Ok(Json(page).into_response())
}

/// The parsed query.
#[derive(Debug)]
struct Query {
    filter: Filter,
    order: Order,
    friends_only: bool,
    with_tags: bool,
    hide_blocked: bool,
    page: Page,
}

impl Query {
    /// Parses the query. Lists come as `tags=a,b`, `tags[]=a&tags[]=b` or `tags[0]=a`; only in the
    /// latter two may a tag contain a comma. Unknown names are ignored. The service's document has
    /// all of this except `uids`, `friendsOnly`, `sortBy` and `sortOrder`, which its SDKs send.
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let mut filter = Filter {
            search_uid: true,
            search_name: true,
            ..Filter::default()
        };
        let mut search_in = Vec::new();
        let mut order = Order::default();
        let (mut with_tags, mut friends_only, mut hide_blocked) = (false, false, false);
        let (mut only, mut with) = (false, false);
        let mut page = Page::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            // A list's name with brackets holds one item, which may contain a comma.
            let (name, one) = match name.split_once('[') {
                Some((name, _)) => (name, true),
                None => (name.as_ref(), false),
            };
            if value.contains('\0') {
                errors.add(name, validation::format(name));
                continue;
            }
            match name {
                "searchKey" | "searchIn" | "role" | "roles" | "tags" | "uids" | "sortBy"
                | "sortOrder"
                    if value.is_empty() => {}
                "searchKey" => filter.search = Some(value.to_lowercase()),
                "searchIn" => search_in.extend(csv(value)),
                "status" if matches!(value, AVAILABLE | OFFLINE) => {
                    filter.status = Some(value.to_owned());
                }
                "status" => errors.add(name, validation::not_selectable(name)),
                "role" | "roles" => {
                    filter
                        .roles
                        .extend(csv(value).map(|role| role.to_lowercase()));
                }
                "tags" if one => filter.tags.push(value.to_owned()),
                "tags" => filter.tags.extend(csv(value)),
                "uids" => filter.uids.extend(csv(value).map(|uid| uid.to_lowercase())),
                "sortBy" => match value {
                    "status" => order.by = SortBy::Status,
                    "name" => order.by = SortBy::Name,
                    _ => errors.add(name, validation::not_selectable(name)),
                },
                "sortOrder" => match value {
                    "asc" => order.descending = false,
                    "desc" => order.descending = true,
                    _ => errors.add(name, validation::not_selectable(name)),
                },
                "friendsOnly" => friends_only = flag(name, value, &mut errors),
                "withTags" => with_tags = flag(name, value, &mut errors),
                "hideBlockedUsers" => hide_blocked = flag(name, value, &mut errors),
                "onlyDeactivated" => only = flag(name, value, &mut errors),
                "withDeactivated" => with = flag(name, value, &mut errors),
                // The total is in `meta` in any case.
                "count" => {
                    flag(name, value, &mut errors);
                }
                _ => page.read(name, value, &mut errors),
            }
        }
        if !search_in.is_empty() {
            filter.search_uid = search_in.iter().any(|field| field == "uid");
            filter.search_name = search_in.iter().any(|field| field == "name");
            if let Some(at) = search_in
                .iter()
                .position(|field| !matches!(field.as_str(), "uid" | "name"))
            {
                let path = format!("searchIn.{at}");
                let message = validation::not_selectable(&path);
                errors.add(path, message);
            }
        }
        for (name, items, most) in [
            ("roles", &filter.roles, MOST_ITEMS),
            ("tags", &filter.tags, MOST_ITEMS),
            ("uids", &filter.uids, limits::UIDS_PER_REQUEST),
        ] {
            if items.len() > most {
                errors.add(
                    name,
                    format!("The {name} must not have more than {most} items."),
                );
            }
        }
        errors.finish()?;
        filter.activity = match (only, with) {
            (true, _) => Activity::Deactivated,
            (false, true) => Activity::Both,
            (false, false) => Activity::Active,
        };
        Ok(Query {
            filter,
            order,
            friends_only,
            with_tags,
            hide_blocked,
            page,
        })
    }
}

/// The most roles or tags in a filter: as many as an app, or a user, can have.
const MOST_ITEMS: usize = if limits::TAGS > limits::ROLES_PER_APP {
    limits::TAGS
} else {
    limits::ROLES_PER_APP
};

fn csv(value: &str) -> impl Iterator<Item = String> {
    value
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
}

fn flag(name: &str, value: &str, errors: &mut FieldErrors) -> bool {
    match value {
        "1" | "true" => true,
        "0" | "false" => false,
        _ => {
            errors.add(
                name,
                format!("The {} field must be true or false.", displayed(name)),
            );
            false
        }
    }
}
