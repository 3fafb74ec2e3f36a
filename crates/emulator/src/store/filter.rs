//! Which users a list contains, and in which order.

use super::block::BlockFilter;

/// Which users a list contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// In lower case.
    pub search: Option<String>,
    pub search_uid: bool,
    pub search_name: bool,
    pub status: Option<String>,
    pub roles: Vec<String>,
    pub tags: Vec<String>,
    /// In lower case; empty for all users.
    pub uids: Vec<String>,
    pub activity: Activity,
    pub blocks: Option<BlockFilter>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    pub by: SortBy,
    /// The whole order is turned round.
    pub descending: bool,
}

/// What a list is sorted by. A name counts in lower case; texts are compared byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// By status, among equal ones by name, and then by uid.
    #[default]
    Status,
    /// By name, and then by uid.
    Name,
}

/// Whether a list contains active users, deactivated ones, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Activity {
    #[default]
    Active,
    Deactivated,
    Both,
}
