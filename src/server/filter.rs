//! What a list is asked for: the filters of the service, as a query.

use cometchat_protocol::Given;
use cometchat_protocol::admin::Query;
use cometchat_protocol::limits::PER_PAGE_MAX;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::admin_core::wrong_option;
use crate::failure::Failure;
use crate::input::given;
use crate::js;
use crate::text;

/// A filter's name, and what it takes.
pub type Filter = (&'static str, Kind);

#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    Flag,
    /// One of these; the service's word for it comes second.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Texts in one value, with commas between them.
    Csv,
    /// Texts, each in a value of its own.
    Texts,
    /// The same, of these.
    TextsOf(&'static [&'static str]),
}

/// Most texts in a filter.
const MOST_TEXTS: u32 = 1_000;

/// The query for a page (from 1 on) of a list; the numbers that it asks for are in it.
pub fn query(filters: &[Filter], given: &JsValue, page: u32) -> Result<(Query, u32), Failure> {
    let mut query = Query::default();
    if !js::is_absent(given) && !given.is_object() {
        return Err(wrong_option("The filter has to be an object."));
    }
    for (name, kind) in filters {
        let value = js::get(given, name);
        if !js::is_absent(&value) {
            add(&mut query, name, *kind, &value)?;
        }
    }
    let per_page = match self::given(&js::get(given, "perPage"), JsValue::as_f64) {
        Given::Absent => PER_PAGE_MAX,
        Given::Value(number)
            if (1.0..=f64::from(PER_PAGE_MAX)).contains(&number) && number.fract() == 0.0 =>
        {
            number as u32
        }
        _ => {
            let most = js::digits(PER_PAGE_MAX.into());
            let message = [
                "filter.perPage has to be a whole number from 1 to ",
                &most,
                ".",
            ];
            return Err(wrong_option(&text::joined(&message)));
        }
    };
    query.add("perPage", &js::digits(per_page.into()));
    query.add("page", &js::digits(page.into()));
    Ok((query, per_page))
}

fn add(query: &mut Query, name: &'static str, kind: Kind, value: &JsValue) -> Result<(), Failure> {
    let wrong = |kind: &str| {
        let message = ["filter.", name, " has to be ", kind, "."];
        wrong_option(&text::joined(&message))
    };
    match kind {
        Kind::Text => {
            let text = value.as_string().ok_or_else(|| wrong("a string"))?;
            query.add(name, &text);
        }
        Kind::Flag => {
            let flag = value.as_bool().ok_or_else(|| wrong("a boolean"))?;
            query.add(name, if flag { "true" } else { "false" });
        }
        Kind::OneOf(words) => {
            let given = value.as_string().unwrap_or_default();
            let known = words.iter().find(|(word, _)| *word == given);
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let (_, sent) = known.ok_or_else(|| wrong(&["one of ", &all.join(", ")].concat()))?;
            query.add(name, sent);
        }
        Kind::Csv => {
            let texts = texts(value).ok_or_else(|| wrong("an array of strings"))?;
            if texts.iter().any(|text| text.contains(',')) {
                return Err(wrong("an array of strings without commas"));
            }
            query.add(name, &texts.join(","));
        }
        Kind::Texts | Kind::TextsOf(_) => {
            let texts = texts(value).ok_or_else(|| wrong("an array of strings"))?;
            if let Kind::TextsOf(words) = kind
                && !texts.iter().all(|text| words.contains(&text.as_str()))
            {
                return Err(wrong(&["an array of ", &words.join(", ")].concat()));
            }
            let name = [name, "[]"].concat();
            for text in texts {
                query.add(&name, &text);
            }
        }
    }
    Ok(())
}

fn texts(value: &JsValue) -> Option<Vec<String>> {
    list(value)?.iter().map(|text| text.as_string()).collect()
}

/// A copy of a list; `None` for what is no array.
pub fn list(value: &JsValue) -> Option<Array> {
    if js::class(value) != *js::literal("[object Array]") {
        return None;
    }
    let length = js::get(value, "length").as_f64()? as u32;
    Some(js::entries(value, length.min(MOST_TEXTS)))
}
