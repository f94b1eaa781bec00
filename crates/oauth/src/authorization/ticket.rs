//! Tickets: a request that waits for an answer, carried by a page or kept by a caller so that the server need not store it.
//!
//! A ticket is sealed, so nobody can forge or change one; it expires; and if it leads to a code, it works once. A page's ticket
//! contains the hash of a secret cookie of the browser it was shown to, so no other browser can send it. A caller's ticket is
//! sealed for another purpose, so neither can serve as the other.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use super::{AuthorizationRequest, claim};
use crate::OAuth;
use crate::authorization::refusals::{REDIRECT_URI_UNREGISTERED, TICKET_USED};
use crate::client_documents::shown;
use jeton_administration::redirect_uri;
use jeton_ledger::refusals::{CLIENT_UNKNOWN, INTERACTION_INVALID};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Client, Service, SingleUse};

/// How long a page may stay open.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
const SEALED_FOR: &[u8] = b"authorization page";
/// For how long the request of a page that is too old may be asked again.
const ASKED_AGAIN_FOR: Duration = Duration::from_secs(12 * 60 * 60);
/// How long a caller has to answer.
pub(crate) const CALLERS_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
const SEALED_FOR_CALLER: &[u8] = b"authorization request of a caller";

/// What a caller's ticket is sealed for: for one issuer, so that another one's ticket is as one that does not exist, in the time of
/// the answer too.
fn for_caller_of(service: ServiceId) -> Vec<u8> {
    [SEALED_FOR_CALLER, b" of ", &service.get().to_be_bytes()].concat()
}

/// A request that waits for an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// The issuer.
    pub service: ServiceId,
    /// The request.
    pub request: AuthorizationRequest,
    /// Who answers it.
    pub stage: Stage,
    /// SHA-256 of the browser's cookie; none: a caller answers it.
    pub browser: Option<[u8; 32]>,
    /// When it expires.
    pub expires: Timestamp,
    /// The single-use key, used up when it is answered.
    pub nonce: [u8; 16],
    /// Whether the request came by a reference that is used up since somebody signed in with it (RFC 9126): it is answered once, on
    /// whatever pages it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
}

/// What a page sent back.
#[derive(Debug)]
pub enum Returned {
    /// The ticket of a page that this browser was shown.
    Good(Ticket),
    /// A ticket of this issuer whose page cannot count, but whose request may be asked again.
    Stale(Stale, Ticket),
}

/// Why a page cannot count. Asking its request again is as harmless as a link to the authorization endpoint, which anybody may send to
/// any browser; nothing else may follow from such a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It belongs to another browser or session: as a rule to this browser, before somebody signed in on another page.
    Elsewhere,
    /// It was open for too long.
    Old,
    /// It was answered before.
    Answered,
}

