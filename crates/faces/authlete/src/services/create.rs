//! `POST /api/service/create`, and `POST /api/service`, the vendor's other endpoint: for the organization.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::services::ServiceDocument;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::PARAMETER_MISSING;
use serde_json::{Map, Value};

use crate::answer::{Answer, Code, Operation};
use crate::call::{Call, Cx};

const CREATE: Operation =
    Operation::answering("/service/create", Some(Right::CreateService), "Done.", Code::UNSUITABLE);

/// Creates a service. The answer is the only one that has its API secret.
pub(super) async fn create(call: Call) -> Response {
    call.answer(&CREATE, async |cx| created(cx, cx.body.all()).await).await
}

/// The same with the document as the member `service`; the numbers of the vendor's cloud beside it are ignored
/// (`docs/contracts/authlete.md` section 8).
pub(super) async fn create_in_cloud(call: Call) -> Response {
    call.answer(&CREATE, async |cx| {
        let document = cx.body.object("service")?.ok_or_else(|| PARAMETER_MISSING.with("service"))?;
        created(cx, document.all()).await
    })
    .await
}

async fn created(cx: &Cx<'_>, document: &Map<String, Value>) -> Result<Answer, Refusal> {
    let document = ServiceDocument::new(document.clone());
    let (service, secret) = cx.backend.create_service(&cx.caller, &document).await?;
    let mut document = cx.backend.service_document(&service);
    document.insert("apiSecret".to_owned(), Value::from(secret.expose()));
    Ok(Answer::Plain(document.into()))
}
