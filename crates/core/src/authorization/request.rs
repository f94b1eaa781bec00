//! An authorization request, read and checked.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::hint::id_token_hint;
use super::redirect;
use crate::Ledger;
use crate::grants::{Params, scope_or_default};
use crate::ids::ClientKey;
use crate::model::{Client, Profile, Service};
use crate::refusal::Refusal;
use crate::scope::Scope;

/// A request that may be shown to a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientKey,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named it (then the token request must, too).
    pub redirect_uri_named: bool,
    /// What is asked for; within what the client may have.
    pub scope: Scope,
    /// Echoed.
    pub state: Option<String>,
    /// Echoed in the ID token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: Option<String>,
    /// OIDC `prompt`.
    pub prompt: Prompt,
    /// The sign-in may be at most so old.
    pub max_age: Option<Duration>,
    /// The only person an answer may be about (`id_token_hint`).
    #[serde(default)]
    pub subject: Option<String>,
    /// A name to put into the form.
    pub login_hint: Option<String>,
}

/// OIDC `prompt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nobody may be asked anything.
    pub none: bool,
    /// He must sign in again.
    pub login: bool,
    /// He must be asked again.
    pub consent: bool,
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub struct ReturnTo {
    /// The checked redirect URI.
    pub redirect_uri: String,
    /// Echoed.
    pub state: Option<String>,
}

/// A refusal at the authorization endpoint.
#[derive(Debug)]
pub struct AuthorizationError {
    /// Why.
    pub refusal: Refusal,
    /// Where to say so; none: only to the person, since client or redirect URI cannot be trusted.
    pub return_to: Option<ReturnTo>,
    /// In whose words.
    pub profile: Profile,
}

impl From<Refusal> for AuthorizationError {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, return_to: None, profile: Profile::Standard }
    }
}

/// Reads a request: client and redirect URI first, as nothing may be sent to a URI that is not the client's.
///
/// # Errors
/// With `return_to` once client and redirect URI are good.
pub async fn read(
    ledger: &Ledger,
    service: &Arc<Service>,
    params: &Params<'_>,
) -> Result<(AuthorizationRequest, Arc<Client>), AuthorizationError> {
    if params.is_repeated("client_id") || params.is_repeated("redirect_uri") {
        params.once()?;
    }
    let id = params.required("client_id")?;
    let client = ledger.directory().client_by_id(service.id, id).await.map_err(Refusal::from)?;
    let client = client.filter(|c| c.enabled && c.service == service.id).ok_or(Refusal::ClientUnknown)?;
    let named = params.get("redirect_uri");
    let redirect_uri = match named {
        Some(uri) if !redirect::is_well_formed(uri) => return Err(Refusal::RedirectUriMalformed.into()),
        Some(uri) if redirect::is_registered(&client, uri) => uri.to_owned(),
        Some(_) => return Err(Refusal::RedirectUriUnregistered.into()),
        // RFC 6749 section 3.1.2.3: may be left out when exactly one is registered; OIDC requests must name it.
        None => match client.redirect_uris.as_slice() {
            [only] if !names_openid(params) => only.clone(),
            _ => return Err(Refusal::RedirectUriMalformed.into()),
        },
    };
    let return_to = ReturnTo { redirect_uri: redirect_uri.clone(), state: params.get("state").map(str::to_owned) };
    let hint = params.get("id_token_hint").map(|text| id_token_hint(ledger, service, text).map(|hint| hint.sub));
    match checked(params, &client, redirect_uri, named.is_some(), hint) {
        Ok(request) => Ok((request, client)),
        Err(refusal) => Err(AuthorizationError { refusal, return_to: Some(return_to), profile: client.profile }),
    }
}

fn names_openid(params: &Params<'_>) -> bool {
    params.get("scope").is_some_and(|s| s.split(' ').any(|w| w == "openid"))
}

fn checked(
    params: &Params<'_>,
    client: &Client,
    redirect_uri: String,
    redirect_uri_named: bool,
    hint: Option<Option<String>>,
) -> Result<AuthorizationRequest, Refusal> {
    params.once()?;
    if params.get("request").is_some() {
        return Err(Refusal::RequestObjectUnsupported);
    }
    if params.get("request_uri").is_some() {
        return Err(Refusal::RequestUriUnsupported);
    }
    let response_type = params.required("response_type")?;
    if response_type != "code" {
        return Err(Refusal::ResponseTypeUnknown);
    }
    if !client.response_types.iter().any(|r| r == "code") {
        let client = client.client_id.to_string();
        return Err(Refusal::ResponseTypeNotAllowed { client, response_type: response_type.to_owned() });
    }
    if !client.may_use("authorization_code") {
        let client = client.client_id.to_string();
        return Err(Refusal::GrantNotAllowed { client, grant: "authorization_code".into() });
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::ParameterInvalid("response_mode"));
    }
    let scope = scope_or_default(params, Some(client))?.within(&client.scope)?;
    Ok(AuthorizationRequest {
        client: client.key,
        redirect_uri,
        redirect_uri_named,
        scope,
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        code_challenge: code_challenge(params, client)?,
        prompt: prompt(params)?,
        max_age: max_age(params)?,
        // A hint that is none of ours is about nobody this server could answer for.
        subject: hint.map(|sub| sub.ok_or(Refusal::ParameterInvalid("id_token_hint"))).transpose()?,
        login_hint: params.get("login_hint").map(|h| h.chars().take(255).collect()),
    })
}

/// PKCE: honoured when sent, demanded of public clients and where flagged; `S256` only.
fn code_challenge(params: &Params<'_>, client: &Client) -> Result<Option<String>, Refusal> {
    let method = params.get("code_challenge_method");
    let Some(challenge) = params.get("code_challenge") else {
        if client.is_public() || client.require_pkce {
            return Err(Refusal::CodeChallengeMissing);
        }
        return if method.is_some() { Err(Refusal::CodeChallengeMissing) } else { Ok(None) };
    };
    if method != Some("S256") {
        return Err(Refusal::CodeChallengeMethodUnknown);
    }
    // 43 base64url characters: a SHA-256 without padding.
    let well_formed =
        challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if well_formed { Ok(Some(challenge.to_owned())) } else { Err(Refusal::ParameterInvalid("code_challenge")) }
}

fn prompt(params: &Params<'_>) -> Result<Prompt, Refusal> {
    let mut prompt = Prompt::default();
    for word in params.get("prompt").unwrap_or_default().split(' ').filter(|w| !w.is_empty()) {
        match word {
            "none" => prompt.none = true,
            // Choosing an account is signing in again: one browser has one session.
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => return Err(Refusal::ParameterInvalid("prompt")),
        }
    }
    if prompt.none && (prompt.login || prompt.consent) {
        return Err(Refusal::ParameterInvalid("prompt"));
    }
    Ok(prompt)
}

fn max_age(params: &Params<'_>) -> Result<Option<Duration>, Refusal> {
    match params.get("max_age") {
        None => Ok(None),
        Some(text) => match text.parse::<u32>() {
            Ok(seconds) => Ok(Some(Duration::from_secs(u64::from(seconds)))),
            Err(_) => Err(Refusal::ParameterInvalid("max_age")),
        },
    }
}
