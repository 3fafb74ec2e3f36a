//! Text put together by hand: the standard library's `format!` and `concat` would be a tenth of
//! what a web page downloads.

/// The parts, one after the other.
#[inline(never)]
pub fn joined(parts: &[&str]) -> String {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = String::with_capacity(length);
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Whether the text may be in a request's header: one word of visible ASCII characters.
pub fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
