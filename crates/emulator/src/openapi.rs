//! The OpenAPI document, built from the table of routes and the protocol's limits.

mod parameters;
mod schemas;

use serde_json::{Map, Value, json};

use crate::route::{Access, Group, ResponseSchema, Route, RouteDocs};

/// The document that describes these routes.
pub fn document(groups: &[Group]) -> Value {
    let mut paths = Map::new();
    for group in groups {
        add(&mut paths, group);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "cometchat-emulator",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
            "description": "A local server that behaves like CometChat's user API. Unofficial. \
                Everything under /v3.0 is also served under /v3. The appId header or the host name \
                selects the app; an emulator with one app needs neither.",
        },
        "tags": [
            { "name": "service", "description": "The service's own routes" },
            { "name": "emulator", "description": "The emulator's own routes, for tests" },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "parameters": parameters::all(),
            "headers": parameters::headers(),
            "securitySchemes": {
                "apiKey": { "type": "apiKey", "in": "header", "name": "apiKey" },
                "authToken": { "type": "apiKey", "in": "header", "name": "authToken" },
            },
        },
    })
}

fn add(paths: &mut Map<String, Value>, group: &Group) {
    let prefix = group.prefixes.first().copied().unwrap_or_default();
    let of_service = prefix.starts_with("/v");
    for route in &group.routes {
        let path = format!("{prefix}{}", route.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        let method = route.method.as_str().to_lowercase();
        item[method] = operation(route, of_service);
    }
}

fn operation(route: &Route, of_service: bool) -> Value {
    let docs = &route.docs;
    let mut shown = json!({
        "operationId": docs.id,
        "summary": docs.summary,
        "tags": [if of_service { "service" } else { "emulator" }],
        "parameters": parameter_references(route, of_service),
        "responses": responses(docs),
        "security": security(docs.access),
    });
    if let Some(name) = docs.request {
        // An empty body counts as an empty object, where an empty object is valid.
        let all = schemas::all();
        let required = all[name]["required"].is_array() || all[name]["anyOf"].is_array();
        shown["requestBody"] = json!({
            "required": required,
            "content": { "application/json": { "schema": schema(name) } },
        });
    }
    shown
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn parameter_references(route: &Route, of_service: bool) -> Vec<Value> {
    let in_path = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let in_query = route.docs.query.iter().copied();
    let in_header = [
        of_service.then_some("appId"),
        (route.docs.access == Access::RestApiKeyOrAuthToken).then_some("onBehalfOf"),
    ];
    in_path
        .map(|name| format!("path.{name}"))
        .chain(in_query.map(|name| format!("query.{name}")))
        .chain(
            in_header
                .into_iter()
                .flatten()
                .map(|name| format!("header.{name}")),
        )
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect()
}

fn security(access: Access) -> Value {
    match access {
        Access::AnyKey | Access::RestApiKey => json!([{ "apiKey": [] }]),
        Access::RestApiKeyOrAuthToken => json!([{ "apiKey": [] }, { "authToken": [] }]),
        Access::AuthToken => json!([{ "authToken": [] }]),
        Access::Anyone => json!([]),
    }
}

fn responses(docs: &RouteDocs) -> Value {
    let success = match docs.response {
        ResponseSchema::Data(name) => json!({
            "type": "object",
            "properties": { "data": schema(name) },
            "required": ["data"],
            "additionalProperties": false,
        }),
        ResponseSchema::List(name) => json!({
            "type": "object",
            "properties": { "data": { "type": "array", "items": schema(name) } },
            "required": ["data"],
            "additionalProperties": false,
        }),
        ResponseSchema::Bare(name) => schema(name),
    };
    let mut responses = Map::new();
    let mut add = |status: &str, description: &str, schema: Value, headers: Value| {
        let content = json!({ "application/json": { "schema": schema } });
        responses.insert(
            status.to_owned(),
            json!({ "description": description, "content": content, "headers": headers }),
        );
    };
    let id = json!({ "x-request-id": { "$ref": "#/components/headers/x-request-id" } });
    add("200", "Success", success, id.clone());
    let mut statuses = match docs.access {
        Access::Anyone => vec![400, 403, 408, 413],
        Access::AuthToken => vec![400, 401, 408, 413, 429],
        _ => vec![400, 401, 403, 408, 413, 429],
    };
    statuses.extend(docs.errors);
    for status in statuses {
        let failure = match status {
            400 => schema("Refusal"),
            _ => schema("Failure"),
        };
        let headers = match status {
            429 => json!({ "Retry-After": { "$ref": "#/components/headers/Retry-After" } }),
            _ => json!({}),
        };
        add(&status.to_string(), meaning(status), failure, headers);
    }
    add("5XX", "The emulator failed", schema("Failure"), json!({}));
    Value::Object(responses)
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request breaks a rule: ERR_BAD_REQUEST and others",
        401 => "No app, key or auth token, or an unknown one",
        403 => "The key's scope is too small, or the request comes from a foreign page",
        404 => "There is no such user, token, role or fault",
        408 => "The body did not arrive in time",
        413 => "The body is too large",
        429 => "Too many requests; only when rate limits are on",
        _ => "Failure",
    }
}
