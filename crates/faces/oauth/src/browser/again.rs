//! Pages that are shown again, because what came back from one cannot count: it was opened before somebody signed in on another page, was
//! open for too long, or was answered before.
//!
//! The request is asked as if its address had been opened again. What was typed or pressed on the old page decides nothing: another
//! site may have sent it.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::authorization::{self, AuthorizationError, Authorizer, Next, Stage, Stale, Ticket};
use jeton_core::client_documents;
use jeton_core::model::Service;
use jeton_core::name_key::name_key;
use jeton_core::people::Session;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::Issuer;
use jeton_wire::pages::signed_in;

use super::authorize::{consent_page, known_or_new, sign_in_page};
use super::cookies::Cookies;
use super::notice::Notice;
use super::outcome::{answer, with_cookie};

/// A page to show again.
pub(super) struct Again<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) service: &'a Arc<Service>,
    pub(super) headers: &'a HeaderMap,
    /// The ticket of the old page.
    pub(super) ticket: &'a Ticket,
    /// What happened.
    pub(super) why: Why<'a>,
}

/// Why a page is shown again.
#[derive(Clone, Copy)]
pub(super) enum Why<'a> {
    /// Its address was opened.
    Opened,
    /// It was sent back and cannot count. `typed`: the name on a sign-in page.
    Sent { stale: Stale, typed: Option<&'a str>, endpoint: &'static str },
}

impl Again<'_> {
    /// Shows the page that the request needs now. A page that was sent back is refused, and the refusal recorded.
    pub(super) async fn respond(self) -> Result<Response, AuthorizationError> {
        let Self { issuer, service, headers, ticket, why } = self;
        let oauth = &issuer.oauth;
        let secret = Cookies::of(service).browser(headers);
        let (notice, typed) = match why {
            Why::Opened => (None, None),
            Why::Sent { stale, typed, .. } => (Some(Notice::of(stale, secret.is_some())), typed),
        };
        let client = ticket.client(oauth, service).await?;
        let session = signed_in(oauth, service, headers).await?;
        let fresh = matches!((&ticket.stage, &session), (Stage::Ask { session: shown, fresh: true }, Some(session)) if *shown == session.token.id);
        let next = authorization::next(oauth, service, &client, &ticket.request, session.as_ref(), fresh).await?;
        let session = session.filter(|session| self.may_go_on(session));
        let (browser, cookie) = known_or_new(issuer, service, secret)?;
        let page = match (next, session) {
            (Next::Answer, Some(session)) if ticket.stage == Stage::SignIn => {
                let described = (client, ticket.request.document.as_deref());
                let client = client_documents::kept(oauth, service, described, &session).await?;
                let authorizer = Authorizer::from(&session);
                let granted =
                    authorization::answer(oauth, service, &client, &ticket.request, &authorizer, None).await?;
                return Ok(with_cookie(answer(service, &client, &ticket.request, &granted), cookie));
            }
            (Next::Answer | Next::Ask, Some(session)) => {
                let fresh_ticket = ticket.again(oauth, Stage::Ask { session: session.token.id, fresh }, browser)?;
                let sealed = fresh_ticket.seal(oauth)?;
                consent_page(issuer, (service, &client), &session, (&fresh_ticket, &sealed), notice)
            }
            _ => {
                let fresh_ticket = ticket.again(oauth, Stage::SignIn, browser)?;
                let sealed = fresh_ticket.seal(oauth)?;
                let name = typed.or(ticket.request.login_hint.as_deref()).unwrap_or_default();
                sign_in_page(service, &client, (&fresh_ticket, &sealed), name, notice)
            }
        };
        Ok(with_cookie(self.refused(page), cookie))
    }

    /// Whether the request goes on as the person who is signed in now: not if somebody else's name was typed.
    fn may_go_on(&self, session: &Session) -> bool {
        match self.why {
            Why::Sent { typed: Some(name), .. } => name_key(name) == session.user.name_key(),
            Why::Sent { typed: None, .. } | Why::Opened => true,
        }
    }

    fn refused(&self, mut page: Response) -> Response {
        let Why::Sent { endpoint, .. } = self.why else { return page };
        *page.status_mut() = StatusCode::BAD_REQUEST;
        refused(self.issuer, endpoint, page)
    }
}

/// Records that a page could not count.
pub(super) fn refused(issuer: &Issuer, endpoint: &'static str, page: Response) -> Response {
    jeton_wire::refused(&issuer.oauth.ledger, &INTERACTION_INVALID, (endpoint, None), |_| page)
}

/// Whether a refusal says that a page was answered before.
pub(super) fn is_answered(refusal: &Refusal, ticket: &Ticket) -> bool {
    refusal.is(&INTERACTION_INVALID) && !ticket.comes_once()
}
