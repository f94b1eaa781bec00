//! A client as a document: its members have their RFC 7591 names, with Jeton's own beside them.
//!
//! The configuration file, the admin API, the management API and registration read clients here. Metadata that clients register
//! beside the members of the record is declared in [`CLIENT_PROPERTIES`].

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::jwe::{ContentEncryption, KeyAlgorithm};
use jeton_jose::{Algorithm, Secret};
use serde_json::{Map, Value, json};

use super::redirect_uri::is_well_formed;
use super::values::{Writer, wrong_value};
use super::{NewClient, keys};
use crate::{Capabilities, Members};
use jeton_ledger::ledger::LONGEST_LIFETIME;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientId, ClientKey, ServiceId};
use jeton_model::records::{AuthMethod, CLIENT_PROPERTIES, Client, ClientMetadata, Mark, TokenFormat};
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::scope::Scope;

/// Members that the ledger sets; accepted and ignored, so that a document that was read can be changed and sent back.
const READ_ONLY: &[&str] = &["client_id_issued_at", "has_secret", "changed_at", "active", "adopted"];

/// The longest text of a name or a URI, in bytes.
const LONGEST: usize = 2048;

/// Reads a client. Its number and times are set by [`jeton_ledger::Ledger::put_client`].
///
/// # Errors
/// `INVALID` that names the member: it is unknown, or its value is invalid.
pub fn read_client(
    service: ServiceId,
    document: Map<String, Value>,
    served: &Capabilities,
) -> Result<NewClient, Refusal> {
    let mut members = Members::new(document);
    let client_id: String = members.take("client_id")?.ok_or_else(|| invalid("client_id", "is missing"))?;
    // RFC 6749 appendix A.1: VSCHAR.
    if client_id.is_empty() || client_id.len() > 255 || !client_id.bytes().all(|b| (0x20..=0x7E).contains(&b)) {
        return Err(invalid("client_id", "must be 1 to 255 printable ASCII characters"));
    }
    let secret: Option<Secret> = members.take("client_secret")?;
    let client = Client {
        key: ClientKey::new(0),
        service,
        client_id: ClientId::new(&client_id),
        enabled: members.take("enabled")?.unwrap_or(true),
        secret: None,
        sealed_secret: None,
        token_endpoint_auth_method: auth_method(&mut members)?,
        grant_types: grant_types(&mut members, served)?,
        response_types: members.take("response_types")?.unwrap_or_else(|| vec!["code".to_owned()]),
        redirect_uris: uris(&mut members, "redirect_uris")?,
        post_logout_redirect_uris: uris(&mut members, "post_logout_redirect_uris")?,
        scope: scope(&mut members, "scope")?.unwrap_or_else(Scope::empty),
        default_scope: scope(&mut members, "default_scope")?,
        access_token_format: format(&mut members)?,
        access_token_lifetime: seconds(&mut members, "access_token_lifetime")?,
        refresh_token_lifetime: seconds(&mut members, "refresh_token_lifetime")?,
        id_token_lifetime: seconds(&mut members, "id_token_lifetime")?,
        id_token_signed_response_alg: members.take("id_token_signed_response_alg")?,
        profile: members.take("profile")?.unwrap_or_default(),
        token_response_scope: members.take("token_response_scope")?,
        introspect: members.take("introspect")?.unwrap_or_default(),
        require_pkce: members.take("require_pkce")?.unwrap_or_default(),
        allow_plain_pkce: members.take("allow_plain_pkce")?.unwrap_or_default(),
        skip_consent: members.take("skip_consent")?.unwrap_or_default(),
        uma_public: members.take("uma_public")?.unwrap_or_default(),
        rotation: members.take("refresh_rotation")?,
        audience: audience(&mut members)?,
        self_registered: false,
        registered_from: None,
        registered_by: None,
        adopted: false,
        administered: false,
        tokens_from: Timestamp::default(),
        created: Timestamp::default(),
        updated: Timestamp::default(),
        metadata: members.take_all(CLIENT_PROPERTIES.iter().map(|property| property.name)).into(),
    };
    members.finish(READ_ONLY)?;
    if let Some(name) = unkept_promise(&client.metadata) {
        return Err(invalid(name, "asks for a protection that this version does not give: leave it out"));
    }
    if let Some(property) = client.metadata.mistyped() {
        return Err(invalid(property.name, &format!("must be {}", property.shape.expected())));
    }
    keys::check(&client)?;
    check_answers(&client)?;
    if let Some((name, why)) = wrong_value(&client.metadata.document(), Writer::Operator) {
        return Err(invalid(&name, &why));
    }
    if let Some(bad) =
        client.response_types.iter().find(|types| !served.response_types.iter().any(|of| is_same(of, types)))
    {
        return Err(invalid(
            "response_types",
            &format!("{bad} is not served: use {}", served.response_types.join(", ")),
        ));
    }
    if let Some(words) = client.default_scope.as_ref().and_then(|default| default.beyond(&client.scope)) {
        return Err(invalid("default_scope", &format!("{words} is not in scope")));
    }
    for grant in ["authorization_code", "implicit"] {
        if client.may_use(grant) && client.redirect_uris.is_empty() {
            return Err(invalid("redirect_uris", &format!("is missing: {grant} needs at least one")));
        }
    }
    if client.is_public() && client.may_use("client_credentials") {
        return Err(invalid("grant_types", "client_credentials needs a client that authenticates"));
    }
    if secret.as_ref().is_some_and(|secret| secret.is_empty() || secret.expose().len() > LONGEST) {
        return Err(invalid("client_secret", "must be 1 to 2048 bytes"));
    }
    if client.is_public() && secret.is_some() {
        return Err(invalid("client_secret", "is never used with token_endpoint_auth_method \"none\""));
    }
    Ok(NewClient { client, secret })
}

