//! `POST /auth/token`: answers a token request, or hands it out.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::grants::{EXPIRED, Extras, TokenOutcome, answer_caller};
use jeton_core::model::CompatibilityMode;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    BODY_MISSING, CODE_EXPIRED, CODE_FOREIGN, CODE_INVALID, CODE_VERIFIER_INVALID, DPOP_KEY_FOREIGN, GRANT_NOT_ALLOWED,
    GRANT_TYPE_UNKNOWN, INVALID, PARAMETER_MISSING, RECORD_CLIENT_LOCKED, REFRESH_TOKEN_FOREIGN, REFRESH_TOKEN_INVALID,
    SCOPE_NOT_ALLOWED, TOKEN_TEXT_TAKEN,
};
use jeton_wire::oauth::code_of;
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

/// Another fault of the client's request, for which the contract names no code.
const OTHER: &str = "A050390";

/// Answers a token request.
pub(super) async fn token(call: Call) -> Response {
    call.answer(&TOKEN, async |cx| {
        let service = cx.service()?;
        let extras = extras(cx)?;
        let proven = proven(cx, service, "tokenEndpoint")?;
        let (params, key) = match form(&cx.body)?.and_then(|params| Ok((params, proven?))) {
            Ok(asked) => asked,
            Err(refusal) => return refused::answer(refusal.into(), |refusal| code("", refusal), Map::new()),
        };
        let grant = params.get("grant_type").unwrap_or_default();
        let presented = presented(cx, service, &params, "/token")?;
        let extras = Extras { key, ..extras };
        match answer_caller(&cx.backend.oauth, service, &presented, &params, &extras).await {
            // The client has no part in the text that the caller chose.
            Err(refused) if refused.refusal.is_one_of(&[TOKEN_TEXT_TAKEN, INVALID]) => Err(refused.refusal),
            Err(refused) => {
                let code = |refusal: &Refusal| code(grant, refusal);
                refused::of_client(cx, presented.claimed(), refused, "INVALID_CLIENT", code).await
            }
            Ok(TokenOutcome::Handed(handed)) => handed::answer(cx, service, &handed, presented.claimed()),
            Ok(TokenOutcome::Answered(answer)) => {
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

/// The code of a refusal for the client, in a request with this `grant_type`.
fn code(grant: &str, refusal: &Refusal) -> Code {
    let named = [
        (BODY_MISSING, "A050201"),
        (GRANT_TYPE_UNKNOWN, "A049302"),
        (GRANT_NOT_ALLOWED, "A049303"),
        (CODE_INVALID, "A050304"),
        (CODE_EXPIRED, "A050305"),
        (CODE_FOREIGN, "A050306"),
        (CODE_VERIFIER_INVALID, "A050315"),
        (REFRESH_TOKEN_FOREIGN, "A053307"),
    ];
    if let Some((_, code)) = named.iter().find(|(kind, _)| refusal.is(kind)) {
        return Code(code);
    }
    let refreshes = grant == "refresh_token";
    if refusal.is(&PARAMETER_MISSING) {
        return Code(match refusal.word() {
            "grant_type" => "A049301",
            "refresh_token" => "A053301",
            "code" | "redirect_uri" | "code_verifier" => "A050301",
            _ => OTHER,
        });
    }
    if refusal.is(&REFRESH_TOKEN_INVALID) {
        return Code(if refusal.word() == EXPIRED { "A053308" } else { "A053305" });
    }
    if refreshes && refusal.is(&DPOP_KEY_FOREIGN) {
        return Code("A053311");
    }
    if refreshes && refusal.is(&SCOPE_NOT_ALLOWED) {
        return Code("A053309");
    }
    let is_of_client = code_of(refusal, CompatibilityMode::Standard) == "invalid_client";
    Code(if is_of_client || refusal.is(&RECORD_CLIENT_LOCKED) { "A048301" } else { OTHER })
}
