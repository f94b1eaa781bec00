//! `POST /leaked`: anybody who finds a token in the wrong place can revoke it here, without authentication. The answer never
//! depends on the text.

use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse as _;
use http::{StatusCode, header};
use jeton_core::refusals::{INVALID, REQUEST_TOO_LARGE};
use jeton_core::{Refusal, RequestSource, Secret};
use serde_json::Value;

use jeton_wire::Addressed;

use crate::AdminState;
use crate::wire::{Failure, HandlerResult};

/// The largest body, in bytes: a hundred long JWTs.
const LARGEST: usize = 1024 * 1024;

/// Revokes those of the texts that are valid tokens.
pub(crate) async fn report(Addressed(state): Addressed<AdminState>, report: Report) -> HandlerResult {
    let within = (!state.is_default).then_some(state.service);
    state.administration.api_tokens.report_leaked(&report.texts, &report.origin, within).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Leaked texts, and where they were found.
pub(crate) struct Report {
    texts: Vec<Secret>,
    origin: RequestSource,
}

impl<S: Send + Sync> FromRequest<S> for Report {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, LARGEST).await.map_err(|_| REQUEST_TOO_LARGE)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let texts = if kind.starts_with("application/x-www-form-urlencoded") { form(&body) } else { json(&body) };
        let origin = parts.extensions.get::<RequestSource>().cloned().unwrap_or_default();
        Ok(Self { texts: texts.ok_or_else(shape)?, origin })
    }
}

fn shape() -> Refusal {
    INVALID.with("send {\"token\": text}, {\"token\": [text, \u{2026}]}, a list of texts, or a form with token")
}

fn form(body: &[u8]) -> Option<Vec<Secret>> {
    let tokens = form_urlencoded::parse(jeton_wire::without_line_end(body)).filter(|(name, _)| name == "token");
    Some(tokens.map(|(_, text)| Secret::new(text)).collect())
}

fn json(body: &[u8]) -> Option<Vec<Secret>> {
    let texts = match serde_json::from_slice(body).ok()? {
        Value::Object(mut members) => members.remove("token")?,
        list => list,
    };
    match texts {
        Value::String(text) => Some(vec![Secret::new(text)]),
        Value::Array(texts) => texts
            .into_iter()
            .map(|text| if let Value::String(text) = text { Some(Secret::new(text)) } else { None })
            .collect(),
        _ => None,
    }
}
