//! Encryption of answers for their recipients. The ledger has no network: the code that makes a plan looks the key up.

use jeton_jose::Secret;
use jeton_jose::jwe::{ContentEncryption, EncryptionKey, Header, encrypt_compact};

use jeton_model::Refusal;
use jeton_model::refusals::FAULT;

/// The recipient of an encrypted answer: its public key, and the content encryption.
pub struct Recipient {
    key: EncryptionKey,
    enc: ContentEncryption,
}

impl Recipient {
    /// A recipient with this key.
    #[must_use]
    pub fn new(key: EncryptionKey, enc: ContentEncryption) -> Self {
        Self { key, enc }
    }

    /// Encrypts for the recipient. `nested`: the content is itself a JWT, and the header says so (RFC 7519 section 5.2).
    ///
    /// # Errors
    /// A fault when the key cannot encrypt it.
    pub fn encrypt(&self, content: &Secret, nested: bool) -> Result<Secret, Refusal> {
        let header = Header::for_key(&self.key);
        let header = if nested { header.cty("JWT") } else { header };
        let text = encrypt_compact(header, content.expose().as_bytes(), &self.key, self.enc);
        Ok(Secret::new(text.map_err(|error| FAULT.because(error))?))
    }
}

/// Who can read an ID token.
pub enum IdTokenReader {
    /// Anyone who holds it.
    Anyone,
    /// Only its client.
    Only(Box<Recipient>),
    /// Only its client, whose key is not looked up yet. Such a plan is refused, so that code which forgets the look-up cannot
    /// issue an ID token that others can read.
    NotLookedUp,
}
