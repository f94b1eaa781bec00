//! `POST /auth/token`: answers a token request, or hands it out.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::grants::{EXPIRED, Extras, TokenOutcome, answer_caller};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    BODY_MISSING, CODE_EXPIRED, CODE_FOREIGN, CODE_INVALID, CODE_VERIFIER_INVALID, DPOP_KEY_FOREIGN,
    GRANT_TYPE_UNKNOWN, INVALID, PARAMETER_MISSING, REFRESH_TOKEN_FOREIGN, REFRESH_TOKEN_INVALID, SCOPE_NOT_ALLOWED,
    TOKEN_TEXT_TAKEN,
};
use serde_json::Map;

use super::{handed, tokens};
use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::Call;
use crate::runtime::client_request::{form, presented, proven};
use crate::runtime::refused;
use crate::shapes::authorizer::extras;
use crate::shapes::grant_type;

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "parameters",
    "clientId",
    "clientSecret",
    "clientCertificate",
    "clientCertificatePath",
    "properties",
    "jwtAtClaims",
    "accessToken",
    "accessTokenDuration",
    "refreshTokenDuration",
    "dpop",
    "htm",
    "htu",
];

/// The refusals of the call itself that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[(TOKEN_TEXT_TAKEN, Code("A144201"), Outcome::Action("BAD_REQUEST"))];

const TOKEN: Operation =
    Operation::acting("/auth/token", Right::UseService, "The token request was answered.", Code("A050202"))
        .refusing(REFUSALS);

/// Answers a token request.
pub(super) async fn token(call: Call) -> Response {
    call.answer(&TOKEN, async |cx| {
        let service = cx.service()?;
        let extras = extras(cx)?;
        let proven = proven(cx, service, "tokenEndpoint")?;
        let (params, key) = match form(&cx.body)?.and_then(|params| Ok((params, proven?))) {
            Ok(asked) => asked,
            Err(refusal) => return refused::answer(refusal.into(), code, Map::new()),
        };
        let presented = presented(cx, service, &params, "/token")?;
        let extras = Extras { key, ..extras };
        match answer_caller(&cx.backend.oauth, service, &presented, &params, &extras).await {
            // The client has no part in the text that the caller chose.
            Err(refused) if refused.refusal.is_one_of(&[TOKEN_TEXT_TAKEN, INVALID]) => Err(refused.refusal),
            Err(refusal) => refused::answer(refusal, code, Map::new()),
            Ok(TokenOutcome::Handed(handed)) => handed::answer(cx, service, &handed, presented.claimed()),
            Ok(TokenOutcome::Answered(answer)) => {
                let grant = params.get("grant_type").unwrap_or_default();
                let mut members = tokens::members_of(cx, service, &answer).await?;
                members.insert("grantType".to_owned(), grant_type::name(grant).into());
                let code = match grant {
                    "client_credentials" => Code("A052001"),
                    "refresh_token" => Code("A053001"),
                    "urn:ietf:params:oauth:grant-type:device_code" => Code("A242002"),
                    _ => Code("A050001"),
                };
                let action = if answer.reissuable.is_some() { "ID_TOKEN_REISSUABLE" } else { "OK" };
                Ok(Answer::action(code, action, members))
            }
        }
    })
    .await
}

/// The code of a refusal for the client.
fn code(refusal: &Refusal) -> Code {
    let of = |these: &[Refusal]| refusal.is_one_of(these);
    if of(&[BODY_MISSING]) {
        Code("A050201")
    } else if of(&[GRANT_TYPE_UNKNOWN]) {
        Code("A049302")
    } else if refusal.is(&PARAMETER_MISSING) && refusal.word() == "grant_type" {
        Code("A049301")
    } else if of(&[CODE_INVALID]) {
        Code("A050304")
    } else if of(&[CODE_EXPIRED]) {
        Code("A050305")
    } else if of(&[CODE_FOREIGN]) {
        Code("A050306")
    } else if of(&[CODE_VERIFIER_INVALID]) {
        Code("A050315")
    } else if of(&[REFRESH_TOKEN_INVALID]) && refusal.word() == EXPIRED {
        Code("A053308")
    } else if of(&[REFRESH_TOKEN_INVALID]) {
        Code("A053305")
    } else if of(&[REFRESH_TOKEN_FOREIGN]) {
        Code("A053307")
    } else if of(&[DPOP_KEY_FOREIGN]) {
        Code("A053311")
    } else if of(&[SCOPE_NOT_ALLOWED]) {
        Code("A053309")
    } else {
        Code("A048301")
    }
}
