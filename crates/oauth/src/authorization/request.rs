//! A checked authorization request.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hint::id_token_hint;
use super::pushed::PushedReference;
use super::{Challenge, Prompt, ResponseMode, ResponseType, SignsIn, acr, dpop_jkt};
use crate::OAuth;
use crate::authorization::refusals::{AUTHORIZATION_DETAILS_INVALID, REDIRECT_URI_UNREGISTERED, RESPONSE_TYPE_UNKNOWN};
use crate::claims::ClaimsRequest;
use crate::client_alias;
use crate::client_documents::ClientDocument;
use crate::token_endpoint::refusals::REDIRECT_URI_MALFORMED;
use crate::token_endpoint::{Params, resource};
use jeton_administration::redirect_uri;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Client, CompatibilityMode, Service};
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_model::scope::Scope;

/// A request that may be shown to a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client; 0 while only a document knows it.
    pub client: ClientKey,
    /// What the response holds.
    pub response_type: ResponseType,
    /// How the response is sent.
    pub response_mode: ResponseMode,
    /// The redirect URI.
    pub redirect_uri: String,
    /// Whether the request named it (then the token request must, too).
    pub redirect_uri_named: bool,
    /// The requested scope, within what the client may have.
    pub scope: Scope,
    /// The requested audience (RFC 8707), space-separated; none: the client's or the service's default.
    pub audience: Option<Arc<str>>,
    /// The requested single claims.
    pub claims: ClaimsRequest,
    /// The scopes that release the requested claims.
    #[serde(default = "Scope::empty")]
    pub claims_scope: Scope,
    /// Whether the ID token must have `acr`.
    pub acr: bool,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// PKCE.
    pub challenge: Option<Challenge>,
    /// OIDC `prompt`.
    pub prompt: Prompt,
    /// The maximum age of the sign-in.
    pub max_age: Option<Duration>,
    /// The only user that the answer may be about (`id_token_hint`, or `sub` in the `claims` parameter).
    pub subject: Option<String>,
    /// A user name to prefill in the sign-in form.
    pub login_hint: Option<String>,
    /// The reference by which the request came, if it was pushed, until it is used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed: Option<PushedReference>,
    /// The document that describes the client, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Arc<ClientDocument>>,
    /// What only the pages of a trusted caller use; none: people sign in here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Box<Elsewhere>>,
}

/// What a request says to the pages on which people sign in, when those are not this server's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Elsewhere {
    /// The wanted authentication context classes, in order of preference: of `acr_values`, of the `claims` parameter, or the
    /// client's default. Whether they are essential is in the request's claims.
    pub acr_values: Vec<String>,
    /// `display`.
    pub display: Option<String>,
    /// `ui_locales`.
    pub ui_locales: Vec<String>,
    /// `claims_locales`.
    pub claims_locales: Vec<String>,
    /// `authorization_details` (RFC 9396): a list.
    pub authorization_details: Option<Value>,
    /// Whether the request names the client by its alias.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub alias_used: bool,
    /// The SHA-256 thumbprint of the key to which the code is bound (RFC 9449 section 10): only callers pass proofs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<[u8; 32]>,
}

impl Elsewhere {
    fn read(
        params: &Params<'_>,
        claims: &ClaimsRequest,
        (service, client): (&Service, &Client),
    ) -> Result<Box<Self>, Refusal> {
        let words = |name: &str| -> Vec<String> {
            let all = params.get(name).unwrap_or_default().split(' ');
            all.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let acr_values = match (words("acr_values"), claims.id_token.get("acr")) {
            (named, _) if !named.is_empty() => named,
            (_, Some(asked)) => {
                let all = asked.value.iter().chain(&asked.values);
                all.filter_map(|value| value.as_str().map(str::to_owned)).collect()
            }
            (_, None) => client.metadata.default_acr_values.clone().unwrap_or_default(),
        };
        Ok(Box::new(Self {
            acr_values,
            display: params.get("display").map(str::to_owned),
            ui_locales: words("ui_locales"),
            claims_locales: words("claims_locales"),
            authorization_details: match params.get("authorization_details") {
                None => None,
                Some(text) => Some(authorization_details(service, text)?),
            },
            alias_used: client_alias::is_alias(client, params.get("client_id")),
            key: dpop_jkt::named(params)?,
        }))
    }
}

/// A list of objects, each of a type that the service knows (RFC 9396 section 2).
fn authorization_details(service: &Service, text: &str) -> Result<Value, Refusal> {
    let known = service.settings.backend.authorization_details_types.as_ref();
    let is_known = |kind: &str| known.is_none_or(|all| all.iter().any(|known| known == kind));
    let details: Value = serde_json::from_str(text).map_err(|_| AUTHORIZATION_DETAILS_INVALID)?;
    let all = details.as_array().filter(|all| !all.is_empty()).ok_or(AUTHORIZATION_DETAILS_INVALID)?;
    let is_good = |each: &Value| each.get("type").and_then(Value::as_str).is_some_and(is_known);
    if all.iter().all(is_good) { Ok(details) } else { Err(AUTHORIZATION_DETAILS_INVALID) }
}

impl AuthorizationRequest {
    /// How long ago the sign-in may be: as the request says, else as its client is registered.
    #[must_use]
    pub fn oldest_sign_in(&self, client: &Client) -> Option<Duration> {
        self.max_age.or_else(|| client.metadata.default_max_age.map(Duration::from_secs))
    }

