//! Request bodies, read completely.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, REQUEST_TOO_LARGE};

/// A body; or, when it is too large or breaks off, the refusal, which the face answers in its own form.
pub struct Entity(pub Result<Bytes, Refusal>);

impl Entity {
    /// The bytes.
    ///
    /// # Errors
    /// [`REQUEST_TOO_LARGE`], or [`BODY_MISSING`] when the body broke off.
    pub fn bytes(&self) -> Result<&[u8], Refusal> {
        match &self.0 {
            Ok(bytes) => Ok(bytes),
            Err(refusal) if refusal.is(&REQUEST_TOO_LARGE) => Err(REQUEST_TOO_LARGE),
            Err(_) => Err(BODY_MISSING),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Entity {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let read = Bytes::from_request(request, state).await;
        Ok(Self(read.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { REQUEST_TOO_LARGE } else { BODY_MISSING }
        })))
    }
}
