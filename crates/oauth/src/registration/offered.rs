//! What a registrant gets of what it asks for. A server may replace or leave out what it cannot give, and shows what it registered
//! (RFC 7591 section 3.2.1). What a client would rely on for its safety is not left out: it is refused where it is read.

use jeton_jose::Algorithm;
use serde_json::{Map, Value, json};

use super::registrant::Registrant;
use crate::OAuth;
use crate::dialect::Dialect;
use crate::registration::refusals::{CLIENT_METADATA_INVALID, GRANT_TYPE_CLOSED};
use crate::token_endpoint::OpenTo;
use jeton_model::Refusal;
use jeton_model::records::{CLIENT_PROPERTIES, Client, Mark, Service};
use jeton_model::scope::Scope;

/// The algorithm of introspection responses, which have no MACs.
const INTROSPECTION: &str = "introspection_signed_response_alg";

/// Why a grant type is refused in the record of an administrator's client.
const ADDED: &str = "cannot be added with a registration access token";

/// The record that a document replaces, and the same where nothing may be added to it.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The stored record.
    pub(super) old: Option<&'a Client>,
    /// The same, if it may only lose.
    pub(super) fixed: Option<&'a Client>,
}

impl Known<'_> {
    fn may_use(&self, grant: &str) -> bool {
        self.old.is_some_and(|old| old.may_use(grant))
    }
}

/// The grant types of a client that asks for `asked`: those that it may not have are left out. By INDIGO IAM's rules they are
/// refused, and so is a list of which nothing is left.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`], or [`GRANT_TYPE_CLOSED`].
pub(super) fn grants(
    oauth: &OAuth,
    service: &Service,
    who: &Registrant,
    known: Known<'_>,
    document: &Map<String, Value>,
    (asked, dialect): (Vec<String>, Dialect),
) -> Result<Vec<String>, Refusal> {
    let is_public = document.get("token_endpoint_auth_method").is_some_and(|method| method == "none");
    let mut first = None;
    let mut given = Vec::with_capacity(asked.len());
    for grant in asked {
        match closed(oauth, service, (who, known), &grant, is_public) {
            None => given.push(grant),
            Some(_) if dialect == Dialect::Indigo => {
                return Err(GRANT_TYPE_CLOSED.with(grant.chars().take(200).collect::<String>()));
            }
            Some(why) if first.is_none() => first = Some(format!("grant_types: {grant} {why}")),
            Some(_) => {}
        }
    }
    match first {
        Some(why) if given.is_empty() => Err(CLIENT_METADATA_INVALID.with(why)),
        _ => Ok(given),
    }
}

/// Why a client may not have a grant type; none: it may.
fn closed(
    oauth: &OAuth,
    service: &Service,
    (who, known): (&Registrant, Known<'_>),
    grant: &str,
    is_public: bool,
) -> Option<&'static str> {
    if known.may_use(grant) {
        return None;
    }
    if known.fixed.is_some() {
        return Some(ADDED);
    }
    let open_to = match oauth.grant(grant) {
        // RFC 6749 section 4.4: for confidential clients only.
        Some(_) if is_public && grant == "client_credentials" => return Some("needs a client that authenticates"),
        _ if service.settings.registration.grant_types.iter().any(|open| open == grant) => OpenTo::Anyone,
        Some(served) => served.open_to(),
        None if grant == "implicit" => OpenTo::Trusted,
        None => return Some("is not served"),
    };
    let least = match who {
        Registrant::Administrator(_) => OpenTo::Administrators,
        Registrant::Trusted(_) => OpenTo::Trusted,
        Registrant::Person(_, Some(_)) => OpenTo::Persons,
        // A registration access token alone does not bound what such a grant could give.
        Registrant::Person(_, None) | Registrant::Anyone(_) | Registrant::Document => OpenTo::Anyone,
    };
    (open_to < least).then_some("is not open to registration")
}