/// Metadata that requests what is not implemented: the client is refused, since it would rely on it.
fn unkept_promise(metadata: &ClientMetadata) -> Option<&'static str> {
    if metadata.dpop_bound_access_tokens == Some(true) {
        return Some("dpop_bound_access_tokens");
    }
    if metadata.subject_type.as_deref().is_some_and(|subject| subject != "public") {
        return Some("subject_type");
    }
    let unserved = CLIENT_PROPERTIES.iter().filter(|property| property.is(Mark::Unserved));
    unserved.map(|property| property.name).find(|name| metadata.get(name).is_some())
}

/// Algorithms of answers: those named must be served, or the client would expect what it cannot get.
fn check_answers(client: &Client) -> Result<(), Refusal> {
    let metadata = &client.metadata;
    // The ledger signs by keys of the service. A MAC would need the client's secret (OIDC Core section 10.1).
    if let Some(name) = client.id_token_signed_response_alg.filter(|alg| alg.is_symmetric()) {
        return Err(invalid("id_token_signed_response_alg", &format!("{name} is not served: use an asymmetric one")));
    }
    let signs = |name: &str| name.parse::<Algorithm>().is_ok_and(|alg| !alg.is_symmetric());
    if let Some(name) = metadata.userinfo_signed_response_alg.as_deref().filter(|name| !signs(name)) {
        return Err(invalid("userinfo_signed_response_alg", &format!("{name} is not served: use an asymmetric one")));
    }
    let id_token = (&metadata.id_token_encrypted_response_alg, &metadata.id_token_encrypted_response_enc);
    let userinfo = (&metadata.userinfo_encrypted_response_alg, &metadata.userinfo_encrypted_response_enc);
    for (kind, (alg, enc)) in [("id_token", id_token), ("userinfo", userinfo)] {
        let member = |part: &str| format!("{kind}_encrypted_response_{part}");
        let encrypts = |name: &str| name.parse::<KeyAlgorithm>().is_ok_and(|alg| !alg.is_symmetric());
        if let Some(name) = alg.as_deref().filter(|name| !encrypts(name)) {
            return Err(invalid(&member("alg"), &format!("{name} is not served")));
        }
        if let Some(name) = enc.as_deref().filter(|name| name.parse::<ContentEncryption>().is_err()) {
            return Err(invalid(&member("enc"), &format!("{name} is not served")));
        }
        if enc.is_some() && alg.is_none() {
            return Err(invalid(&member("enc"), &format!("needs {}", member("alg"))));
        }
    }
    Ok(())
}

/// Whether two response types have the same words, in any order (OAuth 2.0 Multiple Response Types section 3).
fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    one.len() == other.len() && words(one) == words(other)
}

