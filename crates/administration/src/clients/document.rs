//! A client as a document: its members have their RFC 7591 names, with Jeton's own beside them.
//!
//! The configuration file, the admin API, the management API and registration read clients here, each by [`replace_members`].
//! What a document may say is declared in [`client_properties`].

use jeton_jose::jwe::{ContentEncryption, KeyAlgorithm};
use jeton_jose::{Algorithm, Secret};
use serde_json::{Map, Value, json};
use url::Url;

use super::redirect_uri::is_well_formed;
use super::values::{Writer, wrong_value};
use super::{NewClient, keys};
use crate::{Capabilities, Members};
use jeton_ledger::ledger::LONGEST_LIFETIME;
use jeton_model::ids::{ClientId, ServiceId};
use jeton_model::records::{
    AuthMethod, CLIENT_PROPERTIES, Client, ClientMetadata, ClientProperty, Mark, Shape, client_properties,
    client_property,
};
use jeton_model::refusal::{Refusal, invalid};

/// Members that the ledger sets; accepted and ignored, so that a document that was read can be changed and sent back.
const READ_ONLY: &[&str] = &["client_id", "client_id_issued_at", "has_secret", "changed_at", "active", "adopted"];

/// The name of the member that says how a client authenticates.
const METHOD: &str = "token_endpoint_auth_method";

/// The longest text of a name or a URI, in bytes.
const LONGEST: usize = 2048;

/// Reads a new client. Its number and times are set by [`jeton_ledger::Ledger::put_client`].
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
    replaced(Client::new(service, ClientId::new(&client_id)), members, |_| true, served)
}

/// Replaces the properties of a client that the writer of a document decides: one that the document leaves out gets its default.
/// The others stay as they are.
///
/// # Errors
/// `INVALID` that names the member: the writer does not decide it, its value is invalid, or the client would not be sound.
pub fn replace_members(
    client: Client,
    document: Map<String, Value>,
    decides: impl Fn(&ClientProperty) -> bool,
    served: &Capabilities,
) -> Result<NewClient, Refusal> {
    replaced(client, Members::new(document), decides, served)
}

fn replaced(
    mut client: Client,
    mut members: Members,
    decides: impl Fn(&ClientProperty) -> bool,
    served: &Capabilities,
) -> Result<NewClient, Refusal> {
    let secret: Option<Secret> = members.take("client_secret")?;
    let default = Client::new(client.service, client.client_id.clone());
    let named = members.has(METHOD);
    let before = (client.token_endpoint_auth_method, client.method_unnamed);
    // What is not declared has no effect, and is not kept when the client is written.
    client.metadata.other.clear();
    for property in client_properties().filter(|property| decides(property)) {
        match members.take::<Value>(property.name)? {
            Some(value) if property.shape == Shape::Seconds && value.as_u64() > Some(LONGEST_LIFETIME.as_secs()) => {
                let why = format!("must be at most {} seconds, 10 years", LONGEST_LIFETIME.as_secs());
                return Err(invalid(property.name, &why));
            }
            Some(value) => property.set(&mut client, value).map_err(|why| invalid(property.name, &why))?,
            None => property.copy(&mut client, &default),
        }
    }
    if client_property(METHOD).is_some_and(decides) {
        client.method_unnamed = method_unnamed(&client, named, before);
    }
    members.finish(READ_ONLY)?;
    check(&client, secret.as_ref(), served)?;
    Ok(NewClient { client, secret })
}

/// Whether a client that is described anew has named no method. A new record has a number only later. A document that was read
/// names the method that it shows, so one that names the same again changes nothing.
fn method_unnamed(client: &Client, named: bool, (method, unnamed): (AuthMethod, bool)) -> bool {
    let is_new = client.key.get() == 0;
    let is_same = client.token_endpoint_auth_method == method;
    match named {
        true => !is_new && is_same && unnamed,
        false => is_new || !is_same || unnamed,
    }
}

