//! Refusing and using something up: a single-use entry is used up by a refused attempt too.

use super::Ledger;
use jeton_model::Refusal;
use jeton_model::records::{SingleUseKey, SingleUseKind};
use jeton_model::store::{Command, Lost, Outcome, Precondition, Write};

/// A refusal that uses something up.
pub struct Denial {
    /// What is used up: its kind.
    pub kind: SingleUseKind,
    /// Which one.
    pub key: SingleUseKey,
    /// What is written in the same commit (a new ticket).
    pub writes: Vec<Write>,
    /// The refusal.
    pub refusal: Refusal,
    /// The refusal when another request used it up in between; then nothing is written.
    pub on_lost: fn(Lost) -> Refusal,
}

impl Denial {
    /// Uses up the entry; returns the refusal to send.
    ///
    /// # Errors
    /// When the store fails; then it is unknown whether the entry was used up.
    pub async fn carry_out(self, ledger: &Ledger) -> Result<Refusal, Refusal> {
        let Self { kind, key, writes, refusal, on_lost } = self;
        let when = Some(Precondition::Consume { kind, key, now: ledger.now() });
        Ok(match ledger.apply(Command { when, writes }).await? {
            Outcome::Done { .. } => refusal,
            Outcome::Lost(lost) => on_lost(lost),
        })
    }
}
