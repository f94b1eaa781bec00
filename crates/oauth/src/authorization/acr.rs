//! Authentication context classes (`acr`, OIDC Core section 2): which one a sign-in reaches, and which a request wants.

use crate::authorization::refusals::ACR_UNMET;
use crate::claims::ClaimsRequest;
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::records::Client;

/// The class that a sign-in by password reaches, under the name that SAML gave it.
pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

/// Whether a request asks for `acr` at all: by `acr_values`, by the `claims` parameter, or by the client's
/// `default_acr_values`. What is asked for and cannot be reached is answered with what was reached, as voluntary claims
/// are.
///
/// # Errors
/// [`ACR_UNMET`] when the claim is essential and names only other classes (OIDC Core section 5.5.1.1).
pub(super) fn wanted(params: &Params<'_>, claims: &ClaimsRequest, client: &Client) -> Result<bool, Refusal> {
    let asked = claims.id_token.get("acr");
    if asked.is_some_and(|asked| asked.essential && !asked.takes(&PASSWORD.into())) {
        return Err(ACR_UNMET);
    }
    let by_default = || client.metadata.default_acr_values.as_ref().is_some_and(|values| !values.is_empty());
    Ok(asked.is_some() || params.get("acr_values").is_some() || by_default())
}
