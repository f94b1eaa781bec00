//! The token response, RFC 6749 section 5.1, with the members of the contracts that add some.

use jeton_core::formats::jwt::ScopeClaim;
use jeton_core::grants::TokenAnswer;
use jeton_core::ledger::MintedToken;
use jeton_core::model::{Binding, ResponseScope, Service, TokenKind};
use serde::{Serialize, Serializer};

#[derive(Serialize)]
struct TokenBody<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    token_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ScopeClaim<'a>>,
    /// What was authorized beside the scope (RFC 9396 section 7).
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<&'a serde_json::Value>,
    /// The persisted claims token (UMA 2.0 Grant section 3.3.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pct: Option<&'a str>,
    /// Whether the RPT replaces an earlier one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    upgraded: bool,
    /// The token's visible properties.
    #[serde(flatten)]
    properties: Properties<'a>,
}

/// The visible properties of a token, as members.
struct Properties<'a>(&'a MintedToken);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.visible_properties())
    }
}

/// The body of a successful answer.
#[must_use]
pub fn token_response(service: &Service, answer: &TokenAnswer) -> Vec<u8> {
    let issued = &answer.issued;
    // An exchange for a refresh token returns it as `access_token` (RFC 8693 section 2.2.1).
    let refresh = issued.first(TokenKind::Refresh);
    let access = issued.first(TokenKind::Access).or_else(|| issued.first(TokenKind::Rpt));
    let Some(access) = access.or(refresh) else { return Vec::new() };
    let is_access = access.kind != TokenKind::Refresh;
    let form = answer.client.response_scope();
    let same = answer.requested_scope.as_ref() == Some(&access.scope);
    let silent = access.scope.is_empty() || (form == ResponseScope::OmitIfSame && same);
    let body = TokenBody {
        access_token: access.presented().expose(),
        issued_token_type: answer.issued_token_type,
        token_type: if is_access { token_type(service, access.binding) } else { "N_A" },
        expires_in: access.expires_in(),
        refresh_token: refresh.filter(|_| is_access).map(|t| t.text.expose()),
        id_token: issued.id_token.as_ref().map(|t| t.expose()),
        scope: (!silent).then(|| ScopeClaim { scope: access.scope.as_str(), array: form == ResponseScope::Array }),
        authorization_details: access.details.as_ref().and_then(|details| details.authorization_details.as_ref()),
        pct: issued.first(TokenKind::Pct).map(|t| t.text.expose()),
        upgraded: issued.replaced,
        properties: Properties(access),
    };
    let mut out = Vec::with_capacity(256 + access.presented().expose().len());
    // Writing strings and numbers into memory cannot fail.
    let _ = serde_json::to_writer(&mut out, &body);
    out
}

/// `token_type`: the service's, or `DPoP` for a token that is bound to a key (RFC 9449 section 5).
#[must_use]
pub fn token_type(service: &Service, binding: Option<Binding>) -> &str {
    match binding {
        Some(Binding::Jwk(_)) => "DPoP",
        _ => service.settings.backend.access_token_type.as_deref().unwrap_or("Bearer"),
    }
}
