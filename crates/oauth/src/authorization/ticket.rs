//! Tickets: the state of a page, carried by the page so that the server need not store it.
//!
//! A ticket is sealed, so nobody can forge or change one; it contains the hash of a secret cookie of the browser it was shown
//! to, so no other browser can send it; it expires; and if it leads to a code, it works once.

use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::AuthorizationRequest;
use crate::OAuth;
use jeton_ledger::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};

/// How long a page may stay open.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const SEALED_FOR: &[u8] = b"authorization page";

/// A page's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// The issuer whose page it is.
    pub service: ServiceId,
    /// The request that the page is about.
    pub request: AuthorizationRequest,
    /// Which page.
    pub stage: Stage,
    /// SHA-256 of the browser's cookie.
    pub browser: [u8; 32],
    /// When the page expires.
    pub expires: Timestamp,
    /// The single-use key, used up when the page is answered.
    pub nonce: [u8; 16],
}

/// Which page a ticket belongs to: a ticket of the sign-in page cannot answer the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The sign-in page.
    SignIn,
    /// The consent page shown in this session.
    Ask {
        /// The session whose answer counts.
        session: TokenId,
        /// Whether the user signed in during this request.
        fresh: bool,
    },
}

/// The hash of a browser's cookie.
#[must_use]
pub fn browser_hash(cookie: &str) -> [u8; 32] {
    digest::sha256(cookie.as_bytes())
}

impl Ticket {
    /// A ticket for a page about to be shown.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(
        oauth: &OAuth,
        service: ServiceId,
        request: AuthorizationRequest,
        stage: Stage,
        browser: [u8; 32],
    ) -> Result<Self, Refusal> {
        let mut nonce = [0; 16];
        oauth.ledger.entropy().fill(&mut nonce)?;
        Ok(Self { service, request, stage, browser, expires: oauth.ledger.now() + LIFETIME, nonce })
    }

    /// The text for the page.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal(&self, oauth: &OAuth) -> Result<String, Refusal> {
        oauth.ledger.secrets().seal_for_page(SEALED_FOR, self)
    }

    /// Opens the text that a page sent back.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or expired, or belongs to another browser or issuer.
    pub fn open(oauth: &OAuth, service: ServiceId, text: &str, browser: [u8; 32]) -> Result<Self, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        let same_browser = digest::constant_time_eq(&ticket.browser, &browser);
        if same_browser && ticket.service == service && oauth.ledger.now() < ticket.expires {
            Ok(ticket)
        } else {
            Err(INTERACTION_INVALID)
        }
    }
}
