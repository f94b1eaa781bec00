//! Turns a registrant's metadata into a client, and decides what open registration may set.

use serde_json::{Map, Value, json};

use super::indigo;
use super::offered::{self, Known};
use super::redirects::{self, ApplicationType};
use super::registrant::Registrant;
use super::relied_on;
use crate::OAuth;
use crate::dialect::Dialect;
use crate::registration::refusals::{
    CLIENT_METADATA_INVALID, REGISTERED_REDIRECT_INVALID, SOFTWARE_STATEMENT_INVALID, SOFTWARE_STATEMENT_UNAPPROVED,
};
use crate::token_endpoint::{GrantType, OpenTo};
use jeton_administration::{
    NewClient, Writer, client_document, id_token_signing_alg, keep_protections, replace_members, wrong_value,
};
use jeton_model::Refusal;
use jeton_model::ids::ClientId;
use jeton_model::records::{Client, ClientProperty, Mark, Rotation, Service, Settings, client_property};
use jeton_model::refusals::{INVALID, REQUEST_TOO_LARGE};
use jeton_model::scope::Scope;

/// The largest metadata of clients of open registration, in bytes.
const LARGEST_OF_UNAUTHENTICATED: usize = 32 * 1024;

/// The scopes that a client may be registered for. A client that asks a user for consent each time may have all scopes open to
/// registration. A client that a person registers to get tokens by itself has no more than the token that registers it, and
/// gains none later, since there is no consent. `fixed`: a record to which nothing may be added.
fn open_scope(
    oauth: &OAuth,
    open: &Scope,
    who: &Registrant,
    (known, fixed): (Option<&Client>, Option<&Client>),
    document: &Map<String, Value>,
) -> Scope {
    if let Some(old) = fixed {
        return old.scope.clone();
    }
    let grants = document.get("grant_types").and_then(Value::as_array);
    let opens_to = |grant: &Value| oauth.grant(grant.as_str()?).map(GrantType::open_to);
    let is_alone = grants.is_some_and(|grants| grants.iter().any(|grant| opens_to(grant) == Some(OpenTo::Persons)));
    match (known, who) {
        (Some(old), Registrant::Person(..)) if is_alone => old.scope.clone(),
        (Some(old), _) => old.scope.union(open),
        (None, Registrant::Person(_, token)) if is_alone => {
            token.as_ref().map_or_else(Scope::empty, |token| token.intersect(open))
        }
        (None, _) => open.clone(),
    }
}

