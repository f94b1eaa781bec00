//! `[[exchange]]` and `[[trusted_issuer]]` as the ledger's documents.

use jeton_core::exchange::{Acts, ClientMatch, ExchangeRule};
use jeton_core::refusals::INVALID;
use jeton_core::scope_policies::Verdict;
use jeton_core::trusted_issuers::{SubjectMapping, TrustedIssuer};
use jeton_core::{Refusal, Scope};
use jeton_server::config::{self, ExchangeActs, ExchangeVerdict, TrustedIssuerFinds};
use serde_json::Value;

pub(super) fn rule(rule: &config::Exchange) -> Result<(String, ExchangeRule), Refusal> {
    let clients = |by_id: &Option<String>, by_scope: &Option<String>| match (by_id, by_scope) {
        (Some(id), _) => ClientMatch::ById(id.clone()),
        (None, Some(scope)) => ClientMatch::ByScope(scope.clone()),
        (None, None) => ClientMatch::Any,
    };
    let read = ExchangeRule {
        description: rule.description.clone(),
        rule: match rule.rule {
            ExchangeVerdict::Permit => Verdict::Permit,
            ExchangeVerdict::Deny => Verdict::Deny,
        },
        origin: clients(&rule.origin, &rule.origin_scope),
        client: clients(&rule.client, &rule.client_scope),
        audience: rule.audience.clone(),
        scope: rule.scope.as_deref().map(scope).transpose()?,
        acts: match rule.acts {
            ExchangeActs::Delegation => Acts::Delegation,
            ExchangeActs::Impersonation => Acts::Impersonation,
            ExchangeActs::Either => Acts::Either,
        },
        refresh: rule.refresh,
        ..ExchangeRule::default()
    };
    Ok((rule.name.clone(), read))
}

pub(super) fn issuer(issuer: &config::TrustedIssuer) -> Result<(String, TrustedIssuer), Refusal> {
    let read = TrustedIssuer {
        enabled: issuer.enabled,
        jwks: issuer.jwks.as_ref().map(|jwks| Value::Object(jwks.0.clone())),
        jwks_uri: issuer.jwks_uri.clone(),
        clients: issuer.clients.clone(),
        subjects: issuer.subjects.clone(),
        scope: Some(scope(&issuer.scope)?),
        claim: Some(issuer.claim.clone()),
        finds: match issuer.finds {
            TrustedIssuerFinds::Sub => SubjectMapping::Sub,
            TrustedIssuerFinds::Username => SubjectMapping::Username,
            TrustedIssuerFinds::External => SubjectMapping::External,
        },
    };
    Ok((issuer.issuer.clone(), read))
}

fn scope(text: &str) -> Result<Scope, Refusal> {
    Scope::parse(text).map_err(|bad| INVALID.with(format!("scope: {bad}")))
}
