//! Refuse, and use up all the same: what works once is dead after a bad use too.

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
    /// What is written in the same moment (a new ticket).
    pub writes: Vec<Write>,
    /// What to say.
    pub refusal: Refusal,
    /// What to say when it was used up by someone else in between; then nothing is written.
    pub on_lost: fn(Lost) -> Refusal,
}

impl Denial {
    /// Uses up what it names; what to say then.
    ///
    /// # Errors
    /// When the store fails; whether it was used up is unknown then.
    pub async fn carry_out(self, ledger: &Ledger) -> Result<Refusal, Refusal> {
        let Self { kind, key, writes, refusal, on_lost } = self;
        let when = Some(Precondition::Consume { kind, key, now: ledger.now() });
        Ok(match ledger.apply(Command { when, writes }).await? {
            Outcome::Done { .. } => refusal,
            Outcome::Lost(lost) => on_lost(lost),
        })
    }
}
