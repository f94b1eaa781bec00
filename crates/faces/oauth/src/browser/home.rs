//! `/` and `/login`: for people who open this server's own address.

use axum::response::Response;
use http::HeaderMap;
use jeton_wire::pages::{below_issuer, finish_apart, see_other, signed_in};
use jeton_wire::{Addressed, Issuer};

use super::way_back::sign_in_first;
use crate::pages::HomePage;

const HOME: &str = "/";

/// Says who is signed in.
pub(crate) async fn show(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    finish_apart(&issuer, async |service| {
        let session = signed_in(&issuer.oauth, service, &headers).await?;
        let page = HomePage {
            issuer_name: &service.name,
            account: session.as_ref().map(|session| session.user.username.as_str()),
            sign_in: &below_issuer(service, "/login"),
            sign_out: &below_issuer(service, "/end_session"),
            device: &below_issuer(service, "/device"),
        };
        Ok(page.render())
    })
    .await
}

/// Asks for name and password, and leads to the page above.
pub(crate) async fn sign_in(Addressed(issuer): Addressed<Issuer>, headers: HeaderMap) -> Response {
    finish_apart(&issuer, async |service| match signed_in(&issuer.oauth, service, &headers).await? {
        Some(_) => Ok(see_other(&below_issuer(service, HOME))),
        None => sign_in_first(&issuer, service, &headers, HOME.to_owned()),
    })
    .await
}
