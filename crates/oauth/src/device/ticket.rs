//! The content of the device page: only the session it was shown in can answer it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Question;
use crate::OAuth;
use jeton_ledger::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::SingleUseKey;
use jeton_people::Session;

/// How long the page may stay open.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
const SEALED_FOR: &[u8] = b"device page";

/// The page's state.
#[derive(Serialize, Deserialize)]
pub struct DeviceTicket {
    service: ServiceId,
    session: TokenId,
    code: [u8; 32],
    expires: Timestamp,
}

impl DeviceTicket {
    /// The text for a page about to be shown.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal(oauth: &OAuth, service: ServiceId, session: &Session, question: &Question) -> Result<String, Refusal> {
        let ticket =
            Self { service, session: session.token.id, code: question.key.0, expires: oauth.ledger.now() + LIFETIME };
        oauth.ledger.secrets().seal_for_page(SEALED_FOR, &ticket)
    }

    /// Opens the text that a page sent back: the user code's entry.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged, expired, or another session's.
    pub fn open(oauth: &OAuth, service: ServiceId, text: &str, session: &Session) -> Result<SingleUseKey, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        let good =
            ticket.service == service && ticket.session == session.token.id && oauth.ledger.now() < ticket.expires;
        if good { Ok(SingleUseKey(ticket.code)) } else { Err(INTERACTION_INVALID) }
    }
}
