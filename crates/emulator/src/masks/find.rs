//! Finds secrets in a text: by the form of generated ones, and by the names of what holds them. It
//! runs for every request, and is part of what a page downloads: for both, a library of regular
//! expressions is too much.

use std::ops::Range;

/// The number of hex digits in a generated key, and in a generated token after its uid.
const DIGITS: usize = 40;

/// The next token or key of the form that the emulator generates: `{uid}_` and 40 hex digits, or 40
/// hex digits that are a word.
pub fn generated(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    // Most texts are too short.
    while at + DIGITS <= text.len() {
        let end = at + length_while(&text[at..], is_of_uid);
        if end == at {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        // Shorter ones have no room for the digits.
        if end - at >= DIGITS
            && let Some(found) = token(bytes, at, end).or_else(|| key(bytes, at, end))
        {
            return Some(found);
        }
        at = end;
    }
    None
}

/// Whether a character may be part of a token. As everywhere here, two letters count as the ASCII
/// letters whose other case they are.
fn is_of_uid(char: char) -> bool {
    matches!(folded(char), 'a'..='z' | '0'..='9' | '_' | '-')
}

fn is_hex(byte: &u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// A token that starts with these characters; it ends as late as possible.
fn token(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let last = end.checked_sub(DIGITS + 1)?;
    (start + 1..=last)
        .rev()
        .find(|at| bytes[*at] == b'_' && bytes[at + 1..at + 1 + DIGITS].iter().all(is_hex))
        .map(|at| start..at + 1 + DIGITS)
}

fn key(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let is_word = |at: usize| {
        let byte = bytes.get(at);
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    (start..=end.checked_sub(DIGITS)?).find_map(|at| {
        let after = at + DIGITS;
        let is_key =
            bytes[at..after].iter().all(is_hex) && (at == 0 || !is_word(at - 1)) && !is_word(after);
        is_key.then_some(at..after)
    })
}

/// The next value that is given to a name that a secret has, as far as the value can be told: a
/// quoted text, the rest of an array or object, or everything up to the next parameter or line.
pub fn assigned(text: &str, from: usize) -> Option<Range<usize>> {
    // Most texts have nothing that could set a name and a value apart.
    let sets_apart = |byte: &u8| matches!(byte, b':' | b'=' | b'>' | b'\r' | b'\n');
    if !text.as_bytes()[from..].iter().any(sets_apart) {
        return None;
    }
    let starts = text[from..].char_indices().map(|(at, _)| from + at);
    for start in starts {
        if let Some(end) = name(text, start)
            && let Some(value) = value_after(text, end)
        {
            return Some(value);
        }
    }
    None
}

/// Whether a field, parameter or header of this name holds a secret.
pub fn is_name(text: &str) -> bool {
    let is_token = after(text, 0, "token") == Some(text.len());
    is_token || text.char_indices().any(|(at, _)| name(text, at).is_some())
}

/// What a name that holds a secret begins with, and what may follow.
const NAMES: [(&str, &[&str]); 9] = [
    ("api", &["key"]),
    ("auth", &["key", "token"]),
    ("access", &["token"]),
    ("session", &["token"]),
    ("fcm", &["token"]),
    ("cookie", &[]),
    ("jwt", &[]),
    ("secret", &[]),
    ("passw", &["ord", "d"]),
];

/// The end of a name that a secret has, if one starts here.
fn name(text: &str, start: usize) -> Option<usize> {
    // Most characters begin no name.
    let first = folded(text[start..].chars().next()?);
    if !matches!(first, 'a' | 's' | 'f' | 'c' | 'j' | 'p') {
        return None;
    }
    if let Some(end) = after(text, start, "authorization") {
        return Some(end);
    }
    for (begin, rests) in NAMES {
        let Some(end) = after(text, start, begin) else {
            continue;
        };
        if rests.is_empty() {
            return Some(end);
        }
        let spaced = match text.as_bytes().get(end) {
            Some(b'-' | b'_' | b' ') if begin != "passw" => end + 1,
            _ => end,
        };
        return rests.iter().find_map(|rest| after(text, spaced, rest));
    }
    None
}

/// The end of a word, if it is here in whatever case.
fn after(text: &str, start: usize, word: &str) -> Option<usize> {
    let mut chars = text[start..].char_indices();
    for wanted in word.chars() {
        let (_, char) = chars.next()?;
        if folded(char) != wanted {
            return None;
        }
    }
    Some(start + chars.offset())
}

/// The value that follows a name, if something says that it is one.
fn value_after(text: &str, name_end: usize) -> Option<Range<usize>> {
    let rest = &text[name_end..];
    let mut at = name_end + length_while(rest, is_of_name);
    let between = length_while(&text[at..], |char| {
        char.is_whitespace() || matches!(char, '\\' | '"' | '\'' | '[' | ']')
    });
    let end = at + between;
    at = match text.as_bytes().get(end) {
        Some(b':' | b'=' | b'>') => end + 1,
        // A line of its own.
        _ => at + text[at..end].rfind(['\r', '\n'])? + 1,
    };
    at += length_while(&text[at..], |char| char.is_whitespace() || char == '\\');
    let value = &text[at..];
    let length = match value.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => {
            1 + length_while(&value[1..], |char| char != char::from(*quote))
        }
        Some(b'[' | b'{') => value.len(),
        _ => length_while(value, |char| !matches!(char, '&' | '\r' | '\n')),
    };
    Some(at..at + length)
}

/// Whether a character may go on with a name. Outside of ASCII, letters are not told from signs.
fn is_of_name(char: char) -> bool {
    match char {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => true,
        char => !char.is_ascii() && !char.is_whitespace(),
    }
}

fn length_while(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|char| !fits(char)).unwrap_or(text.len())
}

/// A character in lower case, as far as it is a letter of a name.
fn folded(char: char) -> char {
    match char {
        // The long s and the Kelvin sign.
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        char => char.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    const NAME: &str = "(?:api|auth)[-_ ]?key|(?:auth|access|session|fcm)[-_ ]?token|\
        authorization|cookie|jwt|secret|passw(?:or)?d";

    /// Parts of texts in which names, values and generated secrets are likely.
    fn text() -> impl Strategy<Value = String> {
        let parts = [
            "api",
            "auth",
            "key",
            "token",
            "Access",
            "session",
            "fcm",
            "authorization",
            "cookie",
            "jwt",
            "SECRET",
            "passw",
            "or",
            "d",
            "password",
            "-",
            "_",
            " ",
            ":",
            "=",
            ">",
            "\r",
            "\n",
            "\\",
            "\"",
            "'",
            "[",
            "]",
            "{",
            "}",
            "&",
            "x",
            "g",
            "a_",
            "0123456789abcdefABCDEF0123456789abcdef01",
            "0123456789abcdef",
            "\u{17f}",
            "\u{212a}",
            "\u{a0}",
            "\u{2028}",
        ];
        let part = prop::sample::select(parts.to_vec());
        prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
    }

    fn all(text: &str, find: impl Fn(&str, usize) -> Option<Range<usize>>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while from <= text.len()
            && let Some(range) = find(text, from)
        {
            from = range.end;
            found.push(range);
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn generated_secrets_are_found_as_by_a_regular_expression(text in text()) {
            let regex = r"(?i)[a-z0-9_-]+_[0-9a-f]{40}|(?-u:\b)[0-9a-f]{40}(?-u:\b)";
            let regex = Regex::new(regex).expect("a regular expression");
            let expected: Vec<_> = regex.find_iter(&text).map(|found| found.range()).collect();
            prop_assert_eq!(all(&text, generated), expected, "{:?}", text);
        }

        #[test]
        fn assigned_secrets_are_found_as_by_a_regular_expression(text in text()) {
            let regex = format!(
                r#"(?is)(?:{NAME})[\w-]*[\\"'\s\[\]]*(?:[:=>]|[\r\n])[\\\s]*("[^"]*|'[^']*|[\[{{].*|[^&\r\n]*)"#
            );
            let regex = Regex::new(&regex).expect("a regular expression");
            let expected: Vec<_> = regex
                .captures_iter(&text)
                .filter_map(|found| Some(found.get(1)?.range()))
                .collect();
            prop_assert_eq!(all(&text, assigned), expected, "{:?}", text);
        }

        #[test]
        fn names_are_found_as_by_a_regular_expression(text in text()) {
            let regex = Regex::new(&format!("(?i)^token$|{NAME}")).expect("a regular expression");
            prop_assert_eq!(is_name(&text), regex.is_match(&text), "{:?}", text);
        }
    }
}
