//! JWT access tokens that say what they say in another form than that of RFC 9068.

use super::jwt::AccessClaims;
use jeton_model::records::Settings;

/// How the JWT access tokens of a plan are written. A mint rule puts it into the plan
/// ([`Plan::jwt_form`](crate::ledger::Plan::jwt_form)).
pub trait JwtForm: Sync {
    /// Appends the JSON of a token's payload.
    ///
    /// # Errors
    /// When something in it is no JSON.
    fn write(&self, content: &JwtContent<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error>;
}

/// What a JWT access token can say.
pub struct JwtContent<'a> {
    /// The claims of RFC 9068.
    pub claims: &'a AccessClaims<'a>,
    /// For whom the token is, space-separated; empty when nobody in particular is meant.
    pub audience: &'a str,
    /// How strongly the person was authenticated, when that is known.
    pub acr: Option<&'a str>,
    /// Of the issuer.
    pub settings: &'a Settings,
}
