//! What ends the program: SIGINT, SIGTERM and, if wanted, the end of standard input.

use std::io::{self, Read};

use tokio::sync::oneshot;

/// Listens from the moment it is created, so that a signal during the start is not missed.
pub struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    stdin: Option<oneshot::Receiver<()>>,
}

impl Stop {
    /// # Errors
    /// If the system does not let us handle signals.
    pub fn listen(with_stdin: bool) -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Stop {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(windows)]
            interrupt: tokio::signal::windows::ctrl_c()?,
            stdin: with_stdin.then(watch_stdin),
        })
    }

    /// Waits for the first of them. Can be called again after the future was dropped.
    pub async fn wait(&mut self) {
        let stdin_closed = async {
            match &mut self.stdin {
                Some(closed) => drop(closed.await),
                None => std::future::pending().await,
            }
        };
        #[cfg(unix)]
        let terminated = self.terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = terminated => {}
            () = stdin_closed => {}
        }
    }
}

/// Reads standard input to its end, on a thread because the read blocks and cannot be cancelled.
fn watch_stdin() -> oneshot::Receiver<()> {
    let (sender, closed) = oneshot::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 1024];
        while io::stdin().read(&mut chunk).is_ok_and(|read| read > 0) {}
        let _ = sender.send(());
    });
    closed
}
