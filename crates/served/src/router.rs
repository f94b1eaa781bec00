//! Every face on one router, as in the binary.

use std::sync::Arc;

use axum::Router;
use jeton_core::Jeton;
use jeton_core::ids::ServiceId;
use jeton_core::prodmanager::TokenApi;
use jeton_face_admin::AdminState;
use jeton_face_api_tokens::ApiTokensState;
use jeton_face_authlete::AuthleteState;
use jeton_face_iam::{IamState, LiveRules};
use jeton_face_vector::VectorState;
use jeton_wire::{Face, Issuer, RouteDoc};

/// The faces for an issuer; without a token API, `ProdManager`'s is off.
pub fn router(jeton: &Jeton, service: ServiceId, rules: LiveRules, token_api: Option<Arc<TokenApi>>) -> Router {
    let (oauth, administration) = (&jeton.oauth, &jeton.administration);
    let issuer = Issuer { oauth: Arc::clone(oauth), service };
    let api_tokens =
        token_api.map(|token_api| ApiTokensState { administration: Arc::clone(administration), service, token_api });
    Router::new()
        .merge(jeton_face_oauth::router(issuer.clone()))
        .merge(jeton_face_uma::router(issuer.clone(), jeton_face_oauth::sign_in_first))
        .merge(jeton_face_management::router(issuer))
        .merge(jeton_face_iam::router(IamState { oauth: Arc::clone(oauth), service, rules }))
        .merge(jeton_face_api_tokens::router(api_tokens))
        .merge(jeton_face_authlete::router(AuthleteState { backend: Arc::clone(&jeton.backend) }))
        .merge(jeton_face_vector::services(VectorState { robots: Arc::clone(&jeton.robots) }))
        .merge(jeton_face_admin::router(AdminState {
            administration: Arc::clone(administration),
            robots: Arc::clone(&jeton.robots),
            service,
            is_default: true,
        }))
}

/// Every face, in the order of the documents.
pub const FACES: &[Face] = &[
    jeton_face_oauth::FACE,
    jeton_face_uma::FACE,
    jeton_face_management::FACE,
    jeton_face_iam::FACE,
    jeton_face_api_tokens::FACE,
    jeton_face_authlete::FACE,
    jeton_face_vector::FACE,
    jeton_face_admin::FACE,
];

/// Every route of every face.
pub fn routes() -> impl Iterator<Item = &'static RouteDoc> {
    FACES.iter().flat_map(Face::routes)
}
