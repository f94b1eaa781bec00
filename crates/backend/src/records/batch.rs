//! Creates many records at once (`docs/contracts/authlete.md` section 2.8): all of them in one commit, or none. How it went is kept
//! for a week, and every node can say it.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::digest::sha256;
use jeton_jose::{Secret, base64url};
use jeton_ledger::ledger::{NotMinted, Trial};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{DeclaredSingleUse, Document, Service, SingleUse, SingleUseKey};
use jeton_model::refusal::Class;
use jeton_model::refusals::INVALID;
use jeton_model::store::Write;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CreateRecord;
use crate::Backend;
use crate::access::ApiCaller;
use crate::refusals::BATCH_UNKNOWN;

/// How a batch ended.
pub(crate) const TOKEN_BATCH: DeclaredSingleUse = DeclaredSingleUse::new(43, "token_batch");

/// The most records of one batch: their commit holds up others for a moment.
pub const MOST_OF_BATCH: usize = 1000;

/// How long the end of a batch can be asked for.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// How a batch ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchStatus {
    /// How many records were created, or (in a dry run) could have been.
    pub records: u64,
    /// Why it failed; none: it did not.
    pub failure: Option<BatchFailure>,
    /// When.
    pub at: Timestamp,
}

/// Why a batch failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchFailure {
    /// The code of the API that took the batch in.
    pub code: String,
    /// What is wrong, and with which record.
    pub description: String,
}

/// How the API that took a batch in speaks of it.
#[derive(Clone, Copy)]
pub struct BatchForm {
    /// Its code for a refusal.
    pub code: fn(&Refusal) -> &'static str,
    /// The status of a batch with this name.
    pub status: fn(&str, &BatchStatus) -> Value,
}

/// A batch that was taken in.
pub struct CreatedBatch {
    /// The name under which [`Backend::batch_status`] knows how it ended.
    pub name: String,
    /// What the notice of its end will prove its origin with; none: no notice is sent.
    pub notification_token: Option<Secret>,
}

impl Backend {
    /// Creates these records, all or none; a dry run creates none, and checks all. [`Self::batch_status`] knows afterwards how it
    /// ended, and the service is told of it where it wants to be; not of a dry run.
    ///
    /// # Errors
    /// [`INVALID`] for none or more than [`MOST_OF_BATCH`]; or when the server or its store fails: then nothing was created, and the
    /// batch has no name. That a record is refused is no error: the status says it.
    pub async fn create_batch(
        &self,
        caller: &ApiCaller,
        service: &Arc<Service>,
        records: Vec<Result<CreateRecord, Refusal>>,
        trial: Trial,
        form: BatchForm,
    ) -> Result<CreatedBatch, Refusal> {
        if records.is_empty() || records.len() > MOST_OF_BATCH {
            return Err(INVALID.with(format!("a batch has 1 to {MOST_OF_BATCH} tokens")));
        }
        let mut bytes = [0; 16];
        self.ledger.entropy().fill(&mut bytes)?;
        let name = base64url::encode(bytes);
        let at = self.ledger.now();
        let number = if trial == Trial::Real { self.new_batch_notice(service).await? } else { None };
        let told = |status: &BatchStatus| {
            number.map(|id| self.batch_notice(id, service.id, &name, (form.status)(&name, status))).transpose()
        };
        let done = BatchStatus { records: records.len() as u64, failure: None, at };
        let written = (entry(service.id, &name, &done)?, told(&done)?);
        let tried = self.try_batch(caller, service, records, trial, written).await;
        let made = |name| CreatedBatch { name, notification_token: number.map(|id| self.notification_token(id)) };
        let Err(NotMinted { plan, refusal }) = tried else { return Ok(made(name)) };
        let Some(place) = plan.filter(|_| is_of_record(&refusal)) else { return Err(refusal) };
        let description = format!("token {} of the batch: {}", place + 1, refusal.message());
        let failure = BatchFailure { code: (form.code)(&refusal).to_owned(), description };
        let failed = BatchStatus { records: 0, failure: Some(failure), at };
        let mut writes = vec![Write::SingleUse(Box::new(entry(service.id, &name, &failed)?))];
        writes.extend(told(&failed)?.map(|notice| Write::Document(Box::new(notice))));
        self.ledger.applied(writes).await?;
        Ok(made(name))
    }

    async fn try_batch(
        &self,
        caller: &ApiCaller,
        service: &Arc<Service>,
        records: Vec<Result<CreateRecord, Refusal>>,
        trial: Trial,
        (entry, notice): (SingleUse, Option<Document>),
    ) -> Result<(), NotMinted> {
        let mut plans = Vec::with_capacity(records.len());
        for (at, record) in records.into_iter().enumerate() {
            let planned = async { self.record_plan(caller, service, record?).await };
            plans.push(planned.await.map_err(|refusal| NotMinted { plan: Some(at), refusal })?);
        }
        if let Some(first) = plans.first_mut() {
            first.documents.extend(notice);
        }
        self.ledger.mint_together(plans, entry, trial).await.map(drop)
    }

    /// How a batch of a service ended.
    ///
    /// # Errors
    /// [`BATCH_UNKNOWN`], also for a batch of another service; or when the store fails.
    pub async fn batch_status(&self, service: ServiceId, name: &str) -> Result<BatchStatus, Refusal> {
        let entry = self.ledger.store().single_use(TOKEN_BATCH.kind, key_of(service, name)).await?;
        let entry = entry.filter(|entry| self.ledger.now() < entry.expires).ok_or(BATCH_UNKNOWN)?;
        Ok(serde_json::from_slice(&entry.payload)?)
    }
}

/// Whether a refusal is about a record, and comes again when the batch is sent again.
fn is_of_record(refusal: &Refusal) -> bool {
    !matches!(refusal.class(), Class::Fault | Class::Unavailable | Class::Throttled)
}

fn entry(service: ServiceId, name: &str, status: &BatchStatus) -> Result<SingleUse, Refusal> {
    Ok(SingleUse {
        kind: TOKEN_BATCH.kind,
        key: key_of(service, name),
        service,
        grant: None,
        expires: status.at + KEPT,
        used: None,
        payload: serde_json::to_vec(status)?,
    })
}

fn key_of(service: ServiceId, name: &str) -> SingleUseKey {
    SingleUseKey(sha256(&[b"token batch\0", &service.get().to_be_bytes()[..], name.as_bytes()].concat()))
}
