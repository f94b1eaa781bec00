//! Sends logout notices to clients.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::OAuth;
use crate::attempts;
use crate::refusals::CLIENT_KEY_UNUSABLE;
use crate::trusted_keys::Encrypted;
use jeton_administration::id_token_signing_alg;
use jeton_ledger::ledger::{Inactive, Verdict};
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::outbound::{OutboundBody, OutboundRequest, UrlTrust};
use jeton_model::records::{Actor, Client, DeclaredSingleUse, Document, DocumentKind, Event, EventKind, Service};
use jeton_model::store::Write;
use jeton_people::participation::{Notice, Participant, address, write_notice};

/// One attempt to notify a client that a session ended.
const LOGOUT_TRY: DeclaredSingleUse = DeclaredSingleUse::new(20, "logout_try");

/// The single-use kinds of logout.
pub(crate) const SINGLE_USE_KINDS: &[DeclaredSingleUse] = &[LOGOUT_TRY];

/// The lifetime of a logout token (Back-Channel Logout section 4).
const TOKEN_LIFETIME: Duration = Duration::from_secs(120);
/// How many sessions are read at most.
const AT_MOST: u32 = 500;
/// The media type of a logout token.
const LOGOUT_TYP: &str = "logout+jwt";
/// The event in a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The client received the notice.
    Delivered,
    /// The client did not receive it.
    Failed,
    /// No attempt: another node makes it, the client is gone, or it is too late.
    Postponed,
}

impl OAuth {
    /// Waits until this process has notices to send.
    pub async fn notices_waiting(&self) {
        self.queues.rung().notified().await;
    }

