//! `GET /service/get`, and `/service/get/{key}` of version 2.

use std::sync::Arc;

use axum::response::Response;
use jeton_core::backend::access::{Right, service_number};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::API_SERVICE_UNKNOWN;

use crate::answer::{Answer, Code, Operation};
use crate::call::{Call, Cx};

/// A credential that may only see clients gets a part of the service.
const GET: Operation = Operation::answering("/service/get", Some(Right::ViewClient), "Done.", Code::UNSUITABLE);

/// Members of the part.
const LIMITED: [&str; 5] = ["number", "apiKey", "serviceName", "issuer", "supportedScopes"];

/// The service of the path or of the credential.
pub(super) async fn own(call: Call) -> Response {
    call.answer(&GET, async |cx| Ok(shown(cx, cx.service()?))).await
}

/// A service by its number, for the organization or for the service itself.
pub(super) async fn named(call: Call) -> Response {
    call.answer(&GET, async |cx| {
        let service = by_key(cx)?;
        Ok(shown(cx, &service))
    })
    .await
}

fn shown(cx: &Cx<'_>, service: &Service) -> Answer {
    let mut document = cx.backend.service_document(service);
    if !cx.caller.rights.include(Right::ViewService) {
        document.retain(|name, _| LIMITED.contains(&name.as_str()));
    }
    Answer::Plain(document.into())
}

/// The service that a path of version 2 names.
///
/// # Errors
/// [`API_SERVICE_UNKNOWN`], `API_CREDENTIAL_FOREIGN`.
pub(super) fn by_key(cx: &Cx<'_>) -> Result<Arc<Service>, Refusal> {
    cx.named_service(service_number(cx.part("key")?).ok_or(API_SERVICE_UNKNOWN)?)
}
