//! A house to knock at: a ledger on a store, a clock moved by hand, and what speaks to the router.

mod ask;
mod assertion;
mod browser;
mod certificate;
mod device;
mod house;
mod issuer;
mod jwt;
mod page;
mod phones;
mod reply;
mod uma;

pub(crate) use ask::{Ask, basic};
pub(crate) use assertion::{Assertion, jwks, key, sign};
pub(crate) use browser::{Browser, CHALLENGE, VERIFIER, back, code_params, is_posted_back};
pub(crate) use certificate::{Made, Maker};
pub(crate) use device::Device;
pub(crate) use house::{DEVICE_CODE, Engine, House, ISSUER, JWT_BEARER, PASSWORD, TOKEN_EXCHANGE, USER};
pub(crate) use issuer::{OtherIssuer, bring};
pub(crate) use jwt::Jwt;
pub(crate) use page::Form;
pub(crate) use phones::Phones;
pub(crate) use reply::Reply;
pub(crate) use uma::{ID_TOKEN_FORMAT, Uma, id_token_of, pat_of};

/// One test on each engine behind the port.
macro_rules! on_every_store {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_the_model() {
                super::run::$name(&$crate::support::House::on_the_model().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                super::run::$name(&$crate::support::House::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgresql() {
                super::run::$name(&$crate::support::House::on_postgresql().await).await;
            }
        }
    )*};
}
pub(crate) use on_every_store;
