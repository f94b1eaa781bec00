//! `/account/v1/tokens`: a person's own API tokens, for their programs and for pages of the issuer.

mod call;
pub(crate) mod create;

use axum::extract::Path;
use jeton_core::tokens::TokenList;
use serde_json::json;

use crate::tokens::{end, number, replace, show_made, show_one, show_page};
use crate::wire::{Answer, Document, Query, ok};
use call::OwnCall;

/// Makes an API token; the only answer that holds its text.
pub(crate) async fn create(OwnCall(call): OwnCall, document: Document) -> Answer {
    let order = create::read(document.members())?;
    let issued = call.administration.api_tokens.create(&call.service, &call.caller, order).await?;
    show_made(&call, TokenList::API, &issued).await
}

/// A page of the person's API tokens.
pub(crate) async fn list(OwnCall(call): OwnCall, mut query: Query) -> Answer {
    let page = query.page()?;
    let live = query.value("live")?.unwrap_or(false);
    query.finish()?;
    let tokens = &call.administration.tokens;
    let listing = tokens.listed(&call.caller, call.service.id, (TokenList::API, live), page).await?;
    show_page(&call, page, listing).await
}

/// One of the person's API tokens.
pub(crate) async fn show(OwnCall(call): OwnCall, Path(id): Path<u64>) -> Answer {
    show_one(&call, TokenList::API, &number(id)).await
}

/// Makes a new API token that takes the place of one of the person's.
pub(crate) async fn rotate(OwnCall(call): OwnCall, Path(id): Path<u64>, document: Document) -> Answer {
    replace(&call, TokenList::API, id, document).await
}

/// Ends one of the person's API tokens.
pub(crate) async fn revoke(OwnCall(call): OwnCall, Path(id): Path<u64>) -> Answer {
    let (row, revocation) = end(&call, TokenList::API, &number(id)).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed }))
}
