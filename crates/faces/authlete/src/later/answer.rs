//! The answer of an operation that is not served yet.

use axum::response::Response;
use axum::routing::{MethodRouter, any, on};
use http::Method;
use jeton_core::refusals::OPERATION_NOT_SERVED;
use serde_json::{Map, json};

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::state::AuthleteState;

/// "This API cannot be used with this configuration".
const NOT_USABLE: Code = Code("A001217");
const MESSAGE: &str = "This operation is not served yet.";

/// The routes of one operation. `action`: of its answer; empty: it has none, and gets an HTTP error, which every SDK shows.
pub(super) fn later(
    methods: &'static str,
    operation: &'static Operation,
    action: &'static str,
) -> MethodRouter<AuthleteState> {
    let handler = move |call: Call| async move { said(call, operation, action).await };
    let filters = methods.split(' ').filter_map(|name| Method::from_bytes(name.as_bytes()).ok()?.try_into().ok());
    match filters.reduce(axum::routing::MethodFilter::or) {
        Some(filter) => on(filter, handler),
        None => any(handler),
    }
}

async fn said(call: Call, operation: &'static Operation, action: &'static str) -> Response {
    if operation.right.is_none() {
        return call.open(operation, async |_, _| Err(OPERATION_NOT_SERVED)).await;
    }
    call.answer(operation, async |_| {
        if action.is_empty() {
            return Err(OPERATION_NOT_SERVED);
        }
        let error = json!({ "error": "server_error", "error_description": MESSAGE });
        let content = if action.starts_with("INTERNAL") {
            members(json!({ "responseContent": error.to_string() }))
        } else {
            Map::new()
        };
        Ok(Answer::because(OPERATION_NOT_SERVED, NOT_USABLE, action, content))
    })
    .await
}
