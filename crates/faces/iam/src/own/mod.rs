//! A person's own tokens (`docs/contracts/indigo-iam.md` section 4), and tokens of a client for administrators in the
//! same form: null members are written, dates are text.

mod view;

use axum::routing::{MethodRouter, get};
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::administration::{Requirement, TokenName};
use jeton_core::refusals::{NOT_FOUND, ROLE_NEEDED};
use jeton_core::tokens::TokenList;
use jeton_wire::Path;
use serde_json::json;

use view::TokenView;

use crate::IamState;
use crate::tokens::number;
use crate::wire::{Failure, HandlerResult, IamRequest, done, ok};

/// A list of the caller's own tokens.
pub(crate) fn list(list: TokenList) -> MethodRouter<IamState> {
    get(move |call| show_list(list, call))
}

/// One of the caller's own tokens.
pub(crate) fn one(list: TokenList) -> MethodRouter<IamState> {
    get(move |call, id| show(list, call, id)).delete(move |call, id| end(list, call, id))
}

async fn show_list(list: TokenList, call: IamRequest) -> HandlerResult {
    let owner = call.authorization.admit(Requirement::IAM_OWN).await?;
    let tokens = call.oauth.administration.tokens.whole(&owner, &call.service, list, None).await?;
    ok(tokens.iter().map(|listed| TokenView::of(list, listed)).collect::<Vec<_>>())
}

async fn show(list: TokenList, call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let owner = call.authorization.admit(Requirement::IAM_OWN).await?;
    let found = call.oauth.administration.tokens.show(&owner, &call.service, list, number(&id)?).await;
    ok(TokenView::of(list, &found.map_err(|refusal| named(refusal, &id))?))
}

async fn end(list: TokenList, call: IamRequest, Path(id): Path<String>) -> HandlerResult {
    let owner = call.authorization.admit(Requirement::IAM_OWN).await?;
    let name = TokenName::Number(number(&id)?);
    let ended =
        call.oauth.administration.tokens.end(&owner, call.service.id, list, &name, call.rules.revocation_scope).await;
    ended.map_err(|refusal| named(refusal, &id))?;
    done()
}

/// A client's access tokens, for administrators.
pub(crate) async fn of_client(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let reader = call.authorization.admit(Requirement::IAM_READ).await?;
    let list = TokenList::ACCESS;
    let found = call.oauth.administration.tokens.whole(&reader, &call.service, list, Some(&client_id)).await;
    let tokens = found.map_err(|refusal| absent(refusal, &client_id))?;
    ok(tokens.iter().map(|listed| TokenView::of(list, listed)).collect::<Vec<_>>())
}

/// A client's registration access token, for administrators. Its text is not stored.
pub(crate) async fn registration(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let reader = call.authorization.admit(Requirement::IAM_READ).await?;
    let found = call.oauth.administration.registration_token(&reader, &call.service, &client_id).await;
    let (client, token) = found.map_err(|refusal| absent(refusal, &client_id))?;
    ok(TokenView::of_registration(&client, &token, None))
}

/// A new registration access token that replaces the old one.
pub(crate) async fn renew_registration(call: IamRequest, Path(client_id): Path<String>) -> HandlerResult {
    let caller = call.authorization.admit(Requirement::IAM_WRITE).await?;
    let made = call.oauth.administration.renew_registration_token(&caller, &call.service, &client_id).await;
    let (client, token, text) = made.map_err(|refusal| absent(refusal, &client_id))?;
    ok(TokenView::of_registration(&client, &token, Some(text.expose())))
}

fn named(refusal: Refusal, id: &str) -> Failure {
    if refusal.is(&NOT_FOUND) {
        let text = format!("The requested token with id {id} could not be found.");
        mitreid(refusal, StatusCode::NOT_FOUND, &text)
    } else if refusal.is(&ROLE_NEEDED) {
        mitreid(refusal, StatusCode::FORBIDDEN, "You do not have permission to view this token")
    } else {
        refusal.into()
    }
}

fn absent(refusal: Refusal, client_id: &str) -> Failure {
    if !refusal.is(&NOT_FOUND) {
        return refusal.into();
    }
    let text = match refusal.word() {
        "client" => format!("The requested client with id {client_id} could not be found."),
        _ => "The requested client has no registration token.".to_owned(),
    };
    mitreid(refusal, StatusCode::NOT_FOUND, &text)
}

fn mitreid(refusal: Refusal, status: StatusCode, text: &str) -> Failure {
    Failure::in_words(refusal, status, json!({ "error": "mitreid_error", "error_description": text }))
}
