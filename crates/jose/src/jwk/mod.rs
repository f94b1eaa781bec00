//! Public keys as JSON (RFC 7517).

mod set;
mod thumbprint;

pub use set::JwkSet;

use serde::{Deserialize, Serialize};

use crate::algorithm::Algorithm;

/// A public JSON Web Key (RFC 7517 §4), as transmitted.
///
/// The private members (`d`, `p`, `q`, …, and `k` of a symmetric key) have no field here: they are dropped when read
/// and cannot be written. Unknown members are ignored (RFC 7517 §4). A `Jwk` is not checked:
/// [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk) does that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Key type: `RSA`, `EC` or `OKP` (RFC 7517 §4.1).
    pub kty: String,
    /// Intended use: `sig` or `enc` (RFC 7517 §4.2).
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Permitted operations (RFC 7517 §4.3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_ops: Vec<String>,
    /// The one algorithm the key is for (RFC 7517 §4.4). Text, since a foreign key may name one that is unknown here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// Key id (RFC 7517 §4.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Curve of an `EC` or `OKP` key (RFC 7518 §6.2.1.1, RFC 8037 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// First coordinate, or the whole `OKP` public key (RFC 7518 §6.2.1.2, RFC 8037 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate (RFC 7518 §6.2.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// RSA modulus (RFC 7518 §6.3.1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// RSA public exponent (RFC 7518 §6.3.1.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Certificate chain in standard base64, the key's own first (RFC 7517 §4.7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub x5c: Vec<String>,
}

/// The members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2 and §6.4, RFC 8037 §2).
pub(crate) const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Jwk {
    /// Whether the key's own `use`, `key_ops` and `alg` let it verify signatures made with `alg`
    /// (RFC 7517 §4.2 to §4.4). An absent member forbids nothing.
    #[must_use]
    pub fn permits_verifying(&self, alg: Algorithm) -> bool {
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && (self.key_ops.is_empty() || self.key_ops.iter().any(|operation| operation == "verify"))
            && self.alg.as_deref().is_none_or(|name| name.parse() == Ok(alg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn private_and_unknown_members_are_dropped() -> Result<(), serde_json::Error> {
        let mut with_private = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "future": {"a": 1}});
        for name in PRIVATE_MEMBERS {
            with_private[name] = "c2VjcmV0".into();
        }
        let jwk: Jwk = serde_json::from_value(with_private)?;
        assert!(!format!("{jwk:?}").contains("c2VjcmV0"));
        assert_eq!(serde_json::to_value(&jwk)?, json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"}));
        Ok(())
    }

    #[test]
    fn a_repeated_member_is_refused() {
        assert!(serde_json::from_str::<Jwk>(r#"{"kty":"EC","x":"AA","x":"AQ"}"#).is_err());
    }

    #[test]
    fn own_restrictions_are_respected() {
        let free = Jwk::default();
        assert!(free.permits_verifying(Algorithm::ES256));
        let for_encryption = Jwk { usage: Some("enc".to_owned()), ..Jwk::default() };
        assert!(!for_encryption.permits_verifying(Algorithm::ES256));
        let for_signing = Jwk { key_ops: vec!["sign".to_owned()], ..Jwk::default() };
        assert!(!for_signing.permits_verifying(Algorithm::ES256));
        let for_ps256 = Jwk { alg: Some("PS256".to_owned()), ..Jwk::default() };
        assert!(for_ps256.permits_verifying(Algorithm::PS256) && !for_ps256.permits_verifying(Algorithm::RS256));
    }
}
