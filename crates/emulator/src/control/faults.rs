//! `/__emulator/faults`: adds, lists and removes faults.

use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::strict_json::{StrictJson, unfit};
use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::faults::FaultRule;
use crate::path::segment_after;
use crate::response::{self, HandlerResult};
use crate::route::{ResponseSchema, Route};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/faults", list, "listFaults", "The faults that are set")
            .response(ResponseSchema::List("Fault")),
        Route::post("/faults", add, "addFaults", "Set a fault, or several")
            .request("FaultRules")
            .response(ResponseSchema::List("Fault")),
        Route::delete("/faults", clear, "clearFaults", "Take all faults away")
            .response(ResponseSchema::Data("Cleared")),
        Route::delete("/faults/{id}", remove, "removeFault", "Take a fault away")
            .response(ResponseSchema::Data("Cleared"))
            .errors(&[404]),
    ]
}

async fn list(State(emulator): State<Emulator>) -> HandlerResult {
    Ok(response::data(emulator.faults.list()))
}

async fn add(
    State(emulator): State<Emulator>,
    StrictJson(given): StrictJson<Value, true>,
) -> HandlerResult {
    // One rule, or a list. Read in two steps, because serde's error for an untagged enum would not
    // say what is wrong with a rule.
    let rules: Vec<FaultRule> = match given {
        Value::Array(rules) => rules.into_iter().map(rule).collect::<Result<_, _>>(),
        one => rule(one).map(|rule| vec![rule]),
    }?;
    let set: Vec<_> = rules
        .into_iter()
        .map(|rule| emulator.faults.add(rule))
        .collect();
    Ok(response::data(set))
}

fn rule(given: Value) -> Result<FaultRule, ApiError> {
    // By default, serde reads a list as an object's fields in order.
    let parts = [Some(&given), given.get("match"), given.get("action")];
    if parts.into_iter().flatten().any(Value::is_array) {
        return Err(unfit("a rule, its match and its action have to be objects"));
    }
    let rule: FaultRule = serde_json::from_value(given).map_err(unfit)?;
    match rule.flaw() {
        Some(flaw) => Err(unfit(flaw)),
        None => Ok(rule),
    }
}

async fn clear(State(emulator): State<Emulator>) -> HandlerResult {
    emulator.faults.clear();
    Ok(response::data(json!({ "cleared": true })))
}

async fn remove(State(emulator): State<Emulator>, uri: Uri) -> HandlerResult {
    emulator
        .faults
        .remove(segment_after(uri.path(), "faults"))?;
    Ok(response::data(json!({ "cleared": true })))
}
