//! What is left of an exchange when its refresh token is used: the rule that allowed it is asked again each time.

use std::sync::Arc;

use super::ScopeRules;
use super::decide::chosen;
use crate::OAuth;
use crate::exchange::refusals::{AUDIENCE_UNKNOWN, EXCHANGE_WITHDRAWN};
use jeton_ledger::scope_policies::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Client, Grant, Service, Token};
use jeton_model::scope::Scope;

/// What the rule that counts now lets an exchanged family have.
pub(crate) struct CurrentRule {
    /// Audiences that need no rule: the subject token's.
    own: Arc<str>,
    /// Audiences of the rule; `*`: anybody known.
    audience: Vec<String>,
    scope: Option<Scope>,
    rules: ScopeRules,
}

impl CurrentRule {
    /// Asks the rules about the family of a refresh token. None: nobody exchanged anything for it.
    ///
    /// # Errors
    /// [`EXCHANGE_WITHDRAWN`] when no rule allows this exchange with a refresh token any more.
    pub(crate) async fn of(
        oauth: &OAuth,
        service: &Service,
        client: &Client,
        (token, grant): (&Token, &Grant),
    ) -> Result<Option<Self>, Refusal> {
        let (origin, own) = match grant.details.as_ref().and_then(|details| details.exchanged.as_ref()) {
            Some(from) => (from.client, &from.audience),
            // Earlier versions put what was exchanged into the family of its subject token.
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

    /// What of a scope it still lets through.
    pub(crate) fn scope(&self, scope: &Scope) -> Scope {
        let bounded = self.scope.as_ref().map_or_else(|| scope.clone(), |bound| scope.intersect(bound));
        self.rules.of_list(&bounded)
    }

    /// What of an audience it still lets through.
    ///
    /// # Errors
    /// [`AUDIENCE_UNKNOWN`] when something was named and nothing of it is left.
    pub(crate) async fn audience(&self, oauth: &OAuth, service: &Service, words: &str) -> Result<Arc<str>, Refusal> {
        let mut left = Vec::new();
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            if may_name(oauth, service, (&self.own, &self.audience), word).await? {
                left.push(word);
            }
        }
        if left.is_empty() && !words.is_empty() { Err(AUDIENCE_UNKNOWN) } else { Ok(left.join(" ").into()) }
    }
}

/// Whether an exchanged token may be for somebody: for whom the subject token was, whom the rule lists, or, where the rule
/// lists `*`, any client of this service and any address (older clients name addresses so).
pub(crate) async fn may_name(
    oauth: &OAuth,
    service: &Service,
    (own, rule): (&str, &[String]),
    word: &str,
) -> Result<bool, Refusal> {
    if own.split(' ').any(|known| known == word) || rule.iter().any(|known| known == word) {
        return Ok(true);
    }
    let open = rule.iter().any(|known| known == "*");
    Ok(open
        && (url::Url::parse(word).is_ok() || oauth.ledger.entities().client_by_id(service.id, word).await?.is_some()))
}
