//! What a person's record says to clients: the types of the standard claims (OIDC Core section 5.1), on which they rely in ID tokens
//! and user info, and texts that people can read.

use jeton_ledger::catalog::SCOPE_CLAIMS;
use jeton_model::readable::{is_readable, is_readable_json};
use jeton_model::records::{PhoneNumber, User};
use jeton_model::refusal::{Refusal, invalid};
use serde_json::Value;

/// What a text must be.
const READABLE: &str = "must be a text without control characters, invisible ones and marks of direction";

/// Checks what a person's record says to clients, by whichever door it comes: claims, roles and groups. `null` counts as absent;
/// claims that managers made may have any type. A telephone number gets its form of E.164, by which it is dialled and found.
///
/// # Errors
/// `INVALID` that names the claim.
pub(super) fn made_sound(user: &mut User) -> Result<(), Refusal> {
    for (name, words) in [("roles", &user.roles), ("groups", &user.groups)] {
        if words.iter().any(|word| !is_readable(word)) {
            return Err(invalid(
                name,
                "must be texts without control characters, invisible ones and marks of direction",
            ));
        }
    }
    let wrong = user.claims.iter().find_map(|(name, value)| Some((name, fault(name, value)?)));
    if let Some((name, wanted)) = wrong {
        return Err(invalid(name, wanted));
    }
    if let Some(number) = user.claims.get_mut("phone_number")
        && let Some(known) = number.as_str().and_then(PhoneNumber::of_people)
    {
        *number = known.as_str().into();
    }
    Ok(())
}

/// What a claim must be, if its value is something else.
fn fault(name: &str, value: &Value) -> Option<&'static str> {
    let (good, wanted) = match name {
        "email_verified" | "phone_number_verified" => (value.is_boolean(), "must be true or false"),
        "updated_at" => (value.is_number(), "must be a number, in seconds since 1970"),
        "address" => (is_address(value), "must be an object of texts"),
        _ if !SCOPE_CLAIMS.iter().any(|(_, names)| names.contains(&name)) => {
            (is_readable_json(value), "must hold no control characters, invisible ones and marks of direction")
        }
        _ => (value.as_str().is_some_and(is_readable), READABLE),
    };
    (!good && !value.is_null()).then_some(wanted)
}

/// Lines of an address may be separated by line breaks (OIDC Core section 5.1.1).
fn is_address(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.values().all(Value::is_string)) && is_readable_json(value)
}
