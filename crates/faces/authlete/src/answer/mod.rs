//! Answers, written strictly: no `null`, only listed values, always a whole JSON body (`docs/contracts/authlete.md` section 1.4).

mod actions;
mod code;
mod operation;
mod strict;
mod written;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::{Ledger, Refusal};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub(crate) use code::Code;
pub(crate) use operation::{Operation, Outcome};
pub(crate) use strict::Strict;
use strict::StrictMembers;

/// The answer of an operation that was carried out.
pub(crate) enum Answer {
    /// 200 with an object; a result code is added to it.
    Result(Code, Map<String, Value>),
    /// 200 with an action that says what is wrong with what the caller sent on; the refusal is recorded.
    Refused(Code, Map<String, Value>, Refusal),
    /// 200 with this object, to which nothing is added.
    Plain(Value),
    /// 200 with an object that is written already, for the calls that come most often: [`Answer::written`].
    Written(Vec<u8>),
    /// 204.
    Nothing,
    /// Anything else.
    Other(Response),
}

impl Answer {
    /// An answer with an action.
    pub(crate) fn action(code: Code, action: &str, mut members: Map<String, Value>) -> Self {
        members.insert("action".to_owned(), action.into());
        Self::Result(code, members)
    }

    /// An answer about a refusal of the client's request, which is recorded.
    pub(crate) fn because(refusal: Refusal, code: Code, action: &str, mut members: Map<String, Value>) -> Self {
        members.insert("action".to_owned(), action.into());
        Self::Refused(code, members, refusal)
    }

    /// 200 with a JSON document that is no answer of this contract, such as a JWK Set.
    pub(crate) fn raw(document: &Value, pretty: bool) -> Self {
        // Values in memory can always be written.
        let document = Strict(document);
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let mut response = Response::new(Body::from(text.unwrap_or_default()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
        Self::Other(response)
    }

    /// What is wrong with the request that the caller sent on.
    pub(crate) const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(_, _, refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Writes it.
    pub(crate) fn into_response(self, operation: &Operation, ledger: &Ledger) -> Response {
        match self {
            Self::Result(code, mut members) => {
                code.put(&mut members, operation.done);
                json_answer(StatusCode::OK, &StrictMembers(&members))
            }
            Self::Refused(code, mut members, refusal) => {
                code.put(&mut members, &refusal.message());
                let response = json_answer(StatusCode::OK, &StrictMembers(&members));
                jeton_wire::refused(ledger, &refusal, (operation.path, None), |_| response)
            }
            Self::Plain(value) => json_answer(StatusCode::OK, &Strict(&value)),
            Self::Written(body) => json_body(StatusCode::OK, body),
            Self::Nothing => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
            Self::Other(response) => response,
        }
    }
}

/// The object of a `json!` literal.
pub(crate) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A status and a JSON body.
pub(crate) fn json_answer(status: StatusCode, value: &impl Serialize) -> Response {
    // Values in memory can always be written.
    json_body(status, serde_json::to_vec(value).unwrap_or_default())
}

fn json_body(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The body of a call that failed as a whole.
pub(crate) fn result_body(code: Code, message: &str) -> Value {
    json!({ "resultCode": code.text(), "resultMessage": code.message(message) })
}
