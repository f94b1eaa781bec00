//! Form bodies and query strings.

use http::{HeaderMap, HeaderValue, header};
use jeton_core::grants::Params;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, BODY_NOT_FORM, REQUEST_TOO_LARGE};

/// Longest pair of name and value, in bytes: tickets contain a whole request, everything else is shorter.
const LONGEST: usize = 60 * 1024;

/// The media type of the body, without its parameters; empty when the request names none.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// The parameters of a form body. Unencoded spaces in values are accepted: oidc-agent sends them
/// (`docs/contracts/oauth-token-endpoint.md` section 2).
///
/// # Errors
/// [`BODY_MISSING`] when there is no form, [`BODY_NOT_FORM`], `PARAMETER_REPEATED`, [`REQUEST_TOO_LARGE`].
pub fn form<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Params<'a>, Refusal> {
    let params = lenient_form(headers, body)?;
    params.once().map(|()| params)
}

/// The same, for handlers that must read some parameters before they may refuse repeated ones.
///
/// # Errors
/// [`BODY_MISSING`] when there is no form, [`BODY_NOT_FORM`], [`REQUEST_TOO_LARGE`].
pub fn lenient_form<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Params<'a>, Refusal> {
    let body = without_line_end(body);
    must_be_form(headers, body)?;
    if body.len() > LONGEST && has_long_pair(body) {
        return Err(REQUEST_TOO_LARGE);
    }
    let params = Params::lenient(form_urlencoded::parse(body));
    if params.is_empty() { Err(BODY_MISSING) } else { Ok(params) }
}

/// The bytes without the line ends behind them: a file whose last line has one is sent with it.
#[must_use]
pub fn without_line_end(mut body: &[u8]) -> &[u8] {
    while let Some(rest) = body.strip_suffix(b"\n").or_else(|| body.strip_suffix(b"\r")) {
        body = rest;
    }
    body
}

/// A body without a media type is a form, too: programs that write HTTP themselves leave it out. JSON, the usual mistake, is told
/// what is expected.
fn must_be_form(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let is_unnamed = headers.get(header::CONTENT_TYPE).is_none_or(HeaderValue::is_empty);
    let named = media_type(headers).to_ascii_lowercase();
    let is_form = is_unnamed || named == "application/x-www-form-urlencoded";
    // No parameter begins with a brace; curl calls whatever it sends a form.
    let is_json = named == "application/json" || named.ends_with("+json") || is_form && body.starts_with(b"{");
    if is_json && !body.is_empty() {
        return Err(BODY_NOT_FORM);
    }
    if is_form { Ok(()) } else { Err(BODY_MISSING) }
}

/// The parameters of a query string; the caller must check for repeated ones.
///
/// # Errors
/// [`REQUEST_TOO_LARGE`].
pub fn query(text: &str) -> Result<Params<'_>, Refusal> {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST && has_long_pair(bytes) {
        return Err(REQUEST_TOO_LARGE);
    }
    Ok(Params::lenient(form_urlencoded::parse(bytes)))
}

/// Whether a pair is too long. No pair is longer than the whole body, so short bodies need no check.
fn has_long_pair(bytes: &[u8]) -> bool {
    form_urlencoded::parse(bytes).any(|(name, value)| name.len() + value.len() > LONGEST)
}