/// Which page a ticket belongs to, or that it is a caller's: a ticket of the sign-in page cannot answer the consent page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A trusted caller that signs people in itself.
    Caller {
        /// What the caller wants back with the ticket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context: Option<String>,
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
        Self::waiting(oauth, (service, request), stage, (Some(browser), LIFETIME))
    }

    /// A ticket for a caller that will answer within 24 hours. The ticket also shows it `context`.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn for_caller(
        oauth: &OAuth,
        service: ServiceId,
        request: AuthorizationRequest,
        context: Option<String>,
    ) -> Result<Self, Refusal> {
        Self::waiting(oauth, (service, request), Stage::Caller { context }, (None, CALLERS_LIFETIME))
    }

    fn waiting(
        oauth: &OAuth,
        (service, request): (ServiceId, AuthorizationRequest),
        stage: Stage,
        (browser, lifetime): (Option<[u8; 32]>, Duration),
    ) -> Result<Self, Refusal> {
        let mut nonce = [0; 16];
        oauth.ledger.entropy().fill(&mut nonce)?;
        Ok(Self { service, request, stage, browser, expires: oauth.ledger.now() + lifetime, nonce, once: false })
    }

    /// The text for the page or the caller.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal(&self, oauth: &OAuth) -> Result<String, Refusal> {
        let secrets = oauth.ledger.secrets();
        if self.is_callers() {
            secrets.seal_for_page(&for_caller_of(self.service), self)
        } else {
            secrets.seal_for_page(SEALED_FOR, self)
        }
    }

    /// Opens the text that a caller sent back. Whether it was answered before is found when it is used up.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or expired, a page's, or another issuer's.
    pub fn open_by_caller(oauth: &OAuth, service: ServiceId, text: &str) -> Result<Self, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(&for_caller_of(service), text)?;
        let good = ticket.is_callers() && ticket.service == service && oauth.ledger.now() < ticket.expires;
        if good { Ok(ticket) } else { Err(INTERACTION_INVALID) }
    }

    /// The client of the request. The ticket may be old: the client must still be active, and the redirect URI still its own.
    ///
    /// # Errors
    /// `CLIENT_UNKNOWN`, `CLIENT_DOCUMENT_INVALID`, [`REDIRECT_URI_UNREGISTERED`], or a fault.
    pub async fn client(&self, oauth: &OAuth, service: &Service) -> Result<Arc<Client>, Refusal> {
        let client = match &self.request.document {
            Some(document) => shown(oauth, service, document).await?,
            None => {
                let client = oauth.ledger.entities().client(self.request.client).await?;
                oauth.ledger.entities().active(client).await?.ok_or(CLIENT_UNKNOWN)?
            }
        };
        let returns = redirect_uri::may_return(service, &client, &self.request.redirect_uri);
        if returns { Ok(client) } else { Err(REDIRECT_URI_UNREGISTERED) }
    }

    /// The entry that makes an answer count once.
    pub(super) fn claim(&self, now: Timestamp) -> Box<SingleUse> {
        match &self.request.pushed {
            // All pages that a pushed request opened are one request.
            Some(pushed) => pushed.claim(self.service, now),
            None => claim((self.service, &self.nonce), self.expires, now),
        }
    }

    /// The refusal when it was answered before.
    pub(super) fn used(&self) -> Refusal {
        if self.is_callers() { TICKET_USED } else { INTERACTION_INVALID }
    }

    fn is_callers(&self) -> bool {
        matches!(self.stage, Stage::Caller { .. })
    }

    /// Opens the text that a page sent back.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or expired, or belongs to another browser or issuer.
    pub fn open(oauth: &OAuth, service: ServiceId, text: &str, browser: [u8; 32]) -> Result<Self, Refusal> {
        match Self::returned(oauth, service, text, Some(browser))? {
            Returned::Good(ticket) => Ok(ticket),
            Returned::Stale(..) => Err(INTERACTION_INVALID),
        }
    }

    /// Opens the text that a page sent back, also where the page cannot count any more. `browser`: the hash of the browser's secret.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or another issuer's, or when its request must not be asked again: too much time has
    /// passed, and a pushed request has a short life.
    pub fn returned(
        oauth: &OAuth,
        service: ServiceId,
        text: &str,
        browser: Option<[u8; 32]>,
    ) -> Result<Returned, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        if ticket.is_callers() || ticket.service != service {
            return Err(INTERACTION_INVALID);
        }
        let now = oauth.ledger.now();
        if now >= ticket.expires {
            let again = !ticket.comes_once() && now < ticket.expires + ASKED_AGAIN_FOR;
            return if again { Ok(Returned::Stale(Stale::Old, ticket)) } else { Err(INTERACTION_INVALID) };
        }
        let shown_to = ticket.browser.zip(browser);
        match shown_to.is_some_and(|(shown_to, browser)| digest::constant_time_eq(&shown_to, &browser)) {
            true => Ok(Returned::Good(ticket)),
            false => Ok(Returned::Stale(Stale::Elsewhere, ticket)),
        }
    }

    /// Whether all pages of the request have one answer together, and end when the first of them does.
    #[must_use]
    pub fn comes_once(&self) -> bool {
        self.once || self.request.pushed.is_some()
    }

    /// Whether it was answered.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_answered(&self, oauth: &OAuth) -> Result<bool, Refusal> {
        let entry = self.claim(oauth.ledger.now());
        Ok(oauth.ledger.store().single_use(entry.kind, entry.key).await?.is_some())
    }

    /// The ticket of another page with the same request.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn again(&self, oauth: &OAuth, stage: Stage, browser: [u8; 32]) -> Result<Self, Refusal> {
        if self.comes_once() {
            return Ok(Self { stage, browser: Some(browser), ..self.clone() });
        }
        Self::new(oauth, self.service, self.request.clone(), stage, browser)
    }
}
