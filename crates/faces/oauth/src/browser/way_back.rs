//! Sign-in for Jeton's own pages: `/sign-in` handles their sign-in page.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use http::HeaderMap;
use jeton_core::Secret;
use jeton_core::authorization::Stale;
use jeton_core::model::Service;
use jeton_core::name_key::name_key;
use jeton_core::people::{self, SignInFrom, WayBack};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INTERACTION_INVALID;
use jeton_wire::pages::{FormTargets, apart, below_issuer, finish_apart, see_other, signed_in};
use jeton_wire::{Addressed, Entity, Issuer, Source, form};

use super::again::refused;
use super::authorize::known_or_new;
use super::cookies::{Cookies, SignInForm};
use super::notice::Notice;
use super::only_post::only_post;
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
    ask(issuer, service, headers, path, ("", None))
}

/// The same, with a name and a notice.
fn ask(
    issuer: &Issuer,
    service: &Service,
    headers: &HeaderMap,
    path: String,
    (username, notice): (&str, Option<Notice<'_>>),
) -> Result<Response, Refusal> {
    let (browser, cookie) = known_or_new(issuer, service, Cookies::of(service).browser(headers))?;
    let ticket = WayBack::new(&issuer.oauth.people, service.id, path, browser).seal(&issuer.oauth.people)?;
    Ok(with_cookie(page(service, &ticket, username, notice), cookie))
}

/// After a wrong password the browser is at this address. Who opens it again gets the page again.
pub(crate) async fn show(
    Addressed(issuer): Addressed<Issuer>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Response {
    if text.is_some_and(|text| !text.is_empty()) {
        return apart(only_post(&issuer));
    }
    finish_apart(&issuer, async |service| {
        let kept = Cookies::of(service).kept(SignInForm::OwnPage, &headers);
        let back = kept.and_then(|text| WayBack::open(&issuer.oauth.people, service.id, text).ok());
        let path = back.map_or_else(|| "/login".to_owned(), |back| back.path);
        Ok(see_other(&below_issuer(service, &path)))
    })
    .await
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
    let back = WayBack::open(&oauth.people, service.id, text)?;
    let username = params.get("username").unwrap_or_default();
    let secret = cookies.browser(headers);
    if !back.is_good(&oauth.people, secret) {
        // As if the page had been opened again: nobody is signed in by this form.
        let session = signed_in(oauth, service, headers).await?;
        if session.is_some_and(|session| session.user.name_key() == name_key(username)) {
            return Ok(see_other(&below_issuer(service, &back.path)));
        }
        let stale = if back.is_old(&oauth.people) { Stale::Old } else { Stale::Elsewhere };
        let notice = Notice::of(stale, secret.is_some());
        let page = ask(issuer, service, headers, back.path, (username, Some(notice)))?;
        return Ok(refused(issuer, "/sign-in", page));
    }
    let password = Secret::new(params.get("password").unwrap_or_default());
    let from = SignInFrom::Browser { address: source.0.addr, known: cookies.known(headers) };
    match people::sign_in(&oauth.people, service, username, &password, from).await {
        Ok(user) => {
            let new_session = NewSession::now(issuer, service, headers, user).await?;
            let response = see_other(&below_issuer(service, &back.path));
            let response = with_cookie(response, cookies.forget(SignInForm::OwnPage, headers));
            Ok(new_session.set_cookies(service, response))
        }
        Err(refusal) => {
            let problem = Problem::of(oauth, refusal, "/sign-in")?;
            let page = page(service, text, username, Some(problem.notice()));
            Ok(with_cookie(problem.on(oauth, page), cookies.keep(SignInForm::OwnPage, text)))
        }
    }
}

fn page(service: &Service, ticket: &str, username: &str, notice: Option<Notice<'_>>) -> Response {
    LoginPage {
        issuer_name: &service.name,
        client_name: &service.name,
        about: AboutClient::default(),
        action: &below_issuer(service, "/sign-in"),
        ticket,
        username,
        error: notice.map(|notice| notice.text),
        wrong: notice.is_some_and(|notice| notice.wrong),
    }
    .render(&FormTargets::own())
}
