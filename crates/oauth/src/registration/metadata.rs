//! Turns a registrant's metadata into a client, and decides what open registration may set.

use serde_json::{Map, Value, json};

use super::indigo;
use super::redirects::{self, ApplicationType};
use super::registrant::Registrant;
use crate::OAuth;
use crate::dialect::Dialect;
use crate::registration::refusals::{
    CLIENT_METADATA_INVALID, GRANT_TYPE_CLOSED, REGISTERED_REDIRECT_INVALID, SOFTWARE_STATEMENT_INVALID,
    SOFTWARE_STATEMENT_UNAPPROVED,
};
use crate::token_endpoint::{GrantType, OpenTo};
use jeton_administration::{
    NewClient, Writer, client_document, introspection_signing_alg, keep_protections, replace_members,
    userinfo_signing_alg, wrong_value,
};
use jeton_jose::Algorithm;
use jeton_model::Refusal;
use jeton_model::ids::ClientId;
use jeton_model::records::{Client, ClientProperty, Mark, Rotation, Service, client_property};
use jeton_model::refusals::{INVALID, REQUEST_TOO_LARGE};
use jeton_model::scope::Scope;

/// Why a grant type or a response type is refused in the record of an administrator's client.
const ADDED: &str = "cannot be added with a registration access token";

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
/// section 2 says of unknown members.
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
    document.retain(|name, value| is_registrable(name) && !value.is_null());
    if matches!(who, Registrant::Anyone(_)) && serde_json::to_vec(&document)?.len() > LARGEST_OF_UNAUTHENTICATED {
        return Err(REQUEST_TOO_LARGE);
    }
    if let Some((name, why)) = wrong_value(&document, Writer::Registrant { allow_http: policy.allow_http }) {
        return Err(wrong(&format!("{name}: {why}")));
    }

    if let Some(old) = known.filter(|old| old.is_administered()) {
        // A member that is left out has its default, which could be a weaker way to authenticate than an administrator chose.
        let method = || json!(old.token_endpoint_auth_method);
        document.entry("token_endpoint_auth_method").or_insert_with(method);
    }

    let texts = |name: &str| texts(&document, name);
    let grants = texts("grant_types")?.unwrap_or_else(|| default_grants(fixed));
    check_grants(oauth, who, (known, fixed), (&grants, dialect))?;
    let sends_back = grants.iter().any(|grant| matches!(grant.as_str(), "authorization_code" | "implicit"));
    let mut response_types = match texts("response_types")? {
        None if fixed.is_some() => fixed_response_types(fixed, &grants),
        None if grants.iter().any(|grant| grant == "authorization_code") => vec!["code".to_owned()],
        None => Vec::new(),
        Some(types) => types,
    };
    if !sends_back && !matches!(who, Registrant::Trusted(_) | Registrant::Administrator(_)) {
        // oidc-agent names `token` whatever its grants are; no grant of this client yields it.
        response_types.retain(|types| types.split(' ').any(|word| word == "code"));
    }
    check_response_types(who, (known, fixed), &grants, &response_types)?;
    let kind = match dialect {
        // oidc-agent says `web` and uses loopback addresses: harmless for a client that is never redirected to.
        Dialect::Standard if sends_back => application_type(&document)?,
        Dialect::Standard => match application_type(&document)? {
            ApplicationType::Web => ApplicationType::Unsaid,
            other => other,
        },
        Dialect::Indigo => ApplicationType::Unsaid,
    };
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
    let mut new = replace_members(before, document, is_registrants, &oauth.administration.capabilities)
        .map_err(|refusal| if refusal.is(&INVALID) { refusal.renamed(CLIENT_METADATA_INVALID) } else { refusal })?;
    if let Registrant::Administrator(caller) = who {
        caller.may_write_client(&new.client)?;
    }
    let beyond = new.client.scope.beyond(&allowed).filter(|_| !who.is_administrator());
    if let Some(words) = beyond {
        return Err(wrong(&format!("scope: {words} is not open to registration")));
    }
    check_signers((oauth, service), who, known, &new.client).await?;
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

