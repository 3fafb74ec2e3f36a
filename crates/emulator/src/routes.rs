//! The table of routes. The router and the OpenAPI document are both made from it, so neither can
//! have what the other lacks.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};

use crate::emulator::Emulator;
use crate::{auth_tokens, control, me, openapi, roles, users};

/// One operation: a method on a path below its group's prefix, and what is told of it.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    handler: MethodRouter<Emulator>,
    pub operation: Operation,
}

/// What the OpenAPI document tells of an operation. Schemas go by their names there.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub id: &'static str,
    pub summary: &'static str,
    pub opened_by: OpenedBy,
    /// Names of parameters in the query.
    pub query: &'static [&'static str],
    pub takes: Option<&'static str>,
    pub gives: Gives,
    /// Failures beyond those that every operation so opened can end in.
    pub fails: &'static [u16],
}

/// What opens an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenedBy {
    /// The auth key, or the REST API key.
    AnyKey,
    RestApiKey,
    RestApiKeyOrAuthToken,
    AuthToken,
    /// Needs nothing.
    Anyone,
}

/// What a success holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// `{"data": SCHEMA}`
    Data(&'static str),
    /// `{"data": [SCHEMA, …]}`
    List(&'static str),
    /// The whole body.
    Body(&'static str),
}

macro_rules! makers {
    ($($maker:ident $method:ident;)*) => {
        impl Route {
            $(
                pub fn $maker<H: Handler<T, Emulator>, T: 'static>(
                    path: &'static str,
                    handler: H,
                    id: &'static str,
                    summary: &'static str,
                ) -> Self {
                    Route {
                        method: Method::$method,
                        path,
                        handler: routing::$maker(handler),
                        operation: Operation {
                            id,
                            summary,
                            opened_by: OpenedBy::Anyone,
                            query: &[],
                            takes: None,
                            gives: Gives::Data("Done"),
                            fails: &[],
                        },
                    }
                }
            )*
        }
    };
}

makers! {
    get GET;
    post POST;
    put PUT;
    delete DELETE;
}

impl Route {
    pub fn opened_by(mut self, opened_by: OpenedBy) -> Self {
        self.operation.opened_by = opened_by;
        self
    }

    pub fn query(mut self, names: &'static [&'static str]) -> Self {
        self.operation.query = names;
        self
    }

    pub fn takes(mut self, schema: &'static str) -> Self {
        self.operation.takes = Some(schema);
        self
    }

    pub fn gives(mut self, gives: Gives) -> Self {
        self.operation.gives = gives;
        self
    }

    pub fn fails(mut self, statuses: &'static [u16]) -> Self {
        self.operation.fails = statuses;
        self
    }
}

/// Where a group of routes stands.
pub struct Group {
    /// The prefix that the document shows, and those that mean the same.
    pub prefixes: &'static [&'static str],
    pub routes: Vec<Route>,
}

/// The service's routes.
pub fn api() -> Group {
    Group {
        prefixes: &["/v3.0", "/v3"],
        routes: [
            users::routes(),
            auth_tokens::routes(),
            me::routes(),
            roles::routes(),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The emulator's own routes, for the one who runs it.
pub fn control() -> Group {
    Group {
        prefixes: &["/__emulator"],
        routes: control::routes(),
    }
}

/// The emulator's own routes, for anyone.
pub fn open() -> Group {
    Group {
        prefixes: &[""],
        routes: openapi::routes(),
    }
}

impl Group {
    /// A router of these routes, below each prefix.
    pub fn router(self) -> Router<Emulator> {
        self.routes
            .into_iter()
            .fold(Router::new(), |router, route| {
                self.prefixes.iter().fold(router, |router, prefix| {
                    let path = format!("{prefix}{}", route.path);
                    router.route(&path, route.handler.clone())
                })
            })
    }
}
