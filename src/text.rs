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

/// The number that decimal digits mean; `None` for any other text.
#[inline(never)]
pub fn number(text: &str) -> Option<f64> {
    let mut number = 0.0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10.0 + f64::from(byte - b'0');
    }
    (!text.is_empty()).then_some(number)
}

/// Whether the text may be in a request's header: one word of visible ASCII characters.
pub fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