/// Reads metadata into a client without a number, a name or a secret. `known`: the record it replaces; an
/// administrator's decisions about that one stay. Members that registrants may not set are ignored, as RFC 7591
/// section 2 says of unknown members; what they may not have is replaced or left out ([`offered`]).
///
/// # Errors
/// [`REGISTERED_REDIRECT_INVALID`], [`CLIENT_METADATA_INVALID`], [`SOFTWARE_STATEMENT_INVALID`],
/// [`SOFTWARE_STATEMENT_UNAPPROVED`]; [`REQUEST_TOO_LARGE`]; `AUTHORITY_EXCEEDED` for an administrator.
pub(super) async fn read(
    oauth: &OAuth,
    service: &Service,
    who: &Registrant,
    client_id: &str,
    known: Option<&Client>,
    document: Map<String, Value>,
    dialect: Dialect,
) -> Result<NewClient, Refusal> {
    let policy = &service.settings.registration;
    let fixed = known.filter(|old| !who.may_add(policy, old));
    let allowed = open_scope(oauth, &policy.scope, who, (known, fixed), &document);
    let mut document = match dialect {
        Dialect::Standard => document,
        Dialect::Indigo => indigo::mended(who, known, &allowed, document)?,
    };
    if let Some(statement) = document.remove("software_statement") {
        return Err(refuse_statement(&statement));
    }
    relied_on::check_requirements(&document, is_registrable)?;
    document.retain(|name, value| is_registrable(name) && !value.is_null());
    if matches!(who, Registrant::Anyone(_)) && serde_json::to_vec(&document)?.len() > LARGEST_OF_UNAUTHENTICATED {
        return Err(REQUEST_TOO_LARGE);
    }
    let stated = application_type(&mut document);
    if let Some((name, why)) = wrong_value(&document, Writer::Registrant { allow_http: policy.allow_http }) {
        return Err(wrong(&format!("{name}: {why}")));
    }

    if let Some(old) = known.filter(|old| old.is_administered()) {
        // A member that is left out has its default, which could be a weaker way to authenticate than an administrator chose.
        let method = || json!(old.token_endpoint_auth_method);
        document.entry("token_endpoint_auth_method").or_insert_with(method);
    }

    let known_as = Known { old: known, fixed };
    let asked = texts(&document, "grant_types")?.unwrap_or_else(|| default_grants(fixed));
    let grants = offered::grants(oauth, service, who, known_as, &document, (asked, dialect))?;
    let sends_back = grants.iter().any(|grant| matches!(grant.as_str(), "authorization_code" | "implicit"));
    let asked = texts(&document, "response_types")?;
    let response_types = offered::response_types(oauth, who, known_as, &grants, asked);
    if !who.is_administrator() {
        offered::keep_scope(&mut document, &allowed)?;
        offered::keep_algorithms((oauth, service), known, &mut document).await?;
    }
    let kind = match dialect {
        // oidc-agent says `web` and uses loopback addresses: harmless for a client that is never redirected to.
        Dialect::Standard if sends_back => stated.with(&grants, &response_types),
        Dialect::Standard if stated == ApplicationType::Native => stated,
        Dialect::Standard | Dialect::Indigo => ApplicationType::Unsaid,
    };
    let texts = |name: &str| texts(&document, name);
    // A list of the wrong type is a wrong redirect URI, too.
    let redirect_uris = texts("redirect_uris")
        .map_err(|_| REGISTERED_REDIRECT_INVALID.with("redirect_uris: must be a list of texts"))?
        .unwrap_or_default();
    if redirect_uris.is_empty() && sends_back {
        return Err(REGISTERED_REDIRECT_INVALID.with("redirect_uris: is missing"));
    }
    redirects::check(&redirect_uris, kind, policy)?;
    let after_logout = texts("post_logout_redirect_uris")?.unwrap_or_default();
    redirects::check(&after_logout, kind, policy)
        .map_err(|refusal| wrong(&refusal.message().replacen("redirect_uris", "post_logout_redirect_uris", 1)))?;

    if !document.contains_key("scope") {
        document.insert("scope".into(), json!(known.map_or(&allowed, |old| &old.scope)));
    }
    document.insert("grant_types".into(), json!(grants));
    document.insert("response_types".into(), json!(response_types));
    // Scopes that a request gets by default are the operator's; they count as far as the new scope goes.
    let before = match known {
        Some(old) => Client { default_scope: None, ..old.clone() },
        None => Client::new(service.id, ClientId::new(client_id)),
    };
    // What the answer says stays as it is when the service's own algorithm is another one later (RFC 7591 section 3.2.1).
    let unnamed = Client { id_token_signed_response_alg: None, ..before.clone() };
    let alg = || json!(id_token_signing_alg(&unnamed, &service.settings));
    document.entry("id_token_signed_response_alg").or_insert_with(alg);
    let mut new = replace_members(before, document, is_registrants, &oauth.administration.capabilities)
        .map_err(|refusal| if refusal.is(&INVALID) { refusal.renamed(CLIENT_METADATA_INVALID) } else { refusal })?;
    relied_on::check_encryption(&new.client)?;
    if let Registrant::Administrator(caller) = who {
        caller.may_write_client(&new.client)?;
    }
    let beyond = new.client.scope.beyond(&allowed).filter(|_| !who.is_administrator());
    if let Some(words) = beyond {
        return Err(wrong(&format!("scope: {words} is not open to registration")));
    }
    if let Some(address) = &new.client.metadata.frontchannel_logout_uri
        && !redirects::is_own_site(address, &new.client.redirect_uris)
    {
        return Err(wrong("frontchannel_logout_uri: must have the scheme, host and port of a redirect URI"));
    }
    new.client.self_registered = true;
    match known {
        Some(old) if old.is_administered() && new.client.is_public() && !old.is_public() => {
            return Err(wrong("token_endpoint_auth_method: none would give up what an administrator demands"));
        }
        Some(old) => {
            if old.is_administered() {
                keep_protections(&mut new.client, old, |_| true);
            }
            new.client.default_scope = old.default_scope.as_ref().map(|words| words.intersect(&new.client.scope));
        }
        None => {
            new.client.profile = service.settings.profile;
            if dialect == Dialect::Indigo {
                // INDIGO IAM's clients reuse their refresh token unless configured otherwise, and oidc-agent stores the
                // first one in its file.
                new.client.rotation = Some(Rotation::Public);
            }
            match who {
                Registrant::Anyone(address) => new.client.registered_from = Some(address.clone()),
                // A client registered with a person's token belongs to that person.
                Registrant::Person(key, _) | Registrant::Trusted(Some(key)) => new.client.registered_by = Some(*key),
                Registrant::Administrator(_) => new.client.administered = true,
                Registrant::Document => new.client.from_document = true,
                Registrant::Trusted(None) => {}
            }
        }
    }
    // INDIGO IAM's clients get all their scopes when they request none (section 7.1).
    let all = known.is_none_or(|old| old.default_scope.as_ref() == Some(&old.scope));
    if dialect == Dialect::Indigo && all && !new.client.scope.is_empty() {
        new.client.default_scope = Some(new.client.scope.clone());
    }
    Ok(new)
}

