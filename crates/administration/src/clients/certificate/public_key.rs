//! Whether a certificate's public key is that of a JWK.

use jeton_jose::{Jwk, base64url};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// OIDs of RFC 5480 and RFC 8410 with the names of RFC 7518 section 6.2.1.1 and RFC 8037.
const CURVES: [(&str, &str); 3] =
    [("1.2.840.10045.3.1.7", "P-256"), ("1.3.132.0.34", "P-384"), ("1.3.132.0.35", "P-521")];
const ED25519: &str = "1.3.101.112";

/// Compares the numbers: each has one canonical form on both sides.
pub(super) fn is(spki: &SubjectPublicKeyInfo<'_>, jwk: &Jwk) -> bool {
    let bytes = |member: &Option<String>| member.as_deref().and_then(|text| base64url::decode(text).ok());
    match (jwk.kty.as_str(), spki.parsed()) {
        ("RSA", Ok(PublicKey::RSA(key))) => {
            let same = |number: &[u8], member| bytes(member).is_some_and(|b| !b.is_empty() && b == unsigned(number));
            same(key.modulus, &jwk.n) && same(key.exponent, &jwk.e)
        }
        ("EC", Ok(PublicKey::EC(point))) => {
            let (Some(x), Some(y)) = (bytes(&jwk.x), bytes(&jwk.y)) else { return false };
            curve(spki) == jwk.crv.as_deref() && jwk.crv.is_some() && point.data() == [&[4], &*x, &*y].concat()
        }
        ("OKP", _) => {
            let named = spki.algorithm.algorithm.to_id_string() == ED25519 && jwk.crv.as_deref() == Some("Ed25519");
            named && bytes(&jwk.x).is_some_and(|x| x == *spki.subject_public_key.data)
        }
        _ => false,
    }
}

fn unsigned(number: &[u8]) -> &[u8] {
    number.strip_prefix(&[0]).unwrap_or(number)
}

fn curve(spki: &SubjectPublicKeyInfo<'_>) -> Option<&'static str> {
    let oid = spki.algorithm.parameters.as_ref()?.as_oid().ok()?.to_id_string();
    CURVES.iter().find(|(id, _)| *id == oid).map(|(_, name)| *name)
}