/// The document of a client; never contains its secret.
#[must_use]
pub fn client_document(client: &Client) -> Map<String, Value> {
    let mut document = client.metadata.document();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            document.insert(name.to_owned(), value);
        }
    };
    let seconds = |life: Option<Duration>| life.map(|life| life.as_secs());
    set("client_id", json!(client.client_id));
    set("client_id_issued_at", json!(client.created.seconds()));
    set("changed_at", json!(client.updated.seconds()));
    set("enabled", json!(client.enabled));
    set("has_secret", json!(client.secret.is_some()));
    set("token_endpoint_auth_method", json!(client.token_endpoint_auth_method));
    set("grant_types", json!(client.grant_types));
    set("response_types", json!(client.response_types));
    set("redirect_uris", json!(client.redirect_uris));
    set("post_logout_redirect_uris", json!(client.post_logout_redirect_uris));
    set("scope", json!(client.scope));
    set("default_scope", json!(client.default_scope));
    set("access_token_format", json!(client.access_token_format));
    set("access_token_lifetime", json!(seconds(client.access_token_lifetime)));
    set("refresh_token_lifetime", json!(seconds(client.refresh_token_lifetime)));
    set("id_token_lifetime", json!(seconds(client.id_token_lifetime)));
    set("id_token_signed_response_alg", json!(client.id_token_signed_response_alg));
    set("profile", json!(client.profile));
    set("token_response_scope", json!(client.token_response_scope));
    set("introspect", json!(client.introspect));
    set("require_pkce", json!(client.require_pkce));
    set("allow_plain_pkce", json!(client.allow_plain_pkce));
    set("skip_consent", json!(client.skip_consent));
    set("uma_public", json!(client.uma_public));
    set("refresh_rotation", json!(client.rotation));
    let audience = client.audience.as_ref().filter(|words| !words.is_empty());
    set("audience", json!(audience.map(|words| words.split(' ').collect::<Vec<_>>())));
    document
}

fn auth_method(members: &mut Members) -> Result<AuthMethod, Refusal> {
    let Some(name) = members.take::<String>("token_endpoint_auth_method")? else {
        return Ok(AuthMethod::ClientSecretBasic);
    };
    let served: Vec<String> = AuthMethod::ALL.iter().map(word).collect();
    serde_json::from_value(Value::String(name.clone())).map_err(|_| {
        invalid("token_endpoint_auth_method", &format!("{name} is not served: use one of {}", served.join(", ")))
    })
}

/// The name of an enumeration's value on the wire.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn grant_types(members: &mut Members, served: &Capabilities) -> Result<Vec<String>, Refusal> {
    let Some(names) = members.take::<Vec<String>>("grant_types")? else {
        return Ok(vec!["authorization_code".to_owned()]);
    };
    for name in &names {
        // Extension grants have URIs as names (RFC 6749 section 4.5); a client may list one that only a newer version serves.
        if !name.starts_with("urn:") && name != "implicit" && !served.grant_types.contains(&name.as_str()) {
            let served: Vec<_> = served.grant_types.iter().copied().chain(["implicit"]).collect();
            return Err(invalid("grant_types", &format!("{name} is not served: use {}", served.join(", "))));
        }
    }
    Ok(names)
}

fn uris(members: &mut Members, name: &str) -> Result<Vec<String>, Refusal> {
    let uris: Vec<String> = members.take(name)?.unwrap_or_default();
    match uris.iter().find(|uri| uri.len() > LONGEST || !is_well_formed(uri)) {
        None => Ok(uris),
        Some(bad) => Err(invalid(name, &format!("{bad} is not an absolute URI without a fragment"))),
    }
}

/// Scopes separated by spaces, or a list of them.
fn scope(members: &mut Members, name: &str) -> Result<Option<Scope>, Refusal> {
    let text = match members.take::<Value>(name)? {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(list) => serde_json::from_value::<Vec<String>>(list)
            .map_err(|_| invalid(name, "must be a text of words separated by spaces, or a list of words"))?
            .join(" "),
    };
    Scope::parse(&text).map(Some).map_err(|bad| invalid(name, &bad.to_string()))
}

/// An empty audience would count as none, and then requests may name any.
fn audience(members: &mut Members) -> Result<Option<Arc<str>>, Refusal> {
    match scope(members, "audience")? {
        Some(words) if words.is_empty() => {
            Err(invalid("audience", "names nobody: name somebody, or leave it out for the service's"))
        }
        words => Ok(words.map(|words| words.as_str().into())),
    }
}

fn format(members: &mut Members) -> Result<Option<TokenFormat>, Refusal> {
    match members.take("access_token_format")? {
        Some(TokenFormat::Foreign) => Err(invalid("access_token_format", "must be jwt or opaque")),
        other => Ok(other),
    }
}

fn seconds(members: &mut Members, name: &str) -> Result<Option<Duration>, Refusal> {
    match members.take::<u64>(name)? {
        Some(0) => Err(invalid(name, "must be at least 1 second")),
        Some(life) if life > LONGEST_LIFETIME.as_secs() => {
            Err(invalid(name, &format!("must be at most {} seconds, 10 years", LONGEST_LIFETIME.as_secs())))
        }
        other => Ok(other.map(Duration::from_secs)),
    }
}
