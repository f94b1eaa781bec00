//! The administrators' lists of tokens (`docs/contracts/indigo-iam.md` section 3), at two paths: as IAM's
//! Tokens API reference shows them, and as its software serves them.

mod list_path;
mod range;
mod view;

use axum::routing::{MethodRouter, get};
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::administration::{Requirement, TokenName};
use jeton_core::ids::TokenId;
use jeton_core::refusals::{NOT_FOUND, PARAMETER_INVALID};
use jeton_wire::Path;
use serde_json::json;

pub(crate) use list_path::ListPath;
use range::Range;
use view::page;

use crate::IamState;
use crate::wire::{Failure, HandlerResult, IamRequest, Query, nothing, ok};

/// The parameters of a list.
pub(crate) const PARAMETERS: &[&str] = &["count", "startIndex", "userId", "clientId", "attributes"];

/// The two methods of a list.
pub(crate) fn list(place: ListPath) -> MethodRouter<IamState> {
    let show = async move |mut call: IamRequest, query: Query| -> HandlerResult {
        call.authorization.is_bare = place.is_bare;
        let caller = call.authorization.admit(Requirement::IAM_READ).await?;
        let range = Range::read(&query)?;
        let whose = range::whose(&query)?;
        let tokens = &call.oauth.administration.tokens;
        let listing = tokens.part(&caller, &call.service, place.list, &whose, range.wanted()).await?;
        ok(page(place, call.base(), &range, &listing))
    };
    let end = async move |mut call: IamRequest, query: Query| -> HandlerResult {
        call.authorization.is_bare = place.is_bare;
        let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
        let whose = range::whose(&query)?;
        let tokens = &call.oauth.administration.tokens;
        tokens.end_all(&caller, call.service.id, place.list, &whose, call.rules.revocation_scope).await?;
        nothing()
    };
    get(show).delete(end)
}

/// The two methods of one token.
pub(crate) fn one(place: ListPath) -> MethodRouter<IamState> {
    let show = async move |mut call: IamRequest, Path(id): Path<String>| -> HandlerResult {
        call.authorization.is_bare = place.is_bare;
        let caller = call.authorization.admit(Requirement::IAM_READ).await?;
        let tokens = &call.oauth.administration.tokens;
        let found = tokens.show(&caller, &call.service, place.list, number(&id)?).await;
        ok(view::token(place, call.base(), &found.map_err(|refusal| named(refusal, &id))?))
    };
    let end = async move |mut call: IamRequest, Path(id): Path<String>| -> HandlerResult {
        call.authorization.is_bare = place.is_bare;
        let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
        let (tokens, name) = (&call.oauth.administration.tokens, TokenName::Number(number(&id)?));
        let ended = tokens.end(&caller, call.service.id, place.list, &name, call.rules.revocation_scope).await;
        ended.map_err(|refusal| named(refusal, &id))?;
        nothing()
    };
    get(show).delete(end)
}

/// Parses the number of a token; 0 is invalid.
pub(crate) fn number(text: &str) -> Result<TokenId, Refusal> {
    let number: i64 = text.parse().map_err(|_| PARAMETER_INVALID.with("id"))?;
    Ok(TokenId::new(u64::try_from(number).ok().filter(|n| *n < 1 << 53).unwrap_or_default()))
}

/// The contract's wording for an unknown token.
fn named(refusal: Refusal, id: &str) -> Failure {
    if !refusal.is(&NOT_FOUND) {
        return refusal.into();
    }
    let body = json!({ "error": format!("Token with id = {id} not found") });
    Failure::in_words(refusal, StatusCode::NOT_FOUND, body)
}
