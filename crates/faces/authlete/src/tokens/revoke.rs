//! `POST /auth/token/revoke` (`docs/contracts/authlete.md` section 2.5).

use axum::response::Response;
use http::StatusCode;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::EndRecords;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{RECORD_CLIENT_UNKNOWN, RECORD_UNNAMED};
use serde_json::json;

use crate::answer::{Answer, Code, Operation, Outcome, members};
use crate::call::Call;

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (RECORD_UNNAMED, Code("A312201"), Outcome::Status(StatusCode::BAD_REQUEST)),
    (RECORD_CLIENT_UNKNOWN, Code("A001218"), Outcome::Status(StatusCode::NOT_FOUND)),
];

const REVOKE: Operation =
    Operation::answering("/auth/token/revoke", Some(Right::UseService), "The tokens were revoked.", Code("A312290"))
        .refusing(REFUSALS);

/// Ends tokens. The first member that is given decides; the others are ignored.
pub(super) async fn revoke(call: Call) -> Response {
    call.answer(&REVOKE, async |cx| {
        let service = cx.service()?.id;
        let one = cx.body.text("accessTokenIdentifier")?.or(cx.body.text("refreshTokenIdentifier")?);
        let count = match (one, cx.body.text("clientIdentifier")?, cx.body.text("subject")?) {
            (Some(identifier), ..) => match cx.backend.token_named(service, identifier).await? {
                Some(token) => cx.backend.end_record(&cx.caller, &token).await?,
                None => 0,
            },
            (None, None, None) => return Err(RECORD_UNNAMED),
            (None, client, subject) => {
                let client = match client {
                    Some(identifier) => Some(cx.client(identifier).await?),
                    None => None,
                };
                let which = EndRecords { client, subject: subject.map(str::to_owned) };
                cx.backend.end_records(&cx.caller, service, which).await?
            }
        };
        Ok(Answer::Result(Code("A312001"), members(json!({ "count": count }))))
    })
    .await
}
