//! `GET` and `POST /authorization`.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use jeton_core::authorization::{
    self, AuthorizationError, AuthorizationRequest, Authorizer, Next, SignsIn, Stage, Ticket,
};
use jeton_core::client_documents;
use jeton_core::grants::Params;
use jeton_core::model::{Client, Service};
use jeton_core::people::Session;
use jeton_core::refusal::Refusal;
use jeton_wire::pages::{below_issuer, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, Source, lenient_form, query};

use super::about::about;
use super::cookies::Cookies;
use super::outcome::{answer, refuse, targets, with_cookie};
use super::problem::Problem;
use crate::pages::{ConsentPage, LoginPage, ScopeLine};

/// The request in the query.
pub(crate) async fn by_query(
    Addressed(issuer): Addressed<Issuer>,
    source: Source,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Response {
    let text = text.unwrap_or_default();
    start(&issuer, &source, &headers, query(&text)).await
}

/// The request in a form body (OIDC Core section 3.1.2.1).
pub(crate) async fn by_form(
    Addressed(issuer): Addressed<Issuer>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let params = body.bytes().and_then(|bytes| lenient_form(&headers, bytes));
    start(&issuer, &source, &headers, params).await
}

async fn start(issuer: &Issuer, source: &Source, headers: &HeaderMap, params: Result<Params<'_>, Refusal>) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(issuer, None, refusal.into()),
    };
    match run(issuer, &service, (source, headers), params).await {
        Ok(response) => response,
        Err(error) => refuse(issuer, Some(&service), hidden_before_sign_in(issuer, &service, headers, error).await),
    }
}

/// Sends the error; only to the person if the client may not get it before sign-in.
async fn hidden_before_sign_in(
    issuer: &Issuer,
    service: &Arc<Service>,
    headers: &HeaderMap,
    error: AuthorizationError,
) -> AuthorizationError {
    if !error.return_to.as_ref().is_some_and(|to| to.after_sign_in) {
        return error;
    }
    let session = signed_in(&issuer.oauth, service, headers).await;
    match session {
        Ok(Some(_)) => error,
        Ok(None) | Err(_) => AuthorizationError { return_to: None, ..error },
    }
}

async fn run(
    issuer: &Issuer,
    service: &Arc<Service>,
    (source, headers): (&Source, &HeaderMap),
    params: Result<Params<'_>, Refusal>,
) -> Result<Response, AuthorizationError> {
    let from = (SignsIn::Here, source.0.addr);
    let (request, client) = authorization::read(&issuer.oauth, service, &params?, from).await?;
    let cookies = Cookies::of(service);
    let session = signed_in(&issuer.oauth, service, headers).await?;
    let step = Step { issuer, service, client: &client, request, browser: cookies.browser(headers), fresh: false };
    step.take(session.as_ref()).await
}

/// One step of a person through the pages.
pub(super) struct Step<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) service: &'a Arc<Service>,
    pub(super) client: &'a Arc<Client>,
    pub(super) request: AuthorizationRequest,
    /// The hash of the browser's secret; none: the browser has none yet.
    pub(super) browser: Option<[u8; 32]>,
    /// Whether the person signed in during this request.
    pub(super) fresh: bool,
}

impl Step<'_> {
    /// Shows the next page, or answers.
    pub(super) async fn take(self, session: Option<&Session>) -> Result<Response, AuthorizationError> {
        let return_to = self.request.return_to(self.client);
        let profile = self.client.profile;
        let taken = self.run(session).await;
        taken.map_err(|refusal| AuthorizationError { refusal, return_to: Some(return_to), profile })
    }

    async fn run(self, session: Option<&Session>) -> Result<Response, Refusal> {
        let Self { issuer, service, client, request, browser, fresh } = self;
        let oauth = &issuer.oauth;
        let next = authorization::next(oauth, service, client, &request, session, fresh).await?;
        match (next, session) {
            (Next::Answer, Some(session)) => {
                let authorizer = Authorizer::from(session);
                let described = (Arc::clone(client), request.document.as_deref());
                let client = client_documents::kept(oauth, service, described, session).await?;
                let granted = authorization::answer(oauth, service, &client, &request, &authorizer, None).await?;
                Ok(answer(service, &client, &request, &granted))
            }
            (Next::Ask, Some(session)) => {
                let (browser, cookie) = known_or_new(issuer, service, browser)?;
                let stage = Stage::Ask { session: session.token.id, fresh };
                let ticket = Ticket::new(oauth, service.id, request, stage, browser)?;
                Ok(with_cookie(ask(issuer, service, client, session, &ticket, &ticket.seal(oauth)?), cookie))
            }
            _ => {
                let (browser, cookie) = known_or_new(issuer, service, browser)?;
                let ticket = Ticket::new(oauth, service.id, request, Stage::SignIn, browser)?;
                let hint = ticket.request.login_hint.clone().unwrap_or_default();
                let sealed = ticket.seal(oauth)?;
                Ok(with_cookie(sign_in_page(service, client, &ticket, &sealed, &hint, None), cookie))
            }
        }
    }
}

pub(super) fn known_or_new(
    issuer: &Issuer,
    service: &Service,
    known: Option<[u8; 32]>,
) -> Result<([u8; 32], Option<HeaderValue>), Refusal> {
    match known {
        Some(hash) => Ok((hash, None)),
        None => Cookies::of(service).new_browser(&issuer.oauth).map(|(hash, cookie)| (hash, Some(cookie))),
    }
}

/// The sign-in page.
pub(super) fn sign_in_page(
    service: &Service,
    client: &Client,
    ticket: &Ticket,
    sealed: &str,
    username: &str,
    problem: Option<&Problem>,
) -> Response {
    LoginPage {
        issuer_name: &service.name,
        client_name: client.display_name(),
        about: about(client, service),
        action: &below_issuer(service, "/authorization/sign-in"),
        ticket: sealed,
        username,
        error: problem.map(|problem| problem.text.as_str()),
        wrong: problem.is_some_and(|problem| problem.wrong),
    }
    .render(&targets(&ticket.request.redirect_uri))
}

fn ask(
    issuer: &Issuer,
    service: &Service,
    client: &Client,
    session: &Session,
    ticket: &Ticket,
    sealed: &str,
) -> Response {
    let uri = url::Url::parse(&ticket.request.redirect_uri).ok();
    let returns_to = uri.as_ref().map(|u| u.host_str().unwrap_or_else(|| u.scheme()));
    let asked = ticket.request.asked();
    let catalog = issuer.oauth.ledger.entities().catalog(service.id);
    ConsentPage {
        issuer_name: &service.name,
        client_name: client.display_name(),
        about: about(client, service),
        account: &session.user.username,
        switch_account: None,
        scopes: ScopeLine::all(&asked, &catalog),
        resources: ticket.request.resources().collect(),
        returns_to,
        action: &below_issuer(service, "/authorization/consent"),
        ticket: sealed,
    }
    .render(&targets(&ticket.request.redirect_uri))
}
