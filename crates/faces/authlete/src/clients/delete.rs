//! `DELETE /client/delete/{id}`.

use axum::response::Response;
use jeton_core::backend::access::Right;

use super::refused;
use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const DELETE: Operation = Operation::answering("/client/delete", Some(Right::ModifyClient), "Done.", Code("A030201"))
    .refusing(refused::CLIENT);

/// Deletes a client. With the key pair of the owner, which names no service, a client of any of their services.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let client = cx.backend.client_of_owner(&cx.caller, cx.part("client")?).await?;
        cx.backend.delete_client(&cx.caller, &client).await?;
        Ok(Answer::Nothing)
    })
    .await
}
