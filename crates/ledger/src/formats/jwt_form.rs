//! JWT access tokens in another form than that of RFC 9068.

use jeton_jose::Algorithm;

use super::jwt::AccessClaims;
use jeton_model::records::Settings;

/// How the JWT access tokens of a plan are written. A mint rule puts it into the plan
/// ([`Plan::jwt_form`](crate::ledger::Plan::jwt_form)).
pub trait JwtForm: Sync {
    /// Its algorithm, if that is not the one of the service's access tokens; the header then is `{"alg":…,"typ":"JWT"}`.
    fn alg(&self) -> Option<Algorithm> {
        None
    }

    /// Appends the JSON of a token's payload.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    fn write(&self, content: &JwtContent<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error>;
}

/// The content of a JWT access token.
pub struct JwtContent<'a> {
    /// The claims of RFC 9068.
    pub claims: &'a AccessClaims<'a>,
    /// The audience, space-separated; empty when there is none in particular.
    pub audience: &'a str,
    /// How strongly the person was authenticated, if known.
    pub acr: Option<&'a str>,
    /// The issuer's settings.
    pub settings: &'a Settings,
}
