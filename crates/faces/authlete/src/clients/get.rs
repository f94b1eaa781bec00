//! `GET /client/get/{id}`.

use axum::response::Response;
use jeton_core::backend::access::Right;

use super::{refused, shown};
use crate::answer::{Code, Operation};
use crate::call::Call;

const GET: Operation =
    Operation::answering("/client/get", Some(Right::ViewClient), "Done.", Code("A027201")).refusing(refused::CLIENT);

/// A client.
pub(super) async fn get(call: Call) -> Response {
    call.answer(&GET, async |cx| shown::one(cx, cx.client(cx.part("client")?).await?).await).await
}
