//! `DELETE /service/delete`.

use axum::response::Response;
use jeton_core::backend::access::Right;

use super::get::by_key;
use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const DELETE: Operation = Operation::answering("/service/delete", Some(Right::DeleteService), "Done.", Code("A001203"));

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
