//! A complete product for tests: a ledger on a store, every face on one router as in the binary, a clock that tests advance, and
//! its callers: clients, users with a browser, devices, resource servers, other issuers.
//!
//! It depends on all faces, so that each can be tested beside the others: what one face issues, another lists.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: it may stop a test at any point"
)]

mod ask;
mod assertion;
mod browser;
mod certificate;
mod device;
mod house;
mod issuer;
mod jwt;
mod metadata;
mod oidc_agent;
mod opening;
mod page;
mod phones;
mod reply;
mod router;
mod tokens;
mod uma;

pub use ask::{Ask, basic};
pub use assertion::{Assertion, jwks, key, sign};
pub use browser::{Browser, CHALLENGE, VERIFIER, back, code_params, is_posted_back};
pub use certificate::{Authority, Made, Maker};
pub use device::Device;
pub use house::{DEVICE_CODE, House, ISSUER, JWT_BEARER, PASSWORD, TOKEN_EXCHANGE, USER};
pub use issuer::{OtherIssuer, bring};
pub use jwt::Jwt;
pub use metadata::Metadata;
pub use oidc_agent::oidc_agent;
pub use opening::{Engine, Opening};
pub use page::Form;
pub use phones::Phones;
pub use reply::Reply;
pub use router::{FACES, router, routes};
pub use uma::{ID_TOKEN_FORMAT, Uma, id_token_of, pat_of};

/// Runs a test on each store.
#[macro_export]
macro_rules! on_every_store {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_the_model() {
                super::run::$name(&$crate::House::on_the_model().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                super::run::$name(&$crate::House::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgresql() {
                super::run::$name(&$crate::House::on_postgresql().await).await;
            }
        }
    )*};
}
