//! Reads a client's document into a record.

use std::time::Duration;

use jeton_administration::read_client;
use jeton_ledger::ledger::LONGEST_LIFETIME;
use jeton_model::Refusal;
use jeton_model::ids::ID_LIMIT;
use jeton_model::readable::is_readable;
use jeton_model::records::{AuthMethod, BackendClient, Client, Service};
use jeton_model::refusals::INVALID;
use serde_json::{Map, Value, json};

use super::members::MEMBERS;
use crate::types::{self, CLIENT};
use crate::{Backend, certificates};

/// Members that the server sets, and one that has an operation of its own; they are ignored in an update.
const READ_ONLY: &[&str] = &[
    "number",
    "serviceNumber",
    "clientId",
    "clientSecret",
    "createdAt",
    "modifiedAt",
    "locked",
    "dynamicallyRegistered",
    "derivedSectorIdentifier",
];

/// The longest lifetime of a token: ten years, in seconds.
const LONGEST: u64 = LONGEST_LIFETIME.as_secs();
/// Why a client cannot authenticate with a certificate of an authority: the service names none by which to verify the certificates
/// that authorization servers send on.
const UNVERIFIED: &str =
    "a method that works for the service: set its `trustedRootCertificates` first, or use SELF_SIGNED_TLS_CLIENT_AUTH";

/// Whether a client of a service can authenticate by a method, or what it must be.
pub(super) fn works(service: &Service, method: AuthMethod) -> Result<(), &'static str> {
    let is_unverified = method == AuthMethod::TlsClientAuth && !certificates::has_authorities(service);
    if is_unverified { Err(UNVERIFIED) } else { Ok(()) }
}

/// The longest alias, in characters.
const LONGEST_ALIAS: usize = 255;
/// The longest secret, in characters (`docs/contracts/authlete.md` section 6).
pub(super) const LONGEST_SECRET: usize = 86;

/// The document of a client, with the contract's members.
#[derive(Clone, Debug)]
pub struct ClientDocument(Map<String, Value>);

impl ClientDocument {
    /// A document without members that are `null`. Keys that were sent as an object are kept as the contract has them, as a text.
    #[must_use]
    pub fn new(mut members: Map<String, Value>) -> Self {
        types::drop_nulls(&mut members);
        members.retain(|name, value| !types::is_absent(CLIENT, name, value));
        if let Some(keys) = members.get_mut("jwks").filter(|keys| keys.is_object()) {
            *keys = keys.to_string().into();
        }
        Self(members)
    }

    /// A text; none when it is absent or empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    /// The client id that it asks for: for clients that come from elsewhere.
    pub(super) fn client_id(&self) -> Result<Option<u64>, Refusal> {
        let number = match self.0.get("clientId") {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) if text.is_empty() => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        let number = number.filter(|number| *number < ID_LIMIT);
        let number = number.ok_or_else(|| wrong("clientId", "a whole number below 2^53"))?;
        Ok((number > 0).then_some(number))
    }

    fn extension(&self) -> Result<Self, Refusal> {
        match self.0.get("extension") {
            None => Ok(Self(Map::new())),
            Some(Value::Object(members)) => Ok(Self::new(members.clone())),
            Some(_) => Err(wrong("extension", "an object")),
        }
    }

    fn duration(&self, name: &str) -> Result<Option<Duration>, Refusal> {
        match self.0.get(name).map(Value::as_i64) {
            None => Ok(None),
            Some(Some(seconds)) => match u64::try_from(seconds) {
                Ok(0) | Err(_) => Ok(None),
                Ok(seconds) if seconds > LONGEST => Err(wrong(name, "at most ten years")),
                Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
            },
            Some(None) => Err(wrong(name, "a whole number of seconds")),
        }
    }

    /// The scopes that a new client may request at most.
    pub(super) fn requestable_scopes(&self) -> Result<Option<Vec<String>>, Refusal> {
        let extension = self.extension()?;
        if !extension.flag("requestableScopesEnabled")? {
            return Ok(None);
        }
        let names = extension.0.get("requestableScopes").cloned().unwrap_or_else(|| json!([]));
        let names = serde_json::from_value(names);
        names.map(Some).map_err(|_| wrong("requestableScopes", "a list of strings"))
    }

    /// What is kept beside the record. `requestable_scopes` is no part of what an update writes.
    fn kept(&self, requestable_scopes: Option<Vec<String>>) -> Result<BackendClient, Refusal> {
        let mut document = self.0.clone();
        document.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        if let Some(Value::Object(extension)) = document.get_mut("extension") {
            extension.retain(|name, value| !name.starts_with("requestableScopes") && !value.is_null());
            if extension.is_empty() {
                document.remove("extension");
            }
        }
        self.text("developer")?;
        let alias = self.text("clientIdAlias")?;
        if alias.is_some_and(|text| text.chars().count() > LONGEST_ALIAS || !is_readable(text)) {
            return Err(wrong("clientIdAlias", "1 to 255 characters"));
        }
        Ok(BackendClient {
            alias: alias.map(Into::into),
            alias_enabled: self.flag("clientIdAliasEnabled")?,
            single_access_token_per_subject: self.flag("singleAccessTokenPerSubject")?,
            requestable_scopes,
            document,
        })
    }

