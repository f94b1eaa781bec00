//! Limits for every write that an unauthenticated request causes.
//!
//! Such a write has a maximum size, a rate limit per address (IPv6: per /64), and there is a total for all of them. At
//! the total the oldest is removed. There is never a limit per public `client_id`: anybody can send it, so its users
//! would be locked out. Requests that an authenticated authorization server sends on have a rate limit and totals for each service
//! instead, and a total for all services together, at which the service with most gives way. Everything is kept for minutes, an hour at most, and then removed.
//!
//! The declaration of a kind of single-use entry says whether it may be written for unauthenticated callers
//! ([`DeclaredSingleUse::open_to_unauthenticated`]); by default it may not. Other writes of unauthenticated callers have their own
//! limits: registered clients (`crates/oauth/src/registration/quota.rs` and `crates/oauth/src/registration/rate_limits.rs`),
//! confirmation codes (`crates/people/src/confirmation/volume.rs`), reports of leaked tokens
//! (`crates/administration/src/api_tokens/reports.rs`). `docs/security.md` lists all.

mod kept;
mod rooms;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kept::KeptEntry;
use rooms::Rooms;

use crate::People;
use crate::rate_limit::{Allowance, LimitKey, Limited, RateLimiter, WhenFull};
use crate::refusals::REQUEST_PACE;
use jeton_ledger::refusals::plan_exceeded;
use jeton_ledger::request_source::{RequestSource, party};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, DeclaredSingleUse, SingleUse, SingleUseKind, UnauthenticatedLimit};
use jeton_model::refusals::REQUEST_TOO_LARGE;
use jeton_model::store::{Command, Outcome, Write};

/// The size of a row in addition to its payload, in bytes.
const BESIDE: u64 = 256;
/// The unit of the rate limits, in bytes.
const UNIT: u64 = 1024;
/// Of an address: 1 MiB at once, then 16 KiB a second.
const OF_ADDRESS: Allowance = Allowance { burst: 1024, refill: Duration::from_millis(62) };
/// For an authenticated client: 64 MiB at once, then 1 MiB a second.
const OF_CLIENT: Allowance = Allowance { burst: 64 * 1024, refill: Duration::from_millis(1) };
/// The largest payload for an authenticated client, in bytes.
const LARGEST_OF_CLIENT: usize = 32 * 1024;
/// How many addresses and clients are remembered.
const REMEMBERED: usize = 10_000;
/// How long after its end an entry may still be in the store.
const SWEPT: Duration = Duration::from_secs(300);

/// The limits of each kind of single-use entry for unauthenticated callers. A kind that is not in it is not written for
/// them.
#[derive(Clone, Debug, Default)]
pub struct UnauthenticatedLimits(HashMap<SingleUseKind, UnauthenticatedLimit>);

impl UnauthenticatedLimits {
    /// As these kinds are declared.
    #[must_use]
    pub fn of(kinds: impl IntoIterator<Item = DeclaredSingleUse>) -> Self {
        Self(kinds.into_iter().filter_map(|declared| Some((declared.kind, declared.unauthenticated?))).collect())
    }

    /// With another total, in bytes, of a kind that is open to unauthenticated callers.
    #[must_use]
    pub fn with_total(mut self, of: DeclaredSingleUse, total: u64) -> Self {
        if let Some(limit) = self.0.get_mut(&of.kind) {
            limit.total = total;
        }
        self
    }

    /// Whether these entries may be written together for an unauthenticated caller, and the limits of the first one's
    /// kind, as which they are counted. `None`: only for a caller with a valid credential (a client's secret, a
    /// person's session, a token, a code, a ticket), or within other limits.
    fn open(&self, entries: &[SingleUse]) -> Option<UnauthenticatedLimit> {
        let all = entries.iter().all(|entry| self.0.contains_key(&entry.kind));
        entries.first().filter(|_| all).and_then(|first| self.0.get(&first.kind)).copied()
    }
}

/// For which caller something is written.
#[derive(Clone, Copy, Debug)]
pub enum WrittenFor<'a> {
    /// For an unauthenticated caller.
    Unauthenticated(&'a RequestSource),
    /// For an authenticated client.
    Client(ClientKey),
}

impl<'a> WrittenFor<'a> {
    /// For a client that authenticated by its method. A public one has proven nothing, nor has one that anybody could register.
    pub fn of(client: &Client, origin: &'a RequestSource) -> Self {
        let unauthenticated = client.is_public() || client.registered_from.is_some();
        if unauthenticated { Self::Unauthenticated(origin) } else { Self::Client(client.key) }
    }
}

/// What was written for unauthenticated callers, as far as this node knows.
pub(crate) struct UnauthenticatedWrites {
    of_address: RateLimiter,
    of_client: RateLimiter,
    kept: Mutex<HashMap<SingleUseKind, Rooms>>,
    limits: UnauthenticatedLimits,
}

/// What removes entries.
fn drops(entries: &[KeptEntry]) -> impl Iterator<Item = Write> {
    let names = entries.iter().flat_map(|entry| &entry.names);
    names.map(|(kind, key)| Write::DropSingleUse { kind: *kind, key: *key })
}

impl UnauthenticatedWrites {
    /// Nothing yet.
    pub(crate) fn new(limits: UnauthenticatedLimits) -> Self {
        let limiter = |allowance| RateLimiter::new(allowance, REMEMBERED, WhenFull::Forgive);
        Self { of_address: limiter(OF_ADDRESS), of_client: limiter(OF_CLIENT), kept: Mutex::default(), limits }
    }

