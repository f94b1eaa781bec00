//! `/client/authorization/get/list`: the clients that have tokens of a subject.

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::backend::clients::{ListAuthorized, client_document};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{INVALID, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG};
use serde_json::json;

use super::list::MOST;
use super::{shown, subject};
use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::{Call, Cx};

/// Elements of a page, unless the call says otherwise.
const USUAL: i64 = 5;

const BAD: Outcome = Outcome::Status(StatusCode::BAD_REQUEST);
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (SUBJECT_MISSING, Code("A136201"), BAD),
    (SUBJECT_TOO_LONG, Code("A136202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A136203"), BAD),
];

const LIST: Operation =
    Operation::answering("/client/authorization/get/list", Some(Right::ViewClient), "Done.", Code("A136204"))
        .refusing(REFUSALS);

/// Lists them. Secrets are not shown here.
pub(super) async fn list(call: Call) -> Response {
    call.answer(&LIST, async |cx| {
        let (start, end) = range(cx)?;
        let subject = subject::of(cx)?;
        let developer = cx.query.text("developer").or(cx.body.text("developer")?);
        let limit = u32::try_from(end - start).unwrap_or(0);
        let asked = ListAuthorized { subject, developer, skip: start.unsigned_abs(), limit };
        let page = cx.backend.list_authorized(cx.service()?, asked).await?;
        let clients = page.clients.iter().map(|client| client_document(client)).collect();
        let answer = members(json!({
            "start": start,
            "end": end,
            "subject": subject,
            "developer": developer,
            "totalCount": page.total,
            "clients": shown::list(clients),
        }));
        Ok(Answer::Plain(answer.into()))
    })
    .await
}

/// The first element and the one after the last, from the query or the body. In a body two zeros are members that were not set.
fn range(cx: &Cx<'_>) -> Result<(i64, i64), Refusal> {
    let number = |name: &str| match cx.query.number(name)? {
        Some(number) => Ok(Some(number)),
        None => cx.body.number(name),
    };
    let start = number("start")?.unwrap_or(0);
    let end = match number("end")? {
        Some(0) if cx.query.text("end").is_none() => start.saturating_add(USUAL),
        Some(end) => end,
        None => start.saturating_add(USUAL),
    };
    if start < 0 || end < 0 {
        return Err(INVALID.with("`start` and `end` must not be negative"));
    }
    if end - start > MOST {
        return Err(INVALID.with(format!("a page has {MOST} elements at most: end - start is larger")));
    }
    Ok((start, end))
}
