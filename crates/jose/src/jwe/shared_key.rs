//! Keys that writer and reader share, and how one follows from a client secret.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use zeroize::Zeroizing;

use super::algorithm::KeyAlgorithm;
use super::encryption::ContentEncryption;
use crate::key_error::KeyError;
use crate::secret::Secret;

/// The shared key that follows from a client secret: the left-most bits of the SHA-2 digest of its UTF-8 bytes
/// (OpenID Connect Core §10.2). The digest is the shortest that has enough bits.
///
/// The result is only as strong as the secret is hard to guess: use this with generated secrets.
///
/// # Errors
/// [`KeyError::WrongType`] when `alg` takes a public key, [`KeyError::Size`] when the secret is empty.
pub fn symmetric_key_from_secret(
    secret: &Secret,
    alg: KeyAlgorithm,
    enc: ContentEncryption,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let length = alg.shared_key_len(enc).ok_or(KeyError::WrongType)?;
    if secret.is_empty() {
        return Err(KeyError::Size);
    }
    let algorithm = match length {
        ..=32 => &SHA256,
        33..=48 => &SHA384,
        _ => &SHA512,
    };
    let digest = digest(algorithm, secret.expose().as_bytes());
    digest.as_ref().get(..length).map(|bits| Zeroizing::new(bits.to_vec())).ok_or(KeyError::Size)
}

/// Takes the bytes of a shared key, when there are as many as the algorithm takes.
pub(super) fn shared_key(alg: KeyAlgorithm, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if !alg.is_symmetric() {
        return Err(KeyError::WrongType);
    }
    let fits = ContentEncryption::ALL.into_iter().any(|enc| alg.shared_key_len(enc) == Some(bytes.len()));
    if fits { Ok(Zeroizing::new(bytes.to_vec())) } else { Err(KeyError::Size) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    #[test]
    fn the_digest_and_its_length_follow_from_the_algorithms() {
        let secret = Secret::new("abc");
        let key = |alg, enc| symmetric_key_from_secret(&secret, alg, enc).unwrap();
        let (short, long) = (ContentEncryption::A128GCM, ContentEncryption::A256CBCHS512);
        // FIPS 180-4, the example "abc" in three lengths of digest.
        assert_eq!(*key(KeyAlgorithm::A256KW, long), sha256(b"abc"));
        assert_eq!(*key(KeyAlgorithm::A128KW, long), sha256(b"abc")[..16]);
        assert_eq!(*key(KeyAlgorithm::A192GCMKW, long), sha256(b"abc")[..24]);
        assert_eq!(*key(KeyAlgorithm::Dir, short), sha256(b"abc")[..16]);
        let sha384 = key(KeyAlgorithm::Dir, ContentEncryption::A192CBCHS384);
        assert!(sha384.len() == 48 && sha384.starts_with(&[0xcb, 0x00, 0x75, 0x3f]));
        let sha512 = key(KeyAlgorithm::Dir, long);
        assert!(sha512.len() == 64 && sha512.starts_with(&[0xdd, 0xaf, 0x35, 0xa1]));
    }

    #[test]
    fn no_key_from_nothing_and_none_for_public_algorithms() {
        let derived = |secret: &str, alg| {
            symmetric_key_from_secret(&Secret::new(secret), alg, ContentEncryption::A128GCM).unwrap_err()
        };
        assert_eq!(derived("", KeyAlgorithm::A128KW), KeyError::Size);
        for alg in KeyAlgorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric()) {
            assert_eq!(derived("abc", alg), KeyError::WrongType);
        }
    }
}
