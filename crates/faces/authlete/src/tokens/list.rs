//! `GET /auth/token/get/list` (`docs/contracts/authlete.md` section 2.2).

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::ListRecords;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{INVALID, PARAMETER_INVALID, RECORD_CLIENT_UNKNOWN};
use jeton_core::terms::ByExpiry;
use serde_json::{Value, json};

use super::record::listed;
use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::{Call, Query};
use crate::shapes::client::in_short;

/// Elements of a page, unless the call says otherwise.
const USUAL: i64 = 5;
/// Elements of a page at most.
const MOST: i64 = 20;

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] =
    &[(RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::BAD_REQUEST))];

const LIST: Operation =
    Operation::answering("/auth/token/get/list", Some(Right::ViewService), "Done.", Code("A159290"))
        .refusing(REFUSALS)
        .finer(by_parameter);

/// The codes of a bad range.
fn by_parameter(refusal: &Refusal) -> Option<Code> {
    let word = refusal.word();
    if refusal.is(&PARAMETER_INVALID) {
        return match word {
            "start" => Some(Code("A159201")),
            "end" => Some(Code("A159203")),
            _ => None,
        };
    }
    match refusal.is(&INVALID) {
        true if word.starts_with("`start`") => Some(Code("A159202")),
        true if word.starts_with("`end`") => Some(Code("A159204")),
        true if word.starts_with("a page has") => Some(Code("A159205")),
        _ => None,
    }
}

/// Lists tokens.
pub(super) async fn list(call: Call) -> Response {
    call.answer(&LIST, async |cx| {
        let service = cx.service()?;
        let (start, end) = range(&cx.query)?;
        let client = match cx.query.text("clientIdentifier") {
            None => None,
            Some(identifier) => Some(cx.client(identifier).await?),
        };
        let subject = cx.query.text("subject").map(str::to_owned);
        let count = u32::try_from(end - start).unwrap_or(0);
        let asked = ListRecords {
            client: client.clone(),
            subject: subject.clone(),
            status: status(&cx.query)?,
            skip: start.unsigned_abs(),
            limit: count,
        };
        let page = cx.backend.list_records(&cx.caller, service.id, asked).await?;
        let tokens: Vec<Value> = page.records.iter().map(|record| listed(record).into()).collect();
        let answer = members(json!({
            "start": start,
            "end": end,
            "totalCount": page.total,
            "client": client.as_ref().map(in_short),
            "subject": subject,
            "accessTokens": if tokens.is_empty() { Value::Null } else { tokens.into() },
        }));
        Ok(Answer::Plain(answer.into()))
    })
    .await
}

/// The first element, and the one after the last.
fn range(query: &Query) -> Result<(i64, i64), Refusal> {
    range_of(query, MOST)
}

/// The same where a page has another limit.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn range_of(query: &Query, most: i64) -> Result<(i64, i64), Refusal> {
    let start = query.number("start")?.unwrap_or(0);
    let end = query.number("end")?.unwrap_or(start.saturating_add(USUAL));
    if start < 0 {
        return Err(INVALID.with("`start` must not be negative"));
    }
    if end < 0 {
        return Err(INVALID.with("`end` must not be negative"));
    }
    if end - start > most {
        return Err(INVALID.with(format!("a page has {most} elements at most: end - start is larger")));
    }
    Ok((start, end))
}

fn status(query: &Query) -> Result<ByExpiry, Refusal> {
    match query.text("tokenStatus") {
        None | Some("ALL") => Ok(ByExpiry::All),
        Some("VALID") => Ok(ByExpiry::Valid),
        Some("INVALID") => Ok(ByExpiry::Expired),
        Some(_) => Err(INVALID.with("`tokenStatus` must be VALID, INVALID or ALL")),
    }
}