/// A client as its registrant may see it: the registered members and those that got a default (RFC 7591 section 3.2.1), without
/// those that the operator decides.
#[must_use]
pub fn registered_document(client: &Client, settings: &Settings) -> Map<String, Value> {
    let mut document = client_document(client);
    document.retain(|name, _| is_registrable(name) || matches!(name.as_str(), "client_id" | "client_id_issued_at"));
    document.insert("id_token_signed_response_alg".to_owned(), json!(id_token_signing_alg(client, settings)));
    document
}

fn is_registrable(name: &str) -> bool {
    client_property(name).is_some_and(is_registrants)
}

/// Whether a registrant decides it: the other properties are the operator's.
fn is_registrants(property: &ClientProperty) -> bool {
    !property.is(Mark::Operator)
}

fn wrong(text: &str) -> Refusal {
    CLIENT_METADATA_INVALID.with(text.to_owned())
}

/// RFC 7591 section 2.3: no issuer of software statements is trusted, and a client that sends one relies on it.
fn refuse_statement(statement: &Value) -> Refusal {
    let is_jwt = statement.as_str().is_some_and(|text| jeton_jose::jws::parse_compact(text).is_ok());
    if is_jwt { SOFTWARE_STATEMENT_UNAPPROVED } else { SOFTWARE_STATEMENT_INVALID }
}

fn texts(document: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    let Some(value) = document.get(name) else { return Ok(None) };
    serde_json::from_value(value.clone()).map(Some).map_err(|_| wrong(&format!("{name}: must be a list of texts")))
}

/// The grant types of a document that names none: those of a record to which nothing may be added, else the standard's default.
fn default_grants(fixed: Option<&Client>) -> Vec<String> {
    fixed.map_or_else(|| vec!["authorization_code".to_owned()], |old| old.grant_types.clone())
}

/// The application type that a client states; one that is neither of the two that OpenID Connect Registration knows is left out.
fn application_type(document: &mut Map<String, Value>) -> ApplicationType {
    match document.get("application_type").and_then(Value::as_str) {
        Some("web") => ApplicationType::Web,
        Some("native") => ApplicationType::Native,
        Some(_) => {
            document.remove("application_type");
            ApplicationType::Unsaid
        }
        None => ApplicationType::Unsaid,
    }
}
