//! The authorization response: a code, tokens, or both.

use std::sync::Arc;

use jeton_jose::Secret;

use super::{AuthorizationRequest, Authorizer, CODE, CodePayload, Ticket, acr, code_key};
use crate::OAuth;
use crate::authorization::refusals::{REQUEST_URI_INVALID, RESPONSE_TYPE_UNKNOWN};
use crate::claims::{About, claims_of, fill};
use crate::logout::session_state as state_of;
use crate::token_endpoint::{describe, id_token, wants_refresh};
use jeton_ledger::catalog::Catalog;
use jeton_ledger::formats::reference;
use jeton_ledger::ledger::{Exchanged, Family, IdTokenPlan, MintPrecondition, MintedToken, NewGrant, Plan, TokenPlan};
use jeton_ledger::refusals::{CLIENT_UNKNOWN, INTERACTION_INVALID};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::GrantId;
use jeton_model::records::{Authentication, Client, GrantDetails, Service, SingleUse, TokenKind};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, Outcome, Precondition, Write};
use jeton_people::participation::note;

/// What is sent to the client.
#[derive(Debug, Default)]
pub struct AuthorizationAnswer {
    /// The authorization code.
    pub code: Option<Secret>,
    /// The access token (RFC 6749 section 4.2.2).
    pub access: Option<MintedToken>,
    /// The ID token.
    pub id_token: Option<Secret>,
    /// `session_state`, for OpenID requests.
    pub session_state: Option<String>,
}

/// Builds the response to an authorization. `ticket`: the page or the caller's ticket that was answered, used up in the same
/// commit; none when no page was needed.
///
/// # Errors
/// `INTERACTION_INVALID` or `TICKET_USED` when it was answered before, `GRANT_NOT_ALLOWED` and `RESPONSE_TYPE_NOT_ALLOWED`
/// when the client may no longer use them, `GRANT_ENDED` when the person is a user who is gone or disabled, or a fault.
pub async fn answer(
    oauth: &OAuth,
    service: &Arc<Service>,
    client: &Arc<Client>,
    request: &AuthorizationRequest,
    authorizer: &Authorizer,
    ticket: Option<&Ticket>,
) -> Result<AuthorizationAnswer, Refusal> {
    if client.key.get() == 0 {
        // Only [`client_documents::kept`](crate::client_documents::kept) gives such a client a number.
        return Err(CLIENT_UNKNOWN);
    }
    // The page may have been open for a long time.
    request.response_type.allowed_to(client, request.response_type.name())?;
    let mut authentication = authorizer.authentication.clone();
    let now = oauth.ledger.now();
    let scope = authorizer.granted(&request.scope);
    let mut session_state = None;
    if let Some(session) = &authorizer.session {
        authentication.class = request.acr.then(|| acr::PASSWORD.to_owned());
        if request.scope.contains("openid") {
            note(&oauth.ledger, client, session).await?;
            session_state = state_of(&oauth.ledger, client, &request.redirect_uri, session.id)?;
        }
    }
    let pushed = || request.pushed.as_ref().map(|pushed| pushed.claim(service.id, now));
    let claim = ticket.map(|ticket| ticket.claim(now)).or_else(pushed);
    let coded = match request.response_type.code {
        true => Some(code(oauth, (service, client), request, authorizer, (&scope, &authentication), now).await?),
        false => None,
    };
    if request.response_type.has_tokens() {
        let scope = scope.intersect(&client.scope);
        let part = Part { service, client, request, authorizer, authentication, scope, ticket };
        return part.answer(oauth, coded, claim, session_state).await;
    }
    let (code, entry) = coded.ok_or(RESPONSE_TYPE_UNKNOWN)?;
    let when = claim.map(Precondition::Claim);
    match oauth.ledger.apply(Command { when, writes: vec![Write::SingleUse(Box::new(entry))] }).await? {
        Outcome::Done { .. } => {
            Ok(AuthorizationAnswer { code: Some(code), session_state, ..AuthorizationAnswer::default() })
        }
        Outcome::Lost(_) => Err(lost(ticket, request)),
    }
}

