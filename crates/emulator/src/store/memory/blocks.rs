//! The blocks of an app, found by the user who blocks and by the user who is blocked.

use super::super::block::{Block, BlockChange, BlockFilter, Relation};

/// Each block is in both lists.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Who blocks comes first.
    by_me: Pairs,
    /// Who is blocked comes first.
    of_me: Pairs,
}

impl Blocks {
    pub fn new(blocks: Vec<Block>) -> Self {
        let mut new = Blocks::default();
        for Block {
            uid,
            blocked_uid,
            at,
        } in blocks
        {
            new.change(&uid, &blocked_uid, BlockChange::Block { at });
        }
        new
    }

    /// What is so already stays so.
    pub fn change(&mut self, uid: &str, other: &str, change: BlockChange) {
        self.by_me.change(uid, other, change);
        self.of_me.change(other, uid, change);
    }

    pub fn remove_all_of(&mut self, uid: &str) {
        self.by_me.remove_all_of(uid);
        self.of_me.remove_all_of(uid);
    }

    /// All blocks, sorted by both uids.
    pub fn all(&self) -> Vec<Block> {
        let all = self.by_me.0.iter().map(|(uid, blocked_uid, at)| Block {
            uid: uid.clone(),
            blocked_uid: blocked_uid.clone(),
            at: *at,
        });
        all.collect()
    }

    /// How a user and each of these others stand to each other.
    pub fn relations(&self, uid: &str, others: &[String]) -> Vec<Relation> {
        let relations = others.iter().map(|other| Relation {
            blocked_by_me: self.by_me.since(uid, other),
            has_blocked_me: self.of_me.since(uid, other),
        });
        relations.collect()
    }

    /// The uids of the users that a filter is about, sorted.
    pub fn between(&self, filter: &BlockFilter) -> Vec<&str> {
        let mut uids = Vec::new();
        if filter.direction.is_by_me() {
            uids.extend(self.by_me.others(&filter.uid));
        }
        if filter.direction.is_of_me() {
            uids.extend(self.of_me.others(&filter.uid));
        }
        uids.sort_unstable();
        uids.dedup();
        uids
    }
}

/// Two uids and since when, sorted. An app has few blocks; of many, an insertion moves the rest.
#[derive(Debug, Default)]
struct Pairs(Vec<(String, String, i64)>);

impl Pairs {
    fn find(&self, uid: &str, other: &str) -> Result<usize, usize> {
        let pairs = &self.0;
        pairs.binary_search_by(|pair| (&*pair.0, &*pair.1).cmp(&(uid, other)))
    }

    fn change(&mut self, uid: &str, other: &str, change: BlockChange) {
        match (change, self.find(uid, other)) {
            (BlockChange::Block { at }, Err(place)) => {
                let pair = (uid.to_owned(), other.to_owned(), at);
                self.0.insert(place, pair);
            }
            (BlockChange::Unblock, Ok(place)) => {
                self.0.remove(place);
            }
            _ => {}
        }
    }

    fn remove_all_of(&mut self, uid: &str) {
        self.0.retain(|pair| pair.0 != uid && pair.1 != uid);
    }

    fn since(&self, uid: &str, other: &str) -> Option<i64> {
        Some(self.0[self.find(uid, other).ok()?].2)
    }

    /// The second of the pairs whose first is this uid.
    fn others(&self, uid: &str) -> impl Iterator<Item = &str> {
        let start = self.0.partition_point(|pair| *pair.0 < *uid);
        let count = self.0[start..].partition_point(|pair| pair.0 == uid);
        let pairs = &self.0[start..start + count];
        pairs.iter().map(|pair| pair.1.as_str())
    }
}
