//! `GET /api/info` (`docs/contracts/authlete.md` sections 4.2 and 8): needs no credential.

use axum::response::Response;
use serde_json::json;

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;

const INFO: Operation = Operation::answering("/info", None, "Done.", Code::UNSUITABLE);

/// The parts of the protocol that are served.
const FEATURES: &[&str] = &[
    "AUTHORIZATION",
    "TOKEN_MANAGEMENT",
    "INTROSPECTION",
    "REVOCATION",
    "USERINFO",
    "PAR",
    "PKCE",
    "RAR",
    "RESOURCE_INDICATORS",
    "DEVICE_FLOW",
    "TOKEN_EXCHANGE",
    "JWT_BEARER",
    "JWT_ACCESS_TOKEN",
    "ID_TOKEN_REISSUE",
    "DPOP",
    "MTLS",
    "JOSE_VERIFY",
    "SERVICE_MANAGEMENT",
    "CLIENT_MANAGEMENT",
];

/// The version of this server, and the parts of the protocol that it serves.
pub(crate) async fn info(call: Call) -> Response {
    let info = json!({ "version": env!("CARGO_PKG_VERSION"), "features": FEATURES });
    call.open(&INFO, async |_, _| Ok(Answer::Plain(info))).await
}
