//! The forms of the console.

use axum::extract::{FromRequest, Request};
use jeton_core::Secret;
use jeton_core::refusals::REQUEST_TOO_LARGE;

use crate::AdminState;
use axum::response::Response;

use super::page;

/// The largest form, in bytes.
const LARGEST: usize = 16 * 1024;

/// A form's members, each once; a repeated one counts as absent.
pub(crate) struct Form(Vec<(String, Secret)>);

impl Form {
    /// A member's text.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.secret(name).map(Secret::expose)
    }

    /// A member that may be a secret.
    pub(super) fn secret(&self, name: &str) -> Option<&Secret> {
        let mut all = self.0.iter().filter(|(known, _)| known == name);
        match (all.next(), all.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

impl FromRequest<AdminState> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AdminState) -> Result<Self, Response> {
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await;
        let body = body.map_err(|_| page::failed(state, &REQUEST_TOO_LARGE))?;
        let pairs = form_urlencoded::parse(&body);
        Ok(Self(pairs.map(|(name, value)| (name.into_owned(), Secret::new(value))).collect()))
    }
}
