//! The source of a request, as recorded by the listener.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::RequestSource;

/// The [`RequestSource`] that the listener added to the request; empty if it added none.
pub struct Source(pub RequestSource);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<RequestSource>().cloned().unwrap_or_default()))
    }
}