    /// What the user is asked to allow: the scope, and the scopes of the requested claims.
    #[must_use]
    pub fn asked(&self) -> Scope {
        Scope::from_words(self.scope.words().chain(self.claims_scope.words()))
    }

    /// The names of the servers that the access is for, where the request names any.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.audience.iter().flat_map(|names| names.split(' '))
    }

    /// Where the response is sent.
    #[must_use]
    pub fn return_to(&self, client: &Client) -> ReturnTo {
        ReturnTo {
            redirect_uri: self.redirect_uri.clone(),
            mode: self.response_mode,
            state: self.state.clone(),
            client_name: client.display_name().to_owned(),
            after_sign_in: is_told_after_sign_in(client, &self.redirect_uri, self.prompt.none),
        }
    }
}

/// Where a response is sent.
#[derive(Clone, Debug)]
pub struct ReturnTo {
    /// The checked redirect URI.
    pub redirect_uri: String,
    /// How it is sent.
    pub mode: ResponseMode,
    /// Returned unchanged.
    pub state: Option<String>,
    /// The client's name, shown on pages.
    pub client_name: String,
    /// Whether errors are sent there only when a user is signed in in this browser: anybody could register the client, and its
    /// scheme starts a program on the device (RFC 9700 section 4.11.2).
    pub after_sign_in: bool,
}

/// `prompt=none` asks for an answer without a page, whether or not a user is signed in.
fn is_told_after_sign_in(client: &Client, redirect_uri: &str, silent: bool) -> bool {
    client.self_registered && !silent && redirect_uri::is_private(redirect_uri)
}

/// Where to send an error, according to the parameters of a request that could not be read.
pub(super) fn error_to(params: &Params<'_>, client: &Client, redirect_uri: String) -> ReturnTo {
    let silent = params.get("prompt") == Some("none");
    ReturnTo {
        mode: told_by(params, &redirect_uri),
        state: params.get("state").map(str::to_owned),
        client_name: client.display_name().to_owned(),
        after_sign_in: is_told_after_sign_in(client, &redirect_uri, silent),
        redirect_uri,
    }
}

/// A refusal at the authorization endpoint.
#[derive(Debug)]
pub struct AuthorizationError {
    /// Why.
    pub refusal: Refusal,
    /// Where to send the error; none: show it to the user only, since client or redirect URI cannot be trusted.
    pub return_to: Option<ReturnTo>,
    /// The compatibility mode that words the error.
    pub profile: CompatibilityMode,
}

impl From<Refusal> for AuthorizationError {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, return_to: None, profile: CompatibilityMode::Standard }
    }
}

/// Reads the effective parameters of a known client's request.
pub(super) async fn read_for(
    oauth: &OAuth,
    service: &Service,
    (client, signs_in): (&Client, SignsIn),
    params: &Params<'_>,
) -> Result<AuthorizationRequest, Box<AuthorizationError>> {
    let nowhere = |refusal: Refusal| Box::new(AuthorizationError::from(refusal));
    if params.is_repeated("redirect_uri") {
        params.once().map_err(nowhere)?;
    }
    let redirect_uri = destination(service, params, client).map_err(nowhere)?.into_owned();
    match checked(oauth, service, params, (client, signs_in), &redirect_uri).await {
        Ok(request) => Ok(request),
        Err(refusal) => Err(Box::new(AuthorizationError {
            refusal,
            return_to: Some(error_to(params, client, redirect_uri)),
            profile: client.profile,
        })),
    }
}

/// The redirect URI: named and registered, or omitted where that is allowed.
fn destination<'p>(service: &Service, params: &'p Params<'_>, client: &'p Client) -> Result<Cow<'p, str>, Refusal> {
    match params.get("redirect_uri") {
        Some(uri) if !redirect_uri::is_well_formed(uri) => Err(REDIRECT_URI_MALFORMED),
        Some(uri) if redirect_uri::may_return(service, client, uri) => Ok(uri.into()),
        Some(_) => Err(REDIRECT_URI_UNREGISTERED),
        // RFC 6749 section 3.1.2.3: may be omitted when exactly one is registered; OIDC requests must name it.
        None => match client.redirect_uris.as_slice() {
            [only] if !names_openid(params) && redirect_uri::may_return(service, client, only) => {
                Ok(only.as_str().into())
            }
            _ => Err(REDIRECT_URI_MALFORMED),
        },
    }
}

fn names_openid(params: &Params<'_>) -> bool {
    params.get("scope").is_some_and(|s| s.split(' ').any(|w| w == "openid"))
}

