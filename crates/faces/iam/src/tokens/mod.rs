//! The administrators' lists of tokens (`docs/contracts/indigo-iam.md` section 3), at two places: as IAM's
//! Tokens API reference shows them, and as its software serves them.

mod place;
mod range;
mod view;

use axum::extract::Path;
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::ids::TokenId;
use serde_json::json;

pub(crate) use place::Place;
use range::Range;
use view::page;

use crate::IamState;
use crate::wire::{Answer, Call, Failure, Query, nothing, ok};

/// The parameters of a list.
pub(crate) const PARAMETERS: &[&str] = &["count", "startIndex", "userId", "clientId", "attributes"];

/// The two methods of a list.
pub(crate) fn list(place: Place) -> MethodRouter<IamState> {
    get(move |call, query| show_list(place, call, query)).delete(move |call, query| end_list(place, call, query))
}

/// The two methods of one token.
pub(crate) fn one(place: Place) -> MethodRouter<IamState> {
    get(move |call, id| show(place, call, id)).delete(move |call, id| end(place, call, id))
}

async fn show_list(place: Place, mut call: Call, query: Query) -> Answer {
    call.door.is_bare = place.is_bare;
    let reader = call.door.reader().await?;
    let range = Range::read(&query)?;
    let whose = range::whose(&query)?;
    let listing = call
        .oauth
        .administration
        .token_lists
        .tokens(&reader, &call.service, place.list, &whose, range.wanted())
        .await?;
    ok(page(place, call.base(), &range, &listing))
}

async fn show(place: Place, mut call: Call, Path(id): Path<String>) -> Answer {
    call.door.is_bare = place.is_bare;
    let reader = call.door.reader().await?;
    let number = number(&id)?;
    let found = call.oauth.administration.token_lists.token(&reader, &call.service, place.list, number).await;
    ok(view::token(place, call.base(), &found.map_err(|refusal| named(refusal, &id))?))
}

async fn end(place: Place, mut call: Call, Path(id): Path<String>) -> Answer {
    call.door.is_bare = place.is_bare;
    let caller = call.door.writer().await?;
    let number = number(&id)?;
    let ended =
        call.oauth.administration.token_lists.end(&caller, call.service.id, place.list, number, call.rules.reach).await;
    ended.map_err(|refusal| named(refusal, &id))?;
    nothing()
}

async fn end_list(place: Place, mut call: Call, query: Query) -> Answer {
    call.door.is_bare = place.is_bare;
    let caller = call.door.writer().await?;
    let whose = range::whose(&query)?;
    call.oauth
        .administration
        .token_lists
        .end_all(&caller, call.service.id, place.list, &whose, call.rules.reach)
        .await?;
    nothing()
}

/// A number that some token may have, or none: 0 is nobody's.
pub(crate) fn number(text: &str) -> Result<TokenId, Refusal> {
    let number: i64 = text.parse().map_err(|_| Refusal::ParameterInvalid("id"))?;
    Ok(TokenId::new(u64::try_from(number).ok().filter(|n| *n < 1 << 53).unwrap_or_default()))
}

/// The contract's words for a token that is not there.
fn named(refusal: Refusal, id: &str) -> Failure {
    match refusal {
        Refusal::NotFound(_) => {
            let body = json!({ "error": format!("Token with id = {id} not found") });
            Failure::in_words(refusal, StatusCode::NOT_FOUND, body)
        }
        other => other.into(),
    }
}
