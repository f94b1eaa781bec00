//! Keys of this installation, each derived for one purpose from the key that the operator keeps.

use jeton_jose::digest::MacKey;
use jeton_jose::seal::SealKey;
use jeton_jose::{Secret, base64url};

use crate::formats;
use crate::formats::jti::JtiKey;
use jeton_model::Refusal;
use jeton_model::entropy::Entropy;
use jeton_model::ids::TokenId;
use jeton_model::records::{Client, SealedSecret};

/// The derived keys. Their labels determine stored data and never change.
pub struct Secrets {
    /// For the verifiers of clients' secrets.
    pepper: MacKey,
    /// Derives the texts of refreshed reference tokens.
    pub(super) successors: MacKey,
    /// Derives the public names of sessions.
    names: MacKey,
    /// Masks the numbers in names that everybody sees.
    pub(super) jti: JtiKey,
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
            jti: JtiKey::derive(seal)?,
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

    /// A version 4 UUID for a number, which looks random: the `jti` of a token leads to its row.
    ///
    /// # Errors
    /// When the random source or the cryptographic library fails.
    pub fn jti(&self, number: u64, entropy: &dyn Entropy) -> Result<String, Refusal> {
        self.jti.name(number, entropy)
    }

    /// The rows that a presented text may name, the likelier one first: by the form of a reference token, or by the `jti` of a JWT.
    /// This proves nothing; the row's verifier decides. None for a text of another form, which can be found only by its hash.
    pub fn rows_of(&self, text: &str) -> impl Iterator<Item = TokenId> + use<> {
        let rows = match formats::is_reference(text) || text.len() > formats::MAX_LENGTH {
            true => [formats::row_of(text), None],
            false => formats::jwt::jti_of(text).map_or([None, None], |jti| self.jti.rows(&jti)),
        };
        rows.into_iter().flatten()
    }

    /// The rows that a `jti` may name, in the same way.
    pub fn rows_of_jti(&self, jti: &str) -> impl Iterator<Item = TokenId> + use<> {
        self.jti.rows(jti).into_iter().flatten()
    }

    /// For the verifiers of clients' secrets.
    pub fn pepper(&self) -> &MacKey {
        &self.pepper
    }

    /// The secret of a client itself; none when only its verifier or nothing is stored.
    pub fn of_client(&self, client: &Client) -> Option<Secret> {
        let sealed = client.sealed_secret.as_ref()?;
        let bytes = self.client_secrets.open(&name(client), &sealed.0).ok()?;
        std::str::from_utf8(&bytes).ok().map(Secret::new)
    }

    /// Encrypts the secret of a client from which something must be made, for which a verifier is not enough.
    ///
    /// # Errors
    /// When encryption fails.
    pub fn seal_of_client(&self, client: &Client, secret: &Secret) -> Result<SealedSecret, Refusal> {
        Ok(SealedSecret(self.client_secrets.seal(&name(client), secret.expose().as_bytes())?))
    }
}

/// Binds an encrypted secret to its client.
fn name(client: &Client) -> [u8; 8] {
    client.key.get().to_be_bytes()
}
