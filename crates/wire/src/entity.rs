//! Request bodies, read whole.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use jeton_core::refusal::Refusal;

/// A body, or the refusal that this face answers in its own form when it is too large or breaks off.
pub struct Entity(pub Result<Bytes, Refusal>);

impl Entity {
    /// The bytes.
    ///
    /// # Errors
    /// [`Refusal::RequestTooLarge`], or [`Refusal::BodyMissing`] when the body broke off.
    pub fn bytes(&self) -> Result<&[u8], Refusal> {
        match &self.0 {
            Ok(bytes) => Ok(bytes),
            Err(Refusal::RequestTooLarge) => Err(Refusal::RequestTooLarge),
            Err(_) => Err(Refusal::BodyMissing),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Entity {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let read = Bytes::from_request(request, state).await;
        Ok(Self(read.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { Refusal::RequestTooLarge } else { Refusal::BodyMissing }
        })))
    }
}
