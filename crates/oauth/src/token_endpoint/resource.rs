//! The requested audience: `resource` (RFC 8707), and `aud` and `audience` as grid clients name it
//! (`docs/contracts/indigo-iam.md` section 7.1).

use std::sync::Arc;

use super::Params;
use crate::token_endpoint::refusals::{RESOURCE_INVALID, RESOURCE_MALFORMED, RESOURCE_NOT_GRANTED};
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_model::refusals::PARAMETER_REPEATED;

/// The longest audience, in bytes.
const LONGEST: usize = 4096;

/// The audience that a request names.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// By `resource`: absolute URIs.
    Resource(Arc<str>),
    /// By `aud` or `audience`: any names.
    Audience(Arc<str>),
}

impl Asked {
    /// The names, space-separated.
    pub(crate) fn words(self) -> Arc<str> {
        let (Self::Resource(words) | Self::Audience(words)) = self;
        words
    }
}

/// The audience that a request names: the first of `resource`, `aud` and `audience` that has a value counts. Each may hold
/// several values separated by blanks. None when it names no audience.
///
/// # Errors
/// `RESOURCE_MALFORMED` for a `resource` that is not an absolute URI without a fragment,
/// [`RESOURCE_INVALID`] for a value that is too long or not printable ASCII, [`PARAMETER_REPEATED`].
pub(crate) fn requested(params: &Params<'_>) -> Result<Option<Asked>, Refusal> {
    if params.all("resource").next().is_some()
        && let Some(words) = indicated(params)?
    {
        return Ok(Some(Asked::Resource(words)));
    }
    if params.all("audience").nth(1).is_some() {
        return Err(PARAMETER_REPEATED.with("audience"));
    }
    let named = params.get("aud").or_else(|| params.get("audience"));
    named.map(|text| joined(text.split(' ')).map(Asked::Audience)).transpose()
}

/// The values of `resource` alone, space-separated: for a grant in which `audience` has a meaning of its own.
///
/// # Errors
/// As [`requested`].
pub(crate) fn indicated(params: &Params<'_>) -> Result<Option<Arc<str>>, Refusal> {
    of_values(params.all("resource").flat_map(|value| value.split(' ')))
}

/// Resource indicators (RFC 8707 section 2), each a value of its own, space-separated; none: there are none.
///
/// # Errors
/// `RESOURCE_MALFORMED`, `RESOURCE_INVALID`.
pub fn of_values<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<Arc<str>>, Refusal> {
    let words: Vec<_> = values.filter(|word| !word.is_empty()).collect();
    words.iter().try_for_each(|word| well_formed(word))?;
    let all = joined(words.into_iter())?;
    Ok((!all.is_empty()).then_some(all))
}

/// A fragment must not be there; a query should not, but some resources are named by one (RFC 8707 section 2).
fn well_formed(word: &str) -> Result<(), Refusal> {
    let refused =
        |why: &'static str| Err(RESOURCE_MALFORMED.with(why).with(word.chars().take(200).collect::<String>()));
    match url::Url::parse(word) {
        Err(_) => refused("Not a valid URI"),
        Ok(url) if url.fragment().is_some() => refused("The resource indicator contains a fragment component"),
        Ok(_) => Ok(()),
    }
}

/// The words, without duplicates, in the order sent.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Result<Arc<str>, Refusal> {
    let mut all: Vec<&str> = Vec::new();
    let mut length = 0;
    for word in words.filter(|word| !word.is_empty()) {
        length += word.len() + 1;
        if length > LONGEST || !word.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(RESOURCE_INVALID);
        }
        if !all.contains(&word) {
            all.push(word);
        }
    }
    Ok(all.join(" ").into())
}

/// The part that a client may have: anything if no audience is configured for it, else only the configured one.
///
/// # Errors
/// [`RESOURCE_INVALID`] (`invalid_target`).
pub(crate) fn allowed(asked: Asked, service: &Service, client: &Client) -> Result<Arc<str>, Refusal> {
    let (asked, configured) = (asked.words(), client.audience.as_deref().unwrap_or(&service.settings.audience));
    if configured.is_empty() || is_within(&asked, configured) { Ok(asked) } else { Err(RESOURCE_INVALID) }
}

/// The part that the redemption of an authorization, a poll or a refresh gets: what was granted before; the rest is left out
/// (RFC 8707 section 2.2, `docs/contracts/oauth-token-endpoint.md` section 16, row 16). Where no audience was granted, a request
/// may name an `audience`, as grid clients do at each poll and refresh: one that the client may name at all. It may not name a
/// `resource`.
///
/// # Errors
/// [`RESOURCE_NOT_GRANTED`] when nothing of it was granted; those of [`allowed`] where no audience was granted.
pub(crate) fn granted_part(
    asked: Asked,
    granted: &str,
    service: &Service,
    client: &Client,
) -> Result<Arc<str>, Refusal> {
    if granted.is_empty() && matches!(asked, Asked::Audience(_)) {
        return allowed(asked, service, client);
    }
    let asked = asked.words();
    let left: Vec<&str> = asked.split(' ').filter(|word| is_within(word, granted)).collect();
    if left.is_empty() { Err(RESOURCE_NOT_GRANTED) } else { Ok(left.join(" ").into()) }
}

fn is_within(asked: &str, outer: &str) -> bool {
    asked.split(' ').all(|word| outer.split(' ').any(|known| known == word))
}
