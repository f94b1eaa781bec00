//! What the rotation of an API token writes beside its successor.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest;

use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Actor, DeclaredSingleUse, Event, EventKind, SingleUse, SingleUseKey, Token};
use jeton_model::store::{TokenChange, Write};

/// The entry by which only one successor can replace an API token.
pub(super) const SUCCESSION: DeclaredSingleUse = DeclaredSingleUse::new(21, "succession");

/// The member of a rotated token's details that names its successor.
pub const ROTATED_TO: &str = "rotated_to";

/// How long this entry is kept at least: longer than a request can take.
const LEAST: Duration = Duration::from_secs(3600);

/// The old token ends at `end` and names its successor; the entry is claimed, so that only one of several rotations succeeds.
pub(super) fn writes(old: &Arc<Token>, to: TokenId, end: Timestamp, by: &Actor, now: Timestamp) -> [Write; 3] {
    let mut details = old.details.as_deref().cloned().unwrap_or_default();
    details.other.insert(ROTATED_TO.to_owned(), to.get().into());
    let change = TokenChange { expires: Some(Some(end)), details: Some(Arc::new(details)), ..TokenChange::default() };
    let mut event = Event::new(EventKind::TokenAmended, now, Some(old.service), by.clone());
    event.token = Some(old.id);
    event.detail = Some(format!("rotated to {to}"));
    let place = SingleUse {
        kind: SUCCESSION.kind,
        key: SingleUseKey(digest::sha256(&old.id.get().to_be_bytes())),
        service: old.service,
        grant: None,
        expires: end.max(now + LEAST),
        used: Some(now),
        payload: Vec::new(),
    };
    [
        Write::AmendToken { id: old.id, change: Box::new(change) },
        Write::Event(Box::new(event)),
        Write::SingleUse(Box::new(place)),
    ]
}
