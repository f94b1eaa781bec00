//! `DELETE /service/delete`, and `POST /api/service/remove`, the vendor's other endpoint.

use axum::response::Response;
use jeton_core::backend::access::{Right, service_number};
use jeton_core::refusals::{API_SERVICE_UNKNOWN, PARAMETER_MISSING};
use serde_json::Map;

use super::get::by_key;
use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const DELETE: Operation =
    Operation::answering("/service/delete", Some(Right::DeleteService), "Done.", Code::UNSUITABLE);

/// Deletes the service of the path or of the credential.
pub(super) async fn own(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        cx.backend.delete_service(&cx.caller, cx.service()?).await?;
        Ok(Answer::Nothing)
    })
    .await
}

/// Deletes a service by its number.
pub(super) async fn named(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        cx.backend.delete_service(&cx.caller, &by_key(cx)?).await?;
        Ok(Answer::Nothing)
    })
    .await
}

/// Deletes the service that the member `serviceId` names; the numbers of the vendor's cloud beside it are ignored
/// (`docs/contracts/authlete.md` section 8).
pub(super) async fn remove_in_cloud(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let id = cx.body.positive("serviceId")?.ok_or_else(|| PARAMETER_MISSING.with("serviceId"))?;
        let service = cx.named_service(service_number(&id.to_string()).ok_or(API_SERVICE_UNKNOWN)?)?;
        cx.backend.delete_service(&cx.caller, &service).await?;
        Ok(Answer::Plain(Map::new().into()))
    })
    .await
}
