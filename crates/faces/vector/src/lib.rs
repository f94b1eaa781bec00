//! The token manager and the accounts of Vector robots (`docs/contracts/vector.md`) over the ledger.
//!
//! Two gRPC services, [`proto::token`] and [`proto::jdocs`], and a few HTTP routes for the apps and the robots' certificates. A call
//! is read into what `jeton_core::robots` takes, one verb decides, and the outcome is written as the contract wants it: `status` for
//! gRPC, `accounts::answer` for HTTP.
//!
//! The listeners speak HTTP/1 and HTTP/2 on one port; whatever else a robot asks for there (speech, settings of other services) is
//! answered at once (`unserved`).

mod accounts;
mod call;
mod deadline;
mod health;
mod jdocs;
mod methods;
pub mod proto;
mod public;
mod reflection;
mod state;
mod status;
mod token;
mod unserved;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use jeton_wire::Face;

pub use methods::METHODS;
pub use state::VectorState;

/// The HTTP routes of this face; its gRPC calls are in the files of the folder `proto`.
pub const FACE: Face = Face {
    name: "Vector",
    about: "For Vector robots and their apps, on the listeners of `[vector]`. The gRPC services `tokenpb.Token` and `jdocspb.Jdocs` are\n\
            on the same ports: their files are in `crates/faces/vector/proto`, and gRPC reflection returns them.",
    routes: &[accounts::ROUTES, public::ROUTES],
};

/// The largest body, in bytes: a document of a robot has at most 20,480.
const LARGEST: usize = 64 * 1024;

/// Everything that robots and their apps find on a TLS port.
pub fn router(state: VectorState) -> Router {
    services(state).fallback(unserved::answer)
}

/// The gRPC services and the HTTP routes, without an answer for other paths.
pub fn services(state: VectorState) -> Router {
    let grpc = tonic::service::Routes::builder()
        .add_service(token::service(state.clone()))
        .add_service(jdocs::service(state.clone()))
        .add_service(health::service())
        .add_service(reflection::version_1())
        .add_service(reflection::version_1_alpha())
        .clone()
        .routes();
    grpc.into_axum_router().reset_fallback().layer(from_fn(deadline::kept)).merge(http(state))
}

/// The HTTP routes alone, without an answer for other paths.
fn http(state: VectorState) -> Router {
    let routed = public::routed(accounts::routed(Router::new()));
    let routed = routed.method_not_allowed_fallback(unserved::other_method);
    routed.layer(DefaultBodyLimit::max(LARGEST)).with_state(state)
}

/// What is served without TLS: what is public, and nothing that takes or returns a secret.
pub fn plain(state: VectorState) -> Router {
    let routed = public::routed(Router::new()).method_not_allowed_fallback(unserved::other_method);
    routed.with_state(state).fallback(unserved::answer)
}
