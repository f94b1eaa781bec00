//! Tells an authorization server that a batch has ended (`docs/contracts/authlete.md` section 2.8): the address that its service names
//! gets the status of the batch.
//!
//! A notice is written in the commit of the batch, so it survives a crash, and goes out through the guarded client: the address comes
//! from a caller of the API. Services are told beside each other, so that one whose server does not answer delays no other; after a
//! failure a service rests, and after two hours a notice is given up.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use jeton_jose::Secret;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::outbound::{OutboundAuthorization, OutboundBody, OutboundRequest, UrlTrust};
use jeton_model::records::{Actor, DeclaredSingleUse, Document, DocumentKind, Event, EventKind, Service};
use jeton_model::store::Write;
use jeton_oauth::attempts;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use crate::Backend;

/// One attempt to tell of a batch.
pub(crate) const BATCH_NOTICE_TRY: DeclaredSingleUse = DeclaredSingleUse::new(45, "batch_notice_try");

/// How long a service rests after a failure.
const REST: Duration = Duration::from_secs(60);
/// Notices read at once, and how many of one service a pass sends.
const PAGE: u32 = 500;
const OF_SERVICE: usize = 20;
/// How many services are told at once.
const AT_ONCE: usize = 16;

/// A notice that waits. Its document's name is that of the batch.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
struct BatchNotice {
    /// What is sent, in the form of the API that took the batch in.
    status: Value,
    /// How many tries failed.
    tries: u32,
    /// Not before.
    next: Timestamp,
}

/// Services that rest on this node.
#[derive(Default)]
pub(crate) struct Resting(Mutex<HashMap<ServiceId, Timestamp>>);

impl Resting {
    fn rests(&self, service: ServiceId, now: Timestamp) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&service).is_some_and(|until| now < *until)
    }

    fn note(&self, service: ServiceId, answered: bool, now: Timestamp) {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answered {
            true => drop(resting.remove(&service)),
            false => drop(resting.insert(service, now + REST)),
        }
    }
}

/// The address that a service wants to be told at.
fn address(service: &Service) -> Option<&str> {
    service.settings.other.get(crate::services::BATCH_NOTICES).and_then(Value::as_str).filter(|url| !url.is_empty())
}

impl Backend {
    /// The number of the notice of a batch; none when its service does not want any.
    pub(super) async fn new_batch_notice(&self, service: &Service) -> Result<Option<DocumentId>, Refusal> {
        match address(service) {
            None => Ok(None),
            Some(_) => Ok(Some(DocumentId::new(self.ledger.new_number().await?))),
        }
    }

    /// The notice that a batch ended with this status.
    pub(super) fn batch_notice(
        &self,
        id: DocumentId,
        service: ServiceId,
        name: &str,
        status: Value,
    ) -> Result<Document, Refusal> {
        let now = self.ledger.now();
        Ok(Document {
            id,
            service,
            kind: DocumentKind::BatchNotice,
            owner: String::new(),
            name: name.to_owned(),
            updated: now,
            body: serde_json::to_value(BatchNotice { status, tries: 0, next: now })?,
        })
    }

    /// What proves to the authorization server that a notice comes from here.
    pub(super) fn notification_token(&self, id: DocumentId) -> Secret {
        Secret::new(self.ledger.secrets().name_of("batch notice", id.get()))
    }

    /// Sends the notices about batches that are due; returns how many arrived.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deliver_batch_notices(&self) -> Result<usize, Refusal> {
        let (mut arrived, mut after) = (0, 0);
        loop {
            let page = self.ledger.store().documents_of_all(DocumentKind::BatchNotice, None, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(arrived) };
            after = last.id.get();
            let is_last = page.len() < PAGE as usize;
            let now = self.ledger.now();
            let mut queues: BTreeMap<ServiceId, Vec<Document>> = BTreeMap::new();
            for document in page {
                // One that cannot be read is removed.
                let is_due = BatchNotice::deserialize(&document.body).map_or(true, |notice| notice.next <= now);
                let queue = queues.entry(document.service).or_default();
                if is_due && queue.len() < OF_SERVICE && !self.resting.rests(document.service, now) {
                    queue.push(document);
                }
            }
            let work = queues.into_values().map(|queue| self.tell_of_batches(queue));
            let done: Vec<_> = futures::stream::iter(work).buffer_unordered(AT_ONCE).collect().await;
            for told in done {
                arrived += told?;
            }
            if is_last {
                return Ok(arrived);
            }
        }
    }

    /// Sends the notices of one service until one fails; returns how many arrived.
    async fn tell_of_batches(&self, queue: Vec<Document>) -> Result<usize, Refusal> {
        let mut arrived = 0;
        for document in queue {
            let service = self.service_numbered(document.service).ok();
            let notice = BatchNotice::deserialize(&document.body).ok();
            let url = service.as_deref().and_then(address);
            let (Some(notice), Some(url)) = (notice, url) else {
                self.ledger.applied(vec![Write::DeleteDocument(document.id)]).await?;
                continue;
            };
            let attempt = format!("{} {}", document.id, notice.tries);
            if !attempts::is_ours(&self.ledger, BATCH_NOTICE_TRY, document.service, &attempt).await? {
                continue;
            }
            let (answered, now) = (self.tell(&document, &notice, url).await, self.ledger.now());
            self.resting.note(document.service, answered, now);
            if !answered {
                self.after_failure(document, notice, now).await?;
                return Ok(arrived);
            }
            self.ledger.applied(vec![Write::DeleteDocument(document.id)]).await?;
            arrived += 1;
        }
        Ok(arrived)
    }

    async fn after_failure(&self, document: Document, notice: BatchNotice, now: Timestamp) -> Result<(), Refusal> {
        let writes = if let Some(wait) = attempts::wait_after(notice.tries) {
            let again = BatchNotice { tries: notice.tries + 1, next: now + wait, ..notice };
            let body = serde_json::to_value(&again)?;
            vec![Write::Document(Box::new(Document { body, updated: now, ..document }))]
        } else {
            tracing::warn!(service = %document.service, batch = %document.name, "the notice about a batch was given up: nobody took it");
            let mut event = Event::new(EventKind::DocumentChanged, now, Some(document.service), Actor::System);
            event.detail = Some("the notice about a batch was given up".to_owned());
            vec![Write::DeleteDocument(document.id), Write::Event(Box::new(event))]
        };
        self.ledger.applied(writes).await.map(drop)
    }

    async fn tell(&self, document: &Document, notice: &BatchNotice, url: &str) -> bool {
        let request = OutboundRequest {
            url: url.to_owned(),
            trust: UrlTrust::Untrusted,
            body: OutboundBody::Json(Secret::new(notice.status.to_string())),
            accept: "application/json",
            authorization: Some(OutboundAuthorization::Bearer(self.notification_token(document.id))),
            limit: 16 * 1024,
            budget: attempts::BUDGET,
        };
        match self.oauth.outbound.send(request).await {
            Ok(reply) if (200..300).contains(&reply.status) => return true,
            Ok(reply) => {
                tracing::info!(service = %document.service, status = reply.status, "the notice about a batch was refused");
            }
            Err(error) => {
                tracing::info!(service = %document.service, %error, "the notice about a batch did not arrive");
            }
        }
        false
    }
}
