//! `prompt`, OIDC Core section 3.1.2.1.

use serde::{Deserialize, Serialize};

use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::refusals::PARAMETER_INVALID;

/// Which pages the request demands, or that it allows none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The user must sign in again.
    pub login: bool,
    /// The user must be asked for consent again.
    pub consent: bool,
    /// The user must choose an account. On the pages of this server that means to sign in again: `login` is then set, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub select_account: bool,
}

impl Prompt {
    /// Every supported value.
    pub const VALUES: [&'static str; 4] = ["none", "login", "consent", "select_account"];

    pub(super) fn read(params: &Params<'_>) -> Result<Self, Refusal> {
        let mut prompt = Self::default();
        for word in params.get("prompt").unwrap_or_default().split(' ').filter(|w| !w.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                // A browser has one session.
                "select_account" => (prompt.login, prompt.select_account) = (true, true),
                "consent" => prompt.consent = true,
                _ => return Err(PARAMETER_INVALID.with("prompt")),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(PARAMETER_INVALID.with("prompt"));
        }
        Ok(prompt)
    }
}
