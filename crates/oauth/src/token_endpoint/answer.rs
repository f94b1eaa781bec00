//! The steps of the token endpoint, in the order of `docs/contracts/oauth-token-endpoint.md` section 4.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Decision, Extras, GrantContext, GrantRequest, GrantType, Handed, HandedRequest, Params, bound, extras, lifetimes,
    missing, reissue,
};
use crate::OAuth;
use crate::client_alias;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::dialect::Dialect;
use crate::token_endpoint::refusals::GRANT_TYPE_UNKNOWN;
use jeton_ledger::ledger::{Exchanged, Family, Issued};
use jeton_ledger::refusals::GRANT_ENDED;
use jeton_model::Refusal;
use jeton_model::records::{Client, ResponseScope, Service, SingleUse};
use jeton_model::refusals::FAULT;
use jeton_model::scope::Scope;

/// A successful token answer.
#[derive(Debug)]
pub struct TokenAnswer {
    /// The tokens.
    pub issued: Issued,
    /// The client, for the form of the answer.
    pub client: Arc<Client>,
    /// `issued_token_type`, where the answer has it.
    pub issued_token_type: Option<&'static str>,
    /// The requested scope, for clients whose answer omits an unchanged scope.
    pub requested_scope: Option<Scope>,
    /// Whether a refresh token was presented again that had been used a moment ago, and was answered again.
    pub is_repeat: bool,
    /// For a trusted caller that may have the ID token of a refresh made with claims of its own: the answer has none, and these
    /// claims were asked for. None: the answer is whole.
    pub reissuable: Option<Vec<String>>,
}

impl TokenAnswer {
    /// An answer with these tokens and nothing else.
    #[must_use]
    pub const fn of(issued: Issued, client: Arc<Client>) -> Self {
        Self { issued, client, issued_token_type: None, requested_scope: None, is_repeat: false, reissuable: None }
    }
}

/// What a trusted caller gets for a token request of a client.
#[derive(Debug)]
pub enum TokenOutcome {
    /// Tokens.
    Answered(TokenAnswer),
    /// The caller decides.
    Handed(Handed),
}

/// Answers a token request: runs the steps of the token endpoint.
///
/// # Errors
/// The first refusal in the contract's order, worded by the client's compatibility mode.
pub async fn answer(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
) -> Result<TokenAnswer, Refused> {
    match run(oauth, service, presented, params, None).await? {
        TokenOutcome::Answered(answer) => Ok(answer),
        // Only a caller is handed anything.
        TokenOutcome::Handed(_) => Err(FAULT.because("a grant was handed out").into()),
    }
}

/// Answers a client's token request that a trusted caller passes on: the steps are the same, but the caller adds `extras` to the
/// tokens and decides the grants that depend on its own people and issuers.
///
/// # Errors
/// As [`answer`].
pub async fn answer_caller(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
    extras: &Extras,
) -> Result<TokenOutcome, Refused> {
    run(oauth, service, presented, params, Some(extras)).await
}

async fn run(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
    extras: Option<&Extras>,
) -> Result<TokenOutcome, Refused> {
    let completed = missing::client_of(oauth, service, presented, params).await?;
    let presented = completed.as_ref().unwrap_or(presented);
    let claimed = client_auth::claimed(oauth, service.id, presented).await?;
    let profile = claimed.profile();
    let mut dialect = Dialect::Standard;
    let answered = async {
        let grant_type = params.required("grant_type")?;
        let grant = oauth.grant(grant_type).ok_or(GRANT_TYPE_UNKNOWN)?;
        if !service.settings.backend.supports(grant.grant_type()) {
            return Err(GRANT_TYPE_UNKNOWN);
        }
        params.repeat_only(grant.repeats())?;
        // A caller that decides exchanges itself gets them as RFC 8693 has them.
        let indigo = match extras {
            None => grant.parse_indigo(params, service, claimed.record()),
            Some(_) => None,
        };
        let request = match indigo {
            Some(request) => {
                dialect = Dialect::Indigo;
                request?
            }
            None => grant.parse(params, claimed.record())?,
        };
        let life = params.expires_in()?;
        let purpose = Purpose::Grant { allows_public: grant.allows_public() };
        let (client, mut claim) = client_auth::authenticate_for(oauth, service, claimed, presented, purpose).await?;
        let cx = GrantContext { oauth, service, client: &client, origin: &presented.origin, extras };
        let named = presented.claimed();
        let answered = issue(cx, (grant, grant_type), request, (params, life, named), &mut claim).await;
        // An assertion is used up by any use: here, if it was not claimed when minting. A server error does not count as a use.
        let failed = answered.as_ref().is_err_and(Refusal::is_fault);
        if let Some(entry) = claim.filter(|_| !failed) {
            oauth.ledger.single_use().use_up(entry).await?;
        }
        answered
    };
    let answered = answered.await;
    answered.map_err(|refusal| Refused { refusal, profile, dialect })
}

