//! `POST /introspect`, RFC 7662; as a JWT for whoever asks for one, RFC 9701.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::introspection::{self, Asker, Question};
use jeton_core::introspection_jwt;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::BEARER_INVALID;
use jeton_wire::oauth::{ByClient, CHALLENGED, INTROSPECTION_JWT, introspection_document, prefers_jwt};
use jeton_wire::{accepted, first_bearer, json_body};

/// Introspects a token.
pub(crate) async fn introspect(call: ByClient) -> Response {
    let call = call.in_words(CHALLENGED);
    call.answer("/introspect", async |asked| {
        let caller = match first_bearer(asked.headers) {
            Some(text) => Asker::Bearer(text, &asked.presented.origin),
            None => Asker::Client(asked.presented),
        };
        let token = asked.params.get("token");
        let client_address = asked.params.get("client_address");
        let question = Question { token, client_address, resource_server: None };
        let seen = introspection::introspect(asked.oauth, asked.service, caller, question).await?;
        let document = introspection_document(asked.service, &seen.answer, token.unwrap_or_default(), seen.form);
        if !prefers_jwt(accepted(asked.headers)) {
            return Ok(json_body(StatusCode::OK, document));
        }
        // The response names its reader; a bearer token without a client stands for no resource server.
        let client = seen.caller.ok_or(BEARER_INVALID)?;
        let members = serde_json::from_slice(&document).map_err(Refusal::from)?;
        let jwt = introspection_jwt::for_client(asked.oauth, asked.service, &client, members).await?;
        let mut response = json_body(StatusCode::OK, jwt.expose().as_bytes().to_vec());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(INTROSPECTION_JWT));
        Ok(response)
    })
    .await
}
