//! `/client/extension/requestable_scopes/…`.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::model::Client;
use serde_json::{Map, Value, json};

use super::refused;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;

const GET: Operation =
    Operation::answering("/client/extension/requestable_scopes/get", Some(Right::ViewClient), "Done.", Code("A127201"))
        .refusing(refused::CLIENT);
const UPDATE: Operation = Operation::answering(
    "/client/extension/requestable_scopes/update",
    Some(Right::ModifyClient),
    "The requestable scopes of the client were changed.",
    Code("A128201"),
)
.refusing(refused::CLIENT);
const DELETE: Operation = Operation::answering(
    "/client/extension/requestable_scopes/delete",
    Some(Right::ModifyClient),
    "Done.",
    Code("A128202"),
)
.refusing(refused::CLIENT);

/// The scopes that a client may request at most; no member when it may request all of the service.
pub(super) async fn get(call: Call) -> Response {
    call.answer(&GET, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let code = if limit(&client).is_some() { Code("A127001") } else { Code("A127002") };
        Ok(Answer::Result(code, shown(&client)))
    })
    .await
}

/// Limits them. A call without the member lifts the limit.
pub(super) async fn update(call: Call) -> Response {
    call.answer(&UPDATE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        let scopes = cx.body.texts("requestableScopes")?;
        let scopes = scopes.map(|all| all.into_iter().map(str::to_owned).collect());
        let client = cx.backend.set_requestable_scopes(&cx.caller, cx.service()?, &client, scopes).await?;
        Ok(Answer::Result(Code("A127003"), shown(&client)))
    })
    .await
}

/// Lifts the limit.
pub(super) async fn delete(call: Call) -> Response {
    call.answer(&DELETE, async |cx| {
        let client = cx.client(cx.part("client")?).await?;
        cx.backend.set_requestable_scopes(&cx.caller, cx.service()?, &client, None).await?;
        Ok(Answer::Nothing)
    })
    .await
}

fn limit(client: &Client) -> Option<&Vec<String>> {
    client.backend.as_ref()?.requestable_scopes.as_ref()
}

fn shown(client: &Client) -> Map<String, Value> {
    members(json!({ "requestableScopes": limit(client) }))
}
