//! `POST /introspect`, RFC 7662.

use axum::response::Response;
use http::StatusCode;
use jeton_core::introspection::{self, Asker, Question};
use jeton_wire::oauth::{ByClient, CHALLENGED, introspection_document};
use jeton_wire::{first_bearer, json_body};

/// Introspects a token.
pub(crate) async fn introspect(call: ByClient) -> Response {
    let call = call.in_words(CHALLENGED);
    call.answer("/introspect", async |asked| {
        let caller = match first_bearer(asked.headers) {
            Some(text) => Asker::Bearer(text, &asked.presented.origin),
            None => Asker::Client(asked.presented),
        };
        let token = asked.params.get("token");
        let question = Question { token, client_address: asked.params.get("client_address") };
        let (answer, form) = introspection::introspect(asked.oauth, asked.service, caller, question).await?;
        let (service, text) = (asked.service, token.unwrap_or_default());
        Ok(json_body(StatusCode::OK, introspection_document(service, &answer, text, form)))
    })
    .await
}
