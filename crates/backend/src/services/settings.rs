//! The settings that a service's document stands for.

use std::time::Duration;

use jeton_administration::{SCOPE_NAME, is_scope_name};
use jeton_jose::{Algorithm, Secret};
use jeton_ledger::ledger::LONGEST_LIFETIME;
use jeton_model::Refusal;
use jeton_model::records::{BackendSettings, Rotation, ScopeLifetimes, Settings, TokenFormat};
use jeton_model::refusals::INVALID;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::certificates;
use crate::types::{self, SERVICE};

/// The document of a service, with the contract's members.
#[derive(Debug, Default)]
pub struct ServiceDocument {
    /// What is kept and shown.
    members: Map<String, Value>,
    /// Its keys as they were sent, maybe with their private parts.
    jwks: Option<Secret>,
}

/// Members that the server sets; they are ignored in a document.
const READ_ONLY: &[&str] = &[
    "number",
    "apiKey",
    "apiSecret",
    "serviceOwnerNumber",
    "organizationId",
    "createdAt",
    "modifiedAt",
    "clientsPerDeveloper",
];

/// Members with keys of what is not served: their private parts are not kept, so they are never shown.
const KEYS_NOT_USED: &[&str] = &["federationJwks", "credentialJwks"];

/// The members with the addresses at which clients authenticate.
const AUTHENTICATED: &[&str] = &[
    "tokenEndpoint",
    "pushedAuthReqEndpoint",
    "revocationEndpoint",
    "introspectionEndpoint",
    "deviceAuthorizationEndpoint",
    "backchannelAuthenticationEndpoint",
];

/// The attribute of a service that keeps the secrets of its clients from being shown.
const HIDES_SECRETS: &str = "jeton.hide_client_secrets";

/// The member that names the address which is told of the end of batches.
pub(crate) const BATCH_NOTICES: &str = "tokenBatchNotificationEndpoint";

/// Durations of what is not served: they are kept and have no effect.
const WITHOUT_EFFECT: &[&str] = &[
    "allowableClockDuration",
    "authorizationResponseDuration",
    "backchannelAuthReqIdDuration",
    "backchannelPollingInterval",
    "cnonceDuration",
    "credentialDuration",
    "credentialOfferDuration",
    "credentialTransactionDuration",
    "dpopNonceDuration",
    "federationConfigurationDuration",
];

/// The longest lifetime of a code (RFC 6749 section 4.1.2).
const LONGEST_CODE: Duration = Duration::from_secs(600);

/// The longest lifetime that a document may set: ten years.
const LONGEST: u64 = LONGEST_LIFETIME.as_secs();

impl ServiceDocument {
    /// A document without members that are `null`, and those that the server sets. The private parts of its keys are neither kept
    /// with it nor shown.
    #[must_use]
    pub fn new(mut members: Map<String, Value>) -> Self {
        types::drop_nulls(&mut members);
        members.retain(|name, value| !types::is_absent(SERVICE, name, value) && !READ_ONLY.contains(&name.as_str()));
        if let Some(Value::Array(scopes)) = members.get_mut("supportedScopes") {
            scopes.iter_mut().filter_map(Value::as_object_mut).for_each(whole_scope);
        }
        let jwks = members.get_mut("jwks").and_then(|value| {
            let sent = match &value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            *value = public_part(&sent).into();
            (!sent.trim().is_empty()).then(|| Secret::new(sent))
        });
        for name in KEYS_NOT_USED {
            if let Some(Value::String(text)) = members.get_mut(*name) {
                *text = public_part(text);
            }
        }
        let is_set = |name: &&&str| members.get(**name).and_then(Value::as_i64).is_some_and(|seconds| seconds > 0);
        let unused: Vec<_> = WITHOUT_EFFECT.iter().filter(is_set).collect();
        if !unused.is_empty() {
            tracing::warn!(members = ?unused, "a service was written with durations that have no effect here");
        }
        Self { members, jwks }
    }

    /// What is kept and shown.
    pub(super) const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// This document, with these members too.
    pub(super) fn with(&self, others: Map<String, Value>) -> Self {
        let mut members = self.members.clone();
        members.extend(others);
        Self { members, jwks: self.jwks.clone() }
    }

    /// This document, with the members of another where it has none. It brings no keys.
    pub(super) fn over(&self, mut others: Map<String, Value>) -> Self {
        others.extend(self.members.clone());
        Self { members: others, jwks: None }
    }

