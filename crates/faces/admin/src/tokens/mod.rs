//! `/admin/v1/tokens`

pub(crate) mod amend;
pub(crate) mod filter;
pub(crate) mod import;
pub(crate) mod mint;
pub(crate) mod rotate;
mod view;

use std::sync::Arc;

use axum::extract::Path;
use jeton_core::Refusal;
use jeton_core::administration::{Members, TokenName};
use jeton_core::filter::FilterWords;
use jeton_core::ids::TokenId;
use jeton_core::ledger::Verdict;
use jeton_core::model::Token;
use serde_json::json;

use crate::wire::{Answer, Call, Document, Large, Query, created, next, ok};
pub(crate) use view::TokenView;

/// Mints a token; the only answer that holds its text.
pub(crate) async fn mint(call: Call, document: Document) -> Answer {
    let order = mint::read(document.members())?;
    let issued = call.administration.mint_for(&call.caller, &call.service, order).await?;
    let minted = issued.tokens.first().ok_or(Refusal::PlanExceeded("tokens"))?;
    let name = TokenName::Number(minted.id);
    let verdict = call.administration.inspect_for(&call.caller, call.service.id, &name).await?;
    let view = TokenView::of(&call.administration, verdict).await?;
    created(view.with_text(minted.text.expose()))
}

/// Lists tokens by the ledger's one filter.
pub(crate) async fn list(call: Call, mut query: Query) -> Answer {
    let page = query.page()?;
    let words = FilterWords::read(query.rest(), call.administration.ledger.now())?;
    let Some(filter) = words.resolve(&call.administration.ledger, call.service.id).await? else {
        return ok(json!({ "items": [], "total": 0 }));
    };
    let listing = call.administration.ledger.list(&filter, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|token| token.id.get()));
    let mut verdicts = Vec::with_capacity(listing.items.len());
    for token in listing.items {
        verdicts.push(call.administration.judge_for(&call.caller, Arc::new(token)).await?);
    }
    ok(json!({ "items": TokenView::all(&call.administration, verdicts).await?, "total": listing.total, "next": next }))
}

/// Shows a token by number.
pub(crate) async fn show(call: Call, Path(id): Path<u64>) -> Answer {
    let verdict = find(&call, &TokenName::Number(TokenId::new(id))).await?;
    ok(TokenView::of(&call.administration, verdict).await?)
}

/// Shows a token by its text.
pub(crate) async fn inspect(call: Call, document: Document) -> Answer {
    let verdict = find(&call, &presented(document)?).await?;
    ok(TokenView::of(&call.administration, verdict).await?)
}

/// Changes a live token.
pub(crate) async fn amend(call: Call, Path(id): Path<u64>, document: Document) -> Answer {
    let row = row(find(&call, &TokenName::Number(TokenId::new(id))).await?)?;
    let change = amend::read(document.members(), &row, call.administration.ledger.now())?;
    let changed = call.administration.amend_for(&call.caller, &row, change).await?;
    let verdict = call.administration.judge_for(&call.caller, changed).await?;
    ok(TokenView::of(&call.administration, verdict).await?)
}

/// Makes a new API token that takes the place of an old one.
pub(crate) async fn rotate(call: Call, Path(id): Path<u64>, document: Document) -> Answer {
    let wanted = rotate::read(document.members())?;
    let old = find(&call, &TokenName::Number(TokenId::new(id))).await?;
    let issued = call.administration.api_tokens.rotate_for(&call.caller, &call.service, old, wanted).await?;
    let minted = issued.tokens.first().ok_or(Refusal::PlanExceeded("tokens"))?;
    let verdict = find(&call, &TokenName::Number(minted.id)).await?;
    created(TokenView::of(&call.administration, verdict).await?.with_text(minted.text.expose()))
}

/// Takes over tokens that were made elsewhere, by the hash of their text.
pub(crate) async fn import(call: Call, Large(document): Large) -> Answer {
    let orders = import::read(Members::new(document))?;
    let outcomes = call.administration.api_tokens.import(&call.caller, &call.service, orders).await?;
    ok(import::answer(&outcomes))
}

/// Ends a token by number.
pub(crate) async fn revoke(call: Call, Path(id): Path<u64>) -> Answer {
    end(&call, &TokenName::Number(TokenId::new(id))).await
}

/// Ends a token by its text.
pub(crate) async fn revoke_presented(call: Call, document: Document) -> Answer {
    end(&call, &presented(document)?).await
}

async fn end(call: &Call, name: &TokenName) -> Answer {
    let row = row(find(call, name).await?)?;
    let revocation = call.administration.revoke_for(&call.caller, &row).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed, "family": row.grant }))
}

async fn find(call: &Call, name: &TokenName) -> Result<Verdict, Refusal> {
    call.administration.inspect_for(&call.caller, call.service.id, name).await
}

fn row(verdict: Verdict) -> Result<Arc<Token>, Refusal> {
    match verdict {
        Verdict::Live(live) => Ok(live.token),
        Verdict::Dead(_, row) => row.ok_or(Refusal::NotFound("token")),
    }
}

/// `{"token": text}`.
fn presented(document: Document) -> Result<TokenName, Refusal> {
    let mut members = document.members();
    let text = members.take("token")?.ok_or(Refusal::ParameterMissing("token"))?;
    members.finish(&[])?;
    Ok(TokenName::Text(text))
}
