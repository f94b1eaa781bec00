//! What keeps the revocation of a subject token known after its row is gone.
//!
//! An exchanged family ends with the revocation of a token that it was made from (`descent.rs`), and it lives longer than that
//! token's row. So a document stands for each such token and family, written with the family. Before expired rows are
//! removed, these documents are looked through: where the token had been revoked, its family is ended for good; where it had
//! only expired, the document goes. Ending a token costs nothing for it, and no way of ending one can miss it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Ledger;
use super::descent::ends_families;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, GrantId, ServiceId, TokenId};
use jeton_model::records::{Actor, Document, DocumentKind, Event, EventKind, Token, TokenState};
use jeton_model::store::{Page, Write};

/// How often the documents are looked through: well within the time that ended rows are kept.
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

/// When the documents were last looked through, in milliseconds.
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
            // The row of one that never expires stays.
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

    /// Looks through the documents, unless that was done a moment ago. All that concern a token which may be removed after
    /// this have been dealt with then.
    pub(super) async fn look_after_subjects(&self, now: Timestamp) -> Result<(), Refusal> {
        let last = Timestamp::from_millis(self.last_look.0.load(Ordering::Relaxed).max(0));
        if last <= now && now < last + PACE {
            return Ok(());
        }
        for service in self.entities().services() {
            let mut page = Page::first(STEP);
            loop {
                let found = self.store.documents(service.id, DocumentKind::SubjectWatch, Some(""), page).await?.items;
                for document in &found {
                    self.look_at(document, now).await?;
                }
                match found.last() {
                    Some(document) if found.len() == STEP as usize => page.after = document.id.get(),
                    _ => break,
                }
            }
        }
        self.last_look.0.store(now.millis(), Ordering::Relaxed);
        Ok(())
    }

    async fn look_at(&self, document: &Document, now: Timestamp) -> Result<(), Refusal> {
        let watch: Watch = serde_json::from_value(document.body.clone())?;
        // Whoever amends a token may have put its end before the one known here, and then its row is gone sooner.
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
