//! The PKCE parameters of the authorization request, RFC 7636 section 4.3.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_jose::digest;
use serde::{Deserialize, Serialize};

use crate::authorization::refusals::{CODE_CHALLENGE_METHOD_UNKNOWN, CODE_CHALLENGE_MISSING};
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::records::Client;
use jeton_model::refusals::PARAMETER_INVALID;

/// A code challenge. Whoever redeems the code must send the verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `code_challenge`.
    pub value: String,
    /// Whether it is the verifier itself (`plain`) instead of its SHA-256.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
}

impl Challenge {
    /// Used when sent, required of public clients and where configured. `plain` only for clients that are registered for it.
    pub(super) fn read(params: &Params<'_>, client: &Client) -> Result<Option<Self>, Refusal> {
        let method = params.get("code_challenge_method");
        let Some(value) = params.get("code_challenge") else {
            let needed = client.is_public() || client.require_pkce || method.is_some();
            return if needed { Err(CODE_CHALLENGE_MISSING) } else { Ok(None) };
        };
        let (plain, well_formed) = match method {
            // An unpadded SHA-256.
            Some("S256") => (false, value.len() == 43 && value.bytes().all(is_base64url)),
            None | Some("plain") if client.allow_plain_pkce => (true, is_verifier(value)),
            _ => return Err(CODE_CHALLENGE_METHOD_UNKNOWN),
        };
        if well_formed {
            Ok(Some(Self { value: value.to_owned(), plain }))
        } else {
            Err(PARAMETER_INVALID.with("code_challenge"))
        }
    }

    /// Whether a verifier matches (RFC 7636 section 4.6).
    #[must_use]
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let hashed = || URL_SAFE_NO_PAD.encode(digest::sha256(verifier.as_bytes()));
        is_verifier(verifier)
            && if self.plain {
                digest::constant_time_eq(self.value.as_bytes(), verifier.as_bytes())
            } else {
                digest::constant_time_eq(self.value.as_bytes(), hashed().as_bytes())
            }
    }
}

/// The syntax of RFC 7636 section 4.1.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|b| is_base64url(b) || matches!(b, b'.' | b'~'))
}

fn is_base64url(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}
