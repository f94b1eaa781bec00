//! A router's state, for the service that a request is addressed to.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use http::Extensions;
use http::request::Parts;
use jeton_core::ids::ServiceId;

use super::service_ref::ServiceRef;

/// A state of handlers that names a service: that of the default service, until [`Addressed`] gives it to a handler.
pub trait OfService: Clone {
    /// The same state for another service than the default one.
    #[must_use]
    fn of_service(self, service: ServiceId) -> Self;
}

/// A router's state, or a part of it, for the service that the request is addressed to. Handlers take this and never
/// `axum::extract::State`, whose service is always the default one.
pub struct Addressed<T>(pub T);

impl<S: Send + Sync, T: FromRef<S> + OfService> FromRequestParts<S> for Addressed<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(addressed(&parts.extensions, T::from_ref(state))))
    }
}

/// A state for the service that a request with these extensions is addressed to.
pub fn addressed<T: OfService>(request: &Extensions, state: T) -> T {
    match request.get::<ServiceRef>() {
        Some(ServiceRef(service)) => state.of_service(*service),
        None => state,
    }
}
