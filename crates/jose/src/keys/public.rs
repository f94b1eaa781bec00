//! From a key pair's public half to its JWK, and from a JWK back to bytes.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::RsaPublicKeyComponents;

use super::rsa_public::RsaPublic;
use crate::base64url;
use crate::jwk::Jwk;
use crate::key_error::KeyError;

/// The public half of an RSA key pair, which the library shows as `RSAPublicKey`, as a JWK (RFC 7518 §6.3.1).
pub(crate) fn rsa_jwk(der: &[u8]) -> Result<Jwk, KeyError> {
    let public = RsaPublic::from_der(der)?;
    public.check_size()?;
    Ok(Jwk {
        kty: "RSA".to_owned(),
        n: Some(base64url::encode(public.n)),
        e: Some(base64url::encode(public.e)),
        ..Jwk::default()
    })
}

/// An uncompressed point (SEC 1 §2.3.3: `04`, x, y) on a curve, whose coordinates have so many bytes, as a JWK
/// (RFC 7518 §6.2.1).
pub(crate) fn ec_jwk(curve: &str, coordinate: usize, point: &[u8]) -> Result<Jwk, KeyError> {
    let (x, y) = point
        .strip_prefix(&[UNCOMPRESSED])
        .filter(|numbers| numbers.len() == coordinate.saturating_mul(2))
        .and_then(|numbers| numbers.split_at_checked(coordinate))
        .ok_or(KeyError::Malformed)?;
    Ok(Jwk {
        kty: "EC".to_owned(),
        crv: Some(curve.to_owned()),
        x: Some(base64url::encode(x)),
        y: Some(base64url::encode(y)),
        ..Jwk::default()
    })
}

/// A public key on Curve25519 as a JWK (RFC 8037 §2).
pub(crate) fn okp_jwk(curve: &str, key: &[u8]) -> Jwk {
    Jwk { kty: "OKP".to_owned(), crv: Some(curve.to_owned()), x: Some(base64url::encode(key)), ..Jwk::default() }
}

/// The uncompressed point in an `EC` JWK on the given curve. Coordinates have the curve's full length
/// (RFC 7518 §6.2.1.2); whether the point is on the curve is the cryptographic library's to say.
pub(crate) fn ec_point(jwk: &Jwk, curve: &str, coordinate: usize) -> Result<Vec<u8>, KeyError> {
    expect_type(jwk, "EC", Some(curve))?;
    let mut point = Vec::with_capacity(coordinate.saturating_mul(2).saturating_add(1));
    point.push(UNCOMPRESSED);
    for member in [&jwk.x, &jwk.y] {
        let number = bytes(member)?;
        if number.len() != coordinate {
            return Err(KeyError::Malformed);
        }
        point.extend_from_slice(&number);
    }
    Ok(point)
}

/// The 32 bytes in an `OKP` JWK on Curve25519 (RFC 8037 §2).
pub(crate) fn okp_key(jwk: &Jwk, curve: &str) -> Result<[u8; 32], KeyError> {
    expect_type(jwk, "OKP", Some(curve))?;
    bytes(&jwk.x)?.try_into().map_err(|_| KeyError::Malformed)
}

/// The `SubjectPublicKeyInfo` of an `RSA` JWK (RFC 7518 §6.3.1) of an acceptable size.
///
/// The way through DER makes the library validate the numbers now; from bare components it would only do so at the
/// first use.
pub(crate) fn rsa_der(jwk: &Jwk) -> Result<Vec<u8>, KeyError> {
    expect_type(jwk, "RSA", None)?;
    let (n, e) = (bytes(&jwk.n)?, bytes(&jwk.e)?);
    let public = RsaPublic::from_members(&n, &e);
    public.check_size()?;
    let components = RsaPublicKeyComponents { n: public.n, e: public.e };
    Ok(components.as_der().map_err(|_| KeyError::Malformed)?.as_ref().to_vec())
}

const UNCOMPRESSED: u8 = 4;

fn expect_type(jwk: &Jwk, kty: &str, crv: Option<&str>) -> Result<(), KeyError> {
    let fits = jwk.kty == kty && (crv.is_none() || jwk.crv.as_deref() == crv);
    if fits { Ok(()) } else { Err(KeyError::WrongType) }
}

fn bytes(member: &Option<String>) -> Result<Vec<u8>, KeyError> {
    let text = member.as_deref().ok_or(KeyError::Malformed)?;
    base64url::decode(text).map_err(|_| KeyError::Malformed)
}
