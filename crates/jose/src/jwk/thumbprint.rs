//! The name of a key derived from the key itself (RFC 7638).

use super::Jwk;
use crate::key_error::KeyError;
use crate::{base64url, digest};

impl Jwk {
    /// The SHA-256 thumbprint in base64url (RFC 7638 §3, RFC 8037 §2): a key id, and the `jkt` of RFC 9449 §6.1.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when a required member is missing or is not canonical base64url, or the key type is
    /// not `RSA`, `EC` or `OKP`.
    pub fn thumbprint(&self) -> Result<String, KeyError> {
        Ok(base64url::encode(digest::sha256(self.canonical()?.as_bytes())))
    }

    /// The required members in lexicographic order, without white space (RFC 7638 §3.2 and §3.3).
    fn canonical(&self) -> Result<String, KeyError> {
        match self.kty.as_str() {
            "RSA" => {
                let (e, n) = (number(&self.e)?, number(&self.n)?);
                Ok(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#))
            }
            "EC" => {
                let (crv, x, y) = (curve(&self.crv)?, number(&self.x)?, number(&self.y)?);
                Ok(format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#))
            }
            "OKP" => {
                let (crv, x) = (curve(&self.crv)?, number(&self.x)?);
                Ok(format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#))
            }
            _ => Err(KeyError::Malformed),
        }
    }
}

/// A member that is base64url, and so needs no escaping in JSON.
fn number(member: &Option<String>) -> Result<&str, KeyError> {
    let text = member.as_deref().ok_or(KeyError::Malformed)?;
    base64url::decode(text).map_err(|_| KeyError::Malformed)?;
    Ok(text)
}

/// A curve name: letters, digits and hyphens in every registered one, so nothing to escape.
fn curve(member: &Option<String>) -> Result<&str, KeyError> {
    member
        .as_deref()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .ok_or(KeyError::Malformed)
}
