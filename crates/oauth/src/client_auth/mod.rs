//! Client authentication: one file per method, one line here.
//!
//! The method is a property of the client: a request that uses another method is refused with the
//! registered method's message (`docs/contracts/oauth-token-endpoint.md` section 3). Only [`authenticate`] makes an
//! [`AuthenticatedClient`], and grants accept nothing else.

mod assertion;
mod basic;
mod client_secret_jwt;
mod guesses;
mod none;
mod post;
mod private_key_jwt;
pub mod refusals;
mod self_signed_tls_client_auth;
pub(crate) mod tls_client_auth;

use std::ops::Deref;
use std::sync::Arc;

use futures::future::BoxFuture;

pub use assertion::{ASSERTION_TYPE, ClientAssertion};
pub use basic::BasicCredentials;

pub(crate) use guesses::proves_within_budget;

use jeton_jose::Secret;

use crate::OAuth;
use crate::client_alias;
use crate::client_auth::refusals::CLIENT_AMBIGUOUS;
use crate::dialect::Dialect;
use crate::trusted_keys::{KeySet, KeysError};
use jeton_ledger::refusals::{ASSERTION_REPLAYED, CLIENT_UNKNOWN};
use jeton_ledger::request_source::{ClientCertificate, RequestSource};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{AuthMethod, Client, CompatibilityMode, Service, SingleUse, SingleUseKey};
pub use jeton_people::unauthenticated::WrittenFor;

/// The client identification and credentials in a request.
#[derive(Debug, Default)]
pub struct Presented {
    /// `Authorization: Basic`; none when absent or empty.
    pub basic: Option<BasicCredentials>,
    /// `client_id` in the body.
    pub client_id: Option<String>,
    /// `client_secret` in the body.
    pub client_secret: Option<Secret>,
    /// Whether there were several `Authorization` headers: it is undefined which one counts.
    pub several_headers: bool,
    /// `client_assertion_type` and `client_assertion` (RFC 7521 section 4.2).
    pub assertion: Option<ClientAssertion>,
    /// The called endpoint's path below the issuer (`/token`): an assertion may be addressed to it.
    pub endpoint: &'static str,
    /// Where the request comes from, with the client certificate.
    pub origin: RequestSource,
}

impl Presented {
    /// The claimed client id, from the first of: a signed assertion's `iss`, Basic, body.
    #[must_use]
    pub fn claimed(&self) -> Option<&str> {
        let asserted = self.assertion.as_ref().and_then(ClientAssertion::issuer);
        asserted.or_else(|| self.basic.as_ref().map(BasicCredentials::client_id)).or(self.client_id.as_deref())
    }

    /// Whether it has a secret or an assertion.
    pub(crate) fn has_proof(&self) -> bool {
        self.client_secret.is_some()
            || self.assertion.is_some()
            || self.basic.as_ref().and_then(BasicCredentials::secret).is_some()
    }

    /// Whether the only credential is a secret in the body.
    fn has_secret_in_body_alone(&self) -> bool {
        let basic = self.basic.as_ref().and_then(BasicCredentials::secret);
        self.client_secret.is_some() && basic.is_none() && self.assertion.is_none()
    }

    /// Whether it authenticates in more than one way, which RFC 6749 section 2.3 forbids. A certificate does not count: it may
    /// be present only to bind tokens to it.
    fn is_ambiguous(&self) -> bool {
        let basic = self.basic.as_ref();
        let has_secret = basic.and_then(BasicCredentials::secret).is_some();
        let other_name = |body: &String| basic.is_some_and(|basic| !basic.names(body));
        self.several_headers
            || self.client_id.as_ref().is_some_and(other_name)
            || has_secret && self.client_secret.is_some()
            || self.assertion.is_some() && (basic.is_some() || self.client_secret.is_some())
    }
}

/// What the client wants to do; public clients are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Use a grant.
    Grant {
        /// See [`crate::token_endpoint::GrantType::allows_public`].
        allows_public: bool,
    },
    /// RFC 7009.
    Revoke,
    /// RFC 7662.
    Introspect,
    /// RFC 9126.
    Push,
}

impl Purpose {
    const fn allows_public(self) -> bool {
        match self {
            Self::Grant { allows_public } => allows_public,
            Self::Revoke | Self::Push => true,
            Self::Introspect => false,
        }
    }
}

/// A client that was authenticated.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    /// The record, for keeping.
    #[must_use]
    pub fn record(&self) -> Arc<Client> {
        Arc::clone(&self.0)
    }
}

