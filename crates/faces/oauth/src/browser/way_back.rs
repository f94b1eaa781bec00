//! Sign-in for Jeton's own pages: `POST /sign-in` handles their sign-in page.

use std::sync::Arc;

use axum::response::Response;
use http::HeaderMap;
use jeton_core::Secret;
use jeton_core::model::Service;
use jeton_core::people::{self, SignInFrom, WayBack};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::pages::{FormTargets, below_issuer, finish_apart, see_other};
use jeton_wire::{Addressed, Entity, Issuer, Source, form};

use super::authorize::known_or_new;
use super::cookies::Cookies;
use super::outcome::with_cookie;
use super::problem::Problem;
use super::sign_in::NewSession;
use crate::pages::{AboutClient, LoginPage};

/// The sign-in page that leads to `path` (with its query, below the issuer).
///
/// # Errors
/// [`Refusal`] when the ledger cannot be read or has no randomness.
pub fn sign_in_first(
    issuer: &Issuer,
    service: &Service,
    headers: &HeaderMap,
    path: String,
) -> Result<Response, Refusal> {
    let (browser, cookie) = known_or_new(issuer, service, Cookies::of(service).browser(headers))?;
    let ticket = WayBack::new(&issuer.oauth.people, service.id, path, browser).seal(&issuer.oauth.people)?;
    Ok(with_cookie(page(service, &ticket, "", None), cookie))
}

/// Checks name and password, starts a session, redirects to the page.
pub(crate) async fn sign_in_and_back(
    Addressed(issuer): Addressed<Issuer>,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    finish_apart(&issuer, async |service| run(&issuer, service, &source, &headers, &body).await).await
}

async fn run(
    issuer: &Issuer,
    service: &Arc<Service>,
    source: &Source,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, Refusal> {
    let oauth = &issuer.oauth;
    let params = form(headers, body.bytes()?)?;
    let text = params.get("ticket").ok_or(INTERACTION_INVALID)?;
    let cookies = Cookies::of(service);
    let browser = cookies.browser(headers).ok_or(INTERACTION_INVALID)?;
    let back = WayBack::open(&oauth.people, service.id, text, browser)?;
    let username = params.get("username").unwrap_or_default();
    let password = Secret::new(params.get("password").unwrap_or_default());
    let from = SignInFrom::Browser { address: source.0.addr, known: cookies.known(headers) };
    match people::sign_in(&oauth.people, service, username, &password, from).await {
        Ok(user) => {
            let new_session = NewSession::now(issuer, service, headers, user).await?;
            Ok(new_session.set_cookies(service, see_other(&below_issuer(service, &back.path))))
        }
        Err(refusal) => {
            let problem = Problem::of(oauth, refusal, "/sign-in")?;
            let page = page(service, text, username, Some(&problem));
            Ok(problem.on(oauth, page))
        }
    }
}

fn page(service: &Service, ticket: &str, username: &str, problem: Option<&Problem>) -> Response {
    LoginPage {
        issuer_name: &service.name,
        client_name: &service.name,
        about: AboutClient::default(),
        action: &below_issuer(service, "/sign-in"),
        ticket,
        username,
        error: problem.map(|problem| problem.text.as_str()),
        wrong: problem.is_some_and(|problem| problem.wrong),
    }
    .render(&FormTargets::own())
}