    /// Looks through the records of clients in sessions, a page at a time, for sessions that ended without a sign-out here:
    /// turns them into notices, and deletes expired records. Returns where to continue; none: from the start.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tidy_sessions(&self, after: u64) -> Result<Option<u64>, Refusal> {
        let mut last = None;
        for document in self.ledger.store().documents_of_all(DocumentKind::SessionClient, None, after, AT_MOST).await? {
            last = Some(document.id.get());
            let writes = self.tidied(&document).await?;
            if !writes.is_empty() {
                self.ledger.applied(writes).await?;
                self.queues.rung().notify_one();
            }
        }
        Ok(last)
    }

    async fn tidied(&self, document: &Document) -> Result<Vec<Write>, Refusal> {
        let session = document.owner.parse().map(TokenId::new);
        let token = match session {
            Ok(id) => self.ledger.token(id).await?,
            Err(_) => None,
        };
        let over = Participant::deserialize(&document.body)
            .map_or(true, |p| p.until.is_some_and(|at| at <= self.ledger.now()));
        let Some(token) = token.filter(|_| !over) else { return Ok(vec![Write::DeleteDocument(document.id)]) };
        match self.ledger.judge(Arc::clone(&token)).await? {
            Verdict::Active(_) | Verdict::Inactive(Inactive::ServiceDisabled | Inactive::Suspended, _) => {
                Ok(Vec::new())
            }
            Verdict::Inactive(Inactive::Expired, _) => Ok(vec![Write::DeleteDocument(document.id)]),
            Verdict::Inactive(..) => write_notice(&self.ledger, &token, document).await,
        }
    }

    /// Makes one attempt.
    pub(super) async fn deliver(&self, service: Arc<Service>, document: Document) -> Result<Attempt, Refusal> {
        let now = self.ledger.now();
        let Ok(notice) = Notice::deserialize(&document.body) else { return self.forget(&document, None).await };
        let client = self.ledger.entities().client(notice.client).await?.filter(|client| client.enabled);
        let Some(client) = client.filter(|client| address(client).is_some()) else {
            return self.forget(&document, None).await;
        };
        if notice.is_over(now) && self.queues.is_paused(client.key, now) {
            return self.give_up(&service, &client, &document).await;
        }
        let attempt = format!("{} {}", notice.jti, notice.tries);
        if notice.next > now || !attempts::is_ours(&self.ledger, LOGOUT_TRY, document.service, &attempt).await? {
            return Ok(Attempt::Postponed);
        }
        if self.tell(&service, &client, &notice).await? {
            self.queues.answered(client.key);
            self.forget(&document, None).await?;
            return Ok(Attempt::Delivered);
        }
        self.queues.failed(client.key, now);
        let Some(wait) = attempts::wait_after(notice.tries).filter(|_| !notice.is_over(now)) else {
            self.give_up(&service, &client, &document).await?;
            return Ok(Attempt::Failed);
        };
        let again = Notice { tries: notice.tries + 1, next: now + wait, ..notice };
        let body = serde_json::to_value(&again)?;
        self.ledger.applied(vec![Write::Document(Box::new(Document { body, updated: now, ..document }))]).await?;
        Ok(Attempt::Failed)
    }

    /// The client did not receive the notice in time: an event records it.
    async fn give_up(&self, service: &Service, client: &Client, document: &Document) -> Result<Attempt, Refusal> {
        tracing::warn!(client = %client.client_id, "a logout notice was given up: the client did not take it");
        self.queues.gave_up();
        let mut event = Event::new(EventKind::DocumentChanged, self.ledger.now(), Some(service.id), Actor::System);
        event.client = Some(client.key);
        event.detail = Some("a logout notice was given up".to_owned());
        self.forget(document, Some(event)).await
    }

    async fn tell(&self, service: &Service, client: &Client, notice: &Notice) -> Result<bool, Refusal> {
        let Some(url) = address(client) else { return Ok(false) };
        let token = match self.logout_token(service, client, notice).await {
            Err(refusal) if refusal.is(&CLIENT_KEY_UNUSABLE) => return Ok(false),
            other => other?,
        };
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token.expose()).finish();
        let request = OutboundRequest {
            url: url.to_owned(),
            trust: UrlTrust::of(client, url),
            body: OutboundBody::Form(Secret::new(body)),
            accept: "application/json",
            authorization: None,
            limit: 16 * 1024,
            budget: attempts::BUDGET,
        };
        match self.outbound.send(request).await {
            Ok(reply) if (200..300).contains(&reply.status) => Ok(true),
            Ok(reply) => {
                tracing::info!(client = %client.client_id, status = reply.status, "a logout notice was refused");
                Ok(false)
            }
            Err(error) => {
                tracing::info!(client = %client.client_id, %error, "a logout notice did not arrive");
                Ok(false)
            }
        }
    }

    /// Back-Channel Logout section 2.4.
    async fn logout_token(&self, service: &Service, client: &Client, notice: &Notice) -> Result<Secret, Refusal> {
        let now = self.ledger.now();
        let mut claims = Map::new();
        let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        set("iss", (*service.issuer).into());
        if let Some(sub) = &notice.sub {
            set("sub", sub.as_str().into());
        }
        set("aud", client.client_id.as_str().into());
        set("iat", now.seconds().into());
        set("exp", (now + TOKEN_LIFETIME).seconds().into());
        set("jti", notice.jti.as_str().into());
        set("events", json!({ EVENT: {} }));
        set("sid", notice.sid.as_str().into());
        let alg = id_token_signing_alg(client, &service.settings);
        let signed =
            jeton_ledger::ledger::sign_jwt_for(&self.ledger, (service.id, client), alg, LOGOUT_TYP, &claims).await?;
        // Back-Channel Logout section 2.4: encrypted as ID tokens are.
        match self.recipient(client, Encrypted::IdToken).await? {
            Some(recipient) => recipient.encrypt(&signed, true),
            None => Ok(signed),
        }
    }

    async fn forget(&self, document: &Document, event: Option<Event>) -> Result<Attempt, Refusal> {
        let mut writes = vec![Write::DeleteDocument(document.id)];
        writes.extend(event.map(|event| Write::Event(Box::new(event))));
        self.ledger.applied(writes).await.map(|_| Attempt::Postponed)
    }
}
