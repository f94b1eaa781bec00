//! The administrators' lists of tokens (contract section 3), at two places: as the seed document shows them and as the
//! software has them.

mod place;
mod range;
mod view;

use axum::extract::Path;
use axum::routing::{MethodRouter, get};
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::ids::TokenId;
use jeton_core::ledger::Reach;
use jeton_core::token_administration::TokenList;
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

async fn show_list(place: Place, call: Call, query: Query) -> Answer {
    let call = place.door(call);
    let reader = call.reader().await?;
    let range = Range::read(&query)?;
    let whose = range::whose(&query)?;
    let listing = call
        .oauth
        .administration
        .administered_tokens(&reader, &call.service, place.list, &whose, range.wanted())
        .await?;
    ok(page(place, call.base(), &range, &listing))
}

async fn show(place: Place, call: Call, Path(id): Path<String>) -> Answer {
    let call = place.door(call);
    let reader = call.reader().await?;
    let number = number(&id)?;
    let found = call.oauth.administration.administered_token(&reader, &call.service, place.list, number).await;
    ok(view::token(place, call.base(), &found.map_err(|refusal| named(refusal, &id))?))
}

async fn end(place: Place, call: Call, Path(id): Path<String>) -> Answer {
    let call = place.door(call);
    let caller = call.writer().await?;
    let number = number(&id)?;
    let reach = reach(&call);
    let ended = call.oauth.administration.end_administered(&caller, call.service.id, place.list, number, reach).await;
    ended.map_err(|refusal| named(refusal, &id))?;
    nothing()
}

async fn end_list(place: Place, call: Call, query: Query) -> Answer {
    let call = place.door(call);
    let caller = call.writer().await?;
    let whose = range::whose(&query)?;
    call.oauth.administration.end_all_administered(&caller, call.service.id, place.list, &whose, reach(&call)).await?;
    nothing()
}

/// What a deleted refresh token takes along (section 3.7).
pub(crate) fn reach(call: &Call) -> Reach {
    if call.rules.keep_access_tokens { Reach::Token } else { Reach::Family }
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

impl Place {
    /// The seed's paths have a rule of their own.
    fn door(self, call: Call) -> Call {
        if self.is_bare { call.at_bare_path() } else { call }
    }

    /// The access tokens of the software.
    pub(crate) const ACCESS: Self = Self { list: TokenList::Access, is_bare: false };
    /// The refresh tokens of the software.
    pub(crate) const REFRESH: Self = Self { list: TokenList::Refresh, is_bare: false };
    /// The access tokens of the seed.
    pub(crate) const BARE_ACCESS: Self = Self { list: TokenList::Access, is_bare: true };
    /// The refresh tokens of the seed.
    pub(crate) const BARE_REFRESH: Self = Self { list: TokenList::Refresh, is_bare: true };
}