/// How to send an error: as the response would be sent, as far as the request can be read.
fn told_by(params: &Params<'_>, redirect_uri: &str) -> ResponseMode {
    let response_type = params.get("response_type").and_then(ResponseType::parse).unwrap_or(ResponseType::CODE);
    mode(params, response_type, redirect_uri).unwrap_or_else(|_| response_type.default_mode())
}

fn mode(params: &Params<'_>, response_type: ResponseType, redirect_uri: &str) -> Result<ResponseMode, Refusal> {
    let Some(name) = params.get("response_mode") else { return Ok(response_type.default_mode()) };
    ResponseMode::parse(name)
        .filter(|mode| mode.fits(response_type, redirect_uri))
        .ok_or_else(|| PARAMETER_INVALID.with("response_mode"))
}

/// Everything beyond client and redirect URI, in the contract's order (section 10).
async fn checked(
    oauth: &OAuth,
    service: &Service,
    params: &Params<'_>,
    (client, signs_in): (&Client, SignsIn),
    redirect_uri: &str,
) -> Result<AuthorizationRequest, Refusal> {
    params.once()?;
    let scope = params.scope_or_registered(Some(client))?;
    let words = params.required("response_type")?;
    let response_type = ResponseType::parse(words).ok_or(RESPONSE_TYPE_UNKNOWN)?;
    let response_mode = mode(params, response_type, redirect_uri)?;
    let prompt = Prompt::read(params)?;
    response_type.allowed_to(client, words)?;
    let challenge = if response_type.code { Challenge::read(params, client)? } else { None };
    let pkce = &service.settings.backend;
    if response_type.code && pkce.pkce_required && challenge.is_none() {
        return Err(PARAMETER_MISSING.with("code_challenge"));
    }
    if pkce.pkce_s256_required && challenge.as_ref().is_some_and(|challenge| challenge.plain) {
        return Err(PARAMETER_INVALID.with("code_challenge_method"));
    }
    let scope = scope.within(&client.scope)?;
    let openid = scope.contains("openid");
    if response_type.id_token {
        // OIDC Core sections 3.2.2.1 and 3.3.2.11: an ID token needs an OpenID request, and a nonce.
        if !openid {
            return Err(PARAMETER_INVALID.with("scope"));
        }
        params.required("nonce")?;
    }
    let claims = match params.get("claims") {
        Some(text) => ClaimsRequest::parse(text)?,
        None => ClaimsRequest::default(),
    };
    let claims = if openid { claims } else { ClaimsRequest::default() };
    let catalog = oauth.ledger.entities().catalog(service.id);
    let (acr, elsewhere) = match signs_in {
        SignsIn::Here => (openid && acr::wanted(params, &claims, client)?, None),
        SignsIn::Elsewhere => (false, Some(Elsewhere::read(params, &claims, (service, client))?)),
    };
    Ok(AuthorizationRequest {
        client: client.key,
        response_type,
        response_mode,
        redirect_uri: redirect_uri.to_owned(),
        redirect_uri_named: params.get("redirect_uri").is_some(),
        audience: resource::requested(params)?.map(|asked| resource::allowed(asked, service, client)).transpose()?,
        acr,
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge,
        prompt,
        max_age: max_age(params)?,
        subject: subject(oauth, (service, client), params, &claims).await?,
        login_hint: params.get("login_hint").map(|h| h.chars().take(255).collect()),
        // A trusted caller knows other claims than this server.
        claims_scope: claims.scopes(&client.scope, &catalog),
        claims: if elsewhere.is_some() { claims } else { claims.within(&client.scope, &catalog) },
        pushed: None,
        document: None,
        elsewhere,
        scope,
    })
}

/// The only user that the answer may be about. A hint that is not from this issuer names a user that nobody here can be.
async fn subject(
    oauth: &OAuth,
    (service, client): (&Service, &Client),
    params: &Params<'_>,
    claims: &ClaimsRequest,
) -> Result<Option<String>, Refusal> {
    let hinted = match params.get("id_token_hint") {
        None => None,
        Some(text) => match id_token_hint(oauth, service, text).await?.filter(|hint| hint.counts_for(client)) {
            Some(hint) => Some(hint.sub),
            None => return Err(PARAMETER_INVALID.with("id_token_hint")),
        },
    };
    // OIDC Core section 5.5.1: a value of `sub` names the user that the answer must be about.
    let named = [&claims.id_token, &claims.userinfo].into_iter().filter_map(|part| part.get("sub"));
    let named = named.filter_map(|asked| asked.value.as_ref()?.as_str().map(str::to_owned));
    let mut all = hinted.into_iter().chain(named);
    let first = all.next();
    if all.any(|other| Some(other) != first) { Err(PARAMETER_INVALID.with("claims")) } else { Ok(first) }
}

fn max_age(params: &Params<'_>) -> Result<Option<Duration>, Refusal> {
    match params.get("max_age") {
        None => Ok(None),
        Some(text) => match text.parse::<u32>() {
            Ok(seconds) => Ok(Some(Duration::from_secs(u64::from(seconds)))),
            Err(_) => Err(PARAMETER_INVALID.with("max_age")),
        },
    }
}
