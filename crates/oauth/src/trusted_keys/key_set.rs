//! A set of public keys, each parsed for an algorithm at first use.

use std::sync::OnceLock;

use jeton_jose::{Algorithm, Jwk, JwkSet, VerifyingKey};

use jeton_administration::MAX_KEYS;

use super::KeysError;

/// Trusted public keys of another party.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    jwk: Jwk,
    /// A shared secret has no `kid`: it matches whichever `kid` a signature names.
    nameless: bool,
    /// By the number of the algorithm; none: the key does not fit it, or is unusable (RSA below 2048 bits, a point off the
    /// curve).
    parsed: [OnceLock<Option<VerifyingKey>>; Algorithm::ALL.len()],
}

impl KeySet {
    /// Takes a set.
    ///
    /// # Errors
    /// [`KeysError::Malformed`] when it has more than [`MAX_KEYS`] keys.
    pub fn new(set: JwkSet) -> Result<Self, KeysError> {
        if set.keys.len() > MAX_KEYS {
            return Err(KeysError::Malformed);
        }
        Ok(Self {
            keys: set.keys.into_iter().map(|jwk| Key { jwk, nameless: false, parsed: Default::default() }).collect(),
        })
    }

    /// A set of one shared secret (HMAC). It has no `kid`, so it matches any.
    #[must_use]
    pub fn of(key: VerifyingKey) -> Self {
        let parsed: [OnceLock<Option<VerifyingKey>>; Algorithm::ALL.len()] = Default::default();
        let place = key.alg() as usize;
        for (at, slot) in parsed.iter().enumerate() {
            if at == place {
                let _ = slot.set(Some(key));
                break;
            }
        }
        Self { keys: vec![Key { jwk: Jwk::default(), nameless: true, parsed }] }
    }

    /// The keys that may have made a signature with `alg`: those with this `kid`, or all when the signature names none.
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>, alg: Algorithm) -> impl Iterator<Item = &'a VerifyingKey> {
        let named = move |key: &&Key| key.nameless || kid.is_none_or(|kid| key.jwk.kid.as_deref() == Some(kid));
        self.keys.iter().filter(named).filter_map(move |key| {
            let slot = key.parsed.get(alg as usize)?;
            slot.get_or_init(|| VerifyingKey::from_jwk(&key.jwk, alg).ok()).as_ref()
        })
    }

    /// Whether a key has this `kid`.
    #[must_use]
    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.jwk.kid.as_deref() == Some(kid))
    }

    /// The keys as they were published.
    pub fn jwks(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().map(|key| &key.jwk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_algorithms_are_places_in_the_list() {
        for (at, alg) in Algorithm::ALL.into_iter().enumerate() {
            assert_eq!(alg as usize, at, "{alg}");
        }
    }

    #[test]
    fn sixty_four_keys_and_no_more() {
        let set = |n: usize| (0..n).map(|_| Jwk::default()).collect::<JwkSet>();
        assert!(KeySet::new(set(MAX_KEYS)).is_ok());
        assert!(KeySet::new(set(MAX_KEYS + 1)).is_err());
    }

    #[test]
    fn a_key_that_is_not_fit_is_no_candidate() {
        let short = Jwk {
            kty: "RSA".into(),
            // 1024 bits.
            n: Some(jeton_jose::base64url::encode([0xC1; 128])),
            e: Some("AQAB".into()),
            ..Jwk::default()
        };
        let set = KeySet::new([short].into_iter().collect()).unwrap();
        assert_eq!(set.candidates(None, Algorithm::RS256).count(), 0);
    }
}
