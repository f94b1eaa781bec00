//! `DELETE /auth/token/delete/{identifier}` (`docs/contracts/authlete.md` section 2.4).

use axum::response::Response;
use jeton_core::backend::access::Right;

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const DELETE: Operation =
    Operation::answering("/auth/token/delete", Some(Right::UseService), "Done.", Code::UNSUITABLE);

/// Ends one token with its record. 204 also when there is none: the call may be repeated.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let service = cx.service()?.id;
        if let Some(token) = cx.backend.token_named(service, cx.part("identifier")?).await? {
            cx.backend.end_record(&cx.caller, &token).await?;
        }
        Ok(Answer::Nothing)
    })
    .await
}
