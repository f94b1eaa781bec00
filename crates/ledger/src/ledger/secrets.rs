//! Keys of this installation, each derived for one purpose from the key that the operator keeps.

use jeton_jose::base64url;
use jeton_jose::digest::MacKey;
use jeton_jose::seal::SealKey;

use jeton_model::Refusal;
use jeton_model::ids::TokenId;

/// The derived keys. Their labels determine stored data and never change.
pub struct Secrets {
    /// For the verifiers of clients' secrets.
    pepper: MacKey,
    /// Derives the texts of refreshed reference tokens.
    pub(super) successors: MacKey,
    /// Derives the public names of sessions.
    names: MacKey,
    /// Encrypts what a page carries, and copies of tokens' texts.
    pub(super) seal: SealKey,
    /// Encrypts client secrets that must be readable, for which a verifier is not enough.
    client_secrets: SealKey,
}

impl Secrets {
    /// # Errors
    /// When the cryptographic library fails.
    pub(super) fn derive(seal: &SealKey) -> Result<Self, Refusal> {
        Ok(Self {
            pepper: seal.derive_mac("jeton client secrets")?,
            successors: seal.derive_mac("jeton refresh successors")?,
            names: seal.derive_mac("jeton names of sessions")?,
            seal: seal.derive("jeton tickets and copies")?,
            client_secrets: seal.derive("jeton secrets of clients")?,
        })
    }

    /// The `sid` of a session: identifies it to its clients and reveals nothing else.
    #[must_use]
    pub fn sid(&self, session: TokenId) -> String {
        self.name_of("sid", session.get())
    }

    /// Half a MAC of a number, under a key of this installation. `what`: keeps the names of different things distinct.
    pub fn name_of(&self, what: &str, number: u64) -> String {
        let mac = self.names.mac(&[what.as_bytes(), &[0], &number.to_be_bytes()]);
        base64url::encode(mac.first_chunk::<16>().map_or(&[][..], |half| &half[..]))
    }

    /// For the verifiers of clients' secrets.
    pub fn pepper(&self) -> &MacKey {
        &self.pepper
    }

    /// Encrypts client secrets that must be readable, for which a verifier is not enough.
    pub fn client_secrets(&self) -> &SealKey {
        &self.client_secrets
    }
}
