//! A notice to one client, kept until it is delivered.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::participants::{Participant, address, of_session};
use jeton_ledger::Ledger;
use jeton_ledger::ledger::EndRule;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Document, DocumentKind, Subject, Token, TokenKind};
use jeton_model::store::Write;

/// The content of a notice, and how often delivery was tried. [`LogoutNotices`] creates it, the ledger stores it until
/// it is delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Whom.
    pub client: ClientKey,
    /// The person whose session ended; none: the person was deleted.
    pub sub: Option<String>,
    /// Which session.
    pub sid: String,
    /// The logout token's `jti`: the same at every attempt, so that the client can recognise a repetition.
    pub jti: String,
    /// How many tries failed.
    pub tries: u32,
    /// Not before.
    pub next: Timestamp,
    /// When it was created; notices of earlier versions lack this.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// How long a notice is kept for an unreachable client.
const KEPT: Duration = Duration::from_secs(2 * 3600);

impl Notice {
    /// Whether it is too old to be delivered.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.since.is_some_and(|since| now.since(since) >= KEPT)
    }
}

/// The rule for the end of a session: its clients are notified. It holds the signals that wake the delivery; created by
/// the wiring, and passed to the ledger.
pub struct LogoutNotices {
    bell: Arc<Notify>,
}

impl LogoutNotices {
    /// `bell`: rung when there are notices to send.
    pub fn new(bell: Arc<Notify>) -> Self {
        Self { bell }
    }
}

impl EndRule for LogoutNotices {
    fn concerns(&self, token: &Token) -> bool {
        token.kind == TokenKind::Session
    }

    fn writes<'a>(&'a self, ledger: &'a Ledger, token: &'a Token) -> BoxFuture<'a, Result<Vec<Write>, Refusal>> {
        Box::pin(notices_of_session(ledger, token))
    }

    fn ended(&self, _: &Ledger, _: &Token) {
        self.bell.notify_one();
    }
}

/// The writes that belong to the end of a session.
async fn notices_of_session(ledger: &Ledger, session: &Token) -> Result<Vec<Write>, Refusal> {
    let mut writes = Vec::new();
    for document in of_session(ledger, session.service, session.id).await?.items {
        writes.extend(write_notice(ledger, session, &document).await?);
    }
    Ok(writes)
}

/// Turns the document of a participant into a notice.
///
/// # Errors
/// When the store fails.
pub async fn write_notice(ledger: &Ledger, session: &Token, document: &Document) -> Result<Vec<Write>, Refusal> {
    let mut writes = vec![Write::DeleteDocument(document.id)];
    let Ok(participant) = Participant::deserialize(&document.body) else { return Ok(writes) };
    // A client that is told in the browser only gets no notice.
    let client = ledger.entities().client(participant.client).await?;
    if client.is_some_and(|client| address(&client).is_none()) {
        return Ok(writes);
    }
    let user = match session.subject {
        Some(Subject::User(key)) => ledger.entities().user(key).await?,
        _ => None,
    };
    let notice = Notice {
        client: participant.client,
        sub: user.map(|user| user.sub.clone()),
        sid: participant.sid,
        jti: ledger.secrets().name_of("logout", document.id.get()),
        tries: 0,
        next: ledger.now(),
        since: Some(ledger.now()),
    };
    writes.push(Write::Document(Box::new(Document {
        id: jeton_model::ids::DocumentId::new(ledger.new_number().await?),
        kind: DocumentKind::LogoutNotice,
        owner: participant.client.to_string(),
        name: notice.jti.clone(),
        updated: ledger.now(),
        body: serde_json::to_value(&notice)?,
        service: document.service,
    })));
    Ok(writes)
}
