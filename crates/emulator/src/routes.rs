//! The table of routes. The router and the OpenAPI document are both built from it, so neither can
//! have a route that the other lacks.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header;

use crate::route::{Group, ResponseSchema, Route};
use crate::{auth_tokens, blocked_users, control, imports, me, openapi, roles, users};

/// The service's routes.
pub fn api() -> Group {
    Group {
        prefixes: &["/v3.0", "/v3"],
        routes: [
            users::routes(),
            imports::routes(),
            auth_tokens::routes(),
            blocked_users::routes(),
            me::routes(),
            roles::routes(),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The emulator's own routes, under `/__emulator`.
pub fn control() -> Group {
    Group {
        prefixes: &["/__emulator"],
        routes: control::routes(),
    }
}

/// The route that pages of any origin may read: it gives the OpenAPI document.
pub fn public(document: fn() -> Bytes) -> Group {
    let json = [(header::CONTENT_TYPE, "application/json")];
    let document = move || std::future::ready((json, document()));
    Group {
        prefixes: &[""],
        routes: vec![
            Route::get("/openapi.json", document, "getOpenApi", "This document")
                .response(ResponseSchema::Bare("Document")),
        ],
    }
}

/// The OpenAPI document, built at the first request because that is slow.
pub fn built_document() -> Bytes {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
        let groups = [api(), control(), public(built_document)];
        Bytes::from(openapi::document(&groups).to_string())
    });
    DOCUMENT.clone()
}
