//! After the deadline the tokens are revoked, in bounded commands, by any node.
//!
//! If this is interrupted, the suspension remains until the last token is revoked, and the next node continues: a revoked token
//! no longer matches.

use std::time::Duration;

use super::{Stage, Suspension, Suspensions};
use crate::suspension::refusals::SUSPENSION_OVER;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Ending, Turn};
use jeton_model::Refusal;
use jeton_model::records::Reason;
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Command, Outcome, Precondition, TokenFilter, Write};

/// How long one node works on a suspension before another may take over, in seconds.
const TURN: i64 = 15;

impl Suspensions {
    /// Resolves when a suspension is to be ended at once.
    pub async fn waiting(&self) {
        self.ledger.suspended().bell.notified().await;
    }

    /// Revokes the tokens of every suspension whose deadline has passed. Returns how many suspensions were finished. The caller
    /// repeats it forever.
    ///
    /// # Errors
    /// When the store fails: some tokens are revoked, and the next call revokes the rest.
    pub async fn end_due(&self) -> Result<u64, Refusal> {
        let mut finished = 0;
        for service in self.ledger.suspended().services().await? {
            for suspension in self.ledger.suspended().all_of(service).await?.iter() {
                let ending = match suspension.stage {
                    Stage::Suspended if suspension.until > self.ledger.now() => continue,
                    Stage::Suspended => match self.begin_ending(suspension.clone(), None).await {
                        Ok(begun) => begun,
                        Err(refusal) if refusal.is(&SUSPENSION_OVER) => continue,
                        Err(other) => return Err(other),
                    },
                    _ => suspension.clone(),
                };
                finished += u64::from(self.end_all_of(&ending).await?);
            }
        }
        Ok(finished)
    }

    /// Revokes the tokens of a suspension; returns whether this node finished it.
    async fn end_all_of(&self, suspension: &Suspension) -> Result<bool, Refusal> {
        let actor = suspension.decided_by.clone().unwrap_or_else(|| suspension.actor.clone());
        let note = format!("{} (revocation {})", suspension.reason, suspension.id);
        let ending = Ending::new(Reason::Admin, actor).noting(note);
        let mut turn = NodesTurn { ledger: &self.ledger, suspension, current: None };
        loop {
            let filter = TokenFilter { live_at: Some(self.ledger.now()), ..suspension.filter.clone() };
            match self.ledger.end_all(&filter, &ending, &mut turn).await? {
                None => return Ok(false),
                Some(0) => return self.finish(suspension).await,
                // Start again: a token with a lower number may have been written later.
                Some(_) => {}
            }
        }
    }

    /// All tokens are revoked: the rule is removed, its record stays.
    async fn finish(&self, suspension: &Suspension) -> Result<bool, Refusal> {
        let now = self.ledger.now();
        let (document, stored) = match self.stored_suspension(suspension.service, suspension.id).await {
            Ok(found) => found,
            Err(refusal) if refusal.is(&NOT_FOUND) => return Ok(false),
            Err(other) => return Err(other),
        };
        if stored.stage != Stage::Ending {
            return Ok(false);
        }
        let over = Suspension { stage: Stage::Ended, over: Some(now), ..stored };
        let mut writes = self.moved_over(&document, &over).await?;
        writes.push(Write::Event(Box::new(over.moved(now))));
        let when = Some(Precondition::Claim(Box::new(over.turn("finished", now))));
        match self.suspension_settled(Command { when, writes }).await {
            Ok(()) => Ok(true),
            Err(refusal) if refusal.is(&SUSPENSION_OVER) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

/// Which node works on a suspension. With a store that is not shared it is always this one.
struct NodesTurn<'a> {
    ledger: &'a Ledger,
    suspension: &'a Suspension,
    /// The turn for which this node was last checked.
    current: Option<i64>,
}

impl Turn for NodesTurn<'_> {
    async fn has_come(&mut self) -> Result<bool, Refusal> {
        let (ledger, now) = (self.ledger, self.ledger.now());
        let current = now.seconds() / TURN;
        if !ledger.store().is_shared() || self.current == Some(current) {
            return Ok(true);
        }
        let mut entry = self.suspension.turn(&format!("turn {current}"), now);
        entry.expires = now + Duration::from_secs(4 * TURN.unsigned_abs());
        let when = Some(Precondition::Claim(Box::new(entry)));
        let outcome = ledger.apply(Command { when, writes: Vec::new() }).await?;
        self.current = Some(current);
        Ok(matches!(outcome, Outcome::Done { .. }))
    }
}
