//! Suspending tokens: a preview first, then the request with its reason.

use std::time::Duration;

use super::Suspensions;
use crate::filter::{FilterWords, StateWord};
use crate::suspension::refusals::{FILTER_EMPTY, MATCHES_GROWN};
use crate::{Caller, readable_reason};
use jeton_ledger::suspension::{MOST, OVER, Stage, Suspension};
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{DocumentKind, EventKind, Token};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::{NOT_FOUND, TOO_MANY};
use jeton_model::store::{Command, EVENT_RETENTION, Listing, Page, TokenFilter, Write, earlier};

/// The longest time in which a suspension can be undone.
const LONGEST_WINDOW: Duration = Duration::from_secs(7 * 86_400);

/// How many tokens a preview shows.
const SAMPLE: u32 = 20;

/// By how much the number of tokens may exceed the preview's count: this many, or a twentieth of them. Tokens are issued between
/// the preview and the request.
const GROWTH: u64 = 10;

/// How many records of finished suspensions that are older than the audit trail are removed with each new one.
const TIDIED: u32 = 100;

/// Which tokens to revoke, after a time in which that can be undone.
#[derive(Debug)]
pub struct SuspensionRequest {
    /// Which tokens; only live ones are affected.
    pub words: FilterWords,
    /// Whether words that match every live token of the service are intended.
    pub all: bool,
    /// How long it can be undone; zero: the tokens are revoked at once.
    pub undo_window: Duration,
    /// How many tokens the preview counted.
    pub expect: Option<u64>,
}

impl Suspensions {
    /// What a request affects: the number of live tokens, and the first of them.
    ///
    /// # Errors
    /// [`FILTER_EMPTY`], `INVALID` for words that cannot be used here, or when the store fails.
    pub async fn preview(
        &self,
        caller: &Caller,
        service: ServiceId,
        request: &SuspensionRequest,
    ) -> Result<Listing<Token>, Refusal> {
        caller.reads()?;
        match self.filter_of(service, request).await? {
            Some(filter) => self.ledger.list(&filter, Page::first(SAMPLE)).await,
            None => Ok(Listing { items: Vec::new(), total: 0 }),
        }
    }

    /// Suspends the live tokens that a request names: when this returns, all of them are inactive, durably. When its undo window has
    /// passed they are revoked.
    ///
    /// # Errors
    /// As [`Self::preview`]; [`NOT_FOUND`] when no token matches, `MATCHES_GROWN` when many more match than expected,
    /// [`TOO_MANY`].
    pub async fn suspend(
        &self,
        caller: &Caller,
        service: ServiceId,
        request: SuspensionRequest,
        reason: &str,
    ) -> Result<Suspension, Refusal> {
        let reason = readable_reason(reason)?;
        if request.undo_window > LONGEST_WINDOW {
            return Err(invalid("undo_window", "must be at most 7 days"));
        }
        let none = NOT_FOUND.with("live token that the filter means");
        let Some(mut filter) = self.filter_of(service, &request).await? else { return Err(none) };
        let from = self.ledger.now();
        // The smallest unit of time, so that what happens at this very moment is covered.
        let after = Some(from + Duration::from_millis(1));
        filter.issued_before = earlier(filter.issued_before, after);
        if filter.used_from.is_some() {
            filter.used_before = earlier(filter.used_before, after);
        }
        let count = self.ledger.list(&filter, Page::first(0)).await?.total;
        if count == 0 {
            return Err(none);
        }
        if let Some(expected) = request.expect
            && count > expected.saturating_add(GROWTH.max(expected / 20))
        {
            return Err(MATCHES_GROWN.with(count.to_string()).with(expected.to_string()));
        }
        if self.ledger.suspended().all_of(service).await?.len() >= MOST as usize {
            return Err(TOO_MANY.with("suspensions"));
        }
        filter.live_at = None;
        let at_once = request.undo_window.is_zero();
        let suspension = Suspension {
            id: self.ledger.new_number().await?,
            service,
            words: request.words.said(),
            filter,
            reason,
            actor: caller.administers()?,
            from,
            until: from + request.undo_window,
            count,
            stage: if at_once { Stage::Ending } else { Stage::Suspended },
            to_end: if at_once { count } else { 0 },
            decided_by: None,
            over: None,
        };
        let document = suspension.document(DocumentId::new(suspension.id), from)?;
        let event = suspension.event(EventKind::TokensSuspended, from, caller.administers()?);
        let mut writes = vec![Write::Document(Box::new(document)), Write::Event(Box::new(event))];
        writes.extend(self.outdated(service).await?);
        self.suspension_settled(Command::of(writes)).await?;
        if at_once {
            self.ledger.suspended().bell.notify_one();
        }
        Ok(suspension)
    }

    /// The live tokens that a request names; none when a name in it does not exist.
    async fn filter_of(&self, service: ServiceId, request: &SuspensionRequest) -> Result<Option<TokenFilter>, Refusal> {
        if request.words.means_everything() && !request.all {
            return Err(FILTER_EMPTY);
        }
        if !matches!(request.words.state(), None | Some(StateWord::Live)) {
            return Err(invalid("state", "must be live, or left out: only what lives can be ended"));
        }
        let filter = request.words.resolve(&self.ledger, service).await?;
        if filter.as_ref().is_some_and(TokenFilter::asks_for_use) {
            // Includes the uses of a moment ago.
            self.ledger.uses().flush().await?;
        }
        Ok(filter.map(|filter| TokenFilter { live_at: Some(self.ledger.now()), ..filter }))
    }

    /// Removes records that are as old as the oldest events.
    async fn outdated(&self, service: ServiceId) -> Result<Vec<Write>, Refusal> {
        let kind = DocumentKind::Suspension;
        let oldest = self.ledger.store().documents(service, kind, Some(OVER), Page::first(TIDIED)).await?.items;
        let limit = self.ledger.now() - EVENT_RETENTION;
        let outdated = oldest.into_iter().filter(|document| document.updated < limit);
        Ok(outdated.map(|document| Write::DeleteDocument(document.id)).collect())
    }
}
