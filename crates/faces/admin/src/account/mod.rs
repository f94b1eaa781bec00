//! `/account/v1/tokens`: a person's own API tokens, for their programs and for pages of the issuer.

pub(crate) mod create;
mod request;

use jeton_core::tokens::TokenList;
use jeton_wire::Path;
use serde_json::json;

use crate::tokens::{end, number, replace, show_made, show_one, show_page};
use crate::wire::{Document, HandlerResult, Query, ok};
use request::AccountRequest;

/// Creates an API token; only this answer contains its text.
pub(crate) async fn create(AccountRequest(call): AccountRequest, document: Document) -> HandlerResult {
    let order = create::read(document.members())?;
    let issued = call.administration.api_tokens.create(&call.service, &call.caller, order).await?;
    show_made(&call, TokenList::API, &issued).await
}

/// A page of the person's API tokens.
pub(crate) async fn list(AccountRequest(call): AccountRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    let live = query.value("live")?.unwrap_or(false);
    query.finish()?;
    let tokens = &call.administration.tokens;
    let listing = tokens.listed(&call.caller, call.service.id, (TokenList::API, live), page).await?;
    show_page(&call, page, listing).await
}

/// One of the person's API tokens.
pub(crate) async fn show(AccountRequest(call): AccountRequest, Path(id): Path<u64>) -> HandlerResult {
    show_one(&call, TokenList::API, &number(id)).await
}

/// Creates an API token that replaces one of the person's.
pub(crate) async fn rotate(
    AccountRequest(call): AccountRequest,
    Path(id): Path<u64>,
    document: Document,
) -> HandlerResult {
    replace(&call, TokenList::API, id, document).await
}

/// Revokes one of the person's API tokens.
pub(crate) async fn revoke(AccountRequest(call): AccountRequest, Path(id): Path<u64>) -> HandlerResult {
    let (row, revocation) = end(&call, TokenList::API, &number(id)).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed }))
}
