//! `scope` of a request that may leave it out.

use super::Params;
use jeton_ledger::refusal::Refusal;
use jeton_model::records::Client;
use jeton_model::scope::Scope;

/// The scope of a request that may leave it out: what it names, else the client's default; message 4 when there is
/// neither. An unknown client has no default.
pub(crate) fn scope_or_default(params: &Params<'_>, claimed: Option<&Client>) -> Result<RequestedScope, Refusal> {
    match params.get("scope") {
        Some(words) => Ok(RequestedScope::Named(words.to_owned())),
        None => match claimed.and_then(|c| c.default_scope.clone()) {
            Some(scope) => Ok(RequestedScope::Default(scope)),
            None => Err(Refusal::ParameterMissing("scope")),
        },
    }
}

/// A scope as asked for.
pub(crate) enum RequestedScope {
    /// In the request.
    Named(String),
    /// The client's default.
    Default(Scope),
}

impl RequestedScope {
    /// What the client may have of it: all, or message 21.
    pub(crate) fn within(self, allowed: &Scope) -> Result<Scope, Refusal> {
        let scope = match self {
            Self::Default(scope) => scope,
            Self::Named(text) if text == allowed.as_str() && allowed.within(allowed) => return Ok(allowed.clone()),
            Self::Named(text) => Scope::parse(&text)
                .map_err(|_| Refusal::ScopeNotAllowed(text.split(' ').collect::<Vec<_>>().join(",")))?,
        };
        match scope.beyond(allowed) {
            Some(beyond) => Err(Refusal::ScopeNotAllowed(beyond)),
            None => Ok(scope),
        }
    }
}
