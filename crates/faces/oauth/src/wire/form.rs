//! Form bodies and query strings.

use std::borrow::Cow;

use http::{HeaderMap, header};
use jeton_core::grants::Params;
use jeton_core::refusal::Refusal;

/// Longest value that any parameter of this face may have, in bytes: tokens and tickets are shorter.
const LONGEST: usize = 16 * 1024;

/// The parameters of a form body. Raw blanks inside values are taken as they are: oidc-agent sends them unencoded
/// (`contracts/oauth-token-endpoint.md` section 2).
///
/// # Errors
/// Message 28 when there is no form, or [`Refusal::ParameterRepeated`], [`Refusal::RequestTooLarge`].
pub(crate) fn form<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Params<'a>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::BodyMissing);
    }
    let params = Params::new(bounded(body)?)?;
    if params.is_empty() { Err(Refusal::BodyMissing) } else { Ok(params) }
}

/// The parameters of a query string.
///
/// # Errors
/// [`Refusal::ParameterRepeated`], [`Refusal::RequestTooLarge`].
pub(crate) fn query(text: &str) -> Result<Params<'_>, Refusal> {
    Params::new(bounded(text.as_bytes())?)
}

/// A pair cannot be longer than the whole: only a long body needs the second look.
fn bounded(bytes: &[u8]) -> Result<impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)>, Refusal> {
    let pairs = form_urlencoded::parse(bytes);
    if bytes.len() > LONGEST && pairs.into_iter().any(|(name, value)| name.len() + value.len() > LONGEST) {
        return Err(Refusal::RequestTooLarge);
    }
    Ok(pairs)
}
