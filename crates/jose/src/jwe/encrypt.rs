//! Encrypting.

use aws_lc_rs::agreement::{ParsedPublicKey, PrivateKey};
use aws_lc_rs::rsa::OaepPublicEncryptingKey;
use serde_json::Value;
use zeroize::Zeroizing;

use super::agreement::{Purpose, agreed_key};
use super::algorithm::{KeyAlgorithm, Management};
use super::content;
use super::curve::Curve;
use super::encryption::ContentEncryption;
use super::encryption_key::{EncryptionKey, Material};
use super::error::EncryptError;
use super::header::Header;
use super::{gcm, gcm_wrap, key_wrap, rsa};
use crate::base64url;
use crate::random::fill_random;

/// Encrypts a payload as a compact JWE (RFC 7516 §5.1), with fresh keys and vectors each time.
///
/// # Errors
/// [`EncryptError::WrongKey`] when a `dir` key has another length than `enc` takes, [`EncryptError::Random`] and
/// [`EncryptError::Failed`] when the system or the cryptographic library fails.
pub fn encrypt_compact(
    header: Header,
    payload: &[u8],
    key: &EncryptionKey,
    enc: ContentEncryption,
) -> Result<String, EncryptError> {
    let established = Established::establish(key, enc)?;
    let mut members = header.into_members();
    members.insert("alg".to_owned(), key.alg.as_str().into());
    members.insert("enc".to_owned(), enc.as_str().into());
    members.extend(established.members.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let protected = base64url::encode(Value::Object(members).to_string());
    let sealed = content::seal(enc, &established.content_key, protected.as_bytes(), payload)?;
    let mut token = protected;
    for part in [&established.encrypted_key, &sealed.iv, &sealed.ciphertext, &sealed.tag] {
        token.push('.');
        base64url::encode_into(part, &mut token);
    }
    Ok(token)
}

/// A content key, and how the reader gets at it.
struct Established {
    content_key: Zeroizing<Vec<u8>>,
    encrypted_key: Vec<u8>,
    members: Vec<(&'static str, Value)>,
}

impl Established {
    fn establish(key: &EncryptionKey, enc: ContentEncryption) -> Result<Self, EncryptError> {
        match &key.material {
            Material::Rsa(public) => Self::by_rsa(public, enc),
            Material::Agreement { curve, public } => Self::by_agreement(key.alg, *curve, public, enc),
            Material::Shared(shared) => Self::by_shared_key(key.alg, shared, enc),
        }
    }

    fn by_rsa(public: &OaepPublicEncryptingKey, enc: ContentEncryption) -> Result<Self, EncryptError> {
        let content_key = random_key(enc)?;
        let encrypted_key = rsa::encrypt(public, &content_key).ok_or(EncryptError::Failed)?;
        Ok(Self { content_key, encrypted_key, members: Vec::new() })
    }

    fn by_agreement(
        alg: KeyAlgorithm,
        curve: Curve,
        public: &ParsedPublicKey,
        enc: ContentEncryption,
    ) -> Result<Self, EncryptError> {
        let ephemeral = PrivateKey::generate(curve.algorithm()).map_err(|_| EncryptError::Failed)?;
        let epk = ephemeral.compute_public_key().map_err(|_| EncryptError::Failed)?;
        let epk = curve.write(&epk).map_err(|_| EncryptError::Failed)?;
        let members = vec![("epk", serde_json::to_value(epk).map_err(|_| EncryptError::Failed)?)];
        let purpose = Purpose::of(alg, enc, &[], &[]);
        let agreed = agreed_key(&ephemeral, public, purpose).ok_or(EncryptError::Failed)?;
        if alg.management() == Management::Agreement {
            return Ok(Self { content_key: agreed, encrypted_key: Vec::new(), members });
        }
        let content_key = random_key(enc)?;
        let encrypted_key = key_wrap::wrap(&agreed, &content_key).ok_or(EncryptError::Failed)?;
        Ok(Self { content_key, encrypted_key, members })
    }

    fn by_shared_key(alg: KeyAlgorithm, shared: &[u8], enc: ContentEncryption) -> Result<Self, EncryptError> {
        if alg.shared_key_len(enc) != Some(shared.len()) {
            return Err(EncryptError::WrongKey);
        }
        if alg.management() == Management::Direct {
            let content_key = Zeroizing::new(shared.to_vec());
            return Ok(Self { content_key, encrypted_key: Vec::new(), members: Vec::new() });
        }
        let content_key = random_key(enc)?;
        if let Management::GcmWrap(_) = alg.management() {
            let mut iv = [0; gcm::IV];
            fill_random(&mut iv)?;
            let (encrypted_key, tag) = gcm_wrap::wrap(shared, iv, &content_key).ok_or(EncryptError::Failed)?;
            let members = vec![("iv", base64url::encode(iv).into()), ("tag", base64url::encode(tag).into())];
            return Ok(Self { content_key, encrypted_key, members });
        }
        let encrypted_key = key_wrap::wrap(shared, &content_key).ok_or(EncryptError::Failed)?;
        Ok(Self { content_key, encrypted_key, members: Vec::new() })
    }
}

/// A content key made for this token alone (RFC 7516 §5.1 step 2).
fn random_key(enc: ContentEncryption) -> Result<Zeroizing<Vec<u8>>, EncryptError> {
    let mut key = Zeroizing::new(vec![0; enc.key_len()]);
    fill_random(&mut key)?;
    Ok(key)
}
