//! The variable parts of a path.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts as _, RawPathParams};
use http::request::Parts;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::PARAMETER_INVALID;

/// The variable parts of a path, decoded once (`docs/contracts/authlete.md` section 1.3).
pub(super) struct Path {
    parts: Option<RawPathParams>,
    is_text: bool,
}

impl Path {
    /// Of a request.
    pub(super) async fn of(parts: &mut Parts) -> Self {
        match RawPathParams::from_request_parts(parts, &()).await {
            Ok(parts) => Self { parts: Some(parts), is_text: true },
            Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => Self { parts: None, is_text: false },
            Err(_) => Self { parts: None, is_text: true },
        }
    }

    /// Whether it is text. One that is none has no parts.
    ///
    /// # Errors
    /// [`PARAMETER_INVALID`].
    pub(super) fn checked(&self) -> Result<(), Refusal> {
        if self.is_text { Ok(()) } else { Err(PARAMETER_INVALID.with("path")) }
    }

    /// A part.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parts.as_ref()?.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}
