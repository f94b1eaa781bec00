//! What INDIGO IAM's registration asks of metadata before anything else reads it, and what it mends
//! (`docs/contracts/indigo-iam.md` section 7.7).

use serde_json::{Map, Value, json};

use super::registrant::Registrant;
use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_model::Refusal;
use jeton_model::records::Client;
use jeton_model::scope::Scope;

/// How many characters a client's name has.
const NAME: std::ops::RangeInclusive<usize> = 4..=256;

/// Checks and mends a document. `known`: the record it replaces.
///
/// - `client_name` is needed.
/// - A new client chooses neither its id nor its secret.
/// - Scopes beyond `open`, what this registrant may have, are left out; an administrator may give any.
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

/// Leaves out response types without their grant.
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
        // What the grants lead to takes their place.
        document.remove("response_types");
    }
}