    /// The method of authentication: that of a public client is none, whatever is written.
    fn auth_method(&self) -> Result<Value, Refusal> {
        let method = self.text("tokenAuthMethod")?;
        let is_public = match self.text("clientType")? {
            Some("PUBLIC") => true,
            Some("CONFIDENTIAL") => false,
            None => method == Some("NONE"),
            Some(_) => return Err(wrong("clientType", "PUBLIC or CONFIDENTIAL")),
        };
        match method {
            _ if is_public => Ok(json!("none")),
            Some("NONE") => Err(wrong("tokenAuthMethod", "a method that proves something: the client is confidential")),
            Some(method) => Ok(method.to_ascii_lowercase().into()),
            None => Ok(json!("client_secret_basic")),
        }
    }

    /// The RFC 7591 metadata that the document stands for.
    fn metadata(&self) -> Result<Map<String, Value>, Refusal> {
        let mut metadata = Map::new();
        for member in MEMBERS {
            let Some(value) = self.0.get(member.name) else { continue };
            if member.metadata == "id_token_signed_response_alg" && value == "NONE" {
                return Err(wrong(member.name, "an algorithm: ID tokens are always signed"));
            }
            let value = member.form.metadata(value).map_err(|()| wrong(member.name, member.form.expected()))?;
            metadata.extend(value.map(|value| (member.metadata.to_owned(), value)));
        }
        metadata.insert("token_endpoint_auth_method".to_owned(), self.auth_method()?);
        Ok(metadata)
    }
}

impl Backend {
    /// The record of a document, in place of `old`. Members that are absent have the value that a new client would have; what the
    /// document has no member for stays.
    ///
    /// # Errors
    /// [`INVALID`] that names the member.
    pub(super) fn read_document(
        &self,
        service: &Service,
        document: &ClientDocument,
        client_id: &str,
        old: Option<&Client>,
    ) -> Result<Client, Refusal> {
        types::check(CLIENT, &document.0)?;
        let mut metadata = document.metadata()?;
        let grants = metadata.remove("grant_types");
        // A client that names a grant which it cannot use is registered, and refused when it tries.
        metadata.insert("grant_types".to_owned(), json!([]));
        metadata.insert("client_id".to_owned(), client_id.into());
        let read = read_client(service.id, metadata, &self.administration.capabilities).map_err(in_our_words)?;
        works(service, read.client.token_endpoint_auth_method).map_err(|what| wrong("tokenAuthMethod", what))?;
        let extension = document.extension()?;
        let needs_s256 = document.flag("pkceS256Required")?;
        let mut client = Client {
            grant_types: match grants {
                Some(names) => serde_json::from_value(names)?,
                None => vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            },
            enabled: !document.flag("locked")?,
            require_pkce: needs_s256 || document.flag("pkceRequired")?,
            allow_plain_pkce: !needs_s256,
            access_token_lifetime: extension.duration("accessTokenDuration")?,
            refresh_token_lifetime: extension.duration("refreshTokenDuration")?,
            id_token_lifetime: extension.duration("idTokenDuration")?,
            ..read.client
        };
        if document.flag("dpopRequired")? {
            client.metadata.dpop_bound_access_tokens = Some(true);
        }
        let requestable = match old {
            None => document.requestable_scopes()?,
            Some(old) => match &old.backend {
                Some(own) => own.requestable_scopes.clone(),
                // It keeps the scope that it was registered with.
                None => Some(old.scope.words().map(str::to_owned).collect()),
            },
        };
        let own = document.kept(requestable)?;
        let (scope, usual) = super::scope::of_client(service, &own);
        (client.scope, client.default_scope) = (scope, usual);
        client.backend = Some(Box::new(own));
        Ok(match old {
            None => client,
            Some(old) => with_what_stays(client, old),
        })
    }
}

/// The record with what the contract has no member for.
fn with_what_stays(mut client: Client, old: &Client) -> Client {
    for (name, value) in old.metadata.document() {
        let is_ours = name == "dpop_bound_access_tokens" || MEMBERS.iter().any(|member| member.metadata == name);
        if !is_ours {
            client.metadata.set(&name, value);
        }
    }
    Client {
        enabled: old.enabled,
        access_token_format: old.access_token_format,
        access_token_typ: old.access_token_typ,
        profile: old.profile,
        token_response_scope: old.token_response_scope,
        introspect: old.introspect,
        skip_consent: old.skip_consent,
        uma_public: old.uma_public,
        rotation: old.rotation,
        audience: old.audience.clone(),
        ..client
    }
}

/// The refusal of a metadata value, with the name of the contract's member.
fn in_our_words(refusal: Refusal) -> Refusal {
    let text = refusal.word().to_owned();
    let named = |member: &&super::members::Member| text.starts_with(&format!("`{}`", member.metadata));
    match MEMBERS.iter().find(named) {
        Some(member) if refusal.is(&INVALID) => INVALID.with(text.replacen(member.metadata, member.name, 1)),
        _ => refusal,
    }
}

pub(super) fn wrong(name: &str, what: &str) -> Refusal {
    INVALID.with(format!("`{name}` must be {what}"))
}
