//! What a caller wants a user to be: the fields that may be set, before anything is known about
//! their correctness.

use serde::{Deserialize, Deserializer};

/// A field as a caller gave it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// Not there, or null: leave the field as it is.
    #[default]
    Absent,
    Value(T),
    /// There, but not of the field's type.
    Mistyped,
}

impl<T> Given<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Given::Value(value) => Some(value),
            _ => None,
        }
    }

    pub fn into_value(self) -> Option<T> {
        match self {
            Given::Value(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_ref(&self) -> Given<&T> {
        match self {
            Given::Absent => Given::Absent,
            Given::Value(value) => Given::Value(value),
            Given::Mistyped => Given::Mistyped,
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Given::Absent => Given::Absent,
            Given::Value(value) => Given::Value(change(value)),
            Given::Mistyped => Given::Mistyped,
        }
    }
}

/// Never fails: a value of the wrong type becomes [`Given::Mistyped`], so that every wrong field is
/// reported, and not only the first. Needs a deserializer that holds the whole value (a JavaScript
/// value, `serde_json::Value`), not one that reads a stream.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer) {
            Ok(Some(value)) => Given::Value(value),
            Ok(None) => Given::Absent,
            Err(_) => Given::Mistyped,
        })
    }
}

/// The fields that creation and updates may carry. Metadata is JSON text here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserDraft {
    pub uid: Given<String>,
    pub name: Given<String>,
    pub avatar: Given<String>,
    pub link: Given<String>,
    pub role: Given<String>,
    pub status_message: Given<String>,
    pub metadata: Given<String>,
    pub tags: Given<Vec<Given<String>>>,
}
