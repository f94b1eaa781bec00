//! `GET /client/get/list`.

use axum::response::Response;
use jeton_core::backend::access::Right;
use serde_json::json;

use super::shown;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::tokens::list::range_of;

/// The most clients on a page.
pub(super) const MOST: i64 = 100;

const LIST: Operation = Operation::answering("/client/get/list", Some(Right::ViewClient), "Done.", Code("A028201"));

/// Lists clients: all of the service, or those of a developer.
pub(super) async fn list(call: Call) -> Response {
    call.answer(&LIST, async |cx| {
        let (start, end) = range_of(&cx.query, MOST)?;
        let developer = cx.query.text("developer");
        let limit = u32::try_from(end - start).unwrap_or(0);
        let page = cx.backend.list_clients(cx.service()?, developer, start.unsigned_abs(), limit).await?;
        let clients = shown::with_secrets(cx, &page.clients).await?;
        let answer = members(json!({
            "start": start,
            "end": end,
            "developer": developer,
            "totalCount": page.total,
            "clients": shown::list(clients),
        }));
        Ok(Answer::Plain(answer.into()))
    })
    .await
}
