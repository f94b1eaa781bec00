//! `/console`: a page for administrators that needs no JavaScript.
//!
//! A person with the role `admin` signs in by name and password and then has a session: a token like any other, in a
//! cookie that no script and no other site can use ([`cookies`]). Every form carries a proof that it was made for this
//! browser ([`csrf`]). Names that people chose are escaped by the templates.

pub(crate) mod cookies;
mod csrf;
mod form;
mod home;
mod page;
mod sign_in;

use axum::response::Response;
use http::{HeaderMap, header};
use jeton_core::Refusal;
use jeton_core::administration::{Caller, TokenName};
use jeton_core::ids::TokenId;
use jeton_core::ledger::RevocationScope;
use jeton_core::people::{Session, end_session, find_session};
use jeton_core::refusals::{INTERACTION_INVALID, NOT_FOUND, PARAMETER_INVALID};
use jeton_core::tokens::TokenList;
use jeton_wire::pages::see_other;
use jeton_wire::{Addressed, own_path};

use crate::AdminState;
use cookies::Cookies;
use form::Form;
pub(crate) use sign_in::sign_in;

pub(crate) use page::STYLE;

/// Shows the console, or the sign-in form.
pub(crate) async fn show(Addressed(state): Addressed<AdminState>, headers: HeaderMap) -> Response {
    let shown = async {
        match Visit::find(&state, &headers).await? {
            Some(visit) => home::page(&state, &visit).await,
            None => sign_in::ask(&state, &headers, None),
        }
    };
    shown.await.unwrap_or_else(|refusal| page::failed(&state, &refusal))
}

/// Ends the session.
pub(crate) async fn sign_out(Addressed(state): Addressed<AdminState>, headers: HeaderMap, form: Form) -> Response {
    let done = async {
        let visit = Visit::prove(&state, &headers, &form).await?;
        end_session(&state.administration.ledger, &visit.session).await?;
        let mut response = back(&state)?;
        response.headers_mut().insert(header::SET_COOKIE, Cookies::of(&state)?.end_session());
        Ok(response)
    };
    done.await.unwrap_or_else(|refusal: Refusal| page::failed(&state, &refusal))
}

/// Revokes a token.
pub(crate) async fn revoke(Addressed(state): Addressed<AdminState>, headers: HeaderMap, form: Form) -> Response {
    let done = async {
        let visit = Visit::prove(&state, &headers, &form).await?;
        let id = form.get("id").and_then(|id| id.parse().ok()).ok_or_else(|| PARAMETER_INVALID.with("id"))?;
        let (tokens, name) = (&state.administration.tokens, TokenName::Number(TokenId::new(id)));
        tokens.end(&visit.caller, state.service, TokenList::EVERY, &name, RevocationScope::Family).await?;
        back(&state)
    };
    done.await.unwrap_or_else(|refusal: Refusal| page::failed(&state, &refusal))
}

/// A signed-in administrator.
struct Visit {
    caller: Caller,
    session: Session,
    /// The CSRF proof for the administrator's forms.
    csrf: String,
}

impl Visit {
    /// The signed-in person, if they are still an administrator.
    async fn find(state: &AdminState, headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let service =
            state.administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        let cookies = Cookies::of(state)?;
        let Some(text) = cookies.session(headers) else { return Ok(None) };
        let Some(session) = find_session(&state.administration.ledger, &service, text).await? else { return Ok(None) };
        let Some(caller) = Caller::signed_in_administrator(&session.user) else { return Ok(None) };
        Ok(Some(Self { caller, session, csrf: csrf::of(text) }))
    }

    /// The administrator who sent a form, if it was made for their browser.
    async fn prove(state: &AdminState, headers: &HeaderMap, form: &Form) -> Result<Self, Refusal> {
        let visit = Self::find(state, headers).await?.ok_or(INTERACTION_INVALID)?;
        if jeton_wire::is_from_elsewhere(headers) || !csrf::matches(&visit.csrf, form) {
            return Err(INTERACTION_INVALID);
        }
        Ok(visit)
    }
}

/// Redirects to the console, by GET.
fn back(state: &AdminState) -> Result<Response, Refusal> {
    let service =
        state.administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
    Ok(see_other(&own_path(&service.issuer, "/console")))
}
