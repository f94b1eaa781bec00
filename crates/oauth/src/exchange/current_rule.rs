//! The rule of an exchange is evaluated again each time its refresh token is used.

use std::sync::Arc;

use super::ScopeRules;
use super::decide::chosen;
use crate::OAuth;
use crate::exchange::refusals::{AUDIENCE_UNKNOWN, EXCHANGE_WITHDRAWN};
use jeton_ledger::scope_policies::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Client, Grant, Service, Token};
use jeton_model::scope::Scope;

/// What the applicable rule now allows an exchanged family.
pub(crate) struct CurrentRule {
    /// Audiences that need no rule: the subject token's.
    own: Arc<str>,
    /// Audiences of the rule; `*`: any.
    audience: Vec<String>,
    scope: Option<Scope>,
    rules: ScopeRules,
}

impl CurrentRule {
    /// Evaluates the rules for the family of a refresh token. None: the family did not come from an exchange.
    ///
    /// # Errors
    /// [`EXCHANGE_WITHDRAWN`] when no rule allows this exchange with a refresh token any longer.
    pub(crate) async fn of(
        oauth: &OAuth,
        service: &Service,
        client: &Client,
        (token, grant): (&Token, &Grant),
    ) -> Result<Option<Self>, Refusal> {
        let (origin, own) = match grant.details.as_ref().and_then(|details| details.exchanged.as_ref()) {
            Some(from) => (from.client, &from.audience),
            // Earlier versions put exchanged tokens into the family of the subject token.
            None if grant.client != token.client => (grant.client, &grant.audience),
            None => return Ok(None),
        };
        let origin = match origin {
            Some(key) => Some(oauth.ledger.entities().client(key).await?.ok_or(EXCHANGE_WITHDRAWN)?),
            None => None,
        };
        let found = chosen(oauth, service, client, origin.as_deref()).await;
        let rule = found.map_err(|error| if error.is_fault() { error } else { EXCHANGE_WITHDRAWN })?;
        let rule = rule.filter(|rule| rule.rule == Verdict::Permit && rule.refresh);
        let rule = rule.ok_or(EXCHANGE_WITHDRAWN)?;
        let (own, rules) = (Arc::clone(own), ScopeRules::of(&rule.scopes));
        Ok(Some(Self { own, audience: rule.audience, scope: rule.scope, rules }))
    }

    /// The part of a scope that the rule still allows.
    pub(crate) fn scope(&self, scope: &Scope) -> Scope {
        let bounded = self.scope.as_ref().map_or_else(|| scope.clone(), |bound| scope.intersect(bound));
        self.rules.of_list(&bounded)
    }

    /// The part of an audience that the rule still allows.
    ///
    /// # Errors
    /// [`AUDIENCE_UNKNOWN`] when an audience was named and none of it is allowed.
    pub(crate) fn audience(&self, words: &str) -> Result<Arc<str>, Refusal> {
        let words_of = words.split(' ').filter(|word| !word.is_empty());
        let left: Vec<_> = words_of.filter(|word| may_name((&self.own, &self.audience), word)).collect();
        if left.is_empty() && !words.is_empty() { Err(AUDIENCE_UNKNOWN) } else { Ok(left.join(" ").into()) }
    }
}

/// Whether an exchanged token may have this audience: the subject token's, those that the rule lists, or, if the rule
/// lists `*`, any: services of the grid have names that are neither addresses nor clients here.
pub(crate) fn may_name((own, rule): (&str, &[String]), word: &str) -> bool {
    own.split(' ').any(|known| known == word) || rule.iter().any(|known| known == word || known == "*")
}