/// Carries out the grant's decision for an authenticated client. Takes `claim` when it was written with the minted tokens.
async fn issue(
    cx: GrantContext<'_>,
    (grant, grant_type): (&dyn GrantType, &str),
    request: Box<dyn GrantRequest>,
    (params, life, named): (&Params<'_>, Option<Duration>, Option<&str>),
    claim: &mut Option<SingleUse>,
) -> Result<TokenOutcome, Refusal> {
    let (oauth, client) = (cx.oauth, cx.client);
    grant.check_use(client, grant_type)?;
    if cx.extras.is_some()
        && let Some(handed) = request.hand_out(&cx)
    {
        let mut request = handed.await?;
        if let HandedRequest::Password(password) = &mut request {
            password.longest = life;
            password.alias_used = client_alias::is_alias(client, named);
        }
        return Ok(TokenOutcome::Handed(Handed { client: client.record(), request }));
    }
    let issued_token_type = request.issued_token_type(&cx);
    let mut decision = request.decide(cx.clone()).await?;
    let may_reissue = reissue::may_follow(&cx, grant);
    let (mut issued, is_repeat) = loop {
        let (mut plan, on_lost) = match decision {
            Decision::Repeat(issued) => {
                if cx.extras.is_some() {
                    issued.tokens.iter().try_for_each(|token| extras::opens_nothing_here(&token.scope))?;
                }
                break (bound::repeated(&cx, issued).await?, true);
            }
            Decision::Refuse(denial) => return Err(denial.carry_out(&oauth.ledger).await?),
            Decision::Mint(plan) => (plan, None),
            Decision::Exchange(plan, on_lost) => (plan, Some(on_lost)),
        };
        bound::bind(&cx, &mut plan)?;
        if let Some(extras) = cx.extras {
            if let Family::Existing(grant) = &plan.family {
                extras::opens_nothing_here(&grant.scope)?;
            }
            extras.add_to(&mut plan);
            if client_alias::is_alias(client, named) {
                client_alias::note_in(&mut plan);
            }
        }
        if let Some(life) = life {
            lifetimes::shorten(&mut plan, life);
        }
        if may_reissue {
            plan.id_token = None;
        }
        if plan.id_token.is_some() {
            oauth.look_up_reader(&mut plan).await?;
        }
        plan.claim = claim.clone();
        // Beside the new tokens: the refresh token of the request, which stays, or the one that replaced it before.
        let beside = plan.beside.as_ref().map(|token| token.text.expose());
        let is_repeat = beside.is_some_and(|text| params.get("refresh_token") != Some(text));
        match (oauth.ledger.exchange(*plan).await?, on_lost) {
            (Exchanged::Done(issued), _) => {
                *claim = None;
                break (issued, is_repeat);
            }
            (Exchanged::Lost(lost), Some(on_lost)) => decision = on_lost(cx.clone(), lost).await?,
            (Exchanged::Lost(_), None) => return Err(GRANT_ENDED),
        }
    };
    let reissuable = match may_reissue {
        true => reissue::instead_of_id_token(oauth, &mut issued).await?,
        false => None,
    };
    let requested_scope = match client.response_scope() {
        ResponseScope::OmitIfSame => asked_scope(oauth, params, grant, &issued).await?,
        ResponseScope::String | ResponseScope::Array => None,
    };
    let client = client.record();
    Ok(TokenOutcome::Answered(TokenAnswer {
        issued,
        client,
        issued_token_type,
        requested_scope,
        is_repeat,
        reissuable,
    }))
}

/// The requested scope; if none is named and the grant continues an authorization, that authorization's.
async fn asked_scope(
    oauth: &OAuth,
    params: &Params<'_>,
    grant: &dyn GrantType,
    issued: &Issued,
) -> Result<Option<Scope>, Refusal> {
    match (params.get("scope"), issued.grant) {
        (Some(text), _) => Ok(Scope::parse(text).ok()),
        (None, Some(id)) if grant.goes_on() => Ok(oauth.ledger.grant(id).await?.map(|grant| grant.scope.clone())),
        (None, _) => Ok(None),
    }
}
