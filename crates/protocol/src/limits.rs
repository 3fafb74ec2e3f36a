//! The service's limits, from its "Properties and constraints" documentation page. Characters are
//! Unicode code points (the service stores utf8mb4 text); bytes are those of the JSON text.

/// Longest uid, in characters.
pub const UID_CHARS: usize = 100;
/// Longest name, in characters.
pub const NAME_CHARS: usize = 100;
/// Longest avatar or link URL, in characters.
pub const URL_CHARS: usize = 3_000;
/// Longest role id, in characters.
pub const ROLE_CHARS: usize = 100;
/// Most tags on a user.
pub const TAGS: usize = 25;
/// Longest tag, in characters.
pub const TAG_CHARS: usize = 100;
/// Largest metadata, in bytes of its JSON text (5 KB).
pub const METADATA_BYTES: usize = 5 * 1024;
/// Largest request body, in bytes (10 KB).
pub const BODY_BYTES: usize = 10 * 1024;
/// Most auth tokens a user holds; the oldest retires when one more is made.
pub const AUTH_TOKENS_PER_USER: usize = 100;
/// Longest device id that a session may carry, in characters.
pub const DEVICE_ID_CHARS: usize = 100;
/// Users on a page of a list, unless `perPage` says otherwise.
pub const PER_PAGE_DEFAULT: u32 = 100;
/// Most users on a page of a list.
pub const PER_PAGE_MAX: u32 = 1_000;
/// Roles of an app.
pub const ROLES_PER_APP: usize = 25;
/// Core operations (create or delete a user, start a session) an app may ask for in a minute.
pub const CORE_OPERATIONS_PER_MINUTE: u32 = 10_000;
/// All other operations an app may ask for in a minute.
pub const STANDARD_OPERATIONS_PER_MINUTE: u32 = 20_000;
/// Import requests an app may send in a minute.
pub const IMPORT_REQUESTS_PER_MINUTE: u32 = 60;
/// Most users that one request imports.
pub const USERS_PER_IMPORT: usize = 50;
/// Largest body of an import, in bytes: as much for each user as a request of its own may have.
/// The service says nothing of it.
pub const IMPORT_BODY_BYTES: usize = USERS_PER_IMPORT * BODY_BYTES;
/// Most uids that a list in a request holds.
pub const UIDS_PER_REQUEST: usize = 25;
/// How long a call of this client may take in all unless it is told otherwise, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: f64 = 30_000.0;
