//! Exchange: give one credential, get others. What is given is used up in the moment the others are written.

use super::mint::Executed;
use super::{Issued, Ledger, Plan};
use crate::refusal::Refusal;
use crate::store::Lost;

/// What became of an exchange.
pub enum Exchanged {
    /// The new tokens.
    Done(Issued),
    /// Someone was faster, or it was gone already: what was found instead.
    Lost(Lost),
}

impl Ledger {
    /// Mints what a plan with a spend says.
    ///
    /// # Errors
    /// When the plan exceeds what is allowed, or the store fails; then nothing was used up and nothing minted.
    pub async fn exchange(&self, plan: Plan) -> Result<Exchanged, Refusal> {
        Ok(match self.execute(plan).await? {
            Executed::Done(issued) => Exchanged::Done(issued),
            Executed::Lost(lost) => Exchanged::Lost(lost),
        })
    }
}
