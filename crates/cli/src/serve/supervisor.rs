//! What the process that started the server is told of its state: systemd with `Type=notify`, or another one that sets
//! `NOTIFY_SOCKET` (sd_notify(3)). Without that variable nothing is sent.

use sd_notify::NotifyState;

/// Requests are answered.
pub(super) fn ready() {
    tell(NotifyState::Ready);
}

/// The configuration is read again, until [`ready`] is told.
pub(super) fn reloading() {
    tell(NotifyState::Reloading);
}

/// No more connections are accepted.
pub(super) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    // systemd 253 and later also wants to know when the reload began (`Type=notify-reload`).
    let began = matches!(state, NotifyState::Reloading).then(|| NotifyState::monotonic_usec_now().ok()).flatten();
    let states: Vec<_> = [state].into_iter().chain(began).collect();
    if let Err(error) = sd_notify::notify(&states) {
        tracing::warn!(%error, "the supervisor cannot be told the server's state");
    }
}
