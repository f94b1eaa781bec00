//! `tokenpb.Token`: the eight calls, each read into what a verb of the robots takes.

mod associate;
mod bundle;
mod revoke;

use jeton_core::Refusal;
use jeton_core::robots::calls::Refresh;
use tonic::{Request, Response, Status};

use crate::call::Call;
use crate::proto::token::token_server::{Token, TokenServer};
use crate::proto::token::{
    AssociatePrimaryUserRequest, AssociatePrimaryUserResponse, AssociateSecondaryClientRequest,
    AssociateSecondaryClientResponse, DisassociatePrimaryUserRequest, DisassociatePrimaryUserResponse,
    ListRevokedTokensRequest, ListRevokedTokensResponse, ReassociatePrimaryUserRequest, ReassociatePrimaryUserResponse,
    RefreshTokenRequest, RefreshTokenResponse, RevokeFactoryCertificateRequest, RevokeFactoryCertificateResponse,
    RevokeTokensRequest, RevokeTokensResponse,
};
use crate::state::VectorState;
use crate::{LARGEST, status};

/// The service.
pub(crate) fn service(state: VectorState) -> TokenServer<TokenCalls> {
    TokenServer::new(TokenCalls(state)).max_decoding_message_size(LARGEST)
}

/// Its calls.
pub(crate) struct TokenCalls(VectorState);

impl TokenCalls {
    /// Writes an outcome.
    fn answer<T>(&self, outcome: Result<T, Refusal>, method: &'static str) -> Result<Response<T>, Status> {
        outcome.map(Response::new).map_err(|refusal| status::refused(&self.0.robots, &refusal, method))
    }
}

#[tonic::async_trait]
impl Token for TokenCalls {
    async fn associate_primary_user(
        &self,
        request: Request<AssociatePrimaryUserRequest>,
    ) -> Result<Response<AssociatePrimaryUserResponse>, Status> {
        let outcome = associate::primary(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/AssociatePrimaryUser")
    }

    async fn reassociate_primary_user(
        &self,
        request: Request<ReassociatePrimaryUserRequest>,
    ) -> Result<Response<ReassociatePrimaryUserResponse>, Status> {
        let outcome = associate::again(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/ReassociatePrimaryUser")
    }

    async fn associate_secondary_client(
        &self,
        request: Request<AssociateSecondaryClientRequest>,
    ) -> Result<Response<AssociateSecondaryClientResponse>, Status> {
        let outcome = associate::secondary(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/AssociateSecondaryClient")
    }

    async fn disassociate_primary_user(
        &self,
        request: Request<DisassociatePrimaryUserRequest>,
    ) -> Result<Response<DisassociatePrimaryUserResponse>, Status> {
        let (call, _) = Call::of(request);
        let outcome = self.0.robots.disassociate_primary(&call.presented()).await;
        self.answer(outcome.map(|()| DisassociatePrimaryUserResponse {}), "/tokenpb.Token/DisassociatePrimaryUser")
    }

    async fn refresh_token(
        &self,
        request: Request<RefreshTokenRequest>,
    ) -> Result<Response<RefreshTokenResponse>, Status> {
        let (call, asked) = Call::of(request);
        let asked = Refresh {
            jwt: asked.refresh_jwt_tokens,
            sts: asked.refresh_sts_tokens,
            expiration_minutes: asked.expiration_minutes,
        };
        let outcome = self.0.robots.refresh(&call.presented(), asked).await;
        let answer = outcome.map(|issued| RefreshTokenResponse { data: bundle::written(issued) });
        self.answer(answer, "/tokenpb.Token/RefreshToken")
    }

    async fn list_revoked_tokens(
        &self,
        request: Request<ListRevokedTokensRequest>,
    ) -> Result<Response<ListRevokedTokensResponse>, Status> {
        let outcome = revoke::list(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/ListRevokedTokens")
    }

    async fn revoke_factory_certificate(
        &self,
        request: Request<RevokeFactoryCertificateRequest>,
    ) -> Result<Response<RevokeFactoryCertificateResponse>, Status> {
        let outcome = revoke::certificate(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/RevokeFactoryCertificate")
    }

    async fn revoke_tokens(
        &self,
        request: Request<RevokeTokensRequest>,
    ) -> Result<Response<RevokeTokensResponse>, Status> {
        let outcome = revoke::tokens(&self.0.robots, request).await;
        self.answer(outcome, "/tokenpb.Token/RevokeTokens")
    }
}
