//! What the benchmark measures the emulator against: the same framework, served in the same way,
//! with one route that does nothing. It ends when its standard input is closed.

use std::io::Read;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use cometchat_emulator_server::server;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("COMETCHAT_EMULATOR_HOST={}", listener.local_addr()?);
    let router = Router::new().fallback(any(|| async { "hello" }));
    let stop = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]).map(drop));
    let stop = async {
        let _ = stop.await;
    };
    server::serve_router(listener, router, Duration::from_secs(10), stop).await;
    Ok(())
}
