//! A request of a client that an authorization server sends on: `parameters` is the form or the query as the client sent it, maybe
//! put together again; `clientId` and `clientSecret` are what its `Authorization` header had (`docs/contracts/authlete.md`
//! section 8).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_core::RequestSource;
use jeton_core::backend::dpop::DpopProof;
use jeton_core::client_auth::Presented;
use jeton_core::grants::Params;
use jeton_core::ids::ServiceId;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, INVALID};
use jeton_core::request_source::ClientCertificate;
use jeton_jose::digest::sha256;
use jeton_wire::oauth::of_parameters;

use crate::call::Members;

/// The query that the client sent through the browser; repeated names are found by the checks of the endpoint. Inside: what is
/// wrong with the client's request.
///
/// # Errors
/// [`INVALID`], the caller's fault.
pub(crate) fn query(body: &Members) -> Result<Result<Params<'_>, Refusal>, Refusal> {
    let params = jeton_wire::query(body.text("parameters")?.unwrap_or_default());
    Ok(params.and_then(|params| if params.is_empty() { Err(BODY_MISSING) } else { Ok(params) }))
}

/// The form that the client sent: each name once. Inside: what is wrong with the client's request.
///
/// # Errors
/// [`INVALID`], the caller's fault.
pub(crate) fn form(body: &Members) -> Result<Result<Params<'_>, Refusal>, Refusal> {
    Ok(query(body)?.and_then(|params| params.once().map(|()| params)))
}

/// The credentials of the client. `endpoint`: the path of the endpoint, for assertions.
///
/// # Errors
/// [`INVALID`] for a certificate that cannot be read.
pub(crate) fn presented(
    service: ServiceId,
    body: &Members,
    params: &Params<'_>,
    endpoint: &'static str,
) -> Result<Presented, Refusal> {
    let pair = body.text("clientId")?.map(|id| Ok::<_, Refusal>((id, body.text("clientSecret")?.unwrap_or_default())));
    let pair = pair.transpose()?;
    // The address is that of the authorization server: that of the client is not known here.
    let source = RequestSource { addr: None, certificate: certificate(body)?, sent_on_by: Some(service) };
    Ok(of_parameters(endpoint, pair, params, source))
}

/// The proof of a key that was sent with a request (RFC 9449), and what that request was.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn proof(body: &Members) -> Result<Option<DpopProof<'_>>, Refusal> {
    let Some(proof) = body.text("dpop")? else { return Ok(None) };
    Ok(Some(DpopProof { proof, method: body.text("htm")?, address: body.text("htu")? }))
}

/// The client's certificate, in PEM. The authorization server has verified that the client has its key.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn certificate(body: &Members) -> Result<Option<ClientCertificate>, Refusal> {
    let Some(pem) = body.text("clientCertificate")? else { return Ok(None) };
    let wrong = || INVALID.with("`clientCertificate` must be one certificate in PEM");
    let inner = pem.split_once("-----BEGIN CERTIFICATE-----").map_or(pem, |(_, rest)| rest);
    let inner = inner.split_once("-----END CERTIFICATE-----").map_or(inner, |(inner, _)| inner);
    let digits: String = inner.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der: Arc<[u8]> = STANDARD.decode(digits).map_err(|_| wrong())?.into();
    if der.is_empty() {
        return Err(wrong());
    }
    let sha256 = sha256(&der);
    Ok(Some(ClientCertificate { der, sha256, verified: false }))
}
