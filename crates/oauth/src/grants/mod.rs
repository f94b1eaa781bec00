//! Grants: one file each, one line in [`GRANTS`]. Discovery, metrics and docs derive from that list.
//!
//! A grant reads its parameters before the client is known to be who it says, then, for an authenticated client, plans
//! what to mint. It writes nothing. [`answer`] runs the steps in the order of
//! `contracts/oauth-token-endpoint.md` section 4.

mod authorization_code;
mod authorized;
mod bound;
mod client_credentials;
mod device_code;
mod jwt_bearer;
mod lifetimes;
mod params;
mod password;
mod refresh_again;
mod refresh_token;
pub(crate) mod resource;
mod token_exchange;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

pub use authorization_code::CodePayload;
pub(crate) use authorization_code::code_key;
pub(crate) use authorized::wants_refresh;
pub(crate) use device_code::DeviceCode;
pub use params::Params;

pub(crate) use lifetimes::{id_token, refresh};

use crate::OAuth;
use crate::client_auth::{self, AuthenticatedClient, Claimed, Presented, Purpose, Refused};
use jeton_ledger::ledger::{Denial, Exchanged, Issued, Plan};
use jeton_ledger::origin::Origin;
use jeton_ledger::refusal::Refusal;
use jeton_model::records::{Client, Once, Profile, ResponseScope, Service};
use jeton_model::scope::Scope;

/// The grants of this crate. The wiring serves them, and those of other features.
pub const GRANTS: &[&dyn Grant] = &[
    &authorization_code::AuthorizationCode,
    &client_credentials::ClientCredentials,
    &device_code::DeviceCode,
    &jwt_bearer::JwtBearer,
    &password::Password,
    &refresh_token::RefreshToken,
    &token_exchange::TokenExchange,
];

/// A grant of RFC 6749 or an extension.
pub trait Grant: Sync {
    /// `grant_type` on the wire.
    fn grant_type(&self) -> &'static str;

    /// Other names of the same grant; a client that lists any of them may use all.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a client without a secret may use it.
    fn allows_public(&self) -> bool {
        false
    }

    /// The parameters that may come more than once.
    fn repeats(&self) -> &'static [&'static str] {
        &["resource"]
    }

    /// The `response_type` a client must be registered for: to be checked for every client, or for classic ones only.
    fn response_type(&self) -> Option<ResponseTypeRule> {
        None
    }

    /// Reads the grant's own parameters. `claimed` is the client's record, not yet authenticated.
    ///
    /// # Errors
    /// Messages 2 to 6 and 26.
    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal>;
}

/// What a client's `response_types` must hold for a grant (message 23).
#[derive(Clone, Copy, Debug)]
pub struct ResponseTypeRule {
    /// The words, all of which it must hold.
    pub needs: &'static str,
    /// Whether only classic clients are held to it.
    pub classic_only: bool,
}

/// A grant's request, well formed.
pub trait GrantRequest: Send {
    /// What the answer says it holds in `access_token`, where the grant's own RFC wants that said (RFC 8693 section 2.2.1).
    fn issued_token_type(&self, _cx: &GrantContext<'_>) -> Option<&'static str> {
        None
    }

    /// Decides.
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>>;
}

/// For whom a grant decides.
#[derive(Clone)]
pub struct GrantContext<'a> {
    /// The ledger, to read from.
    pub oauth: &'a OAuth,
    /// The issuer.
    pub service: &'a Arc<Service>,
    /// The client.
    pub client: &'a AuthenticatedClient,
    /// Where the request comes from.
    pub origin: &'a Origin,
}

impl GrantContext<'_> {
    /// A plan for the client; the grant adds what it decided.
    pub fn plan(&self) -> Plan {
        Plan::new(Arc::clone(self.service), Some(self.client.record()))
    }
}

/// What a grant decided.
pub enum Decision {
    /// Mint this.
    Mint(Box<Plan>),
    /// Exchange this, and when someone was faster, decide again with what was found.
    Exchange(Box<Plan>, OnLost),
    /// Refuse, and use up all the same what works once.
    Refuse(Box<Denial>),
    /// Give the answer that was given before (a lost reply).
    Repeat(Issued),
}

/// What to decide when the credential was used up by someone else in between.
pub type OnLost = Box<
    dyn for<'a> FnOnce(GrantContext<'a>, jeton_model::store::Lost) -> BoxFuture<'a, Result<Decision, Refusal>> + Send,
>;

