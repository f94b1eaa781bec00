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
use jeton_wire::pages::{below_issuer, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, Source, lenient_form, query};

use super::about::about;
use super::cookies::Cookies;
use super::notice::Notice;
use super::outcome::{answer, refuse, targets, with_cookie};
use crate::pages::{ConsentPage, LoginPage, ScopeLine};

/// The consent page, with the ticket in its query: an address of its own, so that a browser can go back to it and reload it.
pub(super) const CONSENT: &str = "/authorization/consent";

/// Longer tickets are not written into an address.
const LONGEST_IN_ADDRESS: usize = 4096;

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
    let step = Step {
        issuer,
        service,
        client: &client,
        request,
        browser: cookies.browser(headers),
        signed_in: SignedIn::Before,
    };
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
    /// When the person signed in.
    pub(super) signed_in: SignedIn,
}

/// When a person signed in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SignedIn {
    /// Before this request, or not yet.
    Before,
    /// During this request.
    Now {
        /// Whether the reference by which the request came is used up by it.
        once: bool,
        /// Whether the next page is opened at an address of its own.
        moves_on: bool,
    },
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
        let Self { issuer, service, client, request, browser, signed_in } = self;
        let oauth = &issuer.oauth;
        let (fresh, once, moves_on) = match signed_in {
            SignedIn::Before => (false, false, false),
            SignedIn::Now { once, moves_on } => (true, once, moves_on),
        };
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
                let ticket = Ticket { once, ..Ticket::new(oauth, service.id, request, stage, browser)? };
                let sealed = ticket.seal(oauth)?;
                let page = match moves_on && sealed.len() <= LONGEST_IN_ADDRESS {
                    true => see_other(&format!("{}?ticket={sealed}", below_issuer(service, CONSENT))),
                    false => consent_page(issuer, (service, client), session, (&ticket, &sealed), None),
                };
                Ok(with_cookie(page, cookie))
            }
            _ => {
                let (browser, cookie) = known_or_new(issuer, service, browser)?;
                let ticket = Ticket::new(oauth, service.id, request, Stage::SignIn, browser)?;
                let hint = ticket.request.login_hint.clone().unwrap_or_default();
                let sealed = ticket.seal(oauth)?;
                Ok(with_cookie(sign_in_page(service, client, (&ticket, &sealed), &hint, None), cookie))
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
    (ticket, sealed): (&Ticket, &str),
    username: &str,
    notice: Option<Notice<'_>>,
) -> Response {
    LoginPage {
        issuer_name: &service.name,
        client_name: client.display_name(),
        about: about(client, service),
        action: &below_issuer(service, "/authorization/sign-in"),
        ticket: sealed,
        username,
        error: notice.map(|notice| notice.text),
        wrong: notice.is_some_and(|notice| notice.wrong),
    }
    .render(&targets(&ticket.request.redirect_uri))
}

/// The consent page.
pub(super) fn consent_page(
    issuer: &Issuer,
    (service, client): (&Service, &Client),
    session: &Session,
    (ticket, sealed): (&Ticket, &str),
    notice: Option<Notice<'_>>,
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
        action: &below_issuer(service, CONSENT),
        ticket: sealed,
        notice: notice.map(|notice| notice.text),
    }
    .render(&targets(&ticket.request.redirect_uri))
}
