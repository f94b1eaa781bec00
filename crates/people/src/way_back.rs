//! Signing in before a page of Jeton: the sign-in page contains the address to return to.
//!
//! The ticket is encrypted, so the address is one that this server chose, and it contains the hash of a secret cookie
//! of the browser, so nobody is signed in by a form that somebody else sent.

use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use crate::People;
use jeton_ledger::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;

/// How long a person may look at the page.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const SEALED_FOR: &[u8] = b"sign-in on the way to a page";

/// Where a person was going when they had to sign in. Read from what the browser sends, and checked then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WayBack {
    /// The issuer.
    pub service: ServiceId,
    /// Path and query below the issuer; written by this server alone.
    pub path: String,
    /// SHA-256 of the browser's cookie.
    pub browser: [u8; 32],
    expires: Timestamp,
}

impl WayBack {
    /// A return to a path of Jeton.
    #[must_use]
    pub fn new(people: &People, service: ServiceId, path: String, browser: [u8; 32]) -> Self {
        Self { service, path, browser, expires: people.ledger.now() + LIFETIME }
    }

    /// The text for the page.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal(&self, people: &People) -> Result<String, Refusal> {
        people.ledger.secrets().seal_for_page(SEALED_FOR, self)
    }

    /// Opens what a page sent back. Whether it counts, [`Self::is_good`] says.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or another issuer's.
    pub fn open(people: &People, service: ServiceId, text: &str) -> Result<Self, Refusal> {
        let back: Self = people.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        if back.service == service { Ok(back) } else { Err(INTERACTION_INVALID) }
    }

    /// Whether the page was shown in this browser, and not too long ago. If not, nobody may be signed in by it.
    #[must_use]
    pub fn is_good(&self, people: &People, browser: Option<[u8; 32]>) -> bool {
        let same_browser = browser.is_some_and(|browser| digest::constant_time_eq(&self.browser, &browser));
        same_browser && !self.is_old(people)
    }

    /// Whether it was shown too long ago.
    #[must_use]
    pub fn is_old(&self, people: &People) -> bool {
        people.ledger.now() >= self.expires
    }
}
