//! Following the other nodes: rows that they changed are removed from this node's cache.

use super::Ledger;
use super::touched::Touched;
use jeton_model::Refusal;
use jeton_model::store::FEED_PAGE;

impl Ledger {
    /// Reads the other nodes' events once and drops the rows that they concern from the cache. The caller repeats this forever;
    /// on a store that only this process can open it never returns.
    ///
    /// # Errors
    /// When the store fails: until it answers again, inspections read it directly.
    pub async fn follow(&self) -> Result<usize, Refusal> {
        let asked = self.now();
        let events = self.memory().store.foreign_events().await?;
        let touched = Touched::of_events(&events);
        touched.forget(&self.store.memory);
        touched.reload(&self.store.memory).await?;
        // After a full page there may be more events. Only a shorter page proves that everything committed before the read is
        // known.
        if events.len() < FEED_PAGE {
            self.memory().freshness.caught_up(asked);
        }
        Ok(events.len())
    }
}
