//! `POST /auth/introspection/standard`: RFC 7662, and RFC 9701 (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::Backend;
use jeton_core::backend::access::Right;
use jeton_core::backend::checks::JwtDemand;
use jeton_core::introspection::{self, Asker, IntrospectionAnswer, Question};
use jeton_core::introspection_jwt::{self, JwtForm};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, INTROSPECTION_KEY_MISSING};
use jeton_wire::media_ranges;
use jeton_wire::oauth::{introspection_document, prefers_jwt, sanitized};
use serde_json::{Map, Value, json};

use super::client_request::form;
use super::refused;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::{Call, Members};

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "parameters",
    "withHiddenProperties",
    "rsUri",
    "httpAcceptHeader",
    "introspectionSignAlg",
    "introspectionSignatureKeyId",
    "introspectionEncryptionAlg",
    "introspectionEncryptionEnc",
    "publicKeyForEncryption",
];

const STANDARD: Operation = Operation::acting(
    "/auth/introspection/standard",
    Right::UseIntrospection,
    "The introspection request was answered.",
    Code("A145202"),
);

/// Answers an introspection request. The authorization server has authenticated the resource server.
pub(super) async fn introspection_standard(call: Call) -> Response {
    call.answer(&STANDARD, async |cx| {
        let service = cx.service()?;
        let params = match form(&cx.body)? {
            Ok(params) => params,
            Err(refusal) => return refused::answer(refusal.into(), code, Map::new()),
        };
        // What cannot be given is refused before the token counts as used.
        let jwt = match jwt_form(cx.backend, service, &cx.body).await {
            Ok(jwt) => jwt,
            Err(refusal) => return unanswerable(refusal),
        };
        let token = params.get("token");
        let question = Question { token, client_address: None, resource_server: cx.body.text("rsUri")? };
        let asked = introspection::introspect(&cx.backend.oauth, service, Asker::Backend, question).await;
        let seen = match asked {
            Ok(seen) => seen,
            Err(refusal) => return refused::answer(refusal, code, Map::new()),
        };
        let document = introspection_document(service, &seen.answer, token.unwrap_or_default(), seen.form);
        let mut document: Map<String, Value> = serde_json::from_slice(&document)?;
        let hidden = cx.body.flag("withHiddenProperties")?;
        if let IntrospectionAnswer::Active(live, ..) = &seen.answer {
            let record = cx.backend.record_of(std::sync::Arc::clone(&live.token)).await?;
            for property in record.properties().filter(|property| hidden || !property.hidden) {
                document.entry(property.key.as_str()).or_insert_with(|| property.value.as_str().into());
            }
        }
        let (action, content) = match jwt {
            None => ("OK", Value::Object(document).to_string()),
            Some(jwt) => {
                let signed = introspection_jwt::written(&cx.backend.oauth, service, &jwt, document).await?;
                ("JWT", signed.expose().to_owned())
            }
        };
        Ok(Answer::action(Code("A145001"), action, members(json!({ "responseContent": content }))))
    })
    .await
}

/// How the response is made, if the resource server asks for a JWT.
async fn jwt_form<'a>(
    backend: &Backend,
    service: &'a Service,
    body: &'a Members,
) -> Result<Option<JwtForm<'a>>, Refusal> {
    if !body.text("httpAcceptHeader")?.is_some_and(|accept| prefers_jwt(media_ranges(accept))) {
        return Ok(None);
    }
    let demand = JwtDemand {
        resource_server: body.text("rsUri")?,
        alg: body.text("introspectionSignAlg")?,
        key: body.text("introspectionSignatureKeyId")?,
        encryption_alg: body.text("introspectionEncryptionAlg")?,
        encryption_enc: body.text("introspectionEncryptionEnc")?,
        public_key: body.json_text("publicKeyForEncryption")?,
    };
    backend.introspection_form(service, &demand).await.map(Some)
}

/// The answer where the authorization server demands what this server cannot give: the resource server is not at fault.
fn unanswerable(refusal: Refusal) -> Result<Answer, Refusal> {
    if refusal.is_fault() {
        return Err(refusal);
    }
    let code = if refusal.is(&INTROSPECTION_KEY_MISSING) { Code("A405201") } else { Code("A145202") };
    let error = json!({ "error": "server_error", "error_description": sanitized(&refusal.message()) }).to_string();
    Ok(Answer::because(refusal, code, "INTERNAL_SERVER_ERROR", members(json!({ "responseContent": error }))))
}

fn code(refusal: &Refusal) -> Code {
    if refusal.is(&BODY_MISSING) { Code("A145201") } else { Code("A145301") }
}
