//! Checks and corrections that INDIGO IAM's registration applies to metadata before anything else reads it
//! (`docs/contracts/indigo-iam.md` section 7.7).

use serde_json::{Map, Value, json};

use super::registrant::Registrant;
use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_model::Refusal;
use jeton_model::records::Client;
use jeton_model::scope::Scope;

/// The allowed length of a client's name, in characters.
const NAME: std::ops::RangeInclusive<usize> = 4..=256;

/// Checks and corrects a document. `known`: the record it replaces.
///
/// - `client_name` is required.
/// - A new client chooses neither its id nor its secret.
/// - Scopes beyond `open`, which this registrant may have, are left out; an administrator may set any.
/// - Response types that no grant of the client leads to are left out: oidc-agent always names `token`.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`].
pub(super) fn mended(
    who: &Registrant,
    known: Option<&Client>,
    open: &Scope,
    mut document: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    let wrong = |text: &str| Err(CLIENT_METADATA_INVALID.with(text.to_owned()));
    let given = |name: &str| document.get(name).is_some_and(|value| !value.is_null());
    if known.is_none() && (given("client_id") || given("client_secret")) {
        return wrong("client_id and client_secret must be left out");
    }
    let name = document.get("client_name").and_then(Value::as_str).unwrap_or_default();
    if !NAME.contains(&name.trim().chars().count()) {
        return wrong("client_name must have 4 to 256 characters");
    }
    keep_served(&mut document);
    if let Some(asked) = document.get("scope").and_then(Value::as_str).filter(|_| !who.is_administrator()) {
        let Ok(asked) = Scope::parse(asked) else { return wrong("scope is not a list of scopes") };
        document.insert("scope".into(), json!(asked.intersect(open)));
    }
    Ok(document)
}

/// Drops response types whose grant is missing.
fn keep_served(document: &mut Map<String, Value>) {
    let has = |grant: &str| match document.get("grant_types").and_then(Value::as_array) {
        Some(grants) => grants.iter().any(|named| named == grant),
        None => grant == "authorization_code",
    };
    let (code, implicit) = (has("authorization_code"), has("implicit"));
    let Some(Value::Array(types)) = document.get_mut("response_types") else { return };
    types.retain(|types| {
        types.as_str().is_none_or(|types| types.split(' ').all(|word| if word == "code" { code } else { implicit }))
    });
    if types.is_empty() {
        // The defaults of the grants replace it.
        document.remove("response_types");
    }
}