    /// Whether it brings keys.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.jwks.is_some()
    }

    /// The text of its JWK Set.
    pub(super) fn jwks(&self) -> Option<&str> {
        self.jwks.as_ref().map(Secret::expose)
    }

    /// A text; none when it is absent or empty.
    ///
    /// # Errors
    /// [`INVALID`].
    pub fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(INVALID.with(format!("`{name}` must be a string"))),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.stated(name)?.unwrap_or_default())
    }

    /// A flag; none when it is absent.
    fn stated(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(INVALID.with(format!("`{name}` must be true or false"))),
        }
    }

    /// The value of an attribute of the service.
    fn attribute(&self, key: &str) -> Result<Option<&str>, Refusal> {
        match self.members.get("attributes") {
            None => Ok(None),
            Some(Value::Array(all)) => {
                let found = all.iter().find(|each| each.get("key").and_then(Value::as_str) == Some(key));
                Ok(found.and_then(|each| each.get("value")).and_then(Value::as_str))
            }
            Some(_) => Err(INVALID.with("`attributes` must be a list of objects with `key` and `value`")),
        }
    }

    /// A duration in seconds; none when it is absent, zero or less.
    fn duration(&self, name: &str) -> Result<Option<Duration>, Refusal> {
        let Some(value) = self.members.get(name) else { return Ok(None) };
        let seconds =
            value.as_i64().ok_or_else(|| INVALID.with(format!("`{name}` must be a whole number of seconds")))?;
        match u64::try_from(seconds) {
            Ok(0) | Err(_) => Ok(None),
            Ok(seconds) if seconds > LONGEST => Err(INVALID.with(format!("`{name}` is more than ten years"))),
            Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        }
    }

    /// A list of texts; none when it is absent.
    fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Refusal> {
        let wrong = || INVALID.with(format!("`{name}` must be a list of strings"));
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Array(all)) => {
                let all = all.iter().filter(|value| !value.is_null());
                all.map(|value| value.as_str().ok_or_else(wrong)).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// The scopes of the service: name, description, whether a request without scopes gets it, and its attributes.
    ///
    /// # Errors
    /// [`INVALID`].
    pub fn scopes(&self) -> Result<Option<Vec<ServiceScope>>, Refusal> {
        let wrong = || INVALID.with("`supportedScopes` must be a list of scopes, each with a `name`");
        match self.members.get("supportedScopes") {
            None => Ok(None),
            Some(Value::Array(all)) => {
                let all = all.iter().filter(|value| !value.is_null());
                all.map(|value| {
                    let scope: ServiceScope = serde_json::from_value(value.clone()).map_err(|_| wrong())?;
                    match is_scope_name(&scope.name) {
                        true => Ok(scope),
                        false => Err(INVALID.with(format!("the `name` of each of `supportedScopes` {SCOPE_NAME}"))),
                    }
                })
                .collect::<Result<_, _>>()
                .map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// The addresses at which the authorization server takes client authentication.
    fn endpoints(&self) -> Result<Vec<String>, Refusal> {
        let all = AUTHENTICATED.iter().filter_map(|name| self.text(name).transpose());
        all.map(|text| text.map(str::to_owned)).collect()
    }

    /// The address that is told of the end of batches must be one that can be asked.
    fn check_batch_notices(&self) -> Result<(), Refusal> {
        let Some(text) = self.text(BATCH_NOTICES)? else { return Ok(()) };
        let url = url::Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let is_good = url.is_some_and(|url| url.fragment().is_none() && url.username().is_empty());
        if is_good { Ok(()) } else { Err(INVALID.with(format!("`{BATCH_NOTICES}` must be an https address"))) }
    }

    /// The settings that the document stands for. A member that it leaves out is as in `usual`; what there is no member for stays as
    /// it is in `old`.
    ///
    /// # Errors
    /// [`INVALID`] that names the member.
    pub fn settings(&self, old: &Settings, usual: &Settings) -> Result<Settings, Refusal> {
        types::check(SERVICE, &self.members)?;
        self.acted_upon(old, usual)
    }

    /// The same for a document that has members of an earlier version, which checked fewer types.
    pub(super) fn acted_upon(&self, old: &Settings, usual: &Settings) -> Result<Settings, Refusal> {
        self.check_batch_notices()?;
        certificates::check(&self.texts(certificates::AUTHORITIES)?.unwrap_or_default())?;
        let signed = match self.text("accessTokenSignAlg")? {
            None => None,
            Some(name) => Some(name.parse::<Algorithm>().ok().filter(|alg| !alg.is_symmetric()).ok_or_else(|| {
                INVALID.with("`accessTokenSignAlg` must be an algorithm with a public key, or absent")
            })?),
        };
        let grants = self.texts("supportedGrantTypes")?;
        let no_refresh_tokens = grants.as_ref().is_some_and(|all| !all.contains(&"REFRESH_TOKEN"));
        let code_lifetime = self.duration("authorizationCodeDuration")?.unwrap_or(usual.code_lifetime);
        if code_lifetime > LONGEST_CODE {
            return Err(INVALID.with("`authorizationCodeDuration` is more than 600 seconds (RFC 6749 section 4.1.2)"));
        }
        Ok(Settings {
            access_token_format: TokenFormat::Opaque,
            signed_copy: signed.is_some(),
            signing_alg: signed.unwrap_or(old.signing_alg),
            by_hash: true,
            access_token_lifetime: self.duration("accessTokenDuration")?.unwrap_or(usual.access_token_lifetime),
            refresh_token_lifetime: self.duration("refreshTokenDuration")?.unwrap_or(usual.refresh_token_lifetime),
            id_token_lifetime: self.duration("idTokenDuration")?.unwrap_or(usual.id_token_lifetime),
            code_lifetime,
            refresh_grace: match self.flag("refreshTokenIdempotent")? {
                true => Duration::from_secs(60),
                false => usual.refresh_grace,
            },
            rotation: match self.stated("refreshTokenKept")? {
                None => usual.rotation,
                Some(true) => Rotation::Never,
                Some(false) => Rotation::Always,
            },
            require_pushed_authorization_requests: self
                .stated("parRequired")?
                .unwrap_or(usual.require_pushed_authorization_requests),
            backend: BackendSettings {
                is_managed: true,
                no_refresh_tokens,
                grant_types: grants
                    .map(|all| all.into_iter().filter_map(crate::grant_types::of_wire).map(str::to_owned).collect()),
                single_access_token_per_subject: self.flag("singleAccessTokenPerSubject")?,
                id_token_reissuable: self.flag("idTokenReissuable")?,
                endpoints: self.endpoints()?,
                access_token_type: self.text("accessTokenType")?.map(str::to_owned),
                pkce_required: self.flag("pkceRequired")? || self.flag("pkceS256Required")?,
                pkce_s256_required: self.flag("pkceS256Required")?,
                client_aliases: self.flag("clientIdAliasEnabled")?,
                dynamic_registration: self.flag("dynamicRegistrationSupported")?,
                scope_required: self.flag("scopeRequired")?,
                access_ends_with_refresh: self.flag("tokenExpirationLinked")?,
                refresh_lifetime_kept: self.flag("refreshTokenDurationKept")?,
                refresh_lifetime_reset: self.flag("refreshTokenDurationReset")?,
                identity_needs_offline_access: self.flag("openidDroppedOnRefreshWithoutOfflineAccess")?,
                missing_client_id_allowed: self.flag("missingClientIdAllowed")?,
                pushed_request_lifetime: self.duration("pushedAuthReqDuration")?.map(|life| life.as_secs()),
                device_code_lifetime: self.duration("deviceFlowCodeDuration")?.map(|life| life.as_secs()),
                authorization_details_types: self
                    .texts("supportedAuthorizationDetailsTypes")?
                    .filter(|all| !all.is_empty())
                    .map(|all| all.into_iter().map(str::to_owned).collect()),
                id_token_audience_as_text: match self.text("idTokenAudType")? {
                    None | Some("array") => false,
                    Some("string") => true,
                    Some(_) => return Err(INVALID.with("`idTokenAudType` must be array or string")),
                },
                access_token_key: self.text("accessTokenSignatureKeyId")?.map(str::to_owned),
                id_token_key: self.text("idTokenSignatureKeyId")?.map(str::to_owned),
                introspection_key: self.text("introspectionSignatureKeyId")?.map(str::to_owned),
                device_poll_interval: self.duration("deviceFlowPollingInterval")?.map(|life| life.as_secs()),
                hides_client_secrets: self.attribute(HIDES_SECRETS)? == Some("true"),
                scope_lifetimes: self
                    .scopes()?
                    .unwrap_or_default()
                    .iter()
                    .filter_map(ServiceScope::lifetimes)
                    .collect(),
            },
            other: self.members.clone(),
            ..old.clone()
        })
    }
}

/// A scope of a service.
#[derive(Clone, Debug, Deserialize)]
pub struct ServiceScope {
    /// Its name.
    pub name: String,
    /// Whether a request that names no scope gets it.
    #[serde(default, rename = "defaultEntry")]
    pub is_default: bool,
    /// What it lets a client do.
    #[serde(default)]
    pub description: Option<String>,
    /// Its attributes.
    #[serde(default)]
    pub attributes: Option<Vec<Attribute>>,
}

/// An attribute of a scope.
#[derive(Clone, Debug, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub key: String,
    /// Its value.
    #[serde(default)]
    pub value: String,
}

/// The members of a JWK that only a private or symmetric key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 8037 section 2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A JWK Set without private parts; a text that is none is kept out.
fn public_part(text: &str) -> String {
    let Ok(mut set) = serde_json::from_str::<Value>(text) else { return String::new() };
    let Some(keys) = set.get_mut("keys").and_then(Value::as_array_mut) else { return String::new() };
    for key in keys.iter_mut().filter_map(Value::as_object_mut) {
        key.retain(|name, _| !PRIVATE.contains(&name.as_str()));
    }
    set.to_string()
}

/// Gives a scope what each has (`docs/contracts/authlete.md` section 8): `defaultEntry` always.
fn whole_scope(scope: &mut Map<String, Value>) {
    scope.entry("defaultEntry").or_insert(Value::Bool(false));
}

impl ServiceScope {
    /// The lifetimes that its attributes set; none when they set none.
    fn lifetimes(&self) -> Option<(String, ScopeLifetimes)> {
        let seconds = |key: &str| {
            let attribute = self.attributes.iter().flatten().find(|each| each.key == key)?;
            attribute.value.trim().parse().ok().filter(|seconds| (1..=LONGEST).contains(seconds))
        };
        let lifetimes = ScopeLifetimes {
            access: seconds("access_token.duration"),
            refresh: seconds("refresh_token.duration"),
            id: seconds("id_token.duration"),
        };
        (lifetimes != ScopeLifetimes::default()).then(|| (self.name.clone(), lifetimes))
    }
}
