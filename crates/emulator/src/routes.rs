//! The table of routes. The router and the OpenAPI document are both made from it, so neither can
//! have what the other lacks.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};

use crate::emulator::Emulator;
use crate::{auth_tokens, control, me, roles, users};

/// One operation: a method on a path below the API's version, or below `/__emulator`.
pub struct Route {
    #[expect(dead_code, reason = "the OpenAPI document is to be made from it")]
    pub method: Method,
    pub path: &'static str,
    handler: MethodRouter<Emulator>,
}

macro_rules! makers {
    ($($maker:ident $method:ident;)*) => {
        impl Route {
            $(
                pub fn $maker<H: Handler<T, Emulator>, T: 'static>(
                    path: &'static str,
                    handler: H,
                ) -> Self {
                    Route { method: Method::$method, path, handler: routing::$maker(handler) }
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

/// The service's routes, which stand below `/v3` and `/v3.0`.
pub fn api() -> Vec<Route> {
    [
        users::routes(),
        auth_tokens::routes(),
        me::routes(),
        roles::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The emulator's own routes, which stand below `/__emulator`.
pub fn control() -> Vec<Route> {
    control::routes()
}

/// A router of these routes.
pub fn router(routes: Vec<Route>) -> Router<Emulator> {
    routes.into_iter().fold(Router::new(), |router, route| {
        router.route(route.path, route.handler)
    })
}
