//! `/__emulator/faults`: sets, shows and takes away faults.

use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::{Document, unfit};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::faults::Rule;
use crate::path::segment_after;
use crate::reply::{self, Reply};
use crate::routes::{Gives, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/faults", list, "listFaults", "The faults that are set")
            .gives(Gives::List("Fault")),
        Route::post("/faults", add, "addFaults", "Set a fault, or several")
            .takes("FaultRules")
            .gives(Gives::List("Fault")),
        Route::delete("/faults", clear, "clearFaults", "Take all faults away")
            .gives(Gives::Data("Cleared")),
        Route::delete("/faults/{id}", remove, "removeFault", "Take a fault away")
            .gives(Gives::Data("Cleared"))
            .fails(&[404]),
    ]
}

async fn list(State(emulator): State<Emulator>) -> Reply {
    Ok(reply::data(emulator.faults.list()))
}

async fn add(State(emulator): State<Emulator>, Document(given): Document<Value, true>) -> Reply {
    // One rule, or several in order. Read in two steps: serde's own way to read either would not
    // say what is wrong with a rule.
    let rules: Vec<Rule> = match given {
        Value::Array(rules) => rules.into_iter().map(rule).collect::<Result<_, _>>(),
        one => rule(one).map(|rule| vec![rule]),
    }?;
    let set: Vec<_> = rules
        .into_iter()
        .map(|rule| emulator.faults.add(rule))
        .collect();
    Ok(reply::data(set))
}

fn rule(given: Value) -> Result<Rule, ApiError> {
    // Left alone, serde would read a list as an object's fields in their order.
    let parts = [Some(&given), given.get("match"), given.get("action")];
    if parts.into_iter().flatten().any(Value::is_array) {
        return Err(unfit("a rule, its match and its action have to be objects"));
    }
    let rule: Rule = serde_json::from_value(given).map_err(unfit)?;
    match rule.flaw() {
        Some(flaw) => Err(unfit(flaw)),
        None => Ok(rule),
    }
}

async fn clear(State(emulator): State<Emulator>) -> Reply {
    emulator.faults.clear();
    Ok(reply::data(json!({ "cleared": true })))
}

async fn remove(State(emulator): State<Emulator>, uri: Uri) -> Reply {
    emulator
        .faults
        .remove(segment_after(uri.path(), "faults"))?;
    Ok(reply::data(json!({ "cleared": true })))
}
