//! The parts of a request's first line: methods, and paths below the API's version.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

pub fn user_path(uid: &str, rest: &str) -> String {
    let mut path = String::from("/users/");
    push_segment(&mut path, uid);
    path.push_str(rest);
    path
}

/// Appends one path segment: RFC 3986's unreserved characters stand for themselves, every other
/// byte is percent-encoded. A dot is encoded too, so that no segment can be read as `.` or `..`.
pub fn push_segment(path: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            path.push(byte as char);
        } else {
            path.push('%');
            path.push(hex_digit(byte >> 4));
            path.push(hex_digit(byte & 15));
        }
    }
}

/// A number below 16 as an upper-case digit.
const fn hex_digit(number: u8) -> char {
    let zero = if number < 10 { b'0' } else { b'A' - 10 };
    (zero + number) as char
}
