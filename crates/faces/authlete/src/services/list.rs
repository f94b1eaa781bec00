//! `GET /api/service/get/list`: every service for the organization, its own for a service.

use axum::response::Response;
use jeton_core::backend::access::Right;
use serde_json::{Value, json};

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::tokens::list::range_of;

const LIST: Operation = Operation::answering("/service/get/list", Some(Right::ViewService), "Done.", Code::UNSUITABLE);

/// The most services on a page.
const MOST: i64 = 100;

/// Lists services.
pub(super) async fn list(call: Call) -> Response {
    call.answer(&LIST, async |cx| {
        let (start, end) = range_of(&cx.query, MOST)?;
        let all = match (&cx.caller.service, cx.caller.is_organization) {
            (Some(own), false) => vec![std::sync::Arc::clone(own)],
            _ => cx.backend.services(),
        };
        let (skip, count) = (start.unsigned_abs() as usize, (end - start).max(0).unsigned_abs() as usize);
        let page = all.iter().skip(skip).take(count);
        let services: Vec<Value> = page.map(|service| cx.backend.service_document(service).into()).collect();
        let answer = json!({ "start": start, "end": end, "totalCount": all.len(), "services": services });
        Ok(Answer::Plain(members(answer).into()))
    })
    .await
}
