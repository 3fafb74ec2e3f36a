//! Which users a list contains.

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
    pub activity: Activity,
    pub blocks: Option<BlockFilter>,
}

/// Whether a list contains active users, deactivated ones, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Activity {
    #[default]
    Active,
    Deactivated,
    Both,
}
