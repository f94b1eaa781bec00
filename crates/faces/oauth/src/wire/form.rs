//! Form bodies and query strings.

use std::borrow::Cow;

use http::{HeaderMap, header};
use jeton_core::grants::Params;
use jeton_core::refusal::Refusal;

/// Longest pair of name and value, in bytes: tickets carry a whole request, everything else is shorter.
const LONGEST: usize = 60 * 1024;

/// The parameters of a form body. Raw blanks inside values are taken as they are: oidc-agent sends them unencoded
/// (`contracts/oauth-token-endpoint.md` section 2).
///
/// # Errors
/// Message 28 when there is no form, or [`Refusal::ParameterRepeated`], [`Refusal::RequestTooLarge`].
pub(crate) fn form<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Params<'a>, Refusal> {
    let params = lenient_form(headers, body)?;
    params.once().map(|()| params)
}

/// The same for handlers that must look at some parameters before they may say that another came twice.
///
/// # Errors
/// Message 28 when there is no form, or [`Refusal::RequestTooLarge`].
pub(crate) fn lenient_form<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Params<'a>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::BodyMissing);
    }
    let params = Params::lenient(bounded(body)?);
    if params.is_empty() { Err(Refusal::BodyMissing) } else { Ok(params) }
}

/// The parameters of a query string; whether one came twice is for the caller to ask.
///
/// # Errors
/// [`Refusal::RequestTooLarge`].
pub(crate) fn query(text: &str) -> Result<Params<'_>, Refusal> {
    Ok(Params::lenient(bounded(text.as_bytes())?))
}

/// A pair cannot be longer than the whole: only a long body needs the second look.
fn bounded(bytes: &[u8]) -> Result<impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)>, Refusal> {
    let pairs = form_urlencoded::parse(bytes);
    if bytes.len() > LONGEST && pairs.into_iter().any(|(name, value)| name.len() + value.len() > LONGEST) {
        return Err(Refusal::RequestTooLarge);
    }
    Ok(pairs)
}
