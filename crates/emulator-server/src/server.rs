//! Accepts and serves connections, with limits on how long a client may take to send a request and
//! to read the response, until told to stop; then lets requests in progress finish.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::{Router, middleware};
use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutWriter;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use cometchat_emulator::{Emulator, Ending, LONGEST_WAIT_MS, app};

use crate::page::{self, Page};

/// The largest request head, in bytes; a larger one is answered with 431.
const HEAD_BYTES: usize = 64 * 1024;

/// How long requests in progress may take once the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// How much a client may still send, and for how long, after the last response. Closing the
/// connection earlier would reset it, and the client could lose the response.
const LINGER_BYTES: usize = 4 * 1024 * 1024;
const LINGER: Duration = Duration::from_millis(500);

/// Serves an emulator, and its demo page if there is one, until `stop` is ready.
pub async fn serve(
    listener: TcpListener,
    emulator: Emulator,
    page: Option<Page>,
    stop: impl Future<Output = ()>,
) {
    let client_timeout = emulator.settings.read_timeout;
    let stopping = emulator.stopping.clone();
    let stop = async {
        stop.await;
        stopping.cancel();
    };
    let mut router = app::router(emulator);
    if let Some(page) = page {
        router = router.layer(middleware::from_fn_with_state(page, page::serve));
    }
    serve_router(listener, router, client_timeout, stop).await;
}

/// Serves any router until `stop` is ready. A client may take `client_timeout` to send a head, and
/// may leave a response unread for as long.
pub async fn serve_router(
    listener: TcpListener,
    router: Router,
    client_timeout: Duration,
    stop: impl Future<Output = ()>,
) {
    let router = TowerToHyperService::new(router);
    let stopping = CancellationToken::new();
    let stalling = stopping.clone();
    let service = service_fn(move |request| {
        let reply = router.call(request);
        let waiting = stalling.clone();
        async move {
            let reply = match reply.await {
                Ok(reply) => reply,
                Err(never) => match never {},
            };
            match reply.extensions().get::<Ending>() {
                // An error makes hyper close the connection without a response.
                Some(Ending::Hangup) => Err(io::Error::other("a fault asks to hang up")),
                Some(Ending::Stall) => Ok(reply.map(|body| stalled(body, waiting))),
                None => Ok(reply),
            }
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(client_timeout)
        .max_buf_size(HEAD_BYTES)
        // A client that has closed its sending side may still be reading.
        .half_close(true)
        // Responses are small: copying head and body together is cheaper than sending two buffers.
        .writev(false);
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(most_connections()));
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (accept(&listener).await, permit)
        };
        let (stream, permit) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let served = serve_connection(
            stream,
            http.clone(),
            service.clone(),
            client_timeout,
            // With a token of its own, a connection does not compete with the others for a lock.
            stopping.child_token(),
        );
        connections.spawn(async move {
            served.await;
            drop(permit);
        });
    }
    drop(listener);
    stopping.cancel();
    connections.close();
    if tokio::time::timeout(GRACE, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!("stopped before every request had ended");
    }
}

/// A body after which nothing follows until the server stops.
fn stalled(body: Body, stopping: CancellationToken) -> Body {
    let end = async move {
        let longest = Duration::from_millis(LONGEST_WAIT_MS.into());
        let _ = tokio::time::timeout(longest, stopping.cancelled()).await;
        Err(axum::Error::new("a fault has stalled the reply"))
    };
    Body::from_stream(body.into_data_stream().chain(stream::once(end)))
}

/// Serves one connection until it ends.
async fn serve_connection<S>(
    stream: TcpStream,
    http: http1::Builder,
    service: S,
    write_timeout: Duration,
    stopping: CancellationToken,
) where
    S: HttpService<Incoming, ResBody = axum::body::Body>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // Responses are small and must not wait to be joined by more.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(write_timeout));
    let mut connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
    let served = tokio::select! {
        served = &mut connection => served,
        () = stopping.cancelled() => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let may_be_reading = match &served {
        Ok(()) => true,
        // A client that goes away or sends nonsense is not our fault.
        Err(error) => {
            tracing::debug!(%error, "a connection ended early");
            error.is_parse()
        }
    };
    if may_be_reading && !stopping.is_cancelled() {
        linger(connection.into_parts().io.into_inner()).await;
    }
}

/// Discards what a client still sends, until it closes its side as well.
async fn linger(mut stream: impl AsyncRead + Unpin) {
    let drained = async {
        let mut chunk = vec![0; 16 * 1024];
        let mut total = 0;
        while total < LINGER_BYTES {
            match stream.read(&mut chunk).await {
                Ok(read) if read > 0 => total += read,
                _ => break,
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, drained).await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                // Usually too many open files; some will soon be closed.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Whether only this connection failed.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// How many connections are served at once: as many as the system's limit on open files allows,
/// minus some for the database.
fn most_connections() -> usize {
    const WANTED: u64 = 16 * 1024;
    const RESERVED: u64 = 64;
    let files = rlimit::increase_nofile_limit(WANTED + RESERVED).unwrap_or(256);
    usize::try_from(files.saturating_sub(RESERVED).clamp(64, WANTED)).unwrap_or(64)
}