/// A successful token answer.
#[derive(Debug)]
pub struct Answer {
    /// The tokens.
    pub issued: Issued,
    /// The client, for the form of the answer.
    pub client: Arc<Client>,
    /// `issued_token_type`, where the answer has it.
    pub issued_token_type: Option<&'static str>,
    /// What `scope` the request named, for clients that are told no scope they know.
    pub requested_scope: Option<Scope>,
}

/// Answers a token request: the steps of the token endpoint.
///
/// # Errors
/// The first refusal in the contract's order, in the words of the client's profile.
pub async fn answer(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
) -> Result<Answer, Refused> {
    let claimed = client_auth::claimed(oauth, service.id, presented).await?;
    let profile = claimed.profile();
    run(oauth, service, presented, params, claimed).await.map_err(|refusal| Refused { refusal, profile })
}

async fn run(
    oauth: &OAuth,
    service: &Arc<Service>,
    presented: &Presented,
    params: &Params<'_>,
    claimed: Claimed,
) -> Result<Answer, Refusal> {
    let grant_type = params.required("grant_type")?;
    let grant = find(oauth, grant_type).ok_or(Refusal::GrantTypeUnknown)?;
    params.repeat_only(grant.repeats())?;
    let request = grant.parse(params, claimed.record())?;
    let life = lifetimes::wanted(params)?;
    let purpose = Purpose::Grant { allows_public: grant.allows_public() };
    let (client, mut claim) = client_auth::authenticate_for(oauth, service, claimed, presented, purpose).await?;
    let cx = GrantContext { oauth, service, client: &client, origin: &presented.origin };
    let answered = issue(cx, (grant, grant_type), request, (params, life), &mut claim).await;
    // An assertion is dead after any use: here, what was not claimed in the moment of minting. A failure of ours is no use.
    let failed = answered.as_ref().is_err_and(Refusal::is_fault);
    if let Some(entry) = claim.filter(|_| !failed) {
        oauth.ledger.use_up(entry).await?;
    }
    answered
}

/// What the grant decides, done for an authenticated client. Takes `claim` when it was written with what was minted.
async fn issue(
    cx: GrantContext<'_>,
    (grant, grant_type): (&dyn Grant, &str),
    request: Box<dyn GrantRequest>,
    (params, life): (&Params<'_>, Option<Duration>),
    claim: &mut Option<Once>,
) -> Result<Answer, Refusal> {
    let (oauth, client) = (cx.oauth, cx.client);
    check_use(client, (grant, grant_type))?;
    let issued_token_type = request.issued_token_type(&cx);
    let mut decision = request.decide(cx.clone()).await?;
    let issued = loop {
        let (mut plan, on_lost) = match decision {
            Decision::Repeat(issued) => break bound::repeated(&cx, issued).await?,
            Decision::Refuse(denial) => return Err(oauth.ledger.deny(*denial).await?),
            Decision::Mint(plan) => (plan, None),
            Decision::Exchange(plan, on_lost) => (plan, Some(on_lost)),
        };
        bound::bind(&cx, &mut plan)?;
        lifetimes::shorten(&mut plan, life);
        if plan.id_token.is_some() {
            oauth.look_up_reader(&mut plan).await?;
        }
        plan.claim = claim.clone();
        match (oauth.ledger.exchange(*plan).await?, on_lost) {
            (Exchanged::Done(issued), _) => {
                *claim = None;
                break issued;
            }
            (Exchanged::Lost(lost), Some(on_lost)) => decision = on_lost(cx.clone(), lost).await?,
            (Exchanged::Lost(_), None) => return Err(Refusal::GrantEnded),
        }
    };
    let requested_scope = match client.response_scope() {
        ResponseScope::OmitIfSame => asked_scope(oauth, params, grant_type, &issued).await?,
        ResponseScope::String | ResponseScope::Array => None,
    };
    Ok(Answer { issued, client: client.record(), issued_token_type, requested_scope })
}

/// The authenticated client, when it may use a grant; the second half names the grant as the request did.
///
/// # Errors
/// Messages 8 to 19, 22, 23.
pub(crate) async fn entitled(
    oauth: &OAuth,
    service: &Service,
    presented: &Presented,
    claimed: Claimed,
    (grant, named): (&dyn Grant, &str),
) -> Result<AuthenticatedClient, Refusal> {
    let purpose = Purpose::Grant { allows_public: grant.allows_public() };
    let client = client_auth::authenticate(oauth, service, claimed, presented, purpose).await?;
    check_use(&client, (grant, named))?;
    Ok(client)
}

/// The client that a request names without a proof, when it may use a grant: for an endpoint that needs none.
///
/// # Errors
/// Message 8, [`Refusal::ClientAmbiguous`], messages 22 and 23.
pub(crate) fn named(
    service: &Service,
    presented: &Presented,
    claimed: Claimed,
    grant: (&dyn Grant, &str),
) -> Result<Arc<Client>, Refusal> {
    let client = client_auth::named(service, presented, claimed)?;
    check_use(&client, grant)?;
    Ok(client)
}

/// Whether a client may use a grant: messages 22 and 23.
fn check_use(client: &Client, (grant, named): (&dyn Grant, &str)) -> Result<(), Refusal> {
    if !client.may_use(grant.grant_type()) && !grant.aliases().iter().any(|alias| client.may_use(alias)) {
        let client = client.client_id.to_string();
        return Err(Refusal::GrantNotAllowed { client, grant: named.to_owned() });
    }
    check_response_type(grant.response_type(), client)
}

/// A grant by any of its names.
pub(crate) fn find(oauth: &OAuth, name: &str) -> Option<&'static dyn Grant> {
    oauth.grants.iter().copied().find(|grant| grant.grant_type() == name || grant.aliases().contains(&name))
}

