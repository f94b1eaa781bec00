//! `POST /client/update/{id}`: replaces the whole document of a client.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::clients::ClientDocument;

use super::{refused, shown};
use crate::answer::{Code, Operation};
use crate::call::Call;

const UPDATE: Operation = Operation::answering("/client/update", Some(Right::ModifyClient), "Done.", Code("A029201"))
    .refusing(refused::CLIENT);

/// Replaces a client.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let document = ClientDocument::new(cx.body.all().clone());
        let client = cx.backend.update_client(&cx.caller, cx.service()?, &client, &document).await?;
        shown::one(cx, client).await
    })
    .await
}
