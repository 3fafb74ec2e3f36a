//! The demo page: a folder of files served at `/`, next to the service's routes. The engine answers
//! the `config.json` that tells the page which emulator it comes from.

use std::io;
use std::path::{Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use tokio::fs;
use tower_http::services::fs::{
    Backend, DefaultServeDirFallback, ServeDir, TokioBackend, TokioFile,
};

use cometchat_emulator::PAGE_CONFIG;

/// What the page may do: run its own scripts and WebAssembly modules, start the one worker that its
/// policy `engine` allows, show images from anywhere, send requests to any server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self' data: http: https:; connect-src 'self' http: https:; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
    trusted-types engine; frame-ancestors 'none'";

/// The headers of every file.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// The folder of the page.
#[derive(Debug, Clone)]
pub struct Page(ServeDir<DefaultServeDirFallback, Within>);

impl Page {
    /// # Errors
    /// What to do, if there is no page in the folder.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let index: PathBuf = folder.join("index.html");
        if !index.is_file() {
            return Err(format!(
                "there is no page at {}: make it with `npm run build`",
                index.display()
            ));
        }
        let within = Within(folder.to_owned());
        let files = ServeDir::with_backend(folder, within)
            .precompressed_br()
            .precompressed_gzip();
        Ok(Page(files))
    }
}

/// The files of a folder. Symbolic links that lead outside of it count as missing.
#[derive(Debug, Clone)]
struct Within(PathBuf);

impl Within {
    /// The target of a path, if it is inside the folder.
    async fn real(self, path: PathBuf) -> io::Result<PathBuf> {
        // The folder may itself be a link, and point elsewhere after the next build.
        let folder = fs::canonicalize(&self.0).await?;
        let real = fs::canonicalize(path).await?;
        match real.starts_with(folder) {
            true => Ok(real),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Backend for Within {
    type File = TokioFile;
    type Metadata = std::fs::Metadata;
    type OpenFuture = BoxFuture<'static, io::Result<TokioFile>>;
    type MetadataFuture = BoxFuture<'static, io::Result<std::fs::Metadata>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let real = self.clone().real(path);
        Box::pin(async move { TokioBackend.open(real.await?).await })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let real = self.clone().real(path);
        Box::pin(async move { TokioBackend.metadata(real.await?).await })
    }
}

/// Serves a file if there is one, and passes all other requests on.
pub async fn serve(State(page): State<Page>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || path == PAGE_CONFIG || path.starts_with("/v3") || path.starts_with("/__emulator")
    {
        return next.run(request).await;
    }
    // A file with a hash of its contents in its name never changes.
    let cache = match path.starts_with("/assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut file_request = Request::new(axum::body::Body::empty());
    file_request.method_mut().clone_from(request.method());
    file_request.uri_mut().clone_from(request.uri());
    file_request.headers_mut().clone_from(request.headers());
    let Page(mut files) = page;
    let Ok(response) = files.try_call(file_request).await else {
        return next.run(request).await;
    };
    if response.status() == StatusCode::NOT_FOUND {
        return next.run(request).await;
    }
    let mut response = response.into_response();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
