//! `POST /auth/introspection/standard`: RFC 7662 (`docs/contracts/authlete.md` section 4.1).

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::introspection::{self, Asker, IntrospectionAnswer, Question};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::BODY_MISSING;
use jeton_wire::oauth::introspection_document;
use serde_json::{Map, Value, json};

use super::client_request::form;
use super::refused;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;

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
        let token = params.get("token");
        let question = Question { token, client_address: None };
        let asked = introspection::introspect(&cx.backend.oauth, service, Asker::Backend, question).await;
        let (answer, shape) = match asked {
            Ok(answered) => answered,
            Err(refusal) => return refused::answer(refusal, code, Map::new()),
        };
        let document = introspection_document(service, &answer, token.unwrap_or_default(), shape);
        let mut document: Map<String, Value> = serde_json::from_slice(&document)?;
        let hidden = cx.body.flag("withHiddenProperties")?;
        if let IntrospectionAnswer::Active(live, ..) = &answer {
            let record = cx.backend.record_of(std::sync::Arc::clone(&live.token)).await?;
            for property in record.properties().filter(|property| hidden || !property.hidden) {
                document.entry(property.key.as_str()).or_insert_with(|| property.value.as_str().into());
            }
        }
        let content = Value::Object(document).to_string();
        Ok(Answer::action(Code("A145001"), "OK", members(json!({ "responseContent": content }))))
    })
    .await
}

fn code(refusal: &Refusal) -> Code {
    if refusal.is(&BODY_MISSING) { Code("A145201") } else { Code("A145301") }
}
