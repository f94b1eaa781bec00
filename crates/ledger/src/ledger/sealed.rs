//! What a page carries so that the server need not remember it: sealed, so nobody else can make, read or change it.

use jeton_jose::base64url;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Secrets;
use crate::refusals::INTERACTION_INVALID;
use jeton_model::Refusal;

impl Secrets {
    /// A text for a page. `purpose`: what it may be opened as, so that one page's text is none for another.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal_for_page(&self, purpose: &[u8], content: &impl Serialize) -> Result<String, Refusal> {
        Ok(base64url::encode(self.seal.seal(purpose, &serde_json::to_vec(content)?)?))
    }

    /// What a page sent back. Whose page it was and until when it counts is for the caller to check.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it was not sealed here for this purpose.
    pub fn open_from_page<T: DeserializeOwned>(&self, purpose: &[u8], text: &str) -> Result<T, Refusal> {
        let sealed = base64url::decode(text).map_err(|_| INTERACTION_INVALID)?;
        let bytes = self.seal.open(purpose, &sealed).map_err(|_| INTERACTION_INVALID)?;
        serde_json::from_slice(&bytes).map_err(|_| INTERACTION_INVALID)
    }
}
