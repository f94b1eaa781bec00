//! `GET /api/info` (`docs/contracts/authlete.md` sections 4.2 and 8): needs no credential.

use axum::response::Response;
use serde_json::json;

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const INFO: Operation = Operation::answering("/info", None, "Done.", Code("A001203"));

/// The version of this server, and the parts of the protocol that it serves.
pub(crate) async fn info(call: Call) -> Response {
    call.open(&INFO, async |_, _| Ok(Answer::Plain(json!({ "version": env!("CARGO_PKG_VERSION"), "features": [] }))))
        .await
}