    /// Takes this many bytes of the limit of the request's address, or of the authorization server that sends it on.
    fn take_of_address(&self, origin: &RequestSource, bytes: u64, now: Timestamp) -> Result<(), Limited> {
        if let Some(service) = origin.sent_on_by {
            let key = LimitKey::of(&[b"service", &service.get().to_be_bytes()]);
            return self.of_client.take(key, bytes.div_ceil(UNIT), now);
        }
        self.of_address.take(LimitKey::of(&[party(origin.addr).as_bytes()]), bytes.div_ceil(UNIT), now)
    }

    /// Takes this many bytes of the limit of an authenticated client.
    fn take_of_client(&self, client: ClientKey, bytes: u64, now: Timestamp) -> Result<(), Limited> {
        self.of_client.take(LimitKey::of(&[&client.get().to_be_bytes()]), bytes.div_ceil(UNIT), now)
    }

    fn with<T>(&self, kind: SingleUseKind, change: impl FnOnce(&mut Rooms) -> T) -> T {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        change(kept.entry(kind).or_default())
    }
}

impl People {
    /// Writes entries for a caller, within the caller's limits.
    ///
    /// # Errors
    /// [`REQUEST_TOO_LARGE`], [`REQUEST_PACE`], or the store fails.
    pub async fn write_for(&self, caller: WrittenFor<'_>, entries: Vec<SingleUse>) -> Result<Outcome, Refusal> {
        let now = self.ledger.now();
        let bytes = entries.iter().map(|entry| entry.payload.len() as u64 + BESIDE).sum::<u64>();
        let first = entries.first().ok_or_else(|| plan_exceeded("entries"))?.kind;
        let bounds = self.unauthenticated.limits.open(&entries).ok_or_else(|| plan_exceeded("stranger"))?;
        let (largest, paced) = match caller {
            WrittenFor::Unauthenticated(origin) => {
                (bounds.largest, self.unauthenticated.take_of_address(origin, bytes, now))
            }
            WrittenFor::Client(client) => (LARGEST_OF_CLIENT, self.unauthenticated.take_of_client(client, bytes, now)),
        };
        if entries.iter().any(|entry| entry.payload.len() > largest) {
            return Err(REQUEST_TOO_LARGE);
        }
        paced.map_err(|limited| too_fast(limited, now))?;
        let WrittenFor::Unauthenticated(origin) = caller else {
            let writes = entries.into_iter().map(|entry| Write::SingleUse(Box::new(entry))).collect();
            return self.ledger.apply(Command::of(writes)).await;
        };
        let must_go =
            self.unauthenticated.with(first, |all| all.make_room(origin.sent_on_by, bytes, bounds.total, now));
        let kept = KeptEntry {
            by: origin.sent_on_by,
            of: None,
            names: entries.iter().map(|entry| (entry.kind, entry.key)).collect(),
            bytes,
            gone: entries.iter().map(|entry| entry.expires).max().unwrap_or(now) + SWEPT,
        };
        let written = entries.into_iter().map(|entry| Write::SingleUse(Box::new(entry)));
        let outcome = self.ledger.apply(Command::of(drops(&must_go).chain(written).collect())).await;
        self.unauthenticated.with(first, |all| match &outcome {
            Ok(Outcome::Done { .. }) => all.add(kept),
            Ok(Outcome::Lost(_)) | Err(_) => all.put_back(must_go),
        });
        outcome
    }

    /// Permits an entry that another command writes, within the same size, rate and total; what must be removed for it
    /// is removed before this returns. It counts also if that command fails. `of`: the client that alone can cause such
    /// entries, since it is authenticated: at the total, entries of the client with most are removed first.
    ///
    /// # Errors
    /// As [`Self::write_for`].
    pub async fn admit_for(
        &self,
        origin: &RequestSource,
        of: Option<ClientKey>,
        entry: &SingleUse,
    ) -> Result<(), Refusal> {
        let (now, kind) = (self.ledger.now(), entry.kind);
        let bounds =
            self.unauthenticated.limits.open(std::slice::from_ref(entry)).ok_or_else(|| plan_exceeded("stranger"))?;
        if entry.payload.len() > bounds.largest {
            return Err(REQUEST_TOO_LARGE);
        }
        let bytes = entry.payload.len() as u64 + BESIDE;
        self.unauthenticated.take_of_address(origin, bytes, now).map_err(|limited| too_fast(limited, now))?;
        let by = origin.sent_on_by;
        let kept = KeptEntry { by, of, names: vec![(kind, entry.key)], bytes, gone: entry.expires + SWEPT };
        let must_go = self.unauthenticated.with(kind, |all| {
            let must_go = all.make_room(by, bytes, bounds.total, now);
            all.add(kept);
            must_go
        });
        if must_go.is_empty() {
            return Ok(());
        }
        let dropped = self.ledger.apply(Command::of(drops(&must_go).collect())).await;
        if dropped.is_err() {
            self.unauthenticated.with(kind, |all| all.put_back(must_go));
        }
        dropped.map(drop)
    }
}

fn too_fast(limited: Limited, now: Timestamp) -> Refusal {
    REQUEST_PACE.wait(limited.wait(now))
}
