//! Authentication context classes (`acr`, OIDC Core section 2): the one that a sign-in reaches, and those that a request wants.

use crate::authorization::refusals::ACR_UNMET;
use crate::claims::ClaimsRequest;
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::records::Client;

/// The class that a sign-in by password reaches, by its SAML name.
pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

/// Whether a request asks for `acr`: by `acr_values`, by the `claims` parameter, or by the client's `default_acr_values`. If the
/// class cannot be reached, the answer names the class that was reached, as for any voluntary claim.
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