/// A client as its registrant may see it: the registered members, without those that the operator decides.
#[must_use]
pub fn registered_document(client: &Client) -> Map<String, Value> {
    let mut document = client_document(client);
    document.retain(|name, _| is_registrable(name) || matches!(name.as_str(), "client_id" | "client_id_issued_at"));
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

/// The response types of such a record that its grants lead to.
fn fixed_response_types(fixed: Option<&Client>, grants: &[String]) -> Vec<String> {
    let by_code = grants.iter().any(|grant| grant == "authorization_code");
    let leads = |types: &&String| by_code || types.split(' ').all(|word| word != "code");
    fixed.into_iter().flat_map(|old| &old.response_types).filter(leads).cloned().collect()
}

fn check_grants(
    oauth: &OAuth,
    who: &Registrant,
    (known, fixed): (Option<&Client>, Option<&Client>),
    (grants, dialect): (&[String], Dialect),
) -> Result<(), Refusal> {
    let closed = |grant: &str, why: &str| match dialect {
        Dialect::Standard => wrong(&format!("grant_types: {grant} {why}")),
        Dialect::Indigo => GRANT_TYPE_CLOSED.with(grant.chars().take(200).collect::<String>()),
    };
    let given = |grant: &str| known.is_some_and(|old| old.may_use(grant));
    for grant in grants.iter().map(String::as_str).filter(|grant| !given(grant)) {
        let open_to = match oauth.grant(grant) {
            _ if fixed.is_some() => return Err(closed(grant, ADDED)),
            Some(served) => served.open_to(),
            None if grant == "implicit" => OpenTo::Trusted,
            None => return Err(closed(grant, "is not served")),
        };
        let least = match who {
            Registrant::Administrator(_) => OpenTo::Administrators,
            Registrant::Trusted(_) => OpenTo::Trusted,
            Registrant::Person(_, Some(_)) => OpenTo::Persons,
            // A registration access token alone does not bound what such a grant could give.
            Registrant::Person(_, None) | Registrant::Anyone(_) => OpenTo::Anyone,
        };
        if open_to < least {
            return Err(closed(grant, "is not open to registration"));
        }
    }
    Ok(())
}

/// RFC 7591 section 2.1: both lists must agree about the code.
fn check_response_types(
    who: &Registrant,
    (known, fixed): (Option<&Client>, Option<&Client>),
    grants: &[String],
    response_types: &[String],
) -> Result<(), Refusal> {
    let given = |types: &String| known.is_some_and(|old| old.response_types.contains(types));
    if let Some(types) = response_types.iter().find(|types| fixed.is_some() && !given(types)) {
        return Err(wrong(&format!("response_types: {types} {ADDED}")));
    }
    let by_code_only = response_types.iter().all(|types| types == "code" || given(types));
    if matches!(who, Registrant::Anyone(_) | Registrant::Person(..)) && !by_code_only {
        return Err(wrong("response_types: only code is open to registration"));
    }
    let by_grant = grants.iter().any(|grant| grant == "authorization_code");
    let by_type = response_types.iter().any(|types| types.split(' ').any(|word| word == "code"));
    match (by_grant, by_type) {
        (true, false) => Err(wrong("response_types: authorization_code needs a response type with code")),
        (false, true) => Err(wrong("grant_types: a response type with code needs authorization_code")),
        _ => Ok(()),
    }
}

fn application_type(document: &Map<String, Value>) -> Result<ApplicationType, Refusal> {
    match document.get("application_type").and_then(Value::as_str) {
        None => Ok(ApplicationType::Unsaid),
        Some("web") => Ok(ApplicationType::Web),
        Some("native") => Ok(ApplicationType::Native),
        Some(_) => Err(wrong("application_type: must be web or native")),
    }
}

/// Reads an algorithm from a client's record.
type AlgorithmOf = fn(&Client) -> Option<Algorithm>;

/// The service signs with keys that it has: a registrant does not make it create and publish another.
async fn check_signers(
    (oauth, service): (&OAuth, &Service),
    who: &Registrant,
    known: Option<&Client>,
    client: &Client,
) -> Result<(), Refusal> {
    if who.is_administrator() {
        return Ok(());
    }
    let served = oauth.ledger.signing_algorithms(service).await?;
    let members: [(&str, AlgorithmOf); 3] = [
        ("id_token_signed_response_alg", |client| client.id_token_signed_response_alg),
        ("userinfo_signed_response_alg", userinfo_signing_alg),
        ("introspection_signed_response_alg", introspection_signing_alg),
    ];
    for (name, of) in members {
        let Some(alg) = of(client).filter(|alg| !served.contains(alg) && known.and_then(of) != Some(*alg)) else {
            continue;
        };
        let served: Vec<_> = served.iter().filter(|alg| !alg.is_symmetric()).map(|alg| alg.as_str()).collect();
        return Err(wrong(&format!("{name}: {alg} is not served: use {}", served.join(", "))));
    }
    Ok(())
}
