//! Properties: extra members of a token, named by whoever made it. A visible one is a claim of a JWT access token and a member of
//! the token response; a hidden one is seen by administrators only. None takes the place of a member that the protocol defines.

use std::borrow::Cow;

use serde_json::{Map, Value};

use jeton_model::records::{Grant, Property, TokenDetails, TokenKind};

/// Members of a token response.
const ANSWERED: [&str; 13] = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
    "error",
    "error_description",
    "error_uri",
    "id_token",
    "issued_token_type",
    "authorization_details",
    "pct",
    "upgraded",
];

/// Claims that the ledger itself writes into a JWT access token.
const WRITTEN: [&str; 13] = [
    "iss",
    "sub",
    "aud",
    "client_id",
    "scope",
    "iat",
    "nbf",
    "exp",
    "jti",
    "auth_time",
    "cnf",
    "act",
    "authorization_details",
];

/// Claims that mean something to whoever verifies a token, and that only the ledger, a profile or a caller's explicit claims
/// give.
const UNDERSTOOD: [&str; 9] = ["acr", "amr", "azp", "sid", "nonce", "may_act", "grant_id", "grant", "permissions"];

/// The visible properties that a token response shows.
pub(super) fn in_answers(details: &TokenDetails) -> impl Iterator<Item = (&str, &str)> {
    visible(details).filter(|one| !ANSWERED.contains(&&*one.key)).map(|one| (&*one.key, &*one.value))
}

/// The further claims of a JWT access token: those in its details, and its visible properties.
pub(super) fn in_claims(details: &TokenDetails) -> Option<Cow<'_, Map<String, Value>>> {
    let plain = visible(details).next().is_none() && details.authorization_details.is_none();
    if plain && !details.claims.keys().any(|name| WRITTEN.contains(&&**name)) {
        return (!details.claims.is_empty()).then_some(Cow::Borrowed(&details.claims));
    }
    let mut claims = details.claims.clone();
    claims.retain(|name, _| !WRITTEN.contains(&&**name));
    for one in visible(details).filter(|one| !WRITTEN.contains(&&*one.key) && !UNDERSTOOD.contains(&&*one.key)) {
        claims.entry(&*one.key).or_insert_with(|| one.value.as_str().into());
    }
    // RFC 9396 section 9.1.
    claims.extend(details.authorization_details.iter().map(|all| ("authorization_details".to_owned(), all.clone())));
    (!claims.is_empty()).then_some(Cow::Owned(claims))
}

/// Adds the family's properties to those of an access token; the token's own value of a name stays.
pub(super) fn inherit(kind: TokenKind, details: &mut TokenDetails, family: Option<&Grant>) {
    let Some(family) = family.and_then(|family| family.details.as_ref()).filter(|_| kind == TokenKind::Access) else {
        return;
    };
    for one in &family.properties {
        if !details.properties.iter().any(|own| own.key == one.key) {
            details.properties.push(one.clone());
        }
    }
    if details.authorization_details.is_none() {
        details.authorization_details.clone_from(&family.authorization_details);
    }
}

fn visible(details: &TokenDetails) -> impl Iterator<Item = &Property> {
    details.properties.iter().filter(|one| !one.hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(key: &str, hidden: bool) -> Property {
        Property { key: key.to_owned(), value: format!("value of {key}"), hidden }
    }

    fn details(properties: &[Property]) -> TokenDetails {
        TokenDetails { properties: properties.to_vec(), ..TokenDetails::default() }
    }

    #[test]
    fn no_property_takes_the_place_of_a_defined_member() {
        let names = ANSWERED.iter().chain(&WRITTEN).chain(&UNDERSTOOD);
        let all: Vec<_> = names.map(|name| property(name, false)).collect();
        let all = details(&all);
        assert!(in_answers(&all).all(|(name, _)| !ANSWERED.contains(&name)));
        let claims = in_claims(&all).unwrap();
        assert!(claims.keys().all(|name| !WRITTEN.contains(&&**name) && !UNDERSTOOD.contains(&&**name)));
    }

    #[test]
    fn hidden_properties_are_shown_nowhere() {
        let both = details(&[property("seen", false), property("unseen", true)]);
        assert_eq!(in_answers(&both).collect::<Vec<_>>(), [("seen", "value of seen")]);
        assert_eq!(in_claims(&both).unwrap().keys().collect::<Vec<_>>(), ["seen"]);
        assert!(in_claims(&details(&[property("unseen", true)])).is_none());
    }

    #[test]
    fn claims_of_a_profile_are_borrowed_and_those_the_ledger_writes_dropped() {
        let mut one = TokenDetails::default();
        one.claims.insert("groups".into(), "a".into());
        assert!(matches!(in_claims(&one), Some(Cow::Borrowed(_))));
        one.claims.insert("sub".into(), "somebody else".into());
        one.properties.push(property("groups", false));
        assert_eq!(in_claims(&one).unwrap().into_owned(), serde_json::from_str(r#"{"groups":"a"}"#).unwrap());
    }
}
