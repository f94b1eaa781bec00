//! `urn:ietf:params:oauth:grant-type:jwt-bearer`, RFC 7523 section 2.1: a trusted issuer asserts a subject.
//!
//! The client must be registered, and authenticates as for any grant; a public one must be named by the issuer's entry. An
//! assertion works once: by its `jti`, or, without one, by its signed part. No refresh token (RFC 7521 section 4.1): the client
//! can get another assertion from the issuer.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::{JwkSet, Secret, digest};

use crate::assertion::{Assertion, AssertionError};
use crate::grants::refusals::{
    GRANT_ASSERTION_INVALID, GRANT_ASSERTION_SUBJECT, GRANT_ASSERTION_UNTRUSTED, GRANT_ASSERTION_USED,
};
use crate::token_endpoint::{Decision, GrantContext, GrantRequest, GrantType, HandedRequest, OpenTo, Params, resource};
use crate::trusted_issuers::{self, SubjectMapping, TrustedIssuer};
use crate::trusted_keys::{Asker, KeySet, KeysError};
use jeton_ledger::formats::jwt::is_access;
use jeton_ledger::ledger::{Family, MintPrecondition, NewGrant, Plan, TokenPlan, single_use};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::outbound::UrlTrust;
use jeton_model::records::{Client, SingleUseKey, Subject};
use jeton_model::scope::Scope;

pub(super) struct JwtBearer;

const NAME: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How far in the future `exp` may lie.
const LONGEST: Duration = Duration::from_secs(3600);
/// The same where a caller decides, which has rules of its own.
const LONGEST_HANDED: Duration = Duration::from_secs(200 * 366 * 86_400);
/// The longest assertion that is read, in bytes.
const LARGEST: usize = 16 * 1024;
/// The longest name of a person, in bytes.
const LONGEST_NAME: usize = 255;

impl GrantType for JwtBearer {
    fn grant_type(&self) -> &'static str {
        NAME
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Trusted
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["assertion"]
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request {
            assertion: Secret::new(params.required("assertion")?),
            scope: params.get("scope").map(str::to_owned),
            audience: resource::requested(params)?,
        }))
    }
}

struct Request {
    assertion: Secret,
    scope: Option<String>,
    audience: Option<resource::Asked>,
}

impl GrantRequest for Request {
    fn hand_out<'a>(&'a self, cx: &'a GrantContext<'a>) -> Option<BoxFuture<'a, Result<HandedRequest, Refusal>>> {
        Some(Box::pin(async move {
            let assertion = self.parsed()?;
            let claims = assertion.claims();
            for (name, value) in [("iss", claims.iss()), ("sub", claims.sub())] {
                if value.ok().flatten().is_none_or(str::is_empty) {
                    return Err(GRANT_ASSERTION_INVALID.with(format!("it has no {name}")));
                }
            }
            check_type(&assertion)?;
            check_recipient(cx, &assertion, LONGEST_HANDED)?;
            let asked = self.audience.clone();
            Ok(HandedRequest::JwtBearer {
                claims: claims.members().clone(),
                assertion: self.assertion.clone(),
                scope: self.scope.as_deref().map(parse_scope).transpose()?,
                audience: asked.map(|asked| resource::allowed(asked, cx.service, cx.client)).transpose()?,
            })
        }))
    }

    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let assertion = self.parsed()?;
            let iss = assertion.claims().iss().ok().flatten().unwrap_or_default();
            let issuer = trusted_issuers::find(&cx.oauth.ledger, cx.service, iss).await?;
            let issuer = issuer.filter(|i| i.admits(cx.client)).ok_or(GRANT_ASSERTION_UNTRUSTED)?;
            let ends = check(&cx, &assertion, &issuer).await?;
            let plan = of_subject(&cx, &assertion, &issuer, iss).await?;
            let scope = self.scope(&cx, &issuer)?;
            let mut access = TokenPlan::access(cx.service, cx.client, scope.clone());
            if let Some(asked) = self.audience {
                access.audience = resource::allowed(asked, cx.service, cx.client)?;
            }
            let family = Family::New(Box::new(NewGrant::new(NAME, scope, Arc::clone(&access.audience))));
            let (key, now) = (single_use_key(&assertion, iss), cx.oauth.ledger.now());
            let precondition =
                Some(MintPrecondition::Claim(Box::new(single_use::assertion(cx.service.id, key, now, ends))));
            let plan = Plan { family, precondition, tokens: vec![access], ..plan };
            Ok(Decision::Exchange(Box::new(plan), Box::new(|_, _| Box::pin(async { Err(GRANT_ASSERTION_USED) }))))
        })
    }
}

impl Request {
    fn parsed(&self) -> Result<Assertion, Refusal> {
        if self.assertion.expose().len() > LARGEST {
            return Err(GRANT_ASSERTION_INVALID.with("it is too long"));
        }
        Assertion::parse(Secret::new(self.assertion.expose())).map_err(refused)
    }

    /// Within the issuer's and the client's scope: all of what was requested, or of the client's default.
    fn scope(&self, cx: &GrantContext<'_>, issuer: &TrustedIssuer) -> Result<Scope, Refusal> {
        let bound = issuer.scope.as_ref().map_or_else(Scope::empty, |scope| scope.intersect(&cx.client.scope));
        let Some(text) = &self.scope else {
            return Ok(cx.client.default_scope.as_ref().map_or_else(|| bound.clone(), |d| d.intersect(&bound)));
        };
        let asked = parse_scope(text)?;
        match asked.beyond(&bound) {
            Some(beyond) => Err(SCOPE_NOT_ALLOWED.with(beyond)),
            None => Ok(asked),
        }
    }
}

