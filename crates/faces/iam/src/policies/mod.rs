//! Policies that administrators write: about scopes (`docs/contracts/indigo-iam.md` section 9) and about token exchange
//! (section 7.6).

mod exchange;
mod scope;

use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::refusals::{INVALID, REQUEST_TOO_LARGE, TOO_MANY};
use jeton_core::scope_policies::Matching;
use jeton_core::scope_policies::Verdict;
use jeton_core::type_error::type_error;
use jeton_wire::Entity;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

pub(crate) use exchange::{add as add_exchange, delete as delete_exchange, list as list_exchange};
pub(crate) use scope::{add, delete, list, replace, show};

use crate::wire::Failure;

/// The largest body, in bytes.
const LARGEST: usize = 128 * 1024;

/// Permit or deny, as written in requests.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Rule {
    Permit,
    Deny,
}

impl From<Rule> for Verdict {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Permit => Self::Permit,
            Rule::Deny => Self::Deny,
        }
    }
}

const fn rule_name(rule: Verdict) -> &'static str {
    match rule {
        Verdict::Permit => "PERMIT",
        Verdict::Deny => "DENY",
    }
}

/// Parses a body as a `what`.
fn read<T: DeserializeOwned>(body: &Entity, what: &str) -> Result<T, Failure> {
    let body = body.bytes()?;
    if body.len() > LARGEST {
        return Err(REQUEST_TOO_LARGE.into());
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (place, text) = (error.path().to_string(), type_error(error.inner()));
        invalid(what, INVALID.with(if place == "." { text } else { format!("{place}: {text}") }))
    })?;
    reader.end().map_err(|error| invalid(what, INVALID.with(type_error(&error))))?;
    Ok(read)
}

/// 400 in the contract's wording.
fn invalid(what: &str, refusal: Refusal) -> Failure {
    let body = json!({ "error": format!("Invalid {what}: {refusal}") });
    match refusal.is_one_of(&[INVALID, TOO_MANY]) {
        true => Failure::in_words(refusal, StatusCode::BAD_REQUEST, body),
        false => refusal.into(),
    }
}

/// A policy's number.
fn number(id: &str) -> Result<jeton_core::ids::DocumentId, Failure> {
    let number = id.parse::<u64>().ok().filter(|number| *number < jeton_core::ids::ID_LIMIT);
    number.map(jeton_core::ids::DocumentId::new).ok_or_else(|| INVALID.with("the id is not a number").into())
}

const fn matching_name(matching: Matching) -> &'static str {
    match matching {
        Matching::Equal => "EQ",
        Matching::Regexp => "REGEXP",
        Matching::Path => "PATH",
    }
}
