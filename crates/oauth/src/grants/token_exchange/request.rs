//! The request of a token exchange, in the forms of its two contracts.

use std::sync::Arc;

use jeton_jose::Secret;

use crate::dialect::Dialect;
use crate::exchange::TokenType;
use crate::exchange::refusals::{AUDIENCE_UNKNOWN, EXCHANGE_DELEGATION, EXCHANGE_SCOPE_MISSING};
use crate::token_endpoint::{Params, resource};
use jeton_model::Refusal;
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};

/// A request, well formed.
pub(super) struct Request {
    pub(super) subject: (Secret, TokenType),
    pub(super) actor: Option<(Secret, TokenType)>,
    pub(super) wanted: TokenType,
    pub(super) wanted_named: bool,
    pub(super) scope: Option<String>,
    pub(super) resource: Option<Arc<str>>,
    pub(super) audience: Vec<String>,
    pub(super) dialect: Dialect,
}

/// A request by RFC 8693.
pub(super) fn standard(params: &Params<'_>) -> Result<Request, Refusal> {
    let subject = (Secret::new(params.required("subject_token")?), kind(params, "subject_token_type")?);
    let actor = match params.get("actor_token") {
        Some(text) => Some((Secret::new(text), kind(params, "actor_token_type")?)),
        // RFC 8693 section 2.1: "MUST NOT be included" without an actor token.
        None if params.get("actor_token_type").is_some() => return Err(PARAMETER_MISSING.with("actor_token")),
        None => None,
    };
    Request::read(params, subject, actor, Dialect::Standard)
}

/// A request of a client with a grid profile (`docs/contracts/indigo-iam.md` section 7.6): the scope is required, the type of the
/// subject token is not, and the client acts for itself.
pub(super) fn indigo(params: &Params<'_>) -> Result<Request, Refusal> {
    let subject = Secret::new(params.required("subject_token")?);
    // Whatever kind of access token is named, or nothing that is known here.
    let kind = match params.get("subject_token_type").and_then(TokenType::read) {
        Some(kind @ (TokenType::Refresh | TokenType::Id)) => kind,
        _ => TokenType::Access,
    };
    if let Some(name) = ["actor_token", "want_composite"].into_iter().find(|name| params.get(name).is_some()) {
        return Err(EXCHANGE_DELEGATION.with(name));
    }
    params.get("scope").ok_or(EXCHANGE_SCOPE_MISSING)?;
    Request::read(params, (subject, kind), None, Dialect::Indigo)
}

impl Request {
    fn read(
        params: &Params<'_>,
        subject: (Secret, TokenType),
        actor: Option<(Secret, TokenType)>,
        dialect: Dialect,
    ) -> Result<Self, Refusal> {
        let wanted = match params.get("requested_token_type") {
            None => TokenType::Access,
            Some(urn) => TokenType::read(urn)
                .filter(|kind| *kind != TokenType::Id)
                .ok_or_else(|| PARAMETER_INVALID.with("requested_token_type"))?,
        };
        Ok(Self {
            subject,
            actor,
            wanted,
            wanted_named: params.get("requested_token_type").is_some(),
            scope: params.get("scope").map(str::to_owned),
            resource: resource::indicated(params)?,
            audience: audiences(params)?,
            dialect,
        })
    }
}

fn kind(params: &Params<'_>, name: &'static str) -> Result<TokenType, Refusal> {
    TokenType::read(params.required(name)?).ok_or_else(|| PARAMETER_INVALID.with(name))
}

/// The longest list of audiences, in bytes.
const LONGEST: usize = 4096;

/// Logical names; each value may hold several, separated by blanks, since older clients send them so.
fn audiences(params: &Params<'_>) -> Result<Vec<String>, Refusal> {
    let all: Vec<String> =
        params.all("audience").flat_map(|v| v.split(' ')).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let printable = |word: &String| word.bytes().all(|b| b.is_ascii_graphic());
    if all.iter().map(String::len).sum::<usize>() <= LONGEST && all.iter().all(printable) {
        Ok(all)
    } else {
        Err(AUDIENCE_UNKNOWN)
    }
}
