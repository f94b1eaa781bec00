//! The state of one connection: a few atomics, and its account, which the sweep over all connections reads.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::account::{Account, BodyOf};

/// To finish what runs, and then close.
pub(super) const DRAINING: u8 = 0b001;
/// To close, unless a request has just begun.
pub(super) const QUIET: u8 = 0b010;
/// To close whatever is running.
pub(super) const CLOSED: u8 = 0b100;

/// Bytes that a client may send before its first request, and in addition to each request: control frames, headers,
/// settings.
const BESIDE: i64 = 128 * 1024;

/// At most this many unused allowances are kept.
const SAVED: i64 = 100;

/// So many more requests may be taken back on one connection than answers are taken whole.
const ABANDONED: u32 = 200;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// The instructions to it, as a set of bits.
    signals: AtomicU8,
    /// Requests that have no answer yet, or whose answer is not yet wholly handed over.
    running: AtomicU32,
    /// The account of its client.
    account: Account,
    /// Counts requests that began or ended.
    changes: AtomicU64,
    /// How many more bytes the client may send.
    allowance: AtomicI64,
    /// What one request adds to it.
    for_a_request: i64,
    /// Requests that the client took back, before or while they were answered, less those whose answer it has taken whole.
    abandoned: AtomicU32,
    /// Whether anything was ever written.
    spoken: AtomicBool,
    /// Whether written bytes wait for the client to read.
    blocked: AtomicBool,
    /// Whether bytes have arrived since the last request began or ended: a part of the next one's headers.
    head_begun: AtomicBool,
    /// HTTP/2 sends frames between requests, so `head_begun` means nothing there.
    http2: AtomicBool,
    waker: OnceLock<Waker>,
}

impl Connection {
    /// With these instructions already, and with requests whose bodies have at most this many bytes.
    pub(super) fn new(signals: u8, max_body: usize) -> Self {
        // Twice the body: it may arrive in small frames, each with its own header.
        let for_a_request = i64::try_from(max_body).unwrap_or(i64::MAX / 1000).saturating_mul(2).saturating_add(BESIDE);
        Self {
            signals: AtomicU8::new(signals),
            running: AtomicU32::new(0),
            account: Account::default(),
            changes: AtomicU64::new(0),
            allowance: AtomicI64::new(BESIDE),
            for_a_request,
            abandoned: AtomicU32::new(0),
            spoken: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            head_begun: AtomicBool::new(false),
            http2: AtomicBool::new(false),
            waker: OnceLock::new(),
        }
    }

    /// This many bytes arrived. False: more than its requests can need, so the client floods the server with frames
    /// that request nothing.
    pub(super) fn received(&self, bytes: usize) -> bool {
        self.head_begun.store(true, Ordering::Relaxed);
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.allowance.fetch_sub(bytes, Ordering::Relaxed) >= bytes
    }

    /// Bytes were taken by the system.
    pub(super) fn sent(&self) {
        self.spoken.store(true, Ordering::Relaxed);
    }

    /// Whether what was written waits for the client to read.
    pub(super) fn block(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
    }

    pub(super) fn begin_request(&self, http2: bool) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Relaxed);
        let most = self.for_a_request.saturating_mul(SAVED);
        let left = self.allowance.fetch_add(self.for_a_request, Ordering::Relaxed);
        if left > most {
            self.allowance.fetch_sub(self.for_a_request, Ordering::Relaxed);
        }
        self.head_begun.store(false, Ordering::Relaxed);
        self.http2.store(http2, Ordering::Relaxed);
    }

    /// The client took a request back before it was answered. Who does that all the time has us work for nothing.
    pub(super) fn abandon_request(&self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Relaxed);
        self.taken_back();
    }

    fn taken_back(&self) {
        if self.abandoned.fetch_add(1, Ordering::Relaxed) >= ABANDONED {
            self.tell(CLOSED);
        }
    }

    /// A request has its answer, whose transfer begins. Returns the number of its entry in the account, if it has a
    /// body.
    pub(super) fn begin_answer(&self, has_body: bool) -> Option<u64> {
        has_body.then(|| self.account.begin(BodyOf::Answer, Instant::now()))
    }

    /// The answer is given to the protocol, which may still hold chunks of it.
    pub(super) fn gave_answer(&self) {
        self.head_begun.store(false, Ordering::Relaxed);
    }

    /// The client has taken the answer whole, or will never do so.
    pub(super) fn end_answer(&self, transfer: Option<u64>, whole: bool) {
        if let Some(transfer) = transfer {
            self.account.end(transfer, whole, Instant::now());
            if whole {
                let less = |count: u32| count.checked_sub(1);
                let _ = self.abandoned.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
            } else {
                self.taken_back();
            }
        }
        self.changes.fetch_add(1, Ordering::Relaxed);
        self.running.fetch_sub(1, Ordering::Relaxed);
    }

    /// A request waits for its body. Returns the number of its entry in the account.
    pub(super) fn begin_body(&self) -> u64 {
        self.account.begin(BodyOf::Request, Instant::now())
    }

    /// The body is complete, or is no longer needed.
    pub(super) fn end_body(&self, transfer: u64, whole: bool) {
        self.account.end(transfer, whole, Instant::now());
    }

    /// Bytes of an entry were transferred.
    pub(super) fn moved(&self, transfer: u64, bytes: usize) {
        self.account.moved(transfer, bytes);
    }

    /// Whether the client reads its answers too slowly: one of them, or all together.
    pub(super) fn is_late(&self, now: Instant, limit: Duration) -> bool {
        self.account.is_late(now, limit)
    }

    /// How long the client has kept the server waiting, if it does so now.
    pub(super) fn kept_waiting(&self, now: Instant) -> Option<Duration> {
        self.account.kept_waiting(now)
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed) > 0
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }

    /// A number that changes with every request that begins or ends.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Whether the client has begun to send something, and not finished.
    pub(super) fn owes_head(&self) -> bool {
        !self.spoken.load(Ordering::Relaxed)
            || self.head_begun.load(Ordering::Relaxed) && !self.http2.load(Ordering::Relaxed)
    }

    /// Takes the waker of the connection's task, once: it is the same for the whole life of a spawned task.
    pub(super) fn woken_by(&self, waker: &Waker) {
        if self.waker.get().is_none() {
            let _ = self.waker.set(waker.clone());
            // With the fence in `tell`: either `tell` sees the waker, or the connection sees the instruction.
            fence(Ordering::SeqCst);
        }
    }

    /// The instructions to it.
    pub(super) fn signals(&self) -> u8 {
        self.signals.load(Ordering::Acquire)
    }

    /// Whether it was told to close, and is closing.
    pub(super) fn is_leaving(&self) -> bool {
        self.signals() & (QUIET | CLOSED) != 0
    }

    /// Takes back that it is quiet.
    pub(super) fn not_quiet(&self) {
        self.signals.fetch_and(!QUIET, Ordering::AcqRel);
    }

    pub(super) fn tell(&self, what: u8) {
        let before = self.signals.fetch_or(what, Ordering::AcqRel);
        fence(Ordering::SeqCst);
        if before & what == 0
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }
}