/// What holds for every client that is written, whoever describes it.
fn check(client: &Client, secret: Option<&Secret>, served: &Capabilities) -> Result<(), Refusal> {
    if let Some(name) = unkept_promise(&client.metadata) {
        return Err(invalid(name, "asks for a protection that this version does not give: leave it out"));
    }
    check_grants(&client.grant_types, served)?;
    check_uris("redirect_uris", &client.redirect_uris)?;
    check_uris("post_logout_redirect_uris", &client.post_logout_redirect_uris)?;
    check_resources(client)?;
    keys::check(client)?;
    check_answers(client)?;
    if let Some((name, why)) = wrong_value(&client.metadata.document(), Writer::Operator) {
        return Err(invalid(&name, &why));
    }
    if let Some(bad) = client
        .response_types
        .iter()
        .find(|types| !served.response_types.iter().any(|of| is_same_response_type(of, types)))
    {
        return Err(invalid(
            "response_types",
            &format!("{bad} is not served: use {}", served.response_types.join(", ")),
        ));
    }
    let metadata = &client.metadata;
    if metadata.backchannel_logout_session_required == Some(true) && metadata.backchannel_logout_uri.is_none() {
        // Back-Channel Logout section 2.2: it is a requirement on what is sent there.
        return Err(invalid("backchannel_logout_session_required", "needs backchannel_logout_uri"));
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
    if secret.is_some_and(|secret| secret.is_empty() || secret.expose().len() > LONGEST) {
        return Err(invalid("client_secret", "must be 1 to 2048 bytes"));
    }
    if client.is_public() && secret.is_some() {
        return Err(invalid("client_secret", "is never used with token_endpoint_auth_method \"none\""));
    }
    Ok(())
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
    // OIDC Core section 10.1: a MAC is keyed by the client's secret, and a public client has none. Introspection responses have no
    // MACs.
    let named = |name: &Option<Box<str>>| name.as_deref().map(|name| (name.to_owned(), name.parse::<Algorithm>().ok()));
    let id_token = client.id_token_signed_response_alg.map(|alg| (alg.as_str().to_owned(), Some(alg)));
    for (member, alg, macs) in [
        ("id_token_signed_response_alg", id_token, true),
        ("userinfo_signed_response_alg", named(&metadata.userinfo_signed_response_alg), true),
        ("introspection_signed_response_alg", named(&metadata.introspection_signed_response_alg), false),
    ] {
        let Some((name, alg)) = alg else { continue };
        match alg {
            None => return Err(invalid(member, &format!("{name} is not served: use an asymmetric one"))),
            Some(alg) if alg.is_symmetric() && !macs => {
                return Err(invalid(member, &format!("{name} is not served: use an asymmetric one")));
            }
            Some(alg) if alg.is_symmetric() && client.is_public() => {
                return Err(invalid(member, &format!("{name} needs a client secret, and a public client has none")));
            }
            Some(_) => {}
        }
    }
    let id_token = (&metadata.id_token_encrypted_response_alg, &metadata.id_token_encrypted_response_enc);
    let userinfo = (&metadata.userinfo_encrypted_response_alg, &metadata.userinfo_encrypted_response_enc);
    let introspection =
        (&metadata.introspection_encrypted_response_alg, &metadata.introspection_encrypted_response_enc);
    for (kind, (alg, enc)) in [("id_token", id_token), ("userinfo", userinfo), ("introspection", introspection)] {
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
#[must_use]
pub fn is_same_response_type(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    one.len() == other.len() && words(one) == words(other)
}

/// The document of a client; never contains its secret.
#[must_use]
pub fn client_document(client: &Client) -> Map<String, Value> {
    let mut document = client.metadata.other.clone();
    document.extend(client_properties().filter_map(|property| Some((property.name.to_owned(), property.of(client)?))));
    document.insert("client_id".to_owned(), json!(client.client_id));
    document.insert("client_id_issued_at".to_owned(), json!(client.created.seconds()));
    document.insert("changed_at".to_owned(), json!(client.updated.seconds()));
    document.insert("has_secret".to_owned(), json!(client.secret.is_some()));
    document
}

fn check_grants(names: &[String], served: &Capabilities) -> Result<(), Refusal> {
    for name in names {
        // Extension grants have URIs as names (RFC 6749 section 4.5); a client may list one that only a newer version serves.
        if !name.starts_with("urn:") && name != "implicit" && !served.grant_types.contains(&name.as_str()) {
            let served: Vec<_> = served.grant_types.iter().copied().chain(["implicit"]).collect();
            return Err(invalid("grant_types", &format!("{name} is not served: use {}", served.join(", "))));
        }
    }
    Ok(())
}

/// As an audience names them: RFC 8707 section 2.
fn check_resources(client: &Client) -> Result<(), Refusal> {
    let is_good = |uri: &String| {
        let url = Url::parse(uri).ok().filter(|url| url.fragment().is_none());
        url.is_some() && uri.len() <= LONGEST && uri.bytes().all(|b| b.is_ascii_graphic())
    };
    match client.metadata.resources.iter().flatten().find(|uri| !is_good(uri)) {
        None => Ok(()),
        Some(bad) => Err(invalid("resources", &format!("{bad} is not an absolute URI without a fragment"))),
    }
}

fn check_uris(name: &str, uris: &[String]) -> Result<(), Refusal> {
    match uris.iter().find(|uri| uri.len() > LONGEST || !is_well_formed(uri)) {
        None => Ok(()),
        Some(bad) => Err(invalid(name, &format!("{bad} is not an absolute URI without a fragment"))),
    }
}
