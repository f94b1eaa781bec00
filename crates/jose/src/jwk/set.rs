//! Sets of public keys (RFC 7517 §5).

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::Jwk;
use crate::algorithm::Algorithm;

/// A JWK Set (RFC 7517 §5). An entry that cannot be read as a key is skipped, as §5 asks: one exotic key does not
/// make a whole document unusable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys, in the order of the document.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The keys that may have made a signature with `alg`, under `kid` where the signer named one
    /// (RFC 7515 §4.1.4).
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>, alg: Algorithm) -> impl Iterator<Item = &'a Jwk> {
        self.keys
            .iter()
            .filter(move |jwk| kid.is_none_or(|kid| jwk.kid.as_deref() == Some(kid)) && jwk.permits_verifying(alg))
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect() }
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        Ok(document.keys.into_iter().filter_map(Entry::into_key).collect())
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Key(Box<Jwk>),
    Other(IgnoredAny),
}

impl Entry {
    fn into_key(self) -> Option<Jwk> {
        match self {
            Self::Key(jwk) => Some(*jwk),
            Self::Other(IgnoredAny) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unreadable_entries_are_skipped() -> Result<(), serde_json::Error> {
        let set: JwkSet = serde_json::from_value(json!({
            "keys": [
                {"kty": "EC", "kid": "1"},
                {"kid": "no type"},
                {"kty": "EC", "kid": 7},
                "text",
                {"kty": "unheard-of", "kid": "2"},
            ],
            "extra": true,
        }))?;
        let kids: Vec<_> = set.keys.iter().filter_map(|jwk| jwk.kid.as_deref()).collect();
        assert_eq!(kids, ["1", "2"]);
        Ok(())
    }

    #[test]
    fn a_document_without_keys_is_no_set() {
        for refused in ["{}", "[]", r#"{"keys":{}}"#, r#"{"keys":null}"#] {
            assert!(serde_json::from_str::<JwkSet>(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn candidates_by_kid_and_algorithm() {
        let named = |kid: &str, alg: Option<&str>| Jwk {
            kid: Some(kid.to_owned()),
            alg: alg.map(str::to_owned),
            ..Jwk::default()
        };
        let set: JwkSet = [named("a", None), named("b", Some("ES256")), Jwk::default()].into_iter().collect();
        assert_eq!(set.candidates(None, Algorithm::RS256).count(), 2);
        assert_eq!(set.candidates(Some("b"), Algorithm::ES256).count(), 1);
        assert_eq!(set.candidates(Some("b"), Algorithm::RS256).count(), 0);
        assert_eq!(set.candidates(Some("c"), Algorithm::RS256).count(), 0);
    }
}
