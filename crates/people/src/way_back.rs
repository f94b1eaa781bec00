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

    /// Opens what a page sent back.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged, too old, or another browser's or issuer's.
    pub fn open(people: &People, service: ServiceId, text: &str, browser: [u8; 32]) -> Result<Self, Refusal> {
        let back: Self = people.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        let same_browser = digest::constant_time_eq(&back.browser, &browser);
        if same_browser && back.service == service && people.ledger.now() < back.expires {
            Ok(back)
        } else {
            Err(INTERACTION_INVALID)
        }
    }
}
