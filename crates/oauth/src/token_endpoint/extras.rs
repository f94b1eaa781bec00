//! What a trusted caller adds to the tokens of one request.

use std::time::Duration;

use serde_json::{Map, Value};

use jeton_jose::Secret;
use jeton_ledger::ledger::{Family, Given, GivenText, Plan};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_ledger::rights::{for_other_apis, is_of_this_server};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Property, TokenFormat, TokenKind};
use jeton_model::scope::Scope;

/// What a trusted caller adds to the tokens of one request; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// Properties. They replace those of the authorization that have the same key.
    pub properties: Vec<Property>,
    /// The lifetime of the access token, whatever client and service set.
    pub access_lifetime: Option<Duration>,
    /// The lifetime of the refresh token, whatever client and service set.
    pub refresh_lifetime: Option<Duration>,
    /// The SHA-256 thumbprint of the key that the client has proven (RFC 9449): access tokens are bound to it, and the whole
    /// authorization of a public client.
    pub key: Option<[u8; 32]>,
    /// Claims of an access token that is a JWT. Those that this server writes itself are not replaced.
    pub access_claims: Map<String, Value>,
    /// The text of the access token, and who chose it; none: it is made here. Without effect where no access token is made.
    pub access_text: Option<(Secret, Actor)>,
}

impl Extras {
    /// Adds them to a plan. Adding them again changes nothing. The caller was trusted to decide for people and clients, and not to
    /// administer this server: no token that it gets opens endpoints of this server.
    pub(crate) fn add_to(&self, plan: &mut Plan) {
        if let Family::New(grant) = &mut plan.family {
            grant.scope = for_other_apis(&grant.scope);
        }
        for token in &mut plan.tokens {
            token.scope = for_other_apis(&token.scope);
        }
        if let Family::New(grant) = &mut plan.family {
            let refreshes = plan.tokens.iter().any(|token| token.kind == TokenKind::Refresh);
            let family = self.refresh_lifetime.filter(|_| refreshes).or(grant.lifetime);
            // No token outlives its family.
            grant.lifetime = family.map(|life| life.max(self.access_lifetime.unwrap_or_default()));
            merge(&mut grant.details.properties, &self.properties);
        }
        for token in &mut plan.tokens {
            let lifetime = match token.kind {
                TokenKind::Access => {
                    add_claims(&mut token.details.claims, &self.access_claims);
                    if let Some((text, by)) = &self.access_text {
                        token.format = TokenFormat::Foreign;
                        token.given = Some(Given { text: GivenText::Clear(text.clone()), by: Some(by.clone()) });
                    }
                    self.access_lifetime
                }
                TokenKind::Refresh => self.refresh_lifetime,
                _ => None,
            };
            token.lifetime = lifetime.or(token.lifetime);
            token.keeps_lifetime |= lifetime.is_some();
            match &plan.family {
                Family::New(_) => {}
                Family::Own => merge(&mut token.details.properties, &self.properties),
                Family::Existing(grant) if !self.properties.is_empty() => {
                    let own = &mut token.details.properties;
                    if let (true, Some(details)) = (own.is_empty(), &grant.details) {
                        own.clone_from(&details.properties);
                    }
                    merge(own, &self.properties);
                }
                Family::Existing(_) => {}
            }
        }
    }
}

/// Checks that a trusted caller gets no new text of an authorization that opens endpoints of this server: that of the old one it has
/// seen already.
///
/// # Errors
/// [`SCOPE_NOT_ALLOWED`] that names the word.
pub(crate) fn opens_nothing_here(scope: &Scope) -> Result<(), Refusal> {
    let own = scope.words().find(|word| is_of_this_server(word));
    own.map_or(Ok(()), |word| Err(SCOPE_NOT_ALLOWED.with(word.to_owned())))
}

fn merge(properties: &mut Vec<Property>, more: &[Property]) {
    for property in more {
        match properties.iter_mut().find(|known| known.key == property.key) {
            Some(known) => known.clone_from(property),
            None => properties.push(property.clone()),
        }
    }
}

/// RFC 9068's claims, and those of other standards that this server writes, stay its own.
fn add_claims(claims: &mut Map<String, Value>, more: &Map<String, Value>) {
    const OWN: [&str; 12] =
        ["iss", "sub", "aud", "client_id", "scope", "iat", "nbf", "exp", "jti", "auth_time", "cnf", "act"];
    for (name, value) in more.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        claims.insert(name.clone(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_replaces_the_one_with_its_key() {
        let property = |key: &str, value: &str, hidden| Property { key: key.into(), value: value.into(), hidden };
        let mut all = vec![property("a", "1", false), property("b", "1", true)];
        merge(&mut all, &[property("b", "2", false), property("c", "3", true)]);
        let expected = vec![property("a", "1", false), property("b", "2", false), property("c", "3", true)];
        assert_eq!(all, expected);
        merge(&mut all, &[property("b", "2", false)]);
        assert_eq!(all, expected);
    }
}
