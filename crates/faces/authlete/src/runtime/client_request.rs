//! A request of a client that an authorization server sends on: `parameters` is the form or the query as the client sent it, maybe
//! put together again; `clientId` and `clientSecret` are what its `Authorization` header had (`docs/contracts/authlete.md`
//! section 8).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_core::RequestSource;
use jeton_core::backend::certificates;
use jeton_core::backend::dpop::DpopProof;
use jeton_core::client_auth::Presented;
use jeton_core::grants::Params;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, INVALID};
use jeton_core::request_source::ClientCertificate;
use jeton_jose::digest::sha256;
use jeton_wire::oauth::of_parameters;
use serde_json::Value;

use crate::call::{Cx, Members};

/// The query that the client sent through the browser; repeated names are found by the checks of the endpoint. Inside: what is
/// wrong with the client's request.
///
/// # Errors
/// [`INVALID`], the caller's fault.
pub(crate) fn query(body: &Members) -> Result<Result<Params<'_>, Refusal>, Refusal> {
    let params = jeton_wire::query(body.text("parameters")?.unwrap_or_default());
    Ok(params.and_then(|params| if params.is_empty() { Err(BODY_MISSING) } else { Ok(params) }))
}

/// The form that the client sent: each name once; a line end behind it is no part of it. Inside: what is wrong with the client's request.
///
/// # Errors
/// [`INVALID`], the caller's fault.
pub(crate) fn form(body: &Members) -> Result<Result<Params<'_>, Refusal>, Refusal> {
    let text = body.text("parameters")?.unwrap_or_default();
    let params = jeton_wire::query(text.trim_end_matches(['\r', '\n']));
    let params = params.and_then(|params| params.once().map(|()| params));
    Ok(params.and_then(|params| if params.is_empty() { Err(BODY_MISSING) } else { Ok(params) }))
}

/// The credentials of the client. `endpoint`: the path of the endpoint, for assertions.
///
/// # Errors
/// [`INVALID`] for a certificate that cannot be read.
pub(crate) fn presented(
    cx: &Cx<'_>,
    service: &Service,
    params: &Params<'_>,
    endpoint: &'static str,
) -> Result<Presented, Refusal> {
    let body = &cx.body;
    let pair = body.text("clientId")?.map(|id| Ok::<_, Refusal>((id, body.text("clientSecret")?.unwrap_or_default())));
    let pair = pair.transpose()?;
    // The address is that of the authorization server: that of the client is not known here.
    let source =
        RequestSource { certificate: verified(cx, service)?, sent_on_by: Some(service.id), ..RequestSource::default() };
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

/// The SHA-256 thumbprint of the key that the client has proven, or inside what is wrong with its proof. Where the call does not say
/// otherwise, the client sent a POST to the address that the member `endpoint` of the service's document names.
///
/// # Errors
/// [`INVALID`], the caller's fault.
pub(crate) fn proven(
    cx: &Cx<'_>,
    service: &Service,
    endpoint: &str,
) -> Result<Result<Option<[u8; 32]>, Refusal>, Refusal> {
    let address = service.settings.other.get(endpoint).and_then(Value::as_str);
    let Some(proof) = proof(&cx.body)? else { return Ok(Ok(None)) };
    let proof = DpopProof { method: proof.method.or(Some("POST")), address: proof.address.or(address), ..proof };
    Ok(proof.proven(cx.backend.ledger.now()).map(Some))
}

/// The client's certificate, and whether an authority of the service has signed it.
fn verified(cx: &Cx<'_>, service: &Service) -> Result<Option<ClientCertificate>, Refusal> {
    let Some(certificate) = certificate(&cx.body)? else { return Ok(None) };
    let path = cx.body.texts("clientCertificatePath")?.unwrap_or_default();
    let path: Vec<_> = path.into_iter().map(|pem| der(pem, "clientCertificatePath")).collect::<Result<_, _>>()?;
    let verified = certificates::is_signed(service, &certificate.der, &path, cx.backend.ledger.now());
    Ok(Some(ClientCertificate { verified, ..certificate }))
}

/// The client's certificate, in PEM. The authorization server has verified that the client has its key.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn certificate(body: &Members) -> Result<Option<ClientCertificate>, Refusal> {
    let Some(pem) = body.text("clientCertificate")? else { return Ok(None) };
    let der: Arc<[u8]> = der(pem, "clientCertificate")?.into();
    let sha256 = sha256(&der);
    Ok(Some(ClientCertificate { der, sha256, verified: false }))
}

/// A certificate in PEM, or its base64 alone.
fn der(pem: &str, member: &str) -> Result<Vec<u8>, Refusal> {
    let inner = pem.split_once("-----BEGIN CERTIFICATE-----").map_or(pem, |(_, rest)| rest);
    let inner = inner.split_once("-----END CERTIFICATE-----").map_or(inner, |(inner, _)| inner);
    let digits: String = inner.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(digits).ok().filter(|der| !der.is_empty());
    der.ok_or_else(|| INVALID.with(format!("`{member}` must have certificates in PEM")))
}
