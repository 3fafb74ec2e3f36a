//! The emulator's binary: reads the command line, listens, serves, stops.

use std::io::{IsTerminal, Read, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use cometchat_emulator::cli::{self, Args, LogFormat, LogLevel};
use cometchat_emulator::{Emulator, server};
use tokio::net::TcpListener;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The replies are made of many small texts, and this allocator is quicker at those.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    start_log(&args);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let code = match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    };
    // A thread that waits for standard input would keep the runtime from ending.
    runtime.shutdown_background();
    code
}

fn fail(message: &str) -> ExitCode {
    eprintln!("cometchat-emulator: {message}");
    ExitCode::FAILURE
}

async fn run(args: Args) -> Result<(), String> {
    let (host, port) = args.place();
    let listener = TcpListener::bind((host.as_str(), port))
        .await
        .map_err(|error| refused(&host, port, &error))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let emulator = Emulator::open(args.config(address))
        .await
        .map_err(|error| error.to_string())?;
    announce(&emulator, address);
    server::serve(listener, emulator.clone(), stop(args.exit_with_stdin)).await;
    emulator.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Says on standard output that the emulator is ready: the listener already takes connections.
fn announce(emulator: &Emulator, address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading: that is no reason to stop.
    let _ = out
        .write_all(cli::ready(emulator, address).as_bytes())
        .and_then(|()| out.flush());
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

fn start_log(args: &Args) {
    let level = match args.log_level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let layer = match args.log_format {
        LogFormat::Text => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(level))
        .init();
}

/// Ready when the emulator is to stop: on SIGINT, on SIGTERM, and if so asked for when standard
/// input is closed.
async fn stop(with_stdin: bool) {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    let stdin_closed = async {
        if !with_stdin {
            std::future::pending::<()>().await;
        }
        let closed = tokio::task::spawn_blocking(|| {
            let mut chunk = [0; 1024];
            while std::io::stdin().read(&mut chunk).is_ok_and(|read| read > 0) {}
        });
        let _ = closed.await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
        () = stdin_closed => {}
    }
}
