//! The documents that are remembered, and how often new ones are read.
//!
//! Anybody can name a client id, so what one request costs is bounded: one fetch at a time for a client id, whose result all who
//! wait share; per address and per host so many in a time; and so many bytes of memory. A document that cannot be used is not
//! remembered, but its address is not asked again at once.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use quick_cache::sync::Cache;
use tokio::sync::Mutex;

use super::document::ClientDocument;
use super::identifier::Identifier;
use super::refusals::{CLIENT_DOCUMENT_INVALID, CLIENT_DOCUMENT_UNAVAILABLE};
use jeton_ledger::request_source::party;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_people::rate_limit::{Allowance, LimitKey, RateLimiter, WhenFull};
use jeton_people::refusals::REQUEST_PACE;

/// How many documents are remembered, each of at most 5 kilobytes.
const DOCUMENTS: usize = 1_000;
/// Fetches because of one address: twenty at once, then one every six seconds.
const OF_ADDRESS: Allowance = Allowance { burst: 20, refill: Duration::from_secs(6) };
/// Fetches from one host, whoever causes them: twelve at once, then one every five seconds.
const AT_HOST: Allowance = Allowance { burst: 12, refill: Duration::from_secs(5) };
/// How many addresses and hosts are remembered for that.
const REMEMBERED: usize = 10_000;
/// How long to wait after a failure before the next attempt.
const PAUSE: Duration = Duration::from_secs(10);
/// How long a document still counts whose server does not answer any more.
const STALE: Duration = Duration::from_secs(3_600);

/// The documents of clients, by service and client id.
pub(crate) struct Documents {
    sources: Cache<(ServiceId, Arc<str>), Arc<Source>>,
    of_address: RateLimiter,
    at_host: RateLimiter,
}

/// One client id.
#[derive(Default)]
struct Source {
    known: ArcSwapOption<Known>,
    /// Held during a fetch.
    asking: Mutex<()>,
}

/// The last result.
struct Known {
    asked: Timestamp,
    /// The last document, and until when it counts.
    document: Option<(Arc<ClientDocument>, Timestamp)>,
    failed: Option<Failed>,
}

/// Why the last attempt failed, for those who come during the pause after it.
enum Failed {
    Unavailable,
    Invalid(String),
}

impl Failed {
    /// None: the failure is this server's own.
    fn of(refusal: &Refusal) -> Option<Self> {
        if refusal.is(&CLIENT_DOCUMENT_UNAVAILABLE) {
            return Some(Self::Unavailable);
        }
        refusal.is(&CLIENT_DOCUMENT_INVALID).then(|| Self::Invalid(refusal.word().to_owned()))
    }

    fn refusal(&self) -> Refusal {
        match self {
            Self::Unavailable => CLIENT_DOCUMENT_UNAVAILABLE,
            Self::Invalid(why) => CLIENT_DOCUMENT_INVALID.with(why.clone()),
        }
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            sources: Cache::new(DOCUMENTS),
            of_address: RateLimiter::new(OF_ADDRESS, REMEMBERED, WhenFull::Forgive),
            at_host: RateLimiter::new(AT_HOST, REMEMBERED, WhenFull::Forgive),
        }
    }
}

impl Documents {
    /// The document of a client id; `fetch` reads it, if none is remembered. `address`: who causes it.
    ///
    /// # Errors
    /// `REQUEST_PACE` when too many are read because of this address or from this host; those of `fetch`.
    pub(super) async fn get(
        &self,
        (service, client_id, identifier): (ServiceId, &str, &Identifier),
        (address, now): (Option<IpAddr>, Timestamp),
        fetch: impl Future<Output = Result<(ClientDocument, Duration), Refusal>>,
    ) -> Result<Arc<ClientDocument>, Refusal> {
        let source = self.source(service, client_id);
        if let Some(answer) = source.said(now) {
            return answer;
        }
        let _asking = source.asking.lock().await;
        // Another caller may have read it meanwhile.
        if let Some(answer) = source.said(now) {
            return answer;
        }
        self.may_ask(&identifier.host, address, now)?;
        let refusal = match fetch.await {
            Ok((document, kept)) => {
                let document = Arc::new(document);
                source.remember(now, Some((Arc::clone(&document), now + kept)), None);
                return Ok(document);
            }
            Err(refusal) => refusal,
        };
        let Some(failed) = Failed::of(&refusal) else { return Err(refusal) };
        // It may be back soon. A document that is there and wrong does not count any more.
        let before = match failed {
            Failed::Unavailable => source.document().filter(|(_, until)| now < *until + STALE),
            Failed::Invalid(_) => None,
        };
        source.remember(now, before.clone(), Some(failed));
        before.map(|(document, _)| document).ok_or(refusal)
    }

    /// The newest document of a client id, if one is remembered.
    pub(super) fn newest(&self, service: ServiceId, client_id: &str) -> Option<Arc<ClientDocument>> {
        let source = self.sources.get(&(service, client_id.into()))?;
        source.document().map(|(document, _)| document)
    }

    fn source(&self, service: ServiceId, client_id: &str) -> Arc<Source> {
        let key = (service, Arc::from(client_id));
        let made: Result<_, std::convert::Infallible> = self.sources.get_or_insert_with(&key, || Ok(Arc::default()));
        let Ok(source) = made;
        source
    }

    /// Takes one fetch. A host's allowance is charged only if the caller's own is not spent.
    fn may_ask(&self, host: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), Refusal> {
        let of_address = LimitKey::of(&[party(address).as_bytes()]);
        let taken = self.of_address.take(of_address, 1, now);
        let taken = taken.and_then(|()| self.at_host.take(LimitKey::of(&[host.as_bytes()]), 1, now));
        taken.map_err(|limited| REQUEST_PACE.wait(limited.wait(now)))
    }
}

impl Source {
    fn said(&self, now: Timestamp) -> Option<Result<Arc<ClientDocument>, Refusal>> {
        self.known.load().as_ref().and_then(|known| known.says(now))
    }

    fn document(&self) -> Option<(Arc<ClientDocument>, Timestamp)> {
        self.known.load().as_ref().and_then(|known| known.document.clone())
    }

    fn remember(&self, asked: Timestamp, document: Option<(Arc<ClientDocument>, Timestamp)>, failed: Option<Failed>) {
        self.known.store(Some(Arc::new(Known { asked, document, failed })));
    }
}

impl Known {
    /// What counts now; none: it must be asked for.
    fn says(&self, now: Timestamp) -> Option<Result<Arc<ClientDocument>, Refusal>> {
        let rests = now < self.asked + PAUSE;
        match (&self.document, &self.failed) {
            (Some((document, until)), None) if now < *until => Some(Ok(Arc::clone(document))),
            (Some((document, _)), Some(_)) if rests => Some(Ok(Arc::clone(document))),
            (None, Some(failed)) if rests => Some(Err(failed.refusal())),
            _ => None,
        }
    }
}
