//! The signals of an operator.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::{Done, Failure};

/// SIGTERM, SIGINT and SIGHUP, listened for from the moment this is made: none of them kills a server that starts.
pub(super) struct Signals {
    term: Signal,
    int: Signal,
    /// The signal to read the configuration again, for the task that does it.
    pub(super) hangup: Option<Signal>,
}

impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> Done<Self> {
        let failed = |error| Failure::failed(format_args!("cannot listen for signals: {error}"));
        Ok(Self {
            term: signal(SignalKind::terminate()).map_err(failed)?,
            int: signal(SignalKind::interrupt()).map_err(failed)?,
            hangup: Some(signal(SignalKind::hangup()).map_err(failed)?),
        })
    }

    /// Ready when the server shall stop.
    pub(super) async fn stop(&mut self) {
        let name = tokio::select! {
            _ = self.term.recv() => "SIGTERM",
            _ = self.int.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping");
    }
}
