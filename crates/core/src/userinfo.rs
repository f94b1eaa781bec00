//! Claims about a person, OIDC Core section 5.

use serde_json::{Map, Value};

use crate::Ledger;
use crate::model::{Service, TokenKind, User};
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::scope::Scope;

/// Which claims a scope opens (OIDC Core section 5.4).
pub const SCOPE_CLAIMS: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// The claims that the holder of an access token may know.
///
/// # Errors
/// [`Refusal::BearerInvalid`] for a token that is not valid or has no person behind it, [`Refusal::BearerScope`] without
/// the scope `openid`.
pub async fn userinfo(
    ledger: &Ledger,
    service: &Service,
    text: &str,
    origin: &Origin,
) -> Result<Map<String, Value>, Refusal> {
    let live = ledger.admit(service.id, text, origin).await?;
    let (Some(user), TokenKind::Access) = (&live.user, live.token.kind) else { return Err(Refusal::BearerInvalid) };
    if !live.token.scope.contains("openid") {
        return Err(Refusal::BearerScope("openid"));
    }
    let mut claims = claims_of(user, &live.token.scope);
    claims.insert("sub".into(), user.sub.as_str().into());
    Ok(claims)
}

/// What a scope opens of a person's claims.
#[must_use]
pub fn claims_of(user: &User, scope: &Scope) -> Map<String, Value> {
    let mut out = Map::new();
    for (word, names) in SCOPE_CLAIMS {
        if !scope.contains(word) {
            continue;
        }
        for name in *names {
            if let Some(value) = user.claims.get(*name).filter(|v| !v.is_null()) {
                out.insert((*name).to_owned(), value.clone());
            }
        }
        if *word == "profile" {
            out.entry("preferred_username").or_insert_with(|| user.username.as_str().into());
            out.insert("updated_at".into(), user.updated.seconds().into());
        }
    }
    out
}
