//! The demo page: a folder of files that is served at `/`, beside the service's routes, and the
//! `config.json` by which the page finds the emulator that it comes from.

use std::path::{Path, PathBuf};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

use crate::control;
use crate::emulator::Emulator;

/// Where the page asks what to connect to. A file of this name in the folder is for other web hosts.
pub const CONFIG: &str = "/config.json";

/// What the page may do: run its own scripts and the WebAssembly module, show pictures from
/// anywhere, ask any server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: http: https:; connect-src 'self' http: https:; base-uri 'none'; \
    form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; \
    frame-ancestors 'none'";

/// Headers of every file.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// A folder with a page in it.
#[derive(Debug, Clone)]
pub struct Page(ServeDir);

impl Page {
    /// # Errors
    /// What to do, when there is no page in the folder.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let index: PathBuf = folder.join("index.html");
        if !index.is_file() {
            return Err(format!(
                "there is no page at {}: make it with `npm run build`",
                index.display()
            ));
        }
        let files = ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip();
        Ok(Page(files))
    }
}

/// Answers with a file where there is one, and passes on what is not about files.
pub async fn serve(State(page): State<Page>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || path == CONFIG || path.starts_with("/v3") || path.starts_with("/__emulator") {
        return next.run(request).await;
    }
    // A file whose name holds a hash of its contents never changes.
    let cache = match path.starts_with("/assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut asked = Request::new(axum::body::Body::empty());
    asked.method_mut().clone_from(request.method());
    asked.uri_mut().clone_from(request.uri());
    asked.headers_mut().clone_from(request.headers());
    let Page(mut files) = page;
    let Ok(found) = files.try_call(asked).await else {
        return next.run(request).await;
    };
    if found.status() == StatusCode::NOT_FOUND {
        return next.run(request).await;
    }
    let mut response = found.into_response();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// The `config.json` of a page that comes from the emulator itself.
pub async fn config(State(emulator): State<Emulator>) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (no_store, Json(control::apps(&emulator))).into_response()
}
