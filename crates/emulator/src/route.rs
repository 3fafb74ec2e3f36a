//! A route: its method, path, handler, and what the OpenAPI document says about it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{self, MethodFilter};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::emulator::Emulator;

/// A handler for one method on one path, relative to the prefix of its group.
pub struct Route {
    pub method: Method,
    filter: MethodFilter,
    pub path: &'static str,
    handler: AnyHandler,
    pub docs: RouteDocs,
}

/// A handler without its type, since the router repeats its own code for each type of handler.
#[derive(Clone)]
struct AnyHandler(Arc<Call>);

type Call = dyn Fn(Request, Emulator) -> BoxFuture<'static, Response> + Send + Sync;

impl AnyHandler {
    fn new<H: Handler<T, Emulator>, T: 'static>(handler: H) -> Self {
        AnyHandler(Arc::new(move |request, emulator| {
            handler.clone().call(request, emulator).boxed()
        }))
    }
}

impl Handler<(), Emulator> for AnyHandler {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, emulator: Emulator) -> Self::Future {
        (self.0)(request, emulator)
    }
}

/// What the OpenAPI document says about a route. Schemas are given by name.
#[derive(Debug, Clone, Copy)]
pub struct RouteDocs {
    pub id: &'static str,
    pub summary: &'static str,
    pub access: Access,
    /// The names of the query's parameters.
    pub query: &'static [&'static str],
    /// The schema of the request's body, if it has one.
    pub request: Option<&'static str>,
    pub response: ResponseSchema,
    /// Error statuses in addition to those of every route with this access.
    pub errors: &'static [u16],
}

/// The credential that a route requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The auth key or the REST API key.
    AnyKey,
    RestApiKey,
    RestApiKeyOrAuthToken,
    AuthToken,
    /// No credential.
    Anyone,
}

/// The body of a successful response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseSchema {
    /// `{"data": SCHEMA}`
    Data(&'static str),
    /// `{"data": [SCHEMA, …]}`
    List(&'static str),
    /// `SCHEMA`, without an envelope.
    Bare(&'static str),
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
                        filter: MethodFilter::$method,
                        handler: AnyHandler::new(handler),
                        docs: RouteDocs {
                            id,
                            summary,
                            access: Access::Anyone,
                            query: &[],
                            request: None,
                            response: ResponseSchema::Data("Done"),
                            errors: &[],
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
    pub fn access(mut self, access: Access) -> Self {
        self.docs.access = access;
        self
    }

    pub fn query(mut self, names: &'static [&'static str]) -> Self {
        self.docs.query = names;
        self
    }

    pub fn request(mut self, schema: &'static str) -> Self {
        self.docs.request = Some(schema);
        self
    }

    pub fn response(mut self, response: ResponseSchema) -> Self {
        self.docs.response = response;
        self
    }

    pub fn errors(mut self, statuses: &'static [u16]) -> Self {
        self.docs.errors = statuses;
        self
    }
}

/// Routes under the same prefixes.
pub struct Group {
    /// The prefix that the OpenAPI document shows, then its aliases.
    pub prefixes: &'static [&'static str],
    pub routes: Vec<Route>,
}

impl Group {
    /// A router of these routes under each prefix.
    pub fn router(self) -> Router<Emulator> {
        self.routes
            .into_iter()
            .fold(Router::new(), |router, route| {
                self.prefixes.iter().fold(router, |router, prefix| {
                    let path = format!("{prefix}{}", route.path);
                    router.route(&path, routing::on(route.filter, route.handler.clone()))
                })
            })
    }
}
