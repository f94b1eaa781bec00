//! Following the other nodes: what they changed, this one forgets.

use std::time::Duration;

use super::Ledger;
use crate::catalog::Catalog;
use crate::model::{Event, EventKind};
use crate::refusal::Refusal;
use crate::store::FEED_PAGE;
use crate::suspension;

impl Ledger {
    /// Reads the other nodes' events once and forgets what they concern. The caller repeats it for ever; on a store
    /// that only this process can open it never returns.
    ///
    /// # Errors
    /// When the store fails: until it answers again, inspections ask it directly.
    pub async fn follow(&self) -> Result<usize, Refusal> {
        let asked = self.now();
        let events = self.store.foreign_events().await?;
        for event in &events {
            self.learn(event).await?;
        }
        // A full page may have a rest: only a shorter one says that everything committed before the question is known.
        if events.len() < FEED_PAGE {
            self.trust.caught_up(asked);
        }
        Ok(events.len())
    }

    /// How far behind the other nodes this one may be.
    #[must_use]
    pub fn behind(&self) -> Duration {
        self.trust.behind()
    }

    /// Forgets what an event makes void.
    pub(super) async fn learn(&self, event: &Event) -> Result<(), Refusal> {
        if let Some(id) = event.token {
            self.index.token_changed(id, None);
        }
        if let Some(id) = event.grant {
            self.index.grant_changed(id);
        }
        let (tokens, grants) = event.batch();
        tokens.into_iter().for_each(|id| self.index.token_changed(id, None));
        grants.into_iter().for_each(|id| self.index.grant_changed(id));
        if let Some(key) = event.client {
            self.directory.client_changed(key);
        }
        if let Some(key) = event.user {
            self.directory.user_changed(key);
        }
        match event.kind {
            EventKind::ServicePut => self.directory.reload_services().await?,
            EventKind::KeyChanged => {
                if let Some(service) = event.service {
                    self.keys.reload(service).await?;
                }
            }
            EventKind::TokensSuspended | EventKind::TokensResumed => self.read_suspensions(event).await?,
            EventKind::DocumentChanged if event.detail.as_deref() == Some(suspension::CHANGED) => {
                self.read_suspensions(event).await?;
            }
            EventKind::DocumentChanged if event.detail.as_deref() == Some(Catalog::CHANGED) => {
                if let Some(service) = event.service {
                    self.directory.reload_catalog(service).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn read_suspensions(&self, event: &Event) -> Result<(), Refusal> {
        if let Some(service) = event.service {
            self.suspended.reload(service).await?;
        }
        Ok(())
    }
}
