//! The types of the standard claims (OIDC Core section 5.1): clients rely on them in ID tokens and user info.

use jeton_ledger::catalog::SCOPE_CLAIMS;
use jeton_model::readable::is_unreadable;
use jeton_model::refusal::{Refusal, invalid};
use serde_json::{Map, Value};

/// Checks a person's claims, by whichever door they come. `null` counts as absent; claims that managers made may have any type.
///
/// # Errors
/// `INVALID` that names the claim.
pub(super) fn check_types(claims: &Map<String, Value>) -> Result<(), Refusal> {
    let wrong = claims.iter().find_map(|(name, value)| Some((name, fault(name, value)?)));
    wrong.map_or(Ok(()), |(name, wanted)| Err(invalid(name, wanted)))
}

/// What a claim must be, if its value is something else.
fn fault(name: &str, value: &Value) -> Option<&'static str> {
    let (good, wanted) = match name {
        "email_verified" | "phone_number_verified" => (value.is_boolean(), "must be true or false"),
        "updated_at" => (value.is_number(), "must be a number, in seconds since 1970"),
        "address" => (is_address(value), "must be an object of texts"),
        _ if !SCOPE_CLAIMS.iter().any(|(_, names)| names.contains(&name)) => return None,
        _ => (
            value.as_str().is_some_and(|text| !text.contains(is_unreadable)),
            "must be a text without control characters and marks of direction",
        ),
    };
    (!good && !value.is_null()).then_some(wanted)
}

/// Lines of an address may be separated by line breaks (OIDC Core section 5.1.1).
fn is_address(value: &Value) -> bool {
    let is_line = |value: &Value| value.as_str().is_some_and(|text| !text.contains('\0'));
    value.as_object().is_some_and(|members| members.values().all(is_line))
}
