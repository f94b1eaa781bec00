//! `GET /service/get`, and `/service/get/{key}` of version 2.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::ids::ServiceId;
use jeton_core::refusals::API_SERVICE_UNKNOWN;

use super::document::document;
use crate::answer::{Answer, Code, Form, Operation};
use crate::call::Call;

const GET: Operation = Operation {
    path: "/service/get",
    right: Some(Right::ViewService),
    done: "Done.",
    form: Form::Status,
    refusals: &[],
    otherwise: Code("A001203"),
};

/// The service of the path or of the credential.
pub(super) async fn own(call: Call) -> Response {
    call.answer(&GET, async |cx| Ok(Answer::Plain(document(cx.service()?).into()))).await
}

/// A service by its number, for the organization or for the service itself.
pub(super) async fn named(call: Call) -> Response {
    call.answer(&GET, async |cx| {
        let id = cx.part("key")?.parse().map(ServiceId::new).map_err(|_| API_SERVICE_UNKNOWN)?;
        let service = cx.named_service(id)?;
        Ok(Answer::Plain(document(&service).into()))
    })
    .await
}