fn parse_scope(text: &str) -> Result<Scope, Refusal> {
    Scope::parse(text).map_err(|_| SCOPE_NOT_ALLOWED.with(text.replace(' ', ",")))
}

/// An access token of another issuer is not an assertion for this one (RFC 8725 section 3.11).
fn check_type(assertion: &Assertion) -> Result<(), Refusal> {
    if is_access(assertion.header()) || assertion.header().typ().is_some_and(|typ| !typ.eq_ignore_ascii_case("jwt")) {
        return Err(refused(AssertionError::Type));
    }
    Ok(())
}

/// Checks audience and times.
fn check_recipient(cx: &GrantContext<'_>, assertion: &Assertion, longest: Duration) -> Result<Timestamp, Refusal> {
    assertion.is_for_service(cx.service, "/token", cx.origin.internal_url.as_deref()).map_err(refused)?;
    assertion.check_times(cx.oauth.ledger.now(), longest).map_err(refused)
}

/// Checks type, signature, audience and times. Returns the time from which the assertion is no longer accepted.
async fn check(cx: &GrantContext<'_>, assertion: &Assertion, issuer: &TrustedIssuer) -> Result<Timestamp, Refusal> {
    check_type(assertion)?;
    let kid = assertion.header().kid();
    let keys = match (&issuer.jwks, &issuer.jwks_uri) {
        (Some(jwks), _) => {
            let set: JwkSet = serde_json::from_value(jwks.clone()).map_err(|_| GRANT_ASSERTION_UNTRUSTED)?;
            KeySet::new(set).map(Arc::new)
        }
        (None, Some(url)) => cx.oauth.keys_at(url, UrlTrust::Operator, Asker::client(cx.client.key), kid).await,
        (None, None) => Err(KeysError::None),
    };
    let keys = keys.map_err(|_| GRANT_ASSERTION_INVALID.with("its keys cannot be had"))?;
    assertion.verify(&keys, |alg| !alg.is_symmetric()).map_err(refused)?;
    check_recipient(cx, assertion, LONGEST)
}

/// The user or subject that the tokens are for.
async fn of_subject(
    cx: &GrantContext<'_>,
    assertion: &Assertion,
    issuer: &TrustedIssuer,
    iss: &str,
) -> Result<Plan, Refusal> {
    let claims = assertion.claims();
    // RFC 7523 section 3: `sub` is required, whichever claim identifies the person.
    let sub = claims.sub().ok().flatten().filter(|s| !s.is_empty());
    let sub = sub.ok_or_else(|| GRANT_ASSERTION_INVALID.with("it has no sub"))?;
    let name = match issuer.claim.as_deref() {
        None | Some("sub") => Some(sub),
        Some("email") if claims.get("email_verified") != Some(&serde_json::Value::Bool(true)) => None,
        Some(other) => claims.get(other).and_then(|value| value.as_str()),
    };
    let speaks_of = |name: &&str| {
        let fits = !name.is_empty() && name.len() <= LONGEST_NAME;
        fits && (issuer.subjects.is_empty() || issuer.subjects.iter().any(|s| s == name))
    };
    let name = name.filter(speaks_of).ok_or(GRANT_ASSERTION_SUBJECT)?;
    let entities = cx.oauth.ledger.entities();
    let user = match issuer.finds {
        SubjectMapping::Sub => entities.user_by_sub(cx.service.id, name).await?,
        SubjectMapping::Username => entities.user_by_name(cx.service.id, name).await?,
        SubjectMapping::External => {
            // Prefixed with the other issuer, so that it cannot equal a `sub` of this service.
            let subject = Subject::External(format!("{iss}|{name}").into());
            return Ok(Plan { subject: Some(subject), ..cx.plan() });
        }
    };
    let user = user.filter(|u| u.enabled && u.service == cx.service.id).ok_or(GRANT_ASSERTION_SUBJECT)?;
    Ok(cx.plan().of_user(user))
}

/// The single-use key of an assertion; without `jti` it is the signed part.
fn single_use_key(assertion: &Assertion, iss: &str) -> SingleUseKey {
    let (what, id) = match assertion.claims().jti() {
        Ok(Some(jti)) if !jti.is_empty() => ("jti", jti),
        _ => ("text", assertion.signed()),
    };
    SingleUseKey(digest::sha256(format!("grant {} {iss} {what} {id}", iss.len()).as_bytes()))
}

fn refused(error: AssertionError) -> Refusal {
    GRANT_ASSERTION_INVALID.with(match error {
        AssertionError::NotJws | AssertionError::Payload => "it is no signed JWT",
        AssertionError::Type => "it is another type of JWT",
        AssertionError::Algorithm => "its algorithm is not allowed",
        AssertionError::UnknownKey => "its key is not known",
        AssertionError::Signature => "its signature is not correct",
        AssertionError::Audience => "it is meant for somebody else",
        AssertionError::Expired => "it has expired",
        AssertionError::LongLived => "it is valid for too long",
        AssertionError::NotYet => "it is not valid yet",
    })
}
