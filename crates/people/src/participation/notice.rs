//! A notice: what one client must be told, kept until it was.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::participants::{Participant, of_session};
use jeton_ledger::Ledger;
use jeton_ledger::ledger::EndRule;
use jeton_ledger::refusal::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Document, DocumentKind, Subject, Token, TokenKind};
use jeton_model::store::Write;

/// What is to be told, and how often that was tried. [`LogoutNotices`] makes it, the ledger keeps it until it is delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Whom.
    pub client: ClientKey,
    /// Whose session ended; none: the person is gone.
    pub sub: Option<String>,
    /// Which session.
    pub sid: String,
    /// The logout token's `jti`: the same at every try, so that the client can tell.
    pub jti: String,
    /// How many tries failed.
    pub tries: u32,
    /// Not before.
    pub next: Timestamp,
    /// Since when it is to be told; notices of earlier versions do not say.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// How long a notice is kept for a client that cannot be reached.
const KEPT: Duration = Duration::from_secs(2 * 3600);

impl Notice {
    /// Whether it is too old to be told again.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.since.is_some_and(|since| now.since(since) >= KEPT)
    }
}

/// The rule for the end of a session: the clients that took part in it are told. It holds the bells of those who deliver; made where
/// the product is wired, and given to the ledger.
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
    let user = match session.subject {
        Some(Subject::User(key)) => ledger.directory().user(key).await?,
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
