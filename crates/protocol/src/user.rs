//! The user record as the service answers with it, and what is known of each of its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A user in a response. A field that was never set is absent, not null. `M` is the
/// metadata's type (any JSON object).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRecord<M> {
    pub uid: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<M>,
    /// `available` or `offline` on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_active_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_blocked_me: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by_me: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Seconds since 1970, or 0 for an active user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivated_at: Option<i64>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Seconds since 1970; absent until the first update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Only after a creation that asked for it, and in replies to a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    /// Whatever else the service sent; kept as it came.
    #[serde(flatten)]
    pub other: BTreeMap<String, M>,
}

/// The JSON type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    Text,
    /// Seconds since 1970.
    Time,
    Flag,
    Object,
    TextList,
}

/// When a caller may set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editable {
    /// By creation and by every update.
    Yes,
    /// By creation only: it names the user ever after.
    AtCreation,
    /// By creation and by an update with a key, but not by the user itself.
    NotByOneself,
    /// Never: the service keeps it.
    No,
}

macro_rules! fields {
    ($($(#[doc = $about:literal])* $variant:ident $name:literal $kind:ident $editable:ident;)*) => {
        /// A field of [`UserRecord`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $($(#[doc = $about])* $variant,)* }

        impl Field {
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// How many of them a caller may ever set: they stand first.
            pub const SETTABLE: usize = 8;

            /// The names of all fields, each between a space and a comma.
            pub const NAMES: &'static str = concat!($(" ", $name, ",",)*);

            /// The field's name on the wire and in JavaScript.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }

            /// What the field is, in one or two sentences of Markdown. The package's typings say it.
            pub const fn about(self) -> &'static str {
                match self { $(Field::$variant => concat!($($about),*).trim_ascii_start(),)* }
            }

            pub const fn kind(self) -> FieldType {
                match self { $(Field::$variant => FieldType::$kind,)* }
            }

            pub const fn editable(self) -> Editable {
                match self { $(Field::$variant => Editable::$editable,)* }
            }
        }
    };
}

fields! {
    /// Names the user; set at creation, never changed after.
    Uid "uid" Text AtCreation;
    /// Display name.
    Name "name" Text Yes;
    /// URL of the user's picture.
    Avatar "avatar" Text Yes;
    /// URL of the user's profile page.
    Link "link" Text Yes;
    /// Id of the user's role. Not changed by `updateCurrentUserDetails`.
    Role "role" Text NotByOneself;
    /// Any text, such as "in a meeting".
    StatusMessage "statusMessage" Text Yes;
    /// Whatever your app keeps with the user.
    Metadata "metadata" Object Yes;
    /// Labels to find users by.
    Tags "tags" TextList Yes;
    /// Whether the user is connected. Kept by the service.
    Status "status" Text No;
    /// When the user was last active, in seconds since 1970. Kept by the service.
    LastActiveAt "lastActiveAt" Time No;
    /// Whether this user has blocked the logged-in user. Kept by the service.
    HasBlockedMe "hasBlockedMe" Flag No;
    /// Whether the logged-in user has blocked this user. Kept by the service.
    BlockedByMe "blockedByMe" Flag No;
    /// When the user was deactivated, in seconds since 1970; 0 for an active user.
    DeactivatedAt "deactivatedAt" Time No;
    /// When the user was created, in seconds since 1970.
    CreatedAt "createdAt" Time No;
    /// When the user was last updated, in seconds since 1970; absent before the first update.
    UpdatedAt "updatedAt" Time No;
    /// The token of a session; only on the logged-in user, and after `withAuthToken`.
    AuthToken "authToken" Text No;
}

const _: () = {
    let mut place = 0;
    while place < Field::ALL.len() {
        let is_settable = !matches!(Field::ALL[place].editable(), Editable::No);
        assert!(is_settable == (place < Field::SETTABLE));
        place += 1;
    }
};
