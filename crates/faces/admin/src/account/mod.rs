//! `/account/v1/tokens`: a person's own API tokens, for their programs and for pages of the issuer.

mod call;
pub(crate) mod create;

use axum::extract::Path;
use jeton_core::Refusal;
use jeton_core::ids::TokenId;
use serde_json::json;

use crate::tokens::{self, TokenView};
use crate::wire::{Answer, Document, Query, created, next, ok};
use call::OwnCall;

/// Makes an API token; the only answer that holds its text.
pub(crate) async fn create(call: OwnCall, document: Document) -> Answer {
    let order = create::read(document.members())?;
    let issued = call.administration.api_tokens.create(&call.service, &call.holder, order).await?;
    let minted = issued.tokens.first().ok_or(Refusal::PlanExceeded("tokens"))?;
    let verdict = call.administration.api_tokens.own_one(&call.holder, minted.id).await?;
    created(TokenView::of(&call.administration, verdict).await?.with_text(minted.text.expose()))
}

/// A page of the person's API tokens.
pub(crate) async fn list(call: OwnCall, mut query: Query) -> Answer {
    let page = query.page()?;
    let live = query.value("live")?.unwrap_or(false);
    query.finish()?;
    let listing = call.administration.api_tokens.own(&call.holder, live, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|token| token.id.get()));
    let mut verdicts = Vec::with_capacity(listing.items.len());
    for row in listing.items {
        verdicts.push(call.administration.api_tokens.judge_own(&call.holder, row).await?);
    }
    ok(json!({ "items": TokenView::all(&call.administration, verdicts).await?, "total": listing.total, "next": next }))
}

/// One of the person's API tokens.
pub(crate) async fn show(call: OwnCall, Path(id): Path<u64>) -> Answer {
    let verdict = call.administration.api_tokens.own_one(&call.holder, TokenId::new(id)).await?;
    ok(TokenView::of(&call.administration, verdict).await?)
}

/// Makes a new API token that takes the place of one of the person's.
pub(crate) async fn rotate(call: OwnCall, Path(id): Path<u64>, document: Document) -> Answer {
    let wanted = tokens::rotate::read(document.members())?;
    let issued =
        call.administration.api_tokens.rotate_own(&call.service, &call.holder, TokenId::new(id), wanted).await?;
    let minted = issued.tokens.first().ok_or(Refusal::PlanExceeded("tokens"))?;
    let verdict = call.administration.api_tokens.own_one(&call.holder, minted.id).await?;
    created(TokenView::of(&call.administration, verdict).await?.with_text(minted.text.expose()))
}

/// Ends one of the person's API tokens.
pub(crate) async fn revoke(call: OwnCall, Path(id): Path<u64>) -> Answer {
    let (row, revocation) = call.administration.api_tokens.revoke_own(&call.holder, TokenId::new(id)).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed }))
}
