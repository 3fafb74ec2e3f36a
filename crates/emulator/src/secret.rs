//! Keys and tokens: how they are generated, compared and shown.

use subtle::ConstantTimeEq;

/// Random bytes as lower-case hex digits. Fails if the system has no randomness.
fn random_hex(bytes: usize) -> Result<String, getrandom::Error> {
    let mut buffer = [0u8; 32];
    let buffer = &mut buffer[..bytes.min(32)];
    getrandom::fill(buffer)?;
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    Ok(buffer
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect())
}

/// A new key of an app: 40 hex digits, like the service's.
pub fn new_key() -> Result<String, getrandom::Error> {
    random_hex(20)
}

/// A new auth token: the uid, `_`, the current second in ten digits, 30 random hex digits.
pub fn new_auth_token(uid: &str, created_at: i64) -> Result<String, getrandom::Error> {
    Ok(format!("{uid}_{created_at:010}{}", random_hex(15)?))
}

/// Whether a token of this uid is in the form of [`new_auth_token`].
pub fn is_of_own_form(token: &str, uid: &str) -> bool {
    let rest = token.strip_prefix(uid);
    let rest = rest.and_then(|rest| rest.strip_prefix('_'));
    rest.is_some_and(|rest| {
        rest.len() == 40
            && rest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether two keys are equal, in a time that does not depend on where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// A key as the service shows it in responses: the first and last five characters, and a star for
/// each one in between. Like there, a key of ten characters or fewer is shown whole.
pub fn masked(key: &str) -> String {
    const SHOWN: usize = 5;
    let length = key.chars().count();
    key.chars()
        .enumerate()
        .map(|(at, char)| {
            if at < SHOWN || at + SHOWN >= length {
                char
            } else {
                '*'
            }
        })
        .collect()
}

/// A secret as the log and the journal show it: the start of a long one, so that two can be told
/// apart, and nothing of a short one.
pub fn hidden(secret: &str) -> String {
    const LONG: usize = 20;
    const SHOWN: usize = 5;
    if secret.len() < LONG {
        return "***".to_owned();
    }
    let shown: String = secret.chars().take(SHOWN).collect();
    format!("{shown}***")
}

/// Whether a text can be a token at all. Anything else need not be looked up, and PostgreSQL could
/// not even compare some of it.
pub fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