/// The response types of a client with these grant types, of those that it asks for; none asked for: the default. RFC 7591 section
/// 2.1: both lists must agree about the code.
pub(super) fn response_types(
    oauth: &OAuth,
    who: &Registrant,
    known: Known<'_>,
    grants: &[String],
    asked: Option<Vec<String>>,
) -> Vec<String> {
    let has = |grant: &str| grants.iter().any(|given| given == grant);
    let has_code = |types: &str| types.split(' ').any(|word| word == "code");
    let is_strangers = matches!(who, Registrant::Anyone(_) | Registrant::Document | Registrant::Person(..));
    let served = &oauth.administration.capabilities.response_types;
    let may_have = |types: &String| {
        if has_code(types) && !has("authorization_code") {
            return false;
        }
        let given = |client: &Client| client.response_types.contains(types);
        if known.old.is_some_and(given) {
            return true;
        }
        let is_open = types == "code" || !is_strangers || has("implicit");
        // oidc-agent names `token` whatever its grants are; no grant of this client yields it.
        let leads = has_code(types) || has("authorization_code") || has("implicit") || !is_strangers;
        known.fixed.is_none()
            && is_open
            && leads
            && served.iter().any(|of| jeton_administration::is_same_response_type(of, types))
    };
    let asked = asked.unwrap_or_else(|| match known.fixed {
        Some(old) => old.response_types.clone(),
        None => Vec::new(),
    });
    let mut given: Vec<String> = asked.into_iter().filter(may_have).collect();
    if has("authorization_code") && !given.iter().any(|types| has_code(types)) {
        given.insert(0, "code".to_owned());
    }
    given
}

/// Leaves out the scopes that the client may not have. A list of which nothing is left is refused: the client would get what one gets
/// that names none, which is more than it asked for.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`] when it is no list of scopes, or nothing is left of it.
pub(super) fn keep_scope(document: &mut Map<String, Value>, allowed: &Scope) -> Result<(), Refusal> {
    let Some(asked) = document.get("scope") else { return Ok(()) };
    let words = match asked {
        Value::String(words) => words.clone(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => return Ok(()),
    };
    let asked = Scope::parse(&words).map_err(|_| CLIENT_METADATA_INVALID.with("scope: is not a list of scopes"))?;
    let given = asked.intersect(allowed);
    if given.is_empty() && !asked.is_empty() {
        const NONE: &str = "scope: nothing of it is open to registration: name other scopes, or leave it out";
        return Err(CLIENT_METADATA_INVALID.with(NONE));
    }
    document.insert("scope".to_owned(), json!(given));
    Ok(())
}

/// Leaves out algorithms of signed answers that the service does not sign with: a registrant does not make it create and publish
/// another key. One that is stored stays.
///
/// # Errors
/// When the store fails.
pub(super) async fn keep_algorithms(
    (oauth, service): (&OAuth, &Service),
    known: Option<&Client>,
    document: &mut Map<String, Value>,
) -> Result<(), Refusal> {
    let served = oauth.ledger.signing_algorithms(service).await?;
    let is_public = document.get("token_endpoint_auth_method").is_some_and(|method| method == "none");
    let stored = |name: &str, value: &str| {
        let of = |client: &Client| jeton_model::records::client_property(name).and_then(|property| property.of(client));
        known.and_then(of).is_some_and(|stored| stored == value)
    };
    for name in ["id_token_signed_response_alg", "userinfo_signed_response_alg", INTROSPECTION] {
        let Some(value) = document.get(name).and_then(Value::as_str) else { continue };
        let is_given = match value.parse::<Algorithm>() {
            // A MAC needs no key of the service, but a secret of the client.
            Ok(alg) if alg.is_symmetric() => !is_public && name != INTROSPECTION,
            Ok(alg) => served.contains(&alg) || stored(name, value),
            Err(_) => false,
        };
        if !is_given {
            document.remove(name);
        }
    }
    let signed = |name: &str| name.ends_with("_signed_response_alg");
    for property in CLIENT_PROPERTIES.iter().filter(|one| one.is(Mark::Unserved) && signed(one.name)) {
        document.remove(property.name);
    }
    Ok(())
}
