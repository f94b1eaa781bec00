//! Keeps the revocation of a subject token known after its row is removed.
//!
//! An exchanged family ends when a token that it was made from is revoked (`descent.rs`), and it can live longer than that
//! token's row. So for each such token and family a document is written with the family. Before expired rows are removed, these
//! documents are checked: if the token was revoked, the family is revoked; if it had only expired, the document is deleted.
//! Ending a token costs nothing extra, and no way of ending one can bypass this.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Ledger;
use super::descent::ends_families;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, GrantId, ServiceId, TokenId};
use jeton_model::records::{Actor, Document, DocumentKind, Event, EventKind, Token, TokenState};
use jeton_model::store::Write;

/// How often the documents are checked: well within the time for which ended rows are kept.
const PACE: Duration = Duration::from_secs(60);
/// How many are read at once.
const STEP: u32 = 1_000;

/// The content of such a document.
#[derive(Serialize, Deserialize)]
struct Watch {
    token: TokenId,
    family: GrantId,
    /// When the token expired, as known at the exchange.
    until: Timestamp,
}

/// When the documents were last checked, in milliseconds.
pub(crate) struct LastLook(AtomicI64);

impl Default for LastLook {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Ledger {
    /// The documents for a family that is made from these tokens.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn watches(
        &self,
        service: ServiceId,
        family: GrantId,
        tokens: &[TokenId],
    ) -> Result<Vec<Document>, Refusal> {
        let mut documents = Vec::with_capacity(tokens.len());
        for &token in tokens {
            // The row of a token that never expires is not removed.
            let Some(until) = self.token(token).await?.and_then(|token| token.expires) else { continue };
            documents.push(Document {
                id: DocumentId::new(self.new_number().await?),
                service,
                kind: DocumentKind::SubjectWatch,
                owner: String::new(),
                name: format!("{token}:{family}"),
                updated: self.now(),
                body: serde_json::to_value(Watch { token, family, until })?,
            });
        }
        Ok(documents)
    }

    /// Checks the documents, unless that was done a moment ago. Afterwards none is left that concerns a token whose row may now
    /// be removed.
    pub(super) async fn look_after_subjects(&self, now: Timestamp) -> Result<(), Refusal> {
        let last = Timestamp::from_millis(self.last_look.0.load(Ordering::Relaxed).max(0));
        if last <= now && now < last + PACE {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let found = self.store.documents_of_all(DocumentKind::SubjectWatch, Some(""), after, STEP).await?;
            for document in &found {
                self.look_at(document, now).await?;
            }
            match found.last() {
                Some(document) if found.len() == STEP as usize => after = document.id.get(),
                _ => break,
            }
        }
        self.last_look.0.store(now.millis(), Ordering::Relaxed);
        Ok(())
    }

    async fn look_at(&self, document: &Document, now: Timestamp) -> Result<(), Refusal> {
        let watch: Watch = serde_json::from_value(document.body.clone())?;
        // The token may have been amended to expire earlier than recorded here; then its row is removed earlier.
        let lives = |token: &Token| !ends_families(token.state) && token.expires.is_none_or(|end| now < end);
        if now < watch.until && self.token(watch.token).await?.is_some_and(|token| lives(&token)) {
            return Ok(());
        }
        let token = self.store.token(watch.token).await?;
        let state = token.as_ref().map(|token| token.state).filter(|state| ends_families(*state));
        let gone = Write::DeleteDocument(document.id);
        if let Some(TokenState::Revoked { at, why }) = state {
            let id = watch.family;
            let mut event = Event::new(EventKind::GrantRevoked, now, Some(document.service), Actor::System);
            event.grant = Some(id);
            event.detail = Some(format!("exchanged for token {}, which was revoked", watch.token));
            let writes = vec![Write::RevokeGrant { id, at, why }, Write::Event(Box::new(event)), gone];
            self.applied(writes).await?;
        } else if token.is_none_or(|token| token.expires.is_some_and(|end| end <= now)) {
            self.applied(vec![gone]).await?;
        }
        Ok(())
    }
}