impl Deref for AuthenticatedClient {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.0
    }
}

/// A refusal, with what words it for the client that gets it.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// The compatibility mode of the client.
    pub profile: CompatibilityMode,
    /// Whose contract's rules the request followed.
    pub dialect: Dialect,
}

impl Refused {
    /// A refusal by the RFCs' rules, for a client with this compatibility mode.
    #[must_use]
    pub const fn new(refusal: Refusal, profile: CompatibilityMode) -> Self {
        Self { refusal, profile, dialect: Dialect::Standard }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal, CompatibilityMode::Standard)
    }
}

/// A way to authenticate.
pub(crate) trait Method: Sync {
    /// Its registered name.
    fn method(&self) -> AuthMethod;
    /// Verifies the attempt, or refuses with the method's own message.
    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<Proof, Refusal>>;
}

/// The credential that authenticated a client.
pub(crate) enum Proof {
    /// A secret or a certificate, usable any number of times.
    Lasting,
    /// A credential that works once.
    SingleUse {
        /// The entry to claim.
        entry: Box<SingleUse>,
        /// The key that earlier versions gave it.
        formerly: Option<SingleUseKey>,
    },
}

/// A request to be authenticated.
pub(crate) struct Attempt<'a> {
    /// For looking up keys and recording single use.
    pub(crate) oauth: &'a OAuth,
    /// The issuer.
    pub(crate) service: &'a Service,
    /// The record of the claimed client.
    pub(crate) client: &'a Client,
    /// The presented credentials.
    pub(crate) presented: &'a Presented,
}

impl Attempt<'_> {
    /// The keys that the client has registered; `kid` as in [`Ledger::keys_of`].
    async fn keys(&self, kid: Option<&str>) -> Result<Arc<KeySet>, KeysError> {
        self.oauth.keys_of(self.client, self.presented.origin.addr, kid).await
    }

    /// The certificate, if no other credential was sent.
    fn certificate_alone(&self) -> Option<&ClientCertificate> {
        if self.presented.has_proof() { None } else { self.presented.origin.certificate.as_ref() }
    }
}

/// Every method. Discovery, registration and docs are derived from it.
const METHODS: &[&dyn Method] = &[
    &basic::ClientSecretBasic,
    &post::ClientSecretPost,
    &client_secret_jwt::ClientSecretJwt,
    &private_key_jwt::PrivateKeyJwt,
    &tls_client_auth::TlsClientAuth,
    &self_signed_tls_client_auth::SelfSignedTlsClientAuth,
    &none::Public,
];

/// The registered names of all methods.
pub fn supported() -> impl Iterator<Item = AuthMethod> {
    METHODS.iter().map(|m| m.method())
}

/// The client that a request claims to come from, not yet authenticated.
#[derive(Debug)]
pub struct Claimed {
    record: Option<Arc<Client>>,
    /// Whether it may authenticate: it is enabled, and so is the person who registered it, if any.
    stands: bool,
}

impl Claimed {
    /// The compatibility mode that words a refusal (`docs/contracts/oauth-token-endpoint.md` section 16).
    pub(crate) fn profile(&self) -> CompatibilityMode {
        self.record.as_ref().map_or(CompatibilityMode::Standard, |client| client.profile)
    }

    /// Its record, even if the client is disabled: for checks before authentication, such as whether a parameter may be omitted.
    pub(crate) fn record(&self) -> Option<&Client> {
        self.record.as_deref()
    }
}

/// Looks up the client that a request claims to come from.
///
/// # Errors
/// When the store fails.
pub async fn claimed(oauth: &OAuth, service: ServiceId, presented: &Presented) -> Result<Claimed, Refusal> {
    // The second name of each pair is the fallback when no client has the first: an assertion's body, a raw Basic user.
    let (first, second) = match (presented.assertion.as_ref().and_then(ClientAssertion::issuer), &presented.basic) {
        (Some(issuer), _) => (Some(issuer), presented.client_id.as_deref()),
        (None, Some(basic)) => (Some(basic.client_id()), basic.raw_id()),
        (None, None) => (presented.client_id.as_deref(), None),
    };
    for id in [first, second].into_iter().flatten() {
        let found = client_alias::named(&oauth.ledger, service, id).await?;
        if let Some(client) = found.filter(|c| c.service == service) {
            // If its owner is gone or disabled, the client may not authenticate until an administrator takes it over.
            let stands = oauth.ledger.entities().is_active(&client).await?;
            return Ok(Claimed { record: Some(client), stands });
        }
    }
    Ok(Claimed { record: None, stands: false })
}

