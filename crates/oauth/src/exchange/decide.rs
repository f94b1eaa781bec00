//! Decides whether an exchange is allowed, and on which terms.

use super::{Acts, ExchangeRule, Party, ScopeRules, may_act};
use crate::OAuth;
use crate::exchange::refusals::EXCHANGE_NOT_ALLOWED;
use jeton_ledger::scope_policies::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Client, DocumentKind, Service};
use jeton_model::scope::Scope;
use jeton_model::store::Page;

/// The maximum number of rules of a service that are read; with more, no exchange is allowed.
pub(super) const MOST: u32 = 1_000;

/// The word of the refusal where no rule matches, for answers that tell it from a denial.
pub const NO_RULE: &str = "no rule";

/// The limits of an allowed exchange.
#[derive(Debug)]
pub(crate) struct Terms {
    /// Upper bound of the scope.
    pub(crate) scope: Scope,
    /// Which scopes within it are permitted.
    pub(crate) rules: ScopeRules,
    /// Audiences in addition to the subject token's; `*`: any.
    pub(crate) audience: Vec<String>,
    /// Whether the new token names its actor.
    pub(crate) names_actor: bool,
    /// Whether a refresh token may be asked for.
    pub(crate) refresh: bool,
}

/// The terms on which a client may exchange a subject's token.
///
/// 2. Of the rules that match both clients, the most specific ones count; a denial overrides a permission.
/// 3. A subject token's own `may_act` (RFC 8693 section 4.4) allows only the actor it names, whatever the rules say.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`].
pub(crate) async fn decide(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    subject: &Party,
    actor: Option<&Party>,
) -> Result<Terms, Refusal> {
    let statement = may_act(&service.issuer, subject, client, actor);
    if statement == Some(false) {
        return Err(EXCHANGE_NOT_ALLOWED);
    }
    let own = subject.client.as_ref().is_some_and(|c| c.key == client.key);
    let rule = match chosen(oauth, service, client, subject.client.as_deref()).await? {
        Some(rule) if rule.rule == Verdict::Deny => return Err(EXCHANGE_NOT_ALLOWED),
        found => found,
    };
    match rule {
        Some(rule) if suits(rule.acts, actor) => Ok(terms(rule, client, subject, actor)),
        // A client's own tokens need no rule, but then it may not act for another party.
        _ if own && actor.is_none() => Ok(narrowing(client, subject, false)),
        _ if statement == Some(true) => Ok(narrowing(client, subject, true)),
        _ => Err(EXCHANGE_NOT_ALLOWED.with(NO_RULE)),
    }
}

/// The rule that counts, whether it permits or denies: none when no rule matches.
///
/// # Errors
/// [`EXCHANGE_NOT_ALLOWED`] when there are more rules than are read.
pub(super) async fn chosen(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    origin: Option<&Client>,
) -> Result<Option<ExchangeRule>, Refusal> {
    let found =
        oauth.ledger.store().documents(service.id, DocumentKind::ExchangePolicy, Some(""), Page::first(MOST)).await?;
    if found.total > u64::from(MOST) {
        return Err(EXCHANGE_NOT_ALLOWED);
    }
    let rules = found.items.into_iter().filter_map(|document| serde_json::from_value(document.body).ok());
    let mut best: Option<ExchangeRule> = None;
    let weight = |rule: &ExchangeRule| rule.origin.weight() + rule.client.weight();
    for rule in rules.filter(|r: &ExchangeRule| r.client.is(Some(client)) && r.origin.is(origin)) {
        let wins = best.as_ref().is_none_or(|so_far| match weight(&rule).cmp(&weight(so_far)) {
            std::cmp::Ordering::Equal => rule.rule == Verdict::Deny,
            other => other.is_gt(),
        });
        if wins {
            best = Some(rule);
        }
    }
    Ok(best)
}

/// An impersonation has no actor.
fn suits(acts: Acts, actor: Option<&Party>) -> bool {
    acts != Acts::Impersonation || actor.is_none()
}

fn terms(rule: ExchangeRule, client: &Client, subject: &Party, actor: Option<&Party>) -> Terms {
    let bound = match (&subject.scope, &rule.scope) {
        (Some(of_token), Some(of_rule)) => of_token.intersect(of_rule),
        (Some(of_token), None) => of_token.clone(),
        // An ID token has no scope, so the rule gives it, within the authorized one.
        (None, Some(of_rule)) => {
            subject.live.as_ref().map_or_else(Scope::empty, |live| of_rule.intersect(&live.token.scope))
        }
        (None, None) => Scope::empty(),
    };
    let names_actor = match rule.acts {
        Acts::Delegation => true,
        Acts::Impersonation => false,
        Acts::Either => actor.is_some(),
    };
    let rules = ScopeRules::of(&rule.scopes);
    Terms { scope: bound.intersect(&client.scope), rules, audience: rule.audience, names_actor, refresh: rule.refresh }
}

fn narrowing(client: &Client, subject: &Party, names_actor: bool) -> Terms {
    let scope = subject.scope.clone().unwrap_or_else(Scope::empty).intersect(&client.scope);
    Terms { scope, rules: ScopeRules::default(), audience: Vec::new(), names_actor, refresh: false }
}
