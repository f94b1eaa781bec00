//! The answer of introspection, RFC 7662 section 2.2, with the members of the contracts that add some.

use jeton_core::Timestamp;
use jeton_core::api_tokens::AddressRanges;
use jeton_core::formats::jwt::{Audience, Confirmation, ScopeClaim, jti_of};
use jeton_core::introspection::{AnswerForm, IntrospectionAnswer, Person};
use jeton_core::ledger::Inspection;
use jeton_core::model::{CompatibilityMode, Permission, ResponseScope, Service, Token, TokenFormat, TokenKind, User};
use jeton_core::profiles;
use serde::Serialize;
use serde_json::{Map, Value};

use super::token_response::token_type;

const INACTIVE: &[u8] = b"{\"active\":false}";

/// The document for an answer. `text`: the token as it was presented; `form`: how the reader reads it.
#[must_use]
pub fn introspection_document(
    service: &Service,
    answer: &IntrospectionAnswer,
    text: &str,
    form: AnswerForm,
) -> Vec<u8> {
    match answer {
        IntrospectionAnswer::Active(live, permissions, person) => {
            record(service, live, text, form, Some((permissions.as_deref(), person)))
        }
        IntrospectionAnswer::Ended(seen) => record(service, seen, text, form, None),
        IntrospectionAnswer::Inactive => INACTIVE.to_vec(),
    }
}

/// RFC 7662 section 2.2.
#[derive(Serialize)]
struct Record<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ScopeClaim<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience<'a>>,
    iss: &'a str,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    /// UMA Federated Authorization section 5.1.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<PermissionRecord<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a serde_json::Value>,
    /// The user name (`docs/contracts/indigo-iam.md` section 7.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    /// Claims about the person, as the token's scopes and its profile release them (the same section).
    #[serde(flatten)]
    claims: Map<String, Value>,
    /// The addresses from which it may be used; absent: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    address_ranges: Vec<String>,
}

/// One permission of an RPT.
#[derive(Serialize)]
struct PermissionRecord<'a> {
    resource_id: &'a str,
    resource_scopes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    nbf: i64,
}

/// `live`: an active token, with its permissions if it is an RPT and the claims about its person; none: an ended token.
fn record(
    service: &Service,
    seen: &Inspection,
    text: &str,
    form: AnswerForm,
    live: Option<(Option<&[Permission]>, &Person)>,
) -> Vec<u8> {
    let token = &seen.token;
    let client_id = seen.client.as_ref().map(|c| c.client_id.as_str());
    let is_jwt = token.format == TokenFormat::Jwt;
    let profile = profiles::of(seen.client.as_deref(), &service.settings);
    // The audience of a JWT for which none was requested.
    let nobody = || client_id.filter(|_| is_jwt && profile.is_none());
    let audience = if token.audience.is_empty() { nobody() } else { Some(&*token.audience) };
    let scope = if live.is_some() { seen.scope_now() } else { token.scope.clone() };
    let claim = ScopeClaim { scope: scope.as_str(), array: form.scope == ResponseScope::Array };
    let username = seen.user.as_deref().map(|user| username(user, form.profile));
    let person = live.map(|(_, person)| person);
    let mut claims = person.map(claims_of).unwrap_or_default();
    claims.extend(profile.map(|profile| profiles::introspected(profile, service, token)).unwrap_or_default());
    let record = Record {
        active: live.is_some(),
        scope: (!scope.is_empty()).then_some(claim),
        client_id,
        username,
        token_type: matches!(token.kind, TokenKind::Access | TokenKind::Rpt)
            .then(|| token_type(service, token.binding)),
        exp: token.expires.map(Timestamp::seconds),
        iat: token.issued.seconds(),
        nbf: token.not_before.map(Timestamp::seconds),
        sub: seen.sub(),
        aud: audience.map(Audience),
        iss: &service.issuer,
        jti: if is_jwt { jti_of(text) } else { None }.unwrap_or_else(|| token.id.to_string()),
        cnf: token.binding.as_ref().map(Confirmation::from),
        permissions: live
            .and_then(|(permissions, _)| permissions)
            .map(|all| all.iter().map(|one| permission(token, one)).collect()),
        act: token.details.as_ref().and_then(|d| d.actor.as_ref()),
        user_id: person.and_then(|p| p.user_id.as_deref()),
        claims,
        address_ranges: AddressRanges::of(token).texts(),
    };
    let mut out = Vec::with_capacity(384);
    // Writing strings and numbers into memory cannot fail.
    let _ = serde_json::to_writer(&mut out, &record);
    out
}

/// The login name; SimpleIdServer's clients read the person's name.
fn username(user: &User, profile: CompatibilityMode) -> &str {
    match (profile, user.claims.get("name").and_then(Value::as_str)) {
        (CompatibilityMode::Classic, Some(name)) => name,
        _ => &user.username,
    }
}

/// The claims about a person, by their wire names.
fn claims_of(person: &Person) -> Map<String, Value> {
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    let members = [
        ("name", text(&person.name)),
        ("preferred_username", text(&person.preferred_username)),
        ("groups", person.groups.clone().map(Value::from)),
        ("email", text(&person.email)),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A permission without times has those of its token.
fn permission<'a>(token: &Token, permission: &'a Permission) -> PermissionRecord<'a> {
    PermissionRecord {
        resource_id: &permission.resource_id,
        resource_scopes: &permission.resource_scopes,
        exp: permission.expires.or(token.expires).map(Timestamp::seconds),
        iat: token.issued.seconds(),
        nbf: token.not_before.unwrap_or(token.issued).seconds(),
    }
}
