//! From a key pair's public half to its JWK, and from a JWK back to bytes.

use super::error::KeyError;
use super::family::Curve;
use super::rsa_public::RsaPublic;
use crate::base64url;
use crate::jwk::Jwk;

/// An RSA public key as a JWK (RFC 7518 §6.3.1).
pub(super) fn rsa_jwk(key: RsaPublic<'_>) -> Jwk {
    Jwk {
        kty: "RSA".to_owned(),
        n: Some(base64url::encode(key.n)),
        e: Some(base64url::encode(key.e)),
        ..Jwk::default()
    }
}

/// An uncompressed point (SEC 1 §2.3.3: `04`, x, y) as a JWK (RFC 7518 §6.2.1).
pub(super) fn ec_jwk(curve: &Curve, point: &[u8]) -> Result<Jwk, KeyError> {
    let (x, y) = point
        .strip_prefix(&[UNCOMPRESSED])
        .filter(|numbers| numbers.len() == curve.coordinate.saturating_mul(2))
        .and_then(|numbers| numbers.split_at_checked(curve.coordinate))
        .ok_or(KeyError::Malformed)?;
    Ok(Jwk {
        kty: "EC".to_owned(),
        crv: Some(curve.name.to_owned()),
        x: Some(base64url::encode(x)),
        y: Some(base64url::encode(y)),
        ..Jwk::default()
    })
}

/// An Ed25519 public key as a JWK (RFC 8037 §2).
pub(super) fn ed25519_jwk(key: &[u8]) -> Jwk {
    Jwk { kty: "OKP".to_owned(), crv: Some(ED25519.to_owned()), x: Some(base64url::encode(key)), ..Jwk::default() }
}

/// The uncompressed point in an `EC` JWK on the given curve. Coordinates have the curve's full length
/// (RFC 7518 §6.2.1.2); whether the point is on the curve is the cryptographic library's to say.
pub(super) fn ec_point(jwk: &Jwk, curve: &Curve) -> Result<Vec<u8>, KeyError> {
    expect_type(jwk, "EC", Some(curve.name))?;
    let mut point = Vec::with_capacity(curve.coordinate.saturating_mul(2).saturating_add(1));
    point.push(UNCOMPRESSED);
    for member in [&jwk.x, &jwk.y] {
        let number = bytes(member)?;
        if number.len() != curve.coordinate {
            return Err(KeyError::Malformed);
        }
        point.extend_from_slice(&number);
    }
    Ok(point)
}

/// The 32 bytes in an `OKP` JWK on Ed25519 (RFC 8037 §2).
pub(super) fn ed25519_key(jwk: &Jwk) -> Result<[u8; 32], KeyError> {
    expect_type(jwk, "OKP", Some(ED25519))?;
    bytes(&jwk.x)?.try_into().map_err(|_| KeyError::Malformed)
}

/// Modulus and exponent in an `RSA` JWK, decoded (RFC 7518 §6.3.1).
pub(super) fn rsa_members(jwk: &Jwk) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    expect_type(jwk, "RSA", None)?;
    Ok((bytes(&jwk.n)?, bytes(&jwk.e)?))
}

const UNCOMPRESSED: u8 = 4;
const ED25519: &str = "Ed25519";

fn expect_type(jwk: &Jwk, kty: &str, crv: Option<&str>) -> Result<(), KeyError> {
    let fits = jwk.kty == kty && (crv.is_none() || jwk.crv.as_deref() == crv);
    if fits { Ok(()) } else { Err(KeyError::WrongType) }
}

fn bytes(member: &Option<String>) -> Result<Vec<u8>, KeyError> {
    let text = member.as_deref().ok_or(KeyError::Malformed)?;
    base64url::decode(text).map_err(|_| KeyError::Malformed)
}
