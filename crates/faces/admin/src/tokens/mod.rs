//! `/admin/v1/tokens`

pub(crate) mod amend;
pub(crate) mod filter;
pub(crate) mod import;
pub(crate) mod mint;
pub(crate) mod rotate;
mod view;

use std::sync::Arc;

use jeton_core::Refusal;
use jeton_core::administration::{Members, TokenName};
use jeton_core::filter::FilterWords;
use jeton_core::ids::TokenId;
use jeton_core::ledger::{Issued, Revocation, RevocationScope};
use jeton_core::model::Token;
use jeton_core::refusals::{PARAMETER_MISSING, plan_exceeded};
use jeton_core::store::{Listing, Page};
use jeton_core::tokens::TokenList;
use jeton_wire::Path;
use serde_json::json;

use crate::wire::{AdminRequest, Document, HandlerResult, Large, Query, created, next, ok};
pub(crate) use view::TokenView;

/// Mints a token; only this answer contains its text.
pub(crate) async fn mint(call: AdminRequest, document: Document) -> HandlerResult {
    let order = mint::read(document.members())?;
    let issued = call.administration.mint_for(&call.caller, &call.service, order).await?;
    show_made(&call, TokenList::EVERY, &issued).await
}

/// Lists tokens with the ledger's filter.
pub(crate) async fn list(call: AdminRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    let words = FilterWords::read(query.rest(), call.administration.ledger.now())?;
    match call.administration.tokens.matching(&call.caller, call.service.id, &words, page).await? {
        Some(listing) => show_page(&call, page, listing).await,
        None => ok(json!({ "items": [], "total": 0, "next": null })),
    }
}

/// Shows a token by number.
pub(crate) async fn show(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    show_one(&call, TokenList::EVERY, &number(id)).await
}

/// Shows a token by its text.
pub(crate) async fn inspect(call: AdminRequest, document: Document) -> HandlerResult {
    show_one(&call, TokenList::EVERY, &presented(document)?).await
}

/// Changes a live token.
pub(crate) async fn amend(call: AdminRequest, Path(id): Path<u64>, document: Document) -> HandlerResult {
    let row = find(&call, TokenList::EVERY, &number(id)).await?;
    let change = amend::read(document.members(), &row, call.administration.ledger.now())?;
    let changed = call.administration.amend_for(&call.caller, &row, change).await?;
    ok(TokenView::of(&call.administration, changed).await?)
}

/// Creates an API token that replaces an old one.
pub(crate) async fn rotate(call: AdminRequest, Path(id): Path<u64>, document: Document) -> HandlerResult {
    replace(&call, TokenList::EVERY, id, document).await
}

/// Imports tokens that were issued elsewhere, by the hash of their text.
pub(crate) async fn import(call: AdminRequest, Large(document): Large) -> HandlerResult {
    let orders = import::read(Members::new(document))?;
    let outcomes = call.administration.api_tokens.import(&call.caller, &call.service, orders).await?;
    ok(import::answer(&outcomes))
}

/// Revokes a token by number.
pub(crate) async fn revoke(call: AdminRequest, Path(id): Path<u64>) -> HandlerResult {
    let (row, revocation) = end(&call, TokenList::EVERY, &number(id)).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed, "family": row.grant }))
}

/// Revokes a token by its text.
pub(crate) async fn revoke_presented(call: AdminRequest, document: Document) -> HandlerResult {
    let (row, revocation) = end(&call, TokenList::EVERY, &presented(document)?).await?;
    ok(json!({ "id": row.id, "changed": revocation.changed, "family": row.grant }))
}

/// A page of tokens.
pub(crate) async fn show_page(
    call: &AdminRequest,
    page: Page,
    Listing { items, total }: Listing<Token>,
) -> HandlerResult {
    let next = next(page, items.len(), items.last().map(|token| token.id.get()));
    ok(json!({ "items": TokenView::all(&call.administration, items).await?, "total": total, "next": next }))
}

/// A token of a list.
pub(crate) async fn show_one(call: &AdminRequest, list: TokenList, name: &TokenName) -> HandlerResult {
    ok(TokenView::of(&call.administration, find(call, list, name).await?).await?)
}

/// A token that was just created, with its text.
pub(crate) async fn show_made(call: &AdminRequest, list: TokenList, issued: &Issued) -> HandlerResult {
    let minted = issued.tokens.first().ok_or_else(|| plan_exceeded("tokens"))?;
    let row = find(call, list, &TokenName::Number(minted.id)).await?;
    created(TokenView::of(&call.administration, row).await?.with_text(minted.text.expose()))
}

/// Creates an API token that replaces one of a list.
pub(crate) async fn replace(call: &AdminRequest, list: TokenList, id: u64, document: Document) -> HandlerResult {
    let wanted = rotate::read(document.members())?;
    let id = TokenId::new(id);
    let issued = call.administration.api_tokens.rotate(&call.caller, &call.service, list, id, wanted).await?;
    show_made(call, list, &issued).await
}

/// Revokes a token of a list.
pub(crate) async fn end(
    call: &AdminRequest,
    list: TokenList,
    name: &TokenName,
) -> Result<(Arc<Token>, Revocation), Refusal> {
    call.administration.tokens.end(&call.caller, call.service.id, list, name, RevocationScope::Family).await
}

async fn find(call: &AdminRequest, list: TokenList, name: &TokenName) -> Result<Arc<Token>, Refusal> {
    call.administration.tokens.one(&call.caller, call.service.id, list, name).await
}

/// A token by its number.
pub(crate) fn number(id: u64) -> TokenName {
    TokenName::Number(TokenId::new(id))
}

/// `{"token": text}`.
fn presented(document: Document) -> Result<TokenName, Refusal> {
    let mut members = document.members();
    let text = members.take("token")?.ok_or_else(|| PARAMETER_MISSING.with("token"))?;
    members.finish(&[])?;
    Ok(TokenName::Text(text))
}
