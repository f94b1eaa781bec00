//! Request bodies: JSON objects of a bounded size, each member once.

use axum::extract::{FromRequest, Request};
use jeton_core::administration::Members;
use jeton_core::refusals::{INVALID, REQUEST_TOO_LARGE};
use serde_json::{Map, Value};

use super::Failure;

/// The largest body, in bytes.
const LARGEST: usize = 64 * 1024;

/// A JSON object; an empty body counts as an empty object.
pub(crate) struct Document(pub(crate) Map<String, Value>);

impl Document {
    /// For reading member by member.
    pub(crate) fn members(self) -> Members {
        Members::new(self.0)
    }
}

impl<S: Send + Sync> FromRequest<S> for Document {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        Ok(Self(read(request, LARGEST).await?))
    }
}

/// The same, for bodies with up to a thousand records.
pub(crate) struct Large(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Large {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        Ok(Self(read(request, LARGEST * 64).await?))
    }
}

async fn read(request: Request, largest: usize) -> Result<Map<String, Value>, Failure> {
    let body = axum::body::to_bytes(request.into_body(), largest).await.map_err(|_| REQUEST_TOO_LARGE)?;
    if body.is_empty() {
        return Ok(Map::new());
    }
    let object = jeton_jose::json::parse_object(&body);
    Ok(object.map_err(|_| INVALID.with("send one JSON object, each member once"))?)
}