/// The refusal when what the answer uses up was used before: the page, or without a page the reference of a pushed request.
fn lost(ticket: Option<&Ticket>, request: &AuthorizationRequest) -> Refusal {
    let without_page = if request.pushed.is_some() { REQUEST_URI_INVALID } else { INTERACTION_INVALID };
    ticket.map_or(without_page, Ticket::used)
}

/// A code and its entry.
async fn code(
    oauth: &OAuth,
    (service, client): (&Service, &Client),
    request: &AuthorizationRequest,
    authorizer: &Authorizer,
    (scope, authentication): (&Scope, &Authentication),
    now: Timestamp,
) -> Result<(Secret, SingleUse), Refusal> {
    let number = oauth.ledger.new_number().await?;
    let code = reference::mint_with(reference::CODE_PREFIX, number, oauth.ledger.entropy())?;
    let payload = CodePayload {
        client: client.key,
        subject: authorizer.subject.clone(),
        grant: GrantId::new(number),
        grant_exists: request.response_type.token,
        scope: scope.clone(),
        audience: request.audience.clone(),
        claims: request.claims.kept(),
        redirect_uri: request.redirect_uri.clone(),
        redirect_uri_named: request.redirect_uri_named,
        challenge: request.challenge.clone(),
        key: request.elsewhere.as_ref().and_then(|asked| asked.key),
        nonce: request.nonce.clone(),
        authentication: authentication.clone(),
        details: authorizer.kept_details(),
    };
    let entry = SingleUse {
        kind: CODE.kind,
        key: code_key(code.expose()),
        service: service.id,
        grant: Some(GrantId::new(number)),
        expires: now + service.settings.code_lifetime,
        used: None,
        payload: serde_json::to_vec(&payload)?,
    };
    Ok((code, entry))
}

/// The inputs of tokens that the authorization endpoint issues directly.
struct Part<'a> {
    service: &'a Arc<Service>,
    client: &'a Arc<Client>,
    request: &'a AuthorizationRequest,
    authorizer: &'a Authorizer,
    authentication: Authentication,
    scope: Scope,
    ticket: Option<&'a Ticket>,
}

