//! The emulator's program: reads the command line, opens the database, listens, serves, stops.

use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use cometchat_emulator::Emulator;
use cometchat_emulator_server::cli::{self, Args};
use cometchat_emulator_server::page::Page;
use cometchat_emulator_server::stop::Stop;
use cometchat_emulator_server::{log, server, start};
use tokio::net::TcpSocket;

/// How long each of these may hold up the end: opening or closing the database, and the log's
/// reader.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// Responses consist of many small allocations, at which this allocator is faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    let log = log::start(args.log_level, args.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let result = runtime.block_on(run(args));
    // Some threads may be blocked for good, such as the one that prints to a full pipe.
    runtime.shutdown_background();
    log.flush(LAST_WAIT);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("cometchat-emulator: {message}");
    ExitCode::FAILURE
}

async fn run(args: Args) -> Result<(), String> {
    let mut stop = Stop::listen(args.exit_with_stdin)
        .map_err(|error| format!("cannot handle signals: {error}"))?;
    let page = args.page_folder().map(Page::open).transpose()?;
    let (host, port) = args.host_and_port();
    let socket = bind(&host, port)
        .await
        .map_err(|error| refused(&host, port, &error))?;
    let address = socket.local_addr().map_err(|error| error.to_string())?;
    let database = args.database();
    let mut opening = pin!(start::start(args.config(address), &database));
    let (opened, stopped) = tokio::select! {
        biased;
        opened = &mut opening => (opened, false),
        // Stopped while starting; if the start is about to fail, say why all the same.
        () = stop.wait() => match tokio::time::timeout(LAST_WAIT, opening).await {
            Ok(opened) => (opened, true),
            Err(_) => return Ok(()),
        },
    };
    let emulator = opened.map_err(|error| error.to_string())?;
    if stopped {
        emulator.close().await;
        return Ok(());
    }
    // Only now: a client that finds the port open finds an emulator that works.
    let listener = socket
        .listen(BACKLOG)
        .map_err(|error| refused(&host, port, &error))?;
    announce(&emulator, address);
    server::serve(listener, emulator.clone(), page, stop.wait()).await;
    // All acknowledged changes are committed, so a slow close loses nothing.
    let _ = tokio::time::timeout(LAST_WAIT, emulator.close()).await;
    tracing::info!("stopped");
    Ok(())
}

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Reserves a port without listening on it yet.
async fn bind(host: &str, port: u16) -> std::io::Result<TcpSocket> {
    let mut last = None;
    for address in tokio::net::lookup_host((host, port)).await? {
        let bound = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }
        .and_then(|socket| {
            // On Windows this would take the port away from another program.
            socket.set_reuseaddr(cfg!(unix))?;
            socket.bind(address)?;
            Ok(socket)
        });
        match bound {
            Ok(socket) => return Ok(socket),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| std::io::Error::other("the host name has no address")))
}

/// Prints the ready block; the listener already accepts connections. It uses another thread because
/// nobody may be reading.
fn announce(emulator: &Emulator, address: SocketAddr) {
    let ready = cli::ready(emulator, address);
    tokio::task::spawn_blocking(move || {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(ready.as_bytes()).and_then(|()| out.flush());
    });
}

fn refused(host: &str, port: u16, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "port {port} on {host} is taken, perhaps by another emulator; stop that, or choose \
             another with --port (0 takes any free one)"
        ),
        _ => format!("cannot listen on {host} port {port}: {error}"),
    }
}
