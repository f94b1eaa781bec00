//! `POST /api/service/create`: for the organization.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::services::ServiceDocument;
use serde_json::Value;

use crate::answer::{Answer, Code, Operation, without_null};
use crate::call::Call;

const CREATE: Operation = Operation::answering("/service/create", Some(Right::CreateService), "Done.", Code("A001203"));

/// Creates a service. The answer is the only one that has its API secret.
pub(super) async fn create(call: Call) -> Response {
    call.answer(&CREATE, async |cx| {
        let document = ServiceDocument::new(cx.body.all().clone());
        let (service, secret) = cx.backend.create_service(&cx.caller, &document).await?;
        let mut document = cx.backend.service_document(&service);
        document.insert("apiSecret".to_owned(), Value::from(secret.expose()));
        Ok(Answer::Plain(without_null(document).into()))
    })
    .await
}
