//! Who has blocked whom.

/// A user has blocked another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub uid: String,
    pub blocked_uid: String,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// What a user does to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockChange {
    Block {
        /// When this happens.
        at: i64,
    },
    Unblock,
}

/// The blocks between a user and another: since when, in seconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relation {
    /// The user has blocked the other.
    pub blocked_by_me: Option<i64>,
    /// The other has blocked the user.
    pub has_blocked_me: Option<i64>,
}

/// Users by the blocks between them and one user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlockFilter {
    pub uid: String,
    pub direction: Direction,
    /// Whether these users are all that a list contains, or all that it leaves out.
    pub wanted: bool,
}

impl BlockFilter {
    /// Leaves out whom a user has blocked.
    pub fn hiding(uid: String) -> Self {
        BlockFilter {
            uid,
            direction: Direction::BlockedByMe,
            wanted: false,
        }
    }

    /// Contains nobody else.
    pub fn only(uid: String, direction: Direction) -> Self {
        BlockFilter {
            uid,
            direction,
            wanted: true,
        }
    }
}

/// Whom a user has blocked, who has blocked the user, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    BlockedByMe,
    HasBlockedMe,
    Both,
}

impl Direction {
    pub fn is_by_me(self) -> bool {
        self != Direction::HasBlockedMe
    }

    pub fn is_of_me(self) -> bool {
        self != Direction::BlockedByMe
    }
}
