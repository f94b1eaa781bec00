//! `resource`, RFC 8707: for whom a token shall be.

use std::sync::Arc;

use super::Params;
use crate::model::{Client, Service};
use crate::refusal::Refusal;

/// The audience that a request names, space-separated; none when it names nobody.
///
/// # Errors
/// [`Refusal::ResourceInvalid`] when a value is not an absolute URI without a fragment.
pub(crate) fn requested(params: &Params<'_>) -> Result<Option<Arc<str>>, Refusal> {
    let mut all = String::new();
    for value in params.all("resource").filter(|v| !v.trim().is_empty()) {
        let absolute = url::Url::parse(value).is_ok() && !value.contains(['#', ' ']);
        if !absolute || all.len() + value.len() > 4096 {
            return Err(Refusal::ResourceInvalid);
        }
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(value);
    }
    Ok((!all.is_empty()).then(|| all.into()))
}

/// What a client gets of it: anything where no audience is configured for it, else only what is.
///
/// # Errors
/// [`Refusal::ResourceInvalid`] (`invalid_target`).
pub(crate) fn allowed(asked: Arc<str>, service: &Service, client: &Client) -> Result<Arc<str>, Refusal> {
    let configured = client.audience.as_deref().unwrap_or(&service.settings.audience);
    if configured.is_empty() { Ok(asked) } else { within(asked, configured) }
}

/// What is within an audience granted before.
///
/// # Errors
/// [`Refusal::ResourceInvalid`] (`invalid_target`).
pub(crate) fn within(asked: Arc<str>, granted: &str) -> Result<Arc<str>, Refusal> {
    let known = |word: &str| granted.split(' ').any(|g| g == word);
    if asked.split(' ').all(known) { Ok(asked) } else { Err(Refusal::ResourceInvalid) }
}
