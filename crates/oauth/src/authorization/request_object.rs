//! Request objects: the parameters of a request in a JWT that the client signed (RFC 9101, OIDC Core section 6).

use std::borrow::Cow;
use std::time::Duration;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use crate::OAuth;
use crate::assertion::{Assertion, Claims, SKEW};
use crate::authorization::refusals::{REQUEST_OBJECT_INVALID, REQUEST_URI_INVALID};
use crate::token_endpoint::Params;
use jeton_model::Refusal;
use jeton_model::outbound::{OutboundRequest, UrlTrust};
use jeton_model::records::{Client, Service};
use jeton_model::refusals::REQUEST_TOO_LARGE;

/// The longest request object, in bytes.
const LONGEST: usize = 32 * 1024;
/// The time limit for fetching one.
const BUDGET: Duration = Duration::from_secs(5);
/// The media types of RFC 9101 section 10.8 and of a plain JWT.
const TYPES: [&str; 2] = ["oauth-authz-req+jwt", "JWT"];
/// Claims about the object itself.
const ENVELOPE: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The parameters of a request object. Only these count: parameters beside it in the request are ignored
/// (RFC 9101 section 6.3).
pub(super) async fn read(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    text: Secret,
) -> Result<Params<'static>, Refusal> {
    if text.expose().len() > LONGEST {
        return Err(REQUEST_TOO_LARGE);
    }
    let object = Assertion::parse(text).map_err(|_| invalid())?;
    let keys = oauth.keys_of(client, None, object.header().kid()).await.map_err(|_| invalid())?;
    let registered = client.metadata.request_object_signing_alg.as_deref();
    let allowed = |alg: jeton_jose::Algorithm| {
        !alg.is_symmetric() && registered.is_none_or(|registered| registered == alg.as_str())
    };
    object.verify(&keys, allowed).map_err(|_| invalid())?;
    check(oauth, service, client, &object)?;
    params(object.claims().members())
}

/// Fetches the object at a URL that the client has registered, compared exactly.
pub(super) async fn fetched(oauth: &OAuth, client: &Client, uri: &str) -> Result<Secret, Refusal> {
    let refused = || REQUEST_URI_INVALID;
    if !client.metadata.request_uris.iter().flatten().any(|known| known == uri) {
        return Err(refused());
    }
    // The fragment only helps caches, and nothing is cached here.
    let url = uri.split('#').next().unwrap_or_default();
    let reply = oauth
        .outbound
        .send(OutboundRequest::get(
            url,
            UrlTrust::of(client, uri),
            "application/oauth-authz-req+jwt, application/jwt",
            (LONGEST, BUDGET),
        ))
        .await
        .map_err(|_| refused())?;
    match String::from_utf8(reply.body) {
        Ok(text) if reply.status == 200 => Ok(Secret::new(text.trim())),
        _ => Err(refused()),
    }
}

/// Checks issuer, audience and times (RFC 9101 sections 4 and 10.8).
fn check(oauth: &OAuth, service: &Service, client: &Client, object: &Assertion) -> Result<(), Refusal> {
    let claims = object.claims();
    let own = client.client_id.as_str();
    let typed = object.header().typ().is_none() || TYPES.iter().any(|typ| object.header().is_typ(typ));
    let issuer = claims.iss().map_err(|_| invalid())?;
    let named = claims.text("client_id").map_err(|_| invalid())?;
    // `iss` or `client_id` must name the client, and neither may name another.
    let owned = (issuer.is_some() || named.is_some())
        && issuer.is_none_or(|iss| iss == own)
        && named.is_none_or(|id| id == own);
    // A client assertion has the client as its subject; it is not a request.
    let assertion = claims.sub().map_err(|_| invalid())? == Some(own);
    let nested = claims.get("request").is_some() || claims.get("request_uri").is_some();
    let meant = claims.get("aud").is_none() || object.is_for(&[&service.issuer]).is_ok();
    if typed && owned && !assertion && !nested && meant && is_good_now(oauth, claims) { Ok(()) } else { Err(invalid()) }
}

/// `exp` and `nbf` may be omitted, but are checked when present.
fn is_good_now(oauth: &OAuth, claims: &Claims) -> bool {
    let now = oauth.ledger.now();
    let (Ok(end), Ok(begin)) = (claims.exp(), claims.nbf()) else { return false };
    end.is_none_or(|end| now < end + SKEW) && begin.is_none_or(|begin| begin <= now + SKEW)
}

/// Turns claims into parameters: strings unchanged, numbers and objects as JSON, several values of `resource` one by one.
fn params(claims: &Map<String, Value>) -> Result<Params<'static>, Refusal> {
    let mut pairs = Vec::with_capacity(claims.len());
    for (name, value) in claims.iter().filter(|(name, _)| !ENVELOPE.contains(&name.as_str())) {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name.clone(), text.clone())),
            Value::Array(all) if name == "resource" => {
                let texts = all.iter().map(|each| each.as_str().map(str::to_owned).ok_or_else(invalid));
                pairs.extend(texts.collect::<Result<Vec<_>, _>>()?.into_iter().map(|text| (name.clone(), text)));
            }
            other => pairs.push((name.clone(), other.to_string())),
        }
    }
    Ok(Params::lenient(pairs.into_iter().map(|(name, value)| (Cow::Owned(name), Cow::Owned(value)))))
}

fn invalid() -> Refusal {
    REQUEST_OBJECT_INVALID
}
