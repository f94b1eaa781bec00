//! The console's page.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::keys::KeySummary;
use jeton_core::model::{Client, User};
use jeton_core::refusals::NOT_FOUND;
use jeton_core::store::Page;
use jeton_wire::base_of;

use super::{Visit, page};
use crate::AdminState;
use crate::tokens::TokenView;

/// Rows of each table; the command line and the API show more.
const ROWS: u32 = 25;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    issuer: &'a str,
    base: &'a str,
    username: &'a str,
    csrf: &'a str,
    clients: Vec<Client>,
    client_total: u64,
    users: Vec<User>,
    user_total: u64,
    tokens: Vec<TokenRow>,
    token_total: u64,
    keys: Vec<KeyRow>,
    /// The token of the session itself: revoking it here would sign the user out unexpectedly.
    own: u64,
}

/// A token, with formatted times.
struct TokenRow {
    view: TokenView,
    issued: String,
    expires: String,
}

/// A key, with formatted times.
struct KeyRow {
    key: KeySummary,
    active: String,
    retired: String,
}

pub(super) async fn page(state: &AdminState, visit: &Visit) -> Result<Response, Refusal> {
    let administration = &state.administration;
    let service = administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
    let clients = administration.clients(service.id, Page::first(ROWS)).await?;
    let users = administration.users(service.id, Page::first(ROWS)).await?;
    let latest = administration.tokens.latest(&visit.caller, service.id, ROWS).await?;
    let tokens = TokenView::all(administration, latest.items).await?.into_iter().map(|view| TokenRow {
        issued: moment(view.issued_at),
        expires: view.expires_at.map_or_else(|| "never".to_owned(), moment),
        view,
    });
    let keys = administration.key_summaries(service.id).await?.into_iter().map(|key| KeyRow {
        active: moment(key.active.seconds()),
        retired: key.retired.map(|at| moment(at.seconds())).unwrap_or_default(),
        key,
    });
    let home = Home {
        issuer: &service.issuer,
        base: base_of(&service.issuer),
        username: &visit.session.user.username,
        csrf: &visit.csrf,
        clients: clients.items,
        client_total: clients.total,
        users: users.items,
        user_total: users.total,
        tokens: tokens.collect(),
        token_total: latest.total,
        keys: keys.collect(),
        own: visit.session.token.id.get(),
    };
    Ok(page::respond(StatusCode::OK, &home))
}

/// A time for people: `2026-11-22 13:05:09Z`.
fn moment(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => seconds.to_string(),
    }
}
