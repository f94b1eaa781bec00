//! The calls of services and administrators: revoking, and what was revoked.

use jeton_core::Refusal;
use jeton_core::robots::Robots;
use tonic::Request;

use crate::call::Call;
use crate::proto::token::{
    ListRevokedTokensRequest, ListRevokedTokensResponse, RevokeFactoryCertificateRequest,
    RevokeFactoryCertificateResponse, RevokeTokensRequest, RevokeTokensResponse, TokensPage,
};

/// A page of revoked JWTs.
pub(super) async fn list(
    robots: &Robots,
    request: Request<ListRevokedTokensRequest>,
) -> Result<ListRevokedTokensResponse, Refusal> {
    let (call, asked) = Call::of(request);
    let page = robots.revoked_tokens(&call.presented(), &asked.previous_key).await?;
    let tokens = page.tokens.iter().map(|token| token.expose().to_owned()).collect();
    Ok(ListRevokedTokensResponse { data: Some(TokensPage { tokens, last_key: page.last_key, done: page.done }) })
}

/// Bars a certificate.
pub(super) async fn certificate(
    robots: &Robots,
    request: Request<RevokeFactoryCertificateRequest>,
) -> Result<RevokeFactoryCertificateResponse, Refusal> {
    let (call, asked) = Call::of(request);
    robots.revoke_factory_certificate(&call.presented(), &asked.certificate_id).await?;
    Ok(RevokeFactoryCertificateResponse {})
}

/// Revokes the JWTs of a robot or of an account.
pub(super) async fn tokens(
    robots: &Robots,
    request: Request<RevokeTokensRequest>,
) -> Result<RevokeTokensResponse, Refusal> {
    let (call, asked) = Call::of(request);
    let tokens_revoked = robots.revoke_tokens(&call.presented(), &asked.search_by_index, &asked.key).await?;
    Ok(RevokeTokensResponse { tokens_revoked })
}