/// Every name of a grant.
pub fn names_of(grant: &dyn Grant) -> impl Iterator<Item = &'static str> {
    std::iter::once(grant.grant_type()).chain(grant.aliases().iter().copied())
}

/// Whether some grant lets a parameter come more than once: whoever reads a form before the grant is known lets it pass.
#[must_use]
pub fn may_repeat(name: &str) -> bool {
    GRANTS.iter().any(|grant| grant.repeats().contains(&name))
}

/// What the request asked for, or the one before it: a code's or a refresh token's own scope.
async fn asked_scope(
    oauth: &OAuth,
    params: &Params<'_>,
    grant_type: &str,
    issued: &Issued,
) -> Result<Option<Scope>, Refusal> {
    let follows = matches!(grant_type, "authorization_code" | "refresh_token");
    match (params.get("scope"), issued.grant) {
        (Some(text), _) => Ok(Scope::parse(text).ok()),
        (None, Some(id)) if follows => Ok(oauth.ledger.grant(id).await?.map(|grant| grant.scope.clone())),
        (None, _) => Ok(None),
    }
}

fn check_response_type(rule: Option<ResponseTypeRule>, client: &Client) -> Result<(), Refusal> {
    let Some(rule) = rule else { return Ok(()) };
    if rule.classic_only && client.profile != Profile::Classic {
        return Ok(());
    }
    let registered = |word: &str| client.response_types.iter().any(|r| r.split(' ').any(|w| w == word));
    if rule.needs.split(' ').all(registered) {
        return Ok(());
    }
    Err(Refusal::ResponseTypeNotAllowed { client: client.client_id.to_string(), response_type: rule.needs.to_owned() })
}

/// The scope of a request that may leave it out: what it names, else the client's default; message 4 when there is
/// neither. An unknown client has no default.
pub(crate) fn scope_or_default(params: &Params<'_>, claimed: Option<&Client>) -> Result<RequestedScope, Refusal> {
    match params.get("scope") {
        Some(words) => Ok(RequestedScope::Named(words.to_owned())),
        None => match claimed.and_then(|c| c.default_scope.clone()) {
            Some(scope) => Ok(RequestedScope::Default(scope)),
            None => Err(Refusal::ParameterMissing("scope")),
        },
    }
}

/// A scope as asked for.
pub(crate) enum RequestedScope {
    /// In the request.
    Named(String),
    /// The client's default.
    Default(Scope),
}

impl RequestedScope {
    /// What the client may have of it: all, or message 21.
    pub(crate) fn within(self, allowed: &Scope) -> Result<Scope, Refusal> {
        let scope = match self {
            Self::Default(scope) => scope,
            Self::Named(text) if text == allowed.as_str() && allowed.within(allowed) => return Ok(allowed.clone()),
            Self::Named(text) => Scope::parse(&text)
                .map_err(|_| Refusal::ScopeNotAllowed(text.split(' ').collect::<Vec<_>>().join(",")))?,
        };
        match scope.beyond(allowed) {
            Some(beyond) => Err(Refusal::ScopeNotAllowed(beyond)),
            None => Ok(scope),
        }
    }
}
