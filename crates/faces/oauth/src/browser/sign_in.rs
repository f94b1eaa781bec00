//! `/authorization/sign-in`: handles the sign-in page.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use jeton_core::Secret;
use jeton_core::authorization::{AuthorizationError, Returned, Stage, Ticket, signed_in_with};
use jeton_core::logout::browser_state;
use jeton_core::model::{Service, User};
use jeton_core::people::{self, Session, SignInFrom, find_session, remember_browser, replace_session, start_session};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::pages::{below_issuer, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, Source, accepts_html, form};

use super::again::{Again, Why};
use super::authorize::{SignedIn, Step, sign_in_page};
use super::cookies::{Cookies, SignInForm};
use super::only_post::only_post;
use super::outcome::{refuse, with_cookie};
use super::problem::Problem;

const PATH: &str = "/authorization/sign-in";

/// After a wrong password the browser is at this address. Who opens it again gets the page again.
pub(crate) async fn show(
    Addressed(issuer): Addressed<Issuer>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Response {
    if text.is_some_and(|text| !text.is_empty()) {
        return only_post(&issuer);
    }
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&issuer, None, refusal.into()),
    };
    match shown(&issuer, &service, &headers).await {
        Ok(response) => response,
        Err(error) => refuse(&issuer, Some(&service), error),
    }
}

async fn shown(issuer: &Issuer, service: &Arc<Service>, headers: &HeaderMap) -> Result<Response, AuthorizationError> {
    let cookies = Cookies::of(service);
    let kept = cookies.kept(SignInForm::Request, headers);
    let kept = kept.and_then(|text| Ticket::returned(&issuer.oauth, service.id, text, cookies.browser(headers)).ok());
    match kept {
        Some(Returned::Good(ticket) | Returned::Stale(_, ticket)) if ticket.stage == Stage::SignIn => {
            Again { issuer, service, headers, ticket: &ticket, why: Why::Opened }.respond().await
        }
        _ => Ok(see_other(&below_issuer(service, "/"))),
    }
}

/// Checks name and password, starts a session, continues the request.
pub(crate) async fn sign_in(
    Addressed(issuer): Addressed<Issuer>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    let service = match issuer.service() {
        Ok(service) => service,
        Err(refusal) => return refuse(&issuer, None, refusal.into()),
    };
    match run(&issuer, &service, &source, &headers, &body).await {
        Ok(response) => response,
        Err(error) => refuse(&issuer, Some(&service), error),
    }
}

async fn run(
    issuer: &Issuer,
    service: &Arc<Service>,
    source: &Source,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, AuthorizationError> {
    let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
    let params = form(headers, body.bytes()?)?;
    let text = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let username = params.get("username").unwrap_or_default();
    let ticket = match Ticket::returned(oauth, service.id, text, cookies.browser(headers))? {
        Returned::Good(ticket) if ticket.stage == Stage::SignIn => ticket,
        Returned::Stale(stale, ticket) if ticket.stage == Stage::SignIn => {
            let why = Why::Sent { stale, typed: Some(username), endpoint: PATH };
            return Again { issuer, service, headers, ticket: &ticket, why }.respond().await;
        }
        _ => return Err(INTERACTION_INVALID.into()),
    };
    let client = ticket.client(oauth, service).await?;

    let password = Secret::new(params.get("password").unwrap_or_default());
    let from = SignInFrom::Browser { address: source.0.addr, known: cookies.known(headers) };
    let user = match people::sign_in(&oauth.people, service, username, &password, from).await {
        Ok(user) => user,
        Err(refusal) => {
            let problem = Problem::of(oauth, refusal, PATH)?;
            let page = sign_in_page(service, &client, (&ticket, text), username, Some(problem.notice()));
            return Ok(with_cookie(problem.on(oauth, page), cookies.keep(SignInForm::Request, text)));
        }
    };
    let signed_in = SignedIn::Now { once: ticket.comes_once(), moves_on: accepts_html(headers) };
    let request = signed_in_with(oauth, service, ticket.request).await?;
    let new_session = NewSession::now(issuer, service, headers, user).await?;
    let session = new_session.session.clone();
    let browser = Some(new_session.browser.0);
    let step = Step { issuer, service, client: &client, request, browser, signed_in };
    let response = match step.take(session.as_ref()).await {
        Ok(response) => response,
        Err(error) => refuse(issuer, Some(service), error),
    };
    let response = with_cookie(response, cookies.forget(SignInForm::Request, headers));
    Ok(new_session.set_cookies(service, response))
}

/// A session that has just begun.
pub(super) struct NewSession {
    /// Its text, for the cookie.
    text: Secret,
    session: Option<Session>,
    /// The hash of the browser's new secret, and its cookie.
    browser: ([u8; 32], HeaderValue),
    /// The cookie with the session's state.
    state: Option<HeaderValue>,
    /// The cookie that marks the browser.
    known: HeaderValue,
}

impl NewSession {
    /// Starts a session with a new browser secret: cookies that were planted in this browser before become useless.
    pub(super) async fn now(
        issuer: &Issuer,
        service: &Arc<Service>,
        headers: &HeaderMap,
        user: Arc<User>,
    ) -> Result<Self, Refusal> {
        let (oauth, cookies) = (&issuer.oauth, Cookies::of(service));
        let old = signed_in(oauth, service, headers).await?;
        let known = remember_browser(&oauth.people, service, &user, cookies.known(headers))?;
        let text = start_session(&oauth.ledger, service, user).await?;
        let session = find_session(&oauth.ledger, service, text.expose()).await?;
        if let (Some(old), Some(new)) = (&old, &session) {
            replace_session(&oauth.ledger, old, new).await?;
        }
        let state = session.as_ref().map(|session| cookies.set_state(&browser_state(&oauth.ledger, session.token.id)));
        let known = cookies.set_known(&known);
        Ok(Self { text, session, browser: cookies.new_browser(oauth)?, state, known })
    }

    /// Sets the cookies.
    pub(super) fn set_cookies(self, service: &Service, response: Response) -> Response {
        let session = Cookies::of(service).set_session(&self.text);
        with_cookie(response, [self.browser.1, self.known].into_iter().chain(self.state).chain([session]))
    }
}
