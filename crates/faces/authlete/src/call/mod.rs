//! A call: its parts, who calls, and the service that it concerns.

mod credential;
mod members;
mod path;
mod query;

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::response::Response;
use http::HeaderMap;
use jeton_core::RequestSource;
use jeton_core::backend::Backend;
use jeton_core::backend::access::{ApiCaller, service_number};
use jeton_core::ids::ServiceId;
use jeton_core::model::{Client, Service};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    API_CREDENTIAL_FOREIGN, API_SERVICE_UNKNOWN, INTERACTION_INVALID, PARAMETER_INVALID, TICKET_UNKNOWN,
};
use jeton_wire::{Entity, Source};

use crate::answer::{Answer, Operation};
use crate::state::AuthleteState;

pub(crate) use members::Members;
use path::Path;
pub(crate) use query::Query;

/// A request, of whose body nothing was read.
pub(crate) struct Call {
    head: Head,
    body: Request,
}

/// The parts of a request without its body.
struct Head {
    state: AuthleteState,
    path: Path,
    query: String,
    headers: HeaderMap,
    source: RequestSource,
}

/// A call whose caller was admitted.
pub(crate) struct Cx<'a> {
    /// The backend.
    pub(crate) backend: &'a Arc<Backend>,
    /// The caller.
    pub(crate) caller: ApiCaller,
    /// Where the call comes from.
    pub(crate) source: &'a RequestSource,
    /// The members of the body.
    pub(crate) body: Members,
    /// The query.
    pub(crate) query: Query,
    entity: Entity,
    path: &'a Path,
}

impl Cx<'_> {
    /// The service that the call concerns.
    ///
    /// # Errors
    /// `API_SERVICE_UNKNOWN`.
    pub(crate) fn service(&self) -> Result<&Arc<Service>, Refusal> {
        self.caller.service()
    }

    /// A service that a path of version 2 names: the credential's own, or any for the organization.
    ///
    /// # Errors
    /// `API_SERVICE_UNKNOWN`, `API_CREDENTIAL_FOREIGN`.
    pub(crate) fn named_service(&self, id: ServiceId) -> Result<Arc<Service>, Refusal> {
        match &self.caller.service {
            Some(own) if own.id == id => Ok(Arc::clone(own)),
            _ if self.caller.is_organization => self.backend.service_numbered(id),
            _ => Err(API_CREDENTIAL_FOREIGN),
        }
    }

    /// A client of the service, by its client id, its number, or its alias.
    ///
    /// # Errors
    /// `RECORD_CLIENT_UNKNOWN`.
    pub(crate) async fn client(&self, identifier: &str) -> Result<Arc<Client>, Refusal> {
        self.backend.client_named(self.service()?, identifier).await
    }

    /// The objects of a body that is a list ([`Operation::of_list`]).
    ///
    /// # Errors
    /// `INVALID` when it is none.
    pub(crate) fn list(&self) -> Result<Vec<Members>, Refusal> {
        Members::of_list(self.entity.bytes()?)
    }

    /// A part of the path, decoded once.
    ///
    /// # Errors
    /// `PARAMETER_MISSING` when it is empty.
    pub(crate) fn part(&self, name: &'static str) -> Result<&str, Refusal> {
        let part = self.path.get(name).unwrap_or_default();
        if part.is_empty() { Err(PARAMETER_INVALID.with(name)) } else { Ok(part) }
    }
}

impl FromRequest<AuthleteState> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, state: &AuthleteState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let Source(source) = Source::from_request_parts(&mut parts, state).await?;
        let path = Path::of(&mut parts).await;
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let headers = std::mem::take(&mut parts.headers);
        let head = Head { state: state.clone(), path, query, headers, source };
        Ok(Self { head, body: Request::from_parts(parts, body) })
    }
}

impl Call {
    /// The answer of `work` for a caller with the operation's right, or the refusal in the operation's form. Every call leaves a
    /// line in the log: who called what, and how it ended.
    pub(crate) async fn answer(
        self,
        operation: &'static Operation,
        work: impl AsyncFnOnce(&Cx<'_>) -> Result<Answer, Refusal>,
    ) -> Response {
        let Self { head, body } = self;
        let ledger = &head.state.backend.ledger;
        // Known as soon as the credential is right: also who may not do what they try leaves a name.
        let (mut who, mut service) = (None, head.service().ok().flatten());
        let answered = async {
            let cx = head.admitted(operation, body, &mut who).await?;
            service = cx.caller.service.as_ref().map(|service| service.id);
            work(&cx).await
        };
        let answered = answered.await.map_err(in_words_of_a_call);
        let refused = match &answered {
            Ok(answer) => answer.refusal(),
            Err(refusal) => Some(refusal),
        };
        let refused = refused.map(|refusal| refusal.id().to_owned());
        let response = match answered {
            Ok(answer) => answer.into_response(operation, ledger),
            Err(refusal) => operation.refuse(ledger, &refusal),
        };
        tracing::info!(
            operation = operation.path,
            caller = who.as_deref().unwrap_or("unknown"),
            service = service.map(ServiceId::get),
            status = response.status().as_u16(),
            refused,
            "backend call"
        );
        response
    }

    /// The answer of an operation that needs no credential.
    pub(crate) async fn open(
        self,
        operation: &'static Operation,
        work: impl AsyncFnOnce(&Arc<Backend>, &Query) -> Result<Answer, Refusal>,
    ) -> Response {
        let Head { state: AuthleteState { backend }, query, .. } = self.head;
        let query = Query::read(&query);
        let answered = async { work(&backend, &query?).await };
        match answered.await {
            Ok(answer) => answer.into_response(operation, &backend.ledger),
            Err(refusal) => operation.refuse(&backend.ledger, &refusal),
        }
    }
}

/// A ticket is sealed as the pages of Jeton's own endpoints are, whose refusal speaks of a page.
fn in_words_of_a_call(refusal: Refusal) -> Refusal {
    if refusal.is(&INTERACTION_INVALID) { TICKET_UNKNOWN } else { refusal }
}

impl Head {
    /// The number of the service in the path.
    fn service(&self) -> Result<Option<ServiceId>, Refusal> {
        let number = self.path.get("service").map(|text| service_number(text).ok_or(API_SERVICE_UNKNOWN));
        number.transpose()
    }

    /// Admits the caller; only then is the body read, since it may be larger than what strangers may send.
    async fn admitted(
        &self,
        operation: &Operation,
        body: Request,
        who: &mut Option<String>,
    ) -> Result<Cx<'_>, Refusal> {
        let credential = credential::read(&self.headers, &body)?;
        let caller = self.state.backend.admit(credential, self.service()?, &self.source, who).await?;
        self.path.checked()?;
        if let Some(right) = operation.right {
            caller.needs(right)?;
        }
        let Ok(entity) = Entity::from_request(body, &self.state).await;
        let body = match operation.takes_list {
            true => Members::default(),
            false => Members::read(&self.headers, entity.bytes()?)?,
        };
        let query = Query::read(&self.query)?;
        let (backend, source, path) = (&self.state.backend, &self.source, &self.path);
        Ok(Cx { backend, caller, source, body, query, entity, path })
    }
}
