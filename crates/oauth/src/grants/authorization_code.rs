//! `authorization_code`, RFC 6749 section 4.1.3 with PKCE (RFC 7636).
//!
//! The code is a single-use entry whose payload holds the authorization. Using it up and writing the family and its tokens is
//! one command. Reuse of a code ends the tokens issued for it (RFC 6749 section 4.1.2).

use futures::future::BoxFuture;

use crate::OAuth;
use crate::authorization::{CODE, CodePayload, code_key};
use crate::grants::refusals::{
    CODE_EXPIRED, CODE_FOREIGN, CODE_INVALID, CODE_REDIRECT_MISMATCH, CODE_REDIRECT_UNREGISTERED, CODE_VERIFIER_INVALID,
};
use crate::token_endpoint::refusals::REDIRECT_URI_MALFORMED;
use crate::token_endpoint::{
    Authorized, Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params, ResponseTypeRule, bound, resource,
};
use jeton_administration::redirect_uri;
use jeton_ledger::ledger::{Ending, MintPrecondition, Plan};
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
use jeton_model::records::{Actor, Binding, Client, Reason, Service, SingleUse};
use jeton_model::store::Lost;

pub(super) struct AuthorizationCode;

impl GrantType for AuthorizationCode {
    fn grant_type(&self) -> &'static str {
        "authorization_code"
    }

    fn allows_public(&self) -> bool {
        true
    }

    fn response_type(&self) -> Option<ResponseTypeRule> {
        Some(ResponseTypeRule { needs: "code", classic_only: false })
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Anyone
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["code", "redirect_uri", "code_verifier"]
    }

    fn client_of<'a>(
        &'a self,
        oauth: &'a OAuth,
        service: &'a Service,
        params: &'a Params<'_>,
    ) -> Option<BoxFuture<'a, Result<Option<ClientKey>, Refusal>>> {
        let key = code_key(params.get("code")?);
        Some(Box::pin(async move {
            let entry = oauth.ledger.store().single_use(CODE.kind, key).await?;
            let Some(entry) = entry.filter(|entry| entry.service == service.id) else { return Ok(None) };
            Ok(Some(serde_json::from_slice::<CodePayload>(&entry.payload)?.client))
        }))
    }

    fn parse(&self, params: &Params<'_>, _: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        let code = params.required("code")?.to_owned();
        let redirect_uri = params.get("redirect_uri").map(str::to_owned);
        if redirect_uri.as_deref().is_some_and(|uri| !redirect_uri::is_well_formed(uri)) {
            return Err(REDIRECT_URI_MALFORMED);
        }
        let code_verifier = params.get("code_verifier").map(str::to_owned);
        // May be omitted for a code with PKCE: then the request must have a verifier.
        if redirect_uri.is_none() && code_verifier.is_none() {
            return Err(REDIRECT_URI_MALFORMED);
        }
        Ok(Box::new(Request { code, redirect_uri, code_verifier, audience: resource::requested(params)? }))
    }
}

struct Request {
    code: String,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    audience: Option<resource::Asked>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let key = code_key(&self.code);
            let entry =
                cx.oauth.ledger.store().single_use(CODE.kind, key).await?.filter(|e| e.service == cx.service.id);
            let Some(entry) = entry else { return Err(CODE_INVALID) };
            let payload: CodePayload = serde_json::from_slice(&entry.payload)?;
            self.prove(&cx, &payload)?;
            if entry.used.is_some() {
                return Err(reused(&cx, &entry).await?);
            }
            check(&cx, &entry, &payload)?;
            let authorized = Authorized {
                grant_type: "authorization_code",
                subject: payload.subject,
                grant: payload.grant,
                exists: payload.grant_exists,
                scope: payload.scope,
                audience: payload.audience,
                claims: payload.claims,
                nonce: payload.nonce,
                authentication: payload.authentication,
                since: entry.expires - cx.service.settings.code_lifetime,
                details: payload.details,
            };
            let plan = authorized.plan(&cx, self.audience).await?;
            let precondition = Some(MintPrecondition::SingleUse { kind: CODE.kind, key });
            Ok(Decision::Exchange(
                Box::new(Plan { precondition, ..plan }),
                Box::new(|cx, lost| {
                    Box::pin(async move {
                        match lost {
                            Lost::Used(entry) => Err(reused(&cx, &entry).await?),
                            Lost::Expired => Err(CODE_EXPIRED),
                            _ => Err(CODE_INVALID),
                        }
                    })
                }),
            ))
        })
    }
}

impl Request {
    /// PKCE, the code's client, the redirect URI, in the contract's order, and the key that the code is bound to: only the party that received the code knows them.
    /// Codes appear in addresses and logs, so without this proof a request ends nothing and uses up nothing.
    fn prove(&self, cx: &GrantContext<'_>, payload: &CodePayload) -> Result<(), Refusal> {
        match (&payload.challenge, &self.code_verifier) {
            (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => {}
            (None, None) if !cx.client.is_public() => {}
            _ => return Err(CODE_VERIFIER_INVALID),
        }
        if payload.client != cx.client.key {
            return Err(CODE_FOREIGN);
        }
        match &self.redirect_uri {
            Some(sent) if *sent == payload.redirect_uri => {}
            None if payload.challenge.is_some() || !payload.redirect_uri_named => {}
            _ => return Err(CODE_REDIRECT_MISMATCH),
        }
        match payload.key {
            Some(key) => bound::proves(cx, Some(Binding::Jwk(key))),
            None => Ok(()),
        }
    }
}

/// Checks that the code has not expired and that its redirect URI is still registered.
fn check(cx: &GrantContext<'_>, entry: &SingleUse, payload: &CodePayload) -> Result<(), Refusal> {
    if entry.expires <= cx.oauth.ledger.now() {
        return Err(CODE_EXPIRED);
    }
    if redirect_uri::is_registered(cx.client, &payload.redirect_uri) { Ok(()) } else { Err(CODE_REDIRECT_UNREGISTERED) }
}

/// The code was used before: `code_invalid`, and its tokens are revoked (RFC 6749 section 4.1.2), provided that the caller
/// proves everything the code asks for. A caller without the certificate that the code is bound to revokes nothing.
async fn reused(cx: &GrantContext<'_>, entry: &SingleUse) -> Result<Refusal, Refusal> {
    // The answer to the first use was lost: the client itself tries again, and nobody has the tokens.
    if cx.oauth.ledger.replies().was_use_unanswered(entry).await? {
        return Ok(CODE_INVALID);
    }
    if let Some(grant) = entry.grant {
        let family = cx.oauth.ledger.grant(grant).await?;
        bound::proves(cx, family.and_then(|family| family.binding))?;
        let ending = Ending::new(Reason::CodeReuse, Actor::Client(cx.client.key));
        cx.oauth.ledger.revoke_family(entry.service, grant, None, ending).await?;
    }
    Ok(CODE_INVALID)
}
