//! Listens and serves connections, with limits on how long a client may take to ask, until told to
//! stop; then lets every request that has begun come to its end.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::app;
use crate::emulator::Emulator;
use crate::faults::Hangup;

/// The largest head of a request, in bytes; a larger one is answered with 431.
const HEAD_BYTES: usize = 64 * 1024;

/// How long requests that have begun may take to end once the server is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Serves an emulator until `stop` is ready.
pub async fn serve(listener: TcpListener, emulator: Emulator, stop: impl Future<Output = ()>) {
    let read_timeout = emulator.settings.read_timeout;
    serve_router(listener, app::router(emulator), read_timeout, stop).await;
}

/// Serves any router until `stop` is ready. A client may take `read_timeout` to send a head.
pub async fn serve_router(
    listener: TcpListener,
    router: Router,
    read_timeout: Duration,
    stop: impl Future<Output = ()>,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request| {
        let reply = router.call(request);
        async move {
            let reply = match reply.await {
                Ok(reply) => reply,
                Err(never) => match never {},
            };
            // An error here makes hyper close the connection without a word.
            match reply.extensions().get::<Hangup>() {
                Some(_) => Err(io::Error::other("a fault asks to hang up")),
                None => Ok(reply),
            }
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        .max_buf_size(HEAD_BYTES)
        .pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(connections()));
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (accept(&listener).await, place)
        };
        let (stream, place) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        // Replies are small: they must not wait to be joined by more.
        let _ = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that goes away or asks for nonsense is no fault of ours.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopped before every request had ended");
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                // Mostly too many open files: some will be closed soon.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Whether only the one connection is at fault.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// How many connections are served at once: as many as the system lets us open files, less a few
/// for the database.
fn connections() -> usize {
    const WANTED: u64 = 16 * 1024;
    const RESERVED: u64 = 64;
    let files = rlimit::increase_nofile_limit(WANTED + RESERVED).unwrap_or(256);
    usize::try_from(files.saturating_sub(RESERVED).clamp(64, WANTED)).unwrap_or(64)
}