/// The client that a request names without authentication: whatever it is given must be worthless without a credential.
///
/// # Errors
/// [`CLIENT_UNKNOWN`] or [`CLIENT_AMBIGUOUS`].
pub(crate) fn named(presented: &Presented, claimed: Claimed) -> Result<Arc<Client>, Refusal> {
    if presented.is_ambiguous() {
        return Err(CLIENT_AMBIGUOUS);
    }
    claimed.record.filter(|_| claimed.stands).ok_or(CLIENT_UNKNOWN)
}

/// Authenticates the client that `claimed` found. A single-use credential is used up, durably, before this returns.
///
/// # Errors
/// [`CLIENT_UNKNOWN`], [`CLIENT_AMBIGUOUS`], the refusal of the client's method (those of
/// `docs/contracts/oauth-token-endpoint.md` section 5, or one of Jeton's own for assertions); `SECRETS_SLOWED` when
/// there were too many wrong secrets and this one was not checked; `REQUEST_PACE` for assertions of a client that
/// registered itself.
pub async fn authenticate(
    oauth: &OAuth,
    service: &Service,
    claimed: Claimed,
    presented: &Presented,
    purpose: Purpose,
) -> Result<AuthenticatedClient, Refusal> {
    let (client, entry) = authenticate_for(oauth, service, claimed, presented, purpose).await?;
    if let Some(entry) = entry {
        oauth.ledger.single_use().use_up(entry).await?;
    }
    Ok(client)
}

/// The same for callers that write something anyway: the caller uses up the single-use credential, in the same command as the
/// rest, and also when there is no rest.
pub(crate) async fn authenticate_for(
    oauth: &OAuth,
    service: &Service,
    claimed: Claimed,
    presented: &Presented,
    purpose: Purpose,
) -> Result<(AuthenticatedClient, Option<SingleUse>), Refusal> {
    if presented.is_ambiguous() {
        return Err(CLIENT_AMBIGUOUS);
    }
    if let Some(assertion) = &presented.assertion {
        assertion.check_kind()?;
    }
    let client = claimed.record.filter(|_| claimed.stands).ok_or(CLIENT_UNKNOWN)?;
    let wanted = match client.takes_secret_either_way() && presented.has_secret_in_body_alone() {
        true => AuthMethod::ClientSecretPost,
        false => client.token_endpoint_auth_method,
    };
    let method = METHODS.iter().find(|m| m.method() == wanted).ok_or(CLIENT_UNKNOWN)?;
    if client.is_public() && !purpose.allows_public() {
        return Err(CLIENT_UNKNOWN);
    }
    let guesses = &oauth.people.secret_guesses;
    // An authorization server that sends its clients' requests on knows their addresses, and limits guesses itself: here all would
    // share one limit, and anybody could lock a client out.
    let is_direct = presented.origin.sent_on_by.is_none();
    let guess = || is_direct.then(|| guesses::of_client(oauth, &client, *method, presented)).flatten();
    // While there are no guesses, nothing is computed here.
    if let Some(guess) = guesses.are_any().then(guess).flatten() {
        guesses.check(guess, oauth.ledger.now())?;
    }
    let proof = method.verify(&Attempt { oauth, service, client: &client, presented }).await;
    if proof.as_ref().is_err_and(guesses::is_wrong_secret)
        && let Some(guess) = guess()
    {
        guesses.wrong(guess, oauth.ledger.now());
    }
    match proof? {
        Proof::Lasting => Ok((AuthenticatedClient(client), None)),
        Proof::SingleUse { entry, .. } if oauth.ledger.single_use().is_used_up(&entry) => Err(ASSERTION_REPLAYED),
        Proof::SingleUse { formerly: Some(key), .. } if oauth.ledger.single_use().was_used_up(key).await? => {
            Err(ASSERTION_REPLAYED)
        }
        Proof::SingleUse { entry, .. } => {
            // Each assertion leaves a row, and anybody could register this client to create many.
            if let WrittenFor::Unauthenticated(origin) = WrittenFor::of(&client, &presented.origin) {
                oauth.people.admit_for(origin, Some(client.key), &entry).await?;
            }
            Ok((AuthenticatedClient(client), Some(*entry)))
        }
    }
}
