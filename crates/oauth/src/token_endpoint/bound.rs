//! Tokens bound to a client certificate, RFC 8705 section 3, or to a key that the client has proven, RFC 9449: decided here for every
//! grant. A key counts before a certificate.
//!
//! A client registered for bound tokens gets none without a certificate. The consequences for its family:
//!
//! - A client that authenticates *with* its certificate may renew that certificate, so its family is not bound: each access
//!   token is bound to the certificate of its request (RFC 8705 sections 6.3 and 7.1).
//! - Every other client's family is bound to the first certificate, and so is each of its refresh tokens: a refresh needs the
//!   same one. The client secret alone cannot change the binding.
//! - Only the family of a public client is bound to a proven key: another client authenticates when it refreshes (RFC 9449 section
//!   5), and each access token is bound to the key of its request.

use super::GrantContext;
use crate::token_endpoint::refusals::{CERTIFICATE_FOREIGN, CERTIFICATE_NEEDED, DPOP_KEY_FOREIGN, DPOP_PROOF_NEEDED};
use jeton_ledger::ledger::{Family, Issued, Plan};
use jeton_model::Refusal;
use jeton_model::records::{AuthMethod, Binding, Client, TokenKind};

/// Binds the tokens of a plan.
///
/// # Errors
/// [`CERTIFICATE_NEEDED`], [`CERTIFICATE_FOREIGN`], [`DPOP_PROOF_NEEDED`] and [`DPOP_KEY_FOREIGN`].
pub(crate) fn bind(cx: &GrantContext<'_>, plan: &mut Plan) -> Result<(), Refusal> {
    bind_to((cx.client, sent(cx)), plan)
}

/// The key that the client has proven, or the certificate that the request sent.
pub(crate) fn sent(cx: &GrantContext<'_>) -> Option<Binding> {
    if let Some(key) = cx.extras.and_then(|extras| extras.key) {
        return Some(Binding::Jwk(key));
    }
    cx.origin.certificate.as_ref().map(|certificate| Binding::Certificate(certificate.sha256))
}

/// Binds the tokens of a plan for a client that sent a certificate or has proven a key, or neither.
///
/// # Errors
/// Those of [`bind`].
pub(crate) fn bind_to((client, sent): (&Client, Option<Binding>), plan: &mut Plan) -> Result<(), Refusal> {
    let inherited = match &plan.family {
        Family::Existing(grant) => grant.binding,
        Family::Own | Family::New(_) => None,
    };
    let Some(binding) = binding((client, sent), inherited)? else { return Ok(()) };
    let binds_family = inherited.is_some()
        || match binding {
            Binding::Jwk(_) => client.is_public(),
            Binding::Certificate(_) => !renews(client),
        };
    if let Family::New(grant) = &mut plan.family
        && binds_family
    {
        grant.binding = Some(binding);
    }
    for token in &mut plan.tokens {
        // An unbound family that began before the client was registered for bound tokens stays unbound; its new access
        // tokens are bound.
        let is_refresh = token.kind == TokenKind::Refresh;
        let follows_family = match &plan.family {
            Family::Existing(_) => inherited.is_some(),
            Family::Own | Family::New(_) => binds_family,
        };
        if !is_refresh || follows_family {
            token.binding = Some(binding);
        }
    }
    Ok(())
}

/// Checks that the request proves the binding of a family or a token.
///
/// # Errors
/// Those of [`bind`].
pub(crate) fn proves(cx: &GrantContext<'_>, inherited: Option<Binding>) -> Result<(), Refusal> {
    binding((cx.client, sent(cx)), inherited).map(drop)
}

/// A repeated answer is given only to a caller that sends the certificate it is bound to.
///
/// # Errors
/// Those of [`bind`].
pub(crate) async fn repeated(cx: &GrantContext<'_>, issued: Issued) -> Result<Issued, Refusal> {
    let grant = match issued.grant {
        Some(id) => cx.oauth.ledger.grant(id).await?,
        None => None,
    };
    proves(cx, grant.and_then(|grant| grant.binding))?;
    Ok(issued)
}

/// The binding of this request's tokens; none: unbound.
fn binding((client, sent): (&Client, Option<Binding>), inherited: Option<Binding>) -> Result<Option<Binding>, Refusal> {
    match (inherited, sent) {
        (Some(inherited), Some(sent)) if inherited == sent => Ok(Some(sent)),
        (Some(Binding::Jwk(_)), Some(_)) => Err(DPOP_KEY_FOREIGN),
        (Some(Binding::Jwk(_)), None) => Err(DPOP_PROOF_NEEDED),
        (Some(_), Some(_)) => Err(CERTIFICATE_FOREIGN),
        (Some(_), None) => Err(CERTIFICATE_NEEDED),
        (None, Some(key @ Binding::Jwk(_))) => Ok(Some(key)),
        (None, _) if !wants(client) => Ok(None),
        (None, None) => Err(CERTIFICATE_NEEDED),
        (None, sent) => Ok(sent),
    }
}

/// `tls_client_certificate_bound_access_tokens`, RFC 8705 section 3.4.
fn wants(client: &Client) -> bool {
    client.metadata.tls_client_certificate_bound_access_tokens == Some(true)
}

/// Whether it authenticates with a certificate, which may then be renewed.
fn renews(client: &Client) -> bool {
    matches!(client.token_endpoint_auth_method, AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth)
}