impl Part<'_> {
    async fn answer(
        self,
        oauth: &OAuth,
        coded: Option<(Secret, SingleUse)>,
        claim: Option<Box<SingleUse>>,
        session_state: Option<String>,
    ) -> Result<AuthorizationAnswer, Refusal> {
        let (code, entry) = coded.unzip();
        let catalog = oauth.ledger.entities().catalog(self.service.id);
        let mut plan = self.plan(&catalog, code.as_ref(), entry, claim);
        oauth.look_up_reader(&mut plan).await?;
        let Exchanged::Done(issued) = oauth.ledger.exchange(plan).await? else {
            return Err(lost(self.ticket, self.request));
        };
        let access = issued.tokens.into_iter().find(|token| token.kind == TokenKind::Access);
        Ok(AuthorizationAnswer { code, access, id_token: issued.id_token, session_state })
    }

    fn plan(
        &self,
        catalog: &Catalog,
        code: Option<&Secret>,
        entry: Option<SingleUse>,
        claim: Option<Box<SingleUse>>,
    ) -> Plan {
        let Self { service, client, request, authorizer, scope, .. } = self;
        let mut tokens = Vec::new();
        let mut family = Family::Own;
        if request.response_type.token {
            let mut access = TokenPlan::access(service, client, scope.clone());
            if let Some(audience) = &request.audience {
                access.audience = Arc::clone(audience);
            }
            family = self.family(entry.as_ref().and_then(|entry| entry.grant), Arc::clone(&access.audience));
            tokens.push(access);
        }
        let id_token = if request.response_type.id_token { self.id_token(catalog, code) } else { None };
        let mut plan = Plan {
            family,
            precondition: claim.map(MintPrecondition::Claim),
            tokens,
            id_token,
            entries: entry.into_iter().collect(),
            subject: Some(authorizer.subject.clone()),
            user: authorizer.user.clone(),
            ..Plan::new(Arc::clone(service), Some(Arc::clone(client)))
        };
        authorizer.extras.add_to(&mut plan);
        plan
    }

    /// The family of an access token. With a code, it is the code's family: tokens issued for the code join it, and reuse of the
    /// code ends both.
    fn family(&self, code: Option<GrantId>, audience: Arc<str>) -> Family {
        let Self { service, client, request, authorizer, scope, .. } = self;
        let settings = &service.settings;
        let lifetime = code.map(|_| {
            if wants_refresh(client, scope) {
                client.refresh_token_lifetime.unwrap_or(settings.refresh_token_lifetime)
            } else {
                // So that the access token that the code yields later has its full lifetime.
                client.access_token_lifetime.unwrap_or(settings.access_token_lifetime) + settings.code_lifetime
            }
        });
        Family::New(Box::new(NewGrant {
            id: code,
            lifetime,
            authentication: Some(self.authentication.clone()),
            details: GrantDetails {
                nonce: request.nonce.clone(),
                claims: request.claims.kept(),
                ..authorizer.details.clone()
            },
            ..NewGrant::new(if code.is_some() { "authorization_code" } else { "implicit" }, scope.clone(), audience)
        }))
    }

    fn id_token(&self, catalog: &Catalog, code: Option<&Secret>) -> Option<IdTokenPlan> {
        let Self { service, client, request, authorizer, scope, .. } = self;
        let signed_in = Some(self.authentication.clone());
        let about = About {
            subject: Some(&authorizer.subject),
            user: authorizer.user.as_deref(),
            vouched: authorizer.details.vouched.as_deref(),
        };
        let mut plan = id_token(service, client, about, request.nonce.clone(), signed_in)?;
        plan.code = code.cloned();
        let user = authorizer.user.as_deref();
        // Without an access token the client cannot call `/userinfo`: the scope's claims are in the ID token (OIDC Core
        // section 5.4).
        if let Some(user) = user.filter(|_| !request.response_type.token && !request.response_type.code) {
            fill(&mut plan.claims, claims_of(user, scope, catalog));
        }
        describe(&mut plan, (service, client), (user, scope, catalog), &request.claims);
        Some(plan)
    }
}

/// Uses up the reference by which a request came, if it was pushed: somebody has signed in with it.
///
/// # Errors
/// [`REQUEST_URI_INVALID`] when somebody did before, or a fault.
pub async fn signed_in_with(
    oauth: &OAuth,
    service: &Service,
    request: AuthorizationRequest,
) -> Result<AuthorizationRequest, Refusal> {
    let Some(pushed) = &request.pushed else { return Ok(request) };
    let when = Some(Precondition::Claim(pushed.claim(service.id, oauth.ledger.now())));
    match oauth.ledger.apply(Command { when, writes: Vec::new() }).await? {
        Outcome::Done { .. } => Ok(AuthorizationRequest { pushed: None, ..request }),
        Outcome::Lost(_) => Err(REQUEST_URI_INVALID),
    }
}

/// Uses up a page or a caller's ticket when the request is denied, so that the same one cannot be approved afterwards.
///
/// # Errors
/// `INTERACTION_INVALID` or `TICKET_USED` when it was answered before, or a fault.
pub async fn use_up(oauth: &OAuth, ticket: &Ticket) -> Result<(), Refusal> {
    let when = Some(Precondition::Claim(ticket.claim(oauth.ledger.now())));
    match oauth.ledger.apply(Command { when, writes: Vec::new() }).await? {
        Outcome::Done { .. } => Ok(()),
        Outcome::Lost(_) => Err(ticket.used()),
    }
}
