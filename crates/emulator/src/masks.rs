//! Masks keys and tokens in what the log and the journal show: by the names of fields, by the
//! format of generated ones, and by the values of known ones.

mod find;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Input, MatchKind};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::secret::hidden;

/// Shown instead of a secret of which nothing may be seen.
const MASK: &str = "***";

/// Shorter values are not searched for: they would match parts of ordinary words.
const SHORTEST_VALUE: usize = 4;

/// A flag of the service, whose name looks like a secret's.
const FLAG: &str = "withAuthToken";

/// Masks secrets. It knows the apps' keys, and the tokens that are not in the emulator's own
/// format.
#[derive(Debug)]
pub struct Masks(RwLock<Known>);

#[derive(Debug)]
struct Known {
    values: Vec<String>,
    finder: Option<NFA>,
}

impl Known {
    fn new(values: Vec<String>) -> Self {
        // Fails only for an absurd number of values.
        let finder = NFA::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&values)
            .inspect_err(|error| tracing::error!(%error, "cannot search for the known secrets"))
            .ok()
            .filter(|_| !values.is_empty());
        Known { values, finder }
    }
}

impl Masks {
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        Masks(RwLock::new(Known::new(
            values.into_iter().filter(|value| is_hard(value)).collect(),
        )))
    }

    /// Adds keys or tokens that are to be masked by value.
    pub fn learn<'v>(&self, values: impl IntoIterator<Item = &'v str>) {
        let new: Vec<_> = values.into_iter().filter(|value| is_hard(value)).collect();
        if new.is_empty() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut values = std::mem::take(&mut known.values);
        values.extend(new.into_iter().map(str::to_owned));
        values.sort_unstable();
        values.dedup();
        *known = Known::new(values);
    }

    /// Masks a text.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = self.by_value(text);
        let text = replaced(text, find::generated, hidden);
        replaced(text, find::assigned, |_| MASK.to_owned())
    }

    fn by_value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(finder) = &known.finder else {
            return text.into();
        };
        let find = |text: &str, from: usize| {
            let input = Input::new(text).span(from..text.len());
            // Fails only for a search that the finder is not made for.
            let found = finder.try_find(&input).ok().flatten()?;
            Some(found.range())
        };
        replaced(text.into(), find, hidden)
    }

    /// Masks a text that may be percent-encoded, even more than once. A text without secrets stays
    /// as it is.
    fn encoded<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut decoded = Cow::Borrowed(text);
        for _ in 0..4 {
            match percent_decode_str(&decoded).decode_utf8_lossy() {
                more if more == decoded => break,
                more => decoded = more.into_owned().into(),
            }
        }
        match self.text(&decoded) {
            masked if masked == decoded => text.into(),
            masked => masked.into_owned().into(),
        }
    }

    /// Masks the path of a request. Whatever follows a segment about tokens counts as a token.
    pub fn path(&self, path: &str) -> String {
        let path = self.encoded(path);
        let mut masked = String::with_capacity(path.len());
        let mut after_tokens = false;
        for (at, segment) in path.split('/').enumerate() {
            if at > 0 {
                masked.push('/');
            }
            match after_tokens && !segment.is_empty() {
                true => masked.push_str(MASK),
                false => masked.push_str(segment),
            }
            after_tokens |= segment.to_ascii_lowercase().contains("token");
        }
        masked
    }

    /// Masks the query of a request.
    pub fn query(&self, query: &str) -> String {
        let pairs: Vec<_> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if is_secret(&percent_decode_str(name).decode_utf8_lossy()) => {
                    format!("{}={MASK}", self.encoded(name))
                }
                Some((name, value)) => format!("{}={}", self.encoded(name), self.encoded(value)),
                None => self.encoded(pair).into_owned(),
            })
            .collect();
        pairs.join("&")
    }

    /// Masks the value of a header.
    pub fn header(&self, name: &str, value: &[u8]) -> String {
        let value = String::from_utf8_lossy(value);
        match is_secret(name) {
            true => hidden(&value),
            false => self.encoded(&value).into_owned(),
        }
    }

    /// Masks a body; it is shown as JSON if it is JSON, otherwise as text.
    pub fn body(&self, body: &[u8]) -> Value {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}');
        match serde_json::from_str(text) {
            Ok(json) => self.json(json),
            // UTF-16 looks like text with zeros in it, which would hide every name.
            Err(_) => Value::String(self.encoded(&text.replace('\0', "")).into_owned()),
        }
    }

    fn json(&self, value: Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| {
                        let value = match is_secret(&name) {
                            true => whole(value),
                            false => self.json(value),
                        };
                        (self.encoded(&name).into_owned(), value)
                    })
                    .collect::<Map<_, _>>(),
            ),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.json(item)).collect())
            }
            Value::String(text) => match serde_json::from_str(&text) {
                // JSON within a JSON string. Other kinds of values have no field names.
                Ok(inner @ (Value::Object(_) | Value::Array(_) | Value::String(_))) => {
                    match self.json(inner.clone()) {
                        masked if masked == inner => Value::String(text),
                        masked => Value::String(masked.to_string()),
                    }
                }
                _ => Value::String(self.encoded(&text).into_owned()),
            },
            Value::Number(number) => match self.text(&number.to_string()) {
                Cow::Borrowed(_) => Value::Number(number),
                Cow::Owned(masked) => Value::String(masked),
            },
            other => other,
        }
    }
}

/// Whether a value can only be found if it is known: it is not in the emulator's own format.
fn is_hard(value: &str) -> bool {
    let of_form = find::generated(value, 0).is_some_and(|found| found == (0..value.len()));
    value.len() >= SHORTEST_VALUE && !of_form
}

fn is_secret(name: &str) -> bool {
    find::is_name(name) && name != FLAG
}

/// Masks the value of a secret, whatever its type.
fn whole(value: Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value,
        Value::String(text) => Value::String(hidden(&text)),
        _ => Value::String(MASK.to_owned()),
    }
}

/// Replaces what is found.
fn replaced<'t>(
    text: Cow<'t, str>,
    find: impl Fn(&str, usize) -> Option<Range<usize>>,
    replacement: impl Fn(&str) -> String,
) -> Cow<'t, str> {
    let mut masked = String::new();
    let mut done = 0;
    while let Some(found) = find(&text, done) {
        masked.push_str(&text[done..found.start]);
        masked.push_str(&replacement(&text[found.clone()]));
        done = found.end;
    }
    if done == 0 {
        return text;
    }
    masked.push_str(&text[done..]);
    masked.into()
}
