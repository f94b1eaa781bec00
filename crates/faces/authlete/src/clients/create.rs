//! `POST /client/create`.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::backend::clients::{ClientDocument, client_document};

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const CREATE: Operation = Operation::answering("/client/create", Some(Right::CreateClient), "Done.", Code("A026201"));

/// Creates a client. The answer has its secret.
pub(super) async fn create(call: Call) -> Response {
    call.answer(&CREATE, async |cx| {
        let document = ClientDocument::new(cx.body.all().clone());
        let (client, secret) = cx.backend.create_client(&cx.caller, cx.service()?, &document).await?;
        let mut document = client_document(&client);
        document.insert("clientSecret".to_owned(), secret.expose().into());
        Ok(Answer::Plain(document.into()))
    })
    .await
}
