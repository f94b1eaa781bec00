//! Which of the requested scopes and audiences the new token has.

use std::sync::Arc;

use super::request::Request;
use crate::dialect::Dialect;
use crate::exchange::refusals::{
    AUDIENCE_UNKNOWN, EXCHANGE_NOT_ALLOWED, EXCHANGE_OFFLINE, EXCHANGE_SCOPE_DENIED, EXCHANGE_SCOPE_ORIGIN,
};
use crate::exchange::{Party, Terms, may_name};
use crate::token_endpoint::GrantContext;
use crate::token_endpoint::refusals::RESOURCE_INVALID;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::scope::Scope;

/// The scope that asks for a refresh token (OpenID Connect Core 1.0 section 11).
const OFFLINE: &str = "offline_access";

impl Request {
    /// The audience of the new token: the requested one, within the subject token's or the rule's; if none is requested,
    /// the subject token's own.
    pub(super) fn audience(&self, subject: &Party, terms: &Terms) -> Result<Arc<str>, Refusal> {
        let named = self.audience.iter().map(|word| (word.as_str(), AUDIENCE_UNKNOWN));
        let resources = self.resource.iter().flat_map(|words| words.split(' '));
        let mut all = Vec::new();
        for (word, refusal) in named.chain(resources.map(|word| (word, RESOURCE_INVALID))) {
            if !may_name((&subject.audience, &terms.audience), word) {
                return Err(refusal);
            }
            all.push(word);
        }
        Ok(if all.is_empty() {
            Arc::clone(&subject.audience)
        } else {
            Scope::from_words(all.into_iter()).as_str().into()
        })
    }

    /// The new scope, and whether a refresh token is issued with the access token: `offline_access` asks for one. The scope
    /// `offline_access` is in the new scope only if the subject token has it.
    pub(super) fn scope(
        &self,
        cx: &GrantContext<'_>,
        subject: &Party,
        terms: &Terms,
        may_refresh: bool,
    ) -> Result<(Scope, bool), Refusal> {
        let Some(text) = &self.scope else { return Ok((terms.rules.of_list(&terms.scope), false)) };
        let asked = parse_scope(text)?;
        let asks = asked.contains(OFFLINE);
        if asks && self.dialect == Dialect::Indigo {
            offline_of_grid(cx, subject, terms)?;
        }
        let only_asks = asks && terms.refresh && !terms.scope.contains(OFFLINE);
        if only_asks && !may_refresh {
            return Err(EXCHANGE_NOT_ALLOWED);
        }
        if only_asks && !terms.rules.permits(OFFLINE) {
            return Err(EXCHANGE_SCOPE_DENIED.with(OFFLINE));
        }
        let asked = Scope::from_words(asked.words().filter(|word| !(only_asks && *word == OFFLINE)));
        if let Some(beyond) = asked.beyond(&terms.scope) {
            return Err(self
                .foreign_to_origin(subject, &asked, terms)
                .unwrap_or_else(|| SCOPE_NOT_ALLOWED.with(beyond)));
        }
        if let Some(denied) = asked.words().find(|word| !terms.rules.permits(word)) {
            return Err(EXCHANGE_SCOPE_DENIED.with(denied.to_owned()));
        }
        Ok((asked, asks && may_refresh))
    }

    /// INDIGO IAM's refusal of the first scope that is not allowed and that the subject token's client lacks.
    fn foreign_to_origin(&self, subject: &Party, asked: &Scope, terms: &Terms) -> Option<Refusal> {
        let origin = subject.client.as_ref().filter(|_| self.dialect == Dialect::Indigo)?;
        let is_foreign = |word: &&str| !terms.scope.contains(word) && !origin.scope.contains(word);
        asked.words().find(is_foreign).map(|word| EXCHANGE_SCOPE_ORIGIN.with(word.to_owned()))
    }
}

/// By INDIGO IAM's rules the exchange rule alone decides about a refresh token: the subject token's scope does not, and a client gets
/// none for its own token.
fn offline_of_grid(cx: &GrantContext<'_>, subject: &Party, terms: &Terms) -> Result<(), Refusal> {
    if subject.client.as_ref().is_some_and(|client| client.key == cx.client.key) {
        return Err(EXCHANGE_OFFLINE);
    }
    if terms.refresh { Ok(()) } else { Err(EXCHANGE_NOT_ALLOWED) }
}

pub(super) fn parse_scope(text: &str) -> Result<Scope, Refusal> {
    Scope::parse(text).map_err(|_| SCOPE_NOT_ALLOWED.with(text.replace(' ', ",")))
}
