//! State that a page carries so that the server need not store it: encrypted and authenticated, so only this server can make,
//! read or change it.

use jeton_jose::base64url;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Secrets;
use crate::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;

impl Secrets {
    /// Encrypts content for a page. `purpose`: what it may be opened as, so that the text of one page is not accepted by another.
    ///
    /// # Errors
    /// When encryption fails.
    pub fn seal_for_page(&self, purpose: &[u8], content: &impl Serialize) -> Result<String, Refusal> {
        Ok(base64url::encode(self.seal.seal(purpose, &serde_json::to_vec(content)?)?))
    }

    /// Decrypts what a page sent back. The caller must check whose page it was and whether it has expired.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it was not encrypted here for this purpose.
    pub fn open_from_page<T: DeserializeOwned>(&self, purpose: &[u8], text: &str) -> Result<T, Refusal> {
        let sealed = base64url::decode(text).map_err(|_| INTERACTION_INVALID)?;
        let bytes = self.seal.open(purpose, &sealed).map_err(|_| INTERACTION_INVALID)?;
        serde_json::from_slice(&bytes).map_err(|_| INTERACTION_INVALID)
    }
}
