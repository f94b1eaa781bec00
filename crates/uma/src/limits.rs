//! Limits on numbers and sizes.

use jeton_model::Refusal;
use jeton_model::refusals::PARAMETER_INVALID;
use jeton_model::scope::Scope;

/// Resources of one owner.
pub(super) const RESOURCES: usize = 10_000;
/// Policies of one owner: all of them are read when a ticket is redeemed.
pub(super) const POLICIES: usize = 2_000;
/// Requests that wait for one owner, or whose answer still counts.
pub(super) const REQUESTS: usize = 1_000;
/// The same for one resource.
pub(super) const REQUESTS_OF_ONE: usize = 50;
/// Permissions in one ticket, and resources of one policy.
pub(super) const LINES: usize = 100;
/// Permissions in one RPT.
pub(super) const PERMISSIONS: usize = 200;
/// Rules of one policy; scopes of one resource; clients and claims of one rule.
pub(super) const MEMBERS: usize = 64;
/// A name or a value, in bytes.
pub(super) const TEXT: usize = 1_024;
/// An address, in bytes.
pub(super) const URL: usize = 2_048;
/// A script, in bytes. It is stored, not run.
pub(super) const SCRIPT: usize = 16 * 1_024;

/// Checks the length of a text.
pub(super) fn text(name: &'static str, value: &str, most: usize) -> Result<(), Refusal> {
    if value.len() > most || value.contains('\0') { Err(PARAMETER_INVALID.with(name)) } else { Ok(()) }
}

/// Checks the length of a list.
pub(super) fn list<T>(name: &'static str, values: &[T], most: usize) -> Result<(), Refusal> {
    if values.len() > most { Err(PARAMETER_INVALID.with(name)) } else { Ok(()) }
}

/// Scopes: each a scope token of RFC 6749 section 3.3, without repetition, in the given order.
pub(super) fn scopes(name: &'static str, values: Vec<String>) -> Result<Vec<String>, Refusal> {
    list(name, &values, MEMBERS)?;
    let mut once: Vec<String> = Vec::with_capacity(values.len());
    for word in values {
        text(name, &word, TEXT)?;
        let is_word = Scope::parse(&word).is_ok_and(|scope| scope.as_str() == word && !word.contains(' '));
        if word.is_empty() || !is_word {
            return Err(PARAMETER_INVALID.with(name));
        }
        if !once.contains(&word) {
            once.push(word);
        }
    }
    Ok(once)
}

/// An absolute `http` or `https` URL.
pub(super) fn web_address(name: &'static str, value: &str) -> Result<(), Refusal> {
    text(name, value, URL)?;
    let good = url::Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good { Ok(()) } else { Err(PARAMETER_INVALID.with(name)) }
}
