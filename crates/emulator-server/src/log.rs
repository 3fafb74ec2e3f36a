//! The log: lines on standard error, written by a thread of their own. A request never waits for
//! the log's reader; lines that do not fit the buffer are dropped, and the log says how many.

use std::io::{self, IsTerminal, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::{LogFormat, LogLevel};

/// The size of the buffer, in bytes.
const BUFFER_BYTES: usize = 1024 * 1024;

/// How long the thread waits for more lines after the first. Waking it for each line would cost a
/// request more than the line itself.
const GATHERING: Duration = Duration::from_millis(5);

/// Starts the log. Panics are logged as well: the standard hook would block while nobody reads.
pub fn start(level: LogLevel, format: LogFormat) -> Log {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || writer.clone())
        .with_ansi(io::stderr().is_terminal());
    let layer = match format {
        LogFormat::Text => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(level))
        .init();
    let of_thread = log.clone();
    std::thread::spawn(move || of_thread.write_out(io::stderr()));
    if level >= LevelFilter::ERROR {
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
    log
}

/// The lines that are not written yet. A clone is the same log.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<Pending>,
    /// Something is pending.
    filled: Condvar,
    /// Nothing is pending any more.
    written: Condvar,
}

#[derive(Debug, Default)]
struct Pending {
    lines: Vec<u8>,
    dropped: u64,
    /// The thread has taken lines and is writing them.
    writing: bool,
}

impl Log {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Every change is a single step, so a panic leaves nothing half done.
        self.0
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all lines are written, but no longer than `limit`: nobody may be reading.
    pub fn flush(&self, limit: Duration) {
        let pending = self.pending();
        let unfinished = |pending: &mut Pending| pending.writing || !pending.lines.is_empty();
        let _ = self
            .0
            .written
            .wait_timeout_while(pending, limit, unfinished);
    }

    /// Writes lines as they come. It may block, since it has its own thread.
    fn write_out(&self, mut out: impl Write) {
        let mut lines = Vec::new();
        loop {
            let idle = |pending: &mut Pending| pending.lines.is_empty();
            let pending = self.0.filled.wait_while(self.pending(), idle);
            drop(pending);
            std::thread::sleep(GATHERING);
            let mut pending = self.pending();
            lines.clear();
            mem::swap(&mut lines, &mut pending.lines);
            let dropped = mem::take(&mut pending.dropped);
            pending.writing = true;
            drop(pending);
            // If this fails, there is nowhere left to report it.
            let _ = out.write_all(&lines).and_then(|()| out.flush());
            if dropped > 0 {
                tracing::warn!(
                    dropped,
                    "lines of the log were dropped: they came faster than they were read"
                );
            }
            self.pending().writing = false;
            self.0.written.notify_all();
        }
    }
}

/// `tracing_subscriber` calls it once per line.
impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut pending = self.pending();
        let was_empty = pending.lines.is_empty();
        if pending.lines.len() + line.len() > BUFFER_BYTES {
            pending.dropped += 1;
        } else {
            pending.lines.extend_from_slice(line);
        }
        drop(pending);
        if was_empty {
            self.0.filled.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
