//! Attempts to deliver a notice to somebody else's server: when the next one is due, and which node makes it.

use std::time::Duration;

use jeton_jose::digest::sha256;
use jeton_ledger::ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::store::{Command, Outcome, Precondition};

/// The time limit of one attempt.
pub const BUDGET: Duration = Duration::from_secs(5);

/// The waits between attempts.
const WAITS: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(75 * 60),
];
/// How long an attempt is reserved for one node.
const LEASE: Duration = Duration::from_secs(30);

/// How long to wait after an attempt failed that `earlier` others preceded; none: give the notice up, about two hours after the
/// first attempt.
#[must_use]
pub fn wait_after(earlier: u32) -> Option<Duration> {
    usize::try_from(earlier).ok().and_then(|earlier| WAITS.get(earlier)).copied()
}

/// Reserves an attempt for this node; false when another node makes it. `name`: which notice, and which attempt.
///
/// # Errors
/// When the store fails.
pub async fn is_ours(
    ledger: &Ledger,
    kind: DeclaredSingleUse,
    service: ServiceId,
    name: &str,
) -> Result<bool, Refusal> {
    let now = ledger.now();
    let claim = SingleUse {
        kind: kind.kind,
        key: SingleUseKey(sha256(name.as_bytes())),
        service,
        grant: None,
        expires: now + LEASE,
        used: Some(now),
        payload: Vec::new(),
    };
    let when = Some(Precondition::Claim(Box::new(claim)));
    let outcome = ledger.apply(Command { when, writes: Vec::new() }).await?;
    Ok(matches!(outcome, Outcome::Done { .. }))
}
