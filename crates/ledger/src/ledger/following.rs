//! Following the other nodes: what they changed, this one forgets.

use super::Ledger;
use super::touched::Touched;
use jeton_model::Refusal;
use jeton_model::store::FEED_PAGE;

impl Ledger {
    /// Reads the other nodes' events once and forgets what they concern. The caller repeats it for ever; on a store
    /// that only this process can open it never returns.
    ///
    /// # Errors
    /// When the store fails: until it answers again, inspections ask it directly.
    pub async fn follow(&self) -> Result<usize, Refusal> {
        let asked = self.now();
        let events = self.memory().store.foreign_events().await?;
        let touched = Touched::of_events(&events);
        touched.forget(&self.store.memory);
        touched.reload(&self.store.memory).await?;
        // A full page may have a rest: only a shorter one says that everything committed before the question is known.
        if events.len() < FEED_PAGE {
            self.memory().freshness.caught_up(asked);
        }
        Ok(events.len())
    }
}
