//! The parameters of a path.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The parameters of a path, percent-decoded. Reading them never fails, so that the caller is authenticated first and the face
/// answers in its own form: a parameter that is not UTF-8, or is no number where one is needed, becomes one that no record has.
pub struct Path<T>(pub T);

/// Parameters that a path can have.
pub trait PathParameters: DeserializeOwned + Send {
    /// Parameters that name no record.
    fn nothing() -> Self;
}

impl PathParameters for String {
    /// No name contains a control character.
    fn nothing() -> Self {
        "\0".to_owned()
    }
}

impl PathParameters for u64 {
    /// Numbers of records are below 2^53.
    fn nothing() -> Self {
        Self::MAX
    }
}

impl PathParameters for (String, String) {
    fn nothing() -> Self {
        (String::nothing(), String::nothing())
    }
}

impl<T: PathParameters, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        Ok(Self(read.map_or_else(|_| T::nothing(), |axum::extract::Path(parameters)| parameters)))
    }
}
