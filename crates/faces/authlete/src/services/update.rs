//! `POST /service/update`: replaces the whole document of a service.

use std::sync::Arc;

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::services::ServiceDocument;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;

use super::get::by_key;
use crate::answer::{Answer, Code, Operation};
use crate::call::{Call, Cx};

const UPDATE: Operation =
    Operation::answering("/service/update", Some(Right::ModifyService), "Done.", Code::UNSUITABLE);

/// Replaces the service of the path or of the credential.
pub(super) async fn own(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| updated(cx, cx.service()?).await).await
}

/// Replaces a service by its number.
pub(super) async fn named(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| updated(cx, &by_key(cx)?).await).await
}

async fn updated(cx: &Cx<'_>, service: &Arc<Service>) -> Result<Answer, Refusal> {
    let document = ServiceDocument::new(cx.body.all().clone());
    let service = cx.backend.update_service(&cx.caller, service, &document).await?;
    Ok(Answer::Plain(cx.backend.service_document(&service).into()))
}
