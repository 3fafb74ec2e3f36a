//! A request's body as a JSON object whose fields are read one by one, so that all wrong fields are
//! reported at once. As in the service, unknown fields are ignored and texts are trimmed.

use std::collections::{BTreeMap, HashMap};

use cometchat_protocol::{Given, UserDraft};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::ApiError;

/// A byte order mark: not white space in Unicode's table, but just as invisible.
const BOM: char = '\u{feff}';

/// The fields of a JSON object.
#[derive(Debug, Default)]
pub struct JsonObject(HashMap<String, Box<RawValue>>);

impl JsonObject {
    /// Reads a body. An empty one is an object without fields.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] when it is not UTF-8, not JSON, nested too deeply or not an object.
    pub fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let malformed = |why: &str| {
            Err(ApiError::Malformed(format!(
                "The request body {why}. Please send a JSON object."
            )))
        };
        let Ok(text) = std::str::from_utf8(body) else {
            return malformed("is not valid UTF-8");
        };
        // Some clients start with a byte order mark.
        let text = text.trim_start_matches(BOM);
        if text.is_empty() {
            return Ok(JsonObject::default());
        }
        if let Ok(fields) = serde_json::from_str(text) {
            return Ok(JsonObject(fields));
        }
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => malformed("is not a JSON object"),
            Err(_) => malformed("is not valid JSON"),
        }
    }

    /// A field's value; `null` counts as absent.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] when the value is valid by JSON's grammar but cannot be represented:
    /// nested too deeply, half a surrogate pair, a number out of range.
    pub fn value(&self, name: &str) -> Result<Option<Value>, ApiError> {
        let Some(raw) = self.0.get(name) else {
            return Ok(None);
        };
        match serde_json::from_str(raw.get()) {
            Ok(Value::Null) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(ApiError::Malformed(format!(
                "The {name} in the request body cannot be read. Please send a JSON object."
            ))),
        }
    }

    /// A text, trimmed.
    pub fn text(&self, name: &str) -> Result<Given<String>, ApiError> {
        Ok(given_text(self.value(name)?))
    }

    /// A flag; the service also accepts 1, 0, "1" and "0".
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.value(name)? {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::Number(number)) if number.as_f64() == Some(1.0) => Ok(true),
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Ok(false),
            Some(Value::String(text)) if text == "1" => Ok(true),
            Some(Value::String(text)) if matches!(text.as_str(), "0" | "") => Ok(false),
            Some(_) => Err(ApiError::field(
                name,
                format!(
                    "The {} field must be true or false.",
                    crate::validation::displayed(name)
                ),
            )),
        }
    }

    /// A list of texts, trimmed.
    pub fn list(&self, name: &str) -> Result<Given<Vec<Given<String>>>, ApiError> {
        Ok(match self.value(name)? {
            None => Given::Absent,
            Some(Value::Array(items)) => Given::Value(
                items
                    .into_iter()
                    .map(|item| given_text(Some(item).filter(|item| !item.is_null())))
                    .collect(),
            ),
            Some(_) => Given::Mistyped,
        })
    }

    /// The entries of an object, as JSON text by their keys.
    pub fn entries(&self, name: &str) -> Result<Given<BTreeMap<String, Box<RawValue>>>, ApiError> {
        Ok(match (self.value(name)?, self.0.get(name)) {
            (Some(Value::Object(_)), Some(raw)) => match serde_json::from_str(raw.get()) {
                Ok(entries) => Given::Value(entries),
                Err(_) => Given::Mistyped,
            },
            (None, _) => Given::Absent,
            _ => Given::Mistyped,
        })
    }

    /// An object as JSON text. A text that holds a JSON object counts as that object; any other
    /// text is stored under `rawMetadata`, since some of the service's clients send metadata as
    /// text.
    pub fn object(&self, name: &str) -> Result<Given<String>, ApiError> {
        Ok(match self.value(name)? {
            None => Given::Absent,
            Some(Value::Object(fields)) if fields.is_empty() => Given::Value("{}".to_owned()),
            // The text as it was sent, so that numbers keep their digits and keys their order.
            Some(Value::Object(_)) => {
                Given::Value(self.0.get(name).map_or("", |raw| raw.get()).to_owned())
            }
            Some(Value::String(text)) if text.trim().is_empty() => Given::Value("{}".to_owned()),
            Some(Value::String(text)) => match serde_json::from_str::<Value>(&text) {
                Ok(Value::Object(fields)) if fields.is_empty() => Given::Value("{}".to_owned()),
                Ok(Value::Object(_)) => Given::Value(text.trim().to_owned()),
                _ => Given::Value(serde_json::json!({ "rawMetadata": text }).to_string()),
            },
            Some(_) => Given::Mistyped,
        })
    }

    /// The fields of a user.
    pub fn draft(&self) -> Result<UserDraft, ApiError> {
        Ok(UserDraft {
            uid: self.text("uid")?,
            name: self.text("name")?,
            avatar: self.text("avatar")?,
            link: self.text("link")?,
            role: self.text("role")?,
            status_message: self.text("statusMessage")?,
            metadata: self.object("metadata")?,
            tags: self.list("tags")?,
        })
    }
}

fn given_text(value: Option<Value>) -> Given<String> {
    match value {
        None => Given::Absent,
        Some(Value::String(text)) => {
            let trimmed = text.trim_matches(|char: char| char.is_whitespace() || char == BOM);
            Given::Value(if trimmed.len() == text.len() {
                text
            } else {
                trimmed.to_owned()
            })
        }
        Some(_) => Given::Mistyped,
    }
}
