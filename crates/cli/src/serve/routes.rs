//! The faces, combined.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::{Extension, Router};
use jeton_core::store::patience;
use jeton_face_admin::{AdminState, LocalOwner};
use jeton_face_api_tokens::ApiTokensState;
use jeton_face_authlete::AuthleteState;
use jeton_face_iam::IamState;
use jeton_face_vector::VectorState;
use jeton_server::config::{Config, Engine};
use jeton_wire::Issuer;

use super::live::Live;
use super::{DEFAULT_SERVICE, Node, api_tokens};
use crate::exit::Done;
use crate::metrics::{Count, Metrics};
use crate::openapi;

/// How long a request waits for a database that hangs, over all its calls: it is answered within 5 s.
const PATIENCE: Duration = Duration::from_secs(4);

/// What is served where.
pub(super) struct Routes {
    /// To everyone.
    pub(super) public: Router,
    /// To the owner of the local socket: the same, and they are the administrator.
    pub(super) local: Router,
    /// To robots and their apps; none where no listener is theirs.
    pub(super) robots: Option<RobotRoutes>,
}

/// What robots and their apps are served.
pub(super) struct RobotRoutes {
    /// With TLS.
    pub(super) secret: Router,
    /// Without.
    pub(super) plain: Router,
}

/// Every face on one router. Fails when the configuration of a face is wrong.
pub(super) fn all(node: &Node, config: &Config, live: &Live, metrics: &Arc<Metrics>) -> Done<Routes> {
    let (jeton, service) = (&node.jeton, DEFAULT_SERVICE);
    let issuer = Issuer { oauth: Arc::clone(&jeton.oauth), service };
    let (administration, robots) = (Arc::clone(&jeton.administration), Arc::clone(&jeton.robots));
    let admin = AdminState { administration, robots, service, is_default: true };
    let iam = IamState { oauth: Arc::clone(&jeton.oauth), service, rules: live.iam.clone() };
    let api_tokens = api_tokens::token_api(config)?.map(|token_api| ApiTokensState {
        administration: Arc::clone(&jeton.administration),
        service,
        token_api,
    });
    let public = Router::new()
        .merge(jeton_face_oauth::router(issuer.clone()))
        .merge(jeton_face_uma::router(issuer.clone(), jeton_face_oauth::sign_in_first))
        .merge(jeton_face_management::router(issuer))
        .merge(jeton_face_iam::router(iam))
        .merge(jeton_face_api_tokens::router(api_tokens))
        .merge(jeton_face_authlete::router(AuthleteState { backend: Arc::clone(&jeton.backend) }))
        .merge(jeton_face_admin::router(admin))
        .merge(openapi::router(Arc::clone(jeton), service));
    // An embedded store is never away.
    let remote = matches!(config.store.engine(&config.data_dir), Some(Engine::Postgres(_)));
    let layered = |router: Router| {
        let router = if remote { router.layer(from_fn(patiently)) } else { router };
        // A layer costs each request a box or two: it is there only where someone reads what it counts.
        if config.metrics.listen.is_some() { router.layer(Count::new(metrics)) } else { router }
    };
    let public = layered(public);
    let local = public.clone().layer(Extension(LocalOwner));
    let robots = (!config.vector.listen.is_empty()).then(|| {
        let state = VectorState { robots: Arc::clone(&jeton.robots) };
        RobotRoutes {
            secret: layered(jeton_face_vector::router(state.clone())),
            plain: layered(jeton_face_vector::plain(state)),
        }
    });
    Ok(Routes { public, local, robots })
}

async fn patiently(request: Request, next: Next) -> axum::response::Response {
    patience::of_request(PATIENCE, next.run(request)).await
}
