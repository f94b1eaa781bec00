//! Undoing a suspension, or ending it early: one of the two, once, on all nodes.

use super::Suspensions;
use crate::Caller;
use crate::suspension::refusals::SUSPENSION_OVER;
use jeton_ledger::suspension::{ACTIVE, OVER, Stage, Suspension};
use jeton_model::Refusal;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Actor, Document, DocumentKind, EventKind};
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Command, Listing, Outcome, Page, Precondition, TokenFilter, Write};

impl Suspensions {
    /// A page of a service's suspensions, active or over, by the numbers of their records; with the last number, from which the
    /// next page continues.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn all(
        &self,
        caller: &Caller,
        service: ServiceId,
        page: Page,
    ) -> Result<(Listing<Suspension>, Option<u64>), Refusal> {
        caller.reads()?;
        let listing = self.ledger.store().documents(service, DocumentKind::Suspension, None, page).await?;
        let last = listing.items.last().map(|document| document.id.get());
        let items = listing.items.iter().filter_map(Suspension::of).collect();
        Ok((Listing { items, total: listing.total }, last))
    }

    /// One suspension.
    ///
    /// # Errors
    /// [`NOT_FOUND`], or when the store fails.
    pub async fn one(&self, caller: &Caller, service: ServiceId, id: u64) -> Result<Suspension, Refusal> {
        caller.reads()?;
        self.stored_suspension(service, id).await.map(|(_, suspension)| suspension)
    }

    /// How many of its tokens have been revoked; while they are being revoked, the remaining ones are counted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ended_by(&self, suspension: &Suspension) -> Result<u64, Refusal> {
        match suspension.stage {
            Stage::Suspended | Stage::Undone => Ok(0),
            Stage::Ended => Ok(suspension.to_end),
            Stage::Ending => Ok(suspension.to_end.saturating_sub(self.left_of(suspension).await?)),
        }
    }

    /// Makes its tokens active again, at once.
    ///
    /// # Errors
    /// [`NOT_FOUND`]; [`SUSPENSION_OVER`] when it was already undone or its tokens are being revoked.
    pub async fn undo(&self, caller: &Caller, service: ServiceId, id: u64) -> Result<Suspension, Refusal> {
        let (document, mut suspension) = self.stored_suspension(service, id).await?;
        let now = self.ledger.now();
        if suspension.stage != Stage::Suspended || suspension.until <= now {
            return Err(SUSPENSION_OVER);
        }
        suspension.stage = Stage::Undone;
        suspension.decided_by = Some(caller.administers()?);
        suspension.over = Some(now);
        let event = suspension.event(EventKind::TokensResumed, now, caller.administers()?);
        let mut writes = self.moved_over(&document, &suspension).await?;
        writes.push(Write::Event(Box::new(event)));
        let when = Some(Precondition::Claim(Box::new(suspension.turn("decided", now))));
        self.suspension_settled(Command { when, writes }).await?;
        Ok(suspension)
    }

    /// Ends it early: its tokens are revoked from now on.
    ///
    /// # Errors
    /// As [`Self::undo`].
    pub async fn end(&self, caller: &Caller, service: ServiceId, id: u64) -> Result<Suspension, Refusal> {
        let (_, suspension) = self.stored_suspension(service, id).await?;
        let begun = self.begin_ending(suspension, Some(caller.administers()?)).await?;
        self.ledger.suspended().bell.notify_one();
        Ok(begun)
    }

    /// From `suspended` to `ending`.
    pub(super) async fn begin_ending(
        &self,
        mut suspension: Suspension,
        decided_by: Option<Actor>,
    ) -> Result<Suspension, Refusal> {
        if suspension.stage != Stage::Suspended {
            return Err(SUSPENSION_OVER);
        }
        let now = self.ledger.now();
        suspension.stage = Stage::Ending;
        suspension.until = suspension.until.min(now);
        suspension.to_end = self.left_of(&suspension).await?;
        suspension.decided_by = decided_by;
        let document = suspension.document(DocumentId::new(suspension.id), now)?;
        let event = suspension.moved(now);
        let writes = vec![Write::Document(Box::new(document)), Write::Event(Box::new(event))];
        let when = Some(Precondition::Claim(Box::new(suspension.turn("decided", now))));
        self.suspension_settled(Command { when, writes }).await?;
        Ok(suspension)
    }

    /// How many of its tokens have not ended otherwise.
    pub(super) async fn left_of(&self, suspension: &Suspension) -> Result<u64, Refusal> {
        let filter = TokenFilter { live_at: Some(self.ledger.now()), ..suspension.filter.clone() };
        Ok(self.ledger.store().tokens(&filter, Page::first(0)).await?.total)
    }

    /// The writes that move it from the active suspensions to those that are over.
    pub(super) async fn moved_over(&self, document: &Document, over: &Suspension) -> Result<Vec<Write>, Refusal> {
        let id = DocumentId::new(self.ledger.new_number().await?);
        Ok(vec![
            Write::DeleteDocument(document.id),
            Write::Document(Box::new(over.document(id, over.over.unwrap_or(over.from))?)),
        ])
    }

    pub(super) async fn stored_suspension(
        &self,
        service: ServiceId,
        id: u64,
    ) -> Result<(Document, Suspension), Refusal> {
        for owner in [ACTIVE, OVER] {
            let document =
                self.ledger.store().document(service, DocumentKind::Suspension, owner, &id.to_string()).await?;
            if let Some((document, suspension)) = document.and_then(|d| Suspension::of(&d).map(|s| (d, s))) {
                return Ok((document, suspension));
            }
        }
        Err(NOT_FOUND.with("revocation"))
    }

    /// Applies a command whose event reports a change of suspensions: they are read again afterwards.
    pub(super) async fn suspension_settled(&self, command: Command) -> Result<(), Refusal> {
        match self.ledger.apply(command).await? {
            Outcome::Done { .. } => Ok(()),
            Outcome::Lost(_) => Err(SUSPENSION_OVER),
        }
    }
}
