//! Decrypting.

use aws_lc_rs::agreement;
use aws_lc_rs::rsa::OaepPrivateDecryptingKey;
use zeroize::Zeroizing;

use super::agreement::{Purpose, agreed_key};
use super::algorithm::Management;
use super::curve::Curve;
use super::decryption_key::DecryptionKey;
use super::error::DecryptError;
use super::parse::CompactJwe;
use super::private::PrivateKey;
use super::read_header::Parameters;
use super::{content, gcm_wrap, key_wrap, rsa};
use crate::random::fill_random;

/// Decrypts a parsed token and authenticates its header (RFC 7516 §5.2 steps 6 to 19).
///
/// The key, and with it the algorithm, is supplied by the caller; the token's own `alg` must equal it. Anybody can
/// encrypt to a public key: only a signature inside shows who wrote the content.
///
/// # Errors
/// [`DecryptError`], whatever is wrong.
pub fn decrypt(jwe: &CompactJwe<'_>, key: &DecryptionKey) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    if jwe.header.alg() != key.alg {
        return Err(DecryptError);
    }
    let content_key = content_key(jwe, key)?;
    let sealed = (jwe.iv.as_slice(), jwe.ciphertext.as_slice(), jwe.tag.as_slice());
    content::open(jwe.header.enc(), &content_key, jwe.protected.as_bytes(), sealed)
}

fn content_key(jwe: &CompactJwe<'_>, key: &DecryptionKey) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let content_key = match &key.private {
        PrivateKey::Rsa { key, .. } => return by_rsa(jwe, key),
        PrivateKey::Agreement { curve, key } => by_agreement(jwe, *curve, key)?,
        PrivateKey::Shared(shared) => by_shared_key(jwe, shared)?,
    };
    // A key of another length would be a confusion of algorithms (RFC 7516 §5.2 steps 9 to 11).
    if content_key.len() == jwe.header.enc().key_len() { Ok(content_key) } else { Err(DecryptError) }
}

/// If the encrypted key cannot be decrypted, a random one is used and decrypting the content fails instead, so that
/// timing does not reveal which of the two failed (RFC 7516 §11.5).
fn by_rsa(jwe: &CompactJwe<'_>, key: &OaepPrivateDecryptingKey) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let mut content_key = Zeroizing::new(vec![0; jwe.header.enc().key_len()]);
    fill_random(&mut content_key).map_err(|_| DecryptError)?;
    if let Some(decrypted) = rsa::decrypt(key, &jwe.encrypted_key)
        && decrypted.len() == content_key.len()
    {
        content_key.copy_from_slice(&decrypted);
    }
    Ok(content_key)
}

fn by_agreement(
    jwe: &CompactJwe<'_>,
    curve: Curve,
    key: &agreement::PrivateKey,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let Parameters::Agreement { epk, apu, apv } = jwe.header.parameters() else {
        return Err(DecryptError);
    };
    let public = curve.read(epk).map_err(|_| DecryptError)?;
    let purpose = Purpose::of(jwe.header.alg(), jwe.header.enc(), apu, apv);
    let agreed = agreed_key(key, &public, purpose).ok_or(DecryptError)?;
    if jwe.header.alg().management() != Management::Agreement {
        return key_wrap::unwrap(&agreed, &jwe.encrypted_key).ok_or(DecryptError);
    }
    without_encrypted_key(jwe, agreed)
}

fn by_shared_key(jwe: &CompactJwe<'_>, shared: &Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    match (jwe.header.alg().management(), jwe.header.parameters()) {
        (Management::Direct, _) => without_encrypted_key(jwe, shared.clone()),
        (Management::Wrap(_), _) => key_wrap::unwrap(shared, &jwe.encrypted_key).ok_or(DecryptError),
        (_, Parameters::GcmWrap { iv, tag }) => {
            gcm_wrap::unwrap(shared, *iv, *tag, &jwe.encrypted_key).ok_or(DecryptError)
        }
        _ => Err(DecryptError),
    }
}

/// If the content key is not sent, its part must be empty (RFC 7516 §5.2 step 10).
fn without_encrypted_key(
    jwe: &CompactJwe<'_>,
    content_key: Zeroizing<Vec<u8>>,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    if jwe.encrypted_key.is_empty() { Ok(content_key) } else { Err(DecryptError) }
}
