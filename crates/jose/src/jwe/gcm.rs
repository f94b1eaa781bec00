//! AES-GCM (NIST SP 800-38D) for content (RFC 7518 §5.3) and for content keys (§4.7).

use aws_lc_rs::aead::{Aad, Algorithm, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Bytes of an initialization vector: always 96 bits.
pub(super) const IV: usize = NONCE_LEN;
/// Bytes of an authentication tag: always 128 bits.
pub(super) const TAG: usize = MAX_TAG_LEN;

/// The ciphertext and its tag; `None` when the key has another length than the algorithm's.
pub(super) fn seal(
    algorithm: &'static Algorithm,
    key: &[u8],
    iv: [u8; IV],
    aad: &[u8],
    content: &[u8],
) -> Option<(Vec<u8>, [u8; TAG])> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let (mut ciphertext, mut tag) = (vec![0; content.len()], [0; TAG]);
    key.seal_out_of_place_scatter(
        Nonce::assume_unique_for_key(iv),
        Aad::from(aad),
        content,
        &mut ciphertext,
        &[],
        &mut tag,
    )
    .ok()?;
    Some((ciphertext, tag))
}

/// The content; `None` for everything else.
pub(super) fn open(
    algorithm: &'static Algorithm,
    key: &[u8],
    iv: [u8; IV],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    // A shorter tag would be easier to guess (RFC 7518 §5.3 fixes its length).
    if tag.len() != TAG {
        return None;
    }
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let mut content = Zeroizing::new(vec![0; ciphertext.len()]);
    key.open_separate_gather(Nonce::assume_unique_for_key(iv), Aad::from(aad), ciphertext, tag, &mut content).ok()?;
    Some(content)
}
