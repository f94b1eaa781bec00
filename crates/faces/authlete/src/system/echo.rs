//! `GET /api/misc/echo` (`docs/contracts/authlete.md` section 4.2): needs no credential. One SDK calls it without `/api`.

use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value};

use crate::answer::{Answer, Code, Operation};
use crate::call::Call;
use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState;
    "GET" "/misc/echo" "query" &[], "The query, as JSON (one SDK calls it here)" => get(echo);
}

const ECHO: Operation = Operation::answering("/misc/echo", None, "Done.", Code::UNSUITABLE);

/// The parameters of the query, each as a text.
pub(crate) async fn echo(call: Call) -> Response {
    call.open(&ECHO, async |_, query| {
        let members: Map<String, Value> = query.all().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Ok(Answer::Plain(members.into()))
    })
    .await
}
