//! Client authentication: one file a method, one line here.
//!
//! The method is a property of the client: whoever presents something else than what is registered is refused with the
//! registered method's message (`contracts/oauth-token-endpoint.md` section 3). Only [`authenticate`] makes an
//! [`AuthenticatedClient`], and only that reaches a grant.

mod basic;
mod none;
mod post;

use std::ops::Deref;
use std::sync::Arc;

use futures::future::BoxFuture;

pub use basic::BasicCredentials;

use jeton_jose::Secret;

use crate::Ledger;
use crate::ids::ServiceId;
use crate::model::{AuthMethod, Client, Profile, SecretVerifier, Service};
use crate::origin::Origin;
use crate::refusal::Refusal;

/// What a request presents to say which client it is.
#[derive(Debug, Default)]
pub struct Presented {
    /// `Authorization: Basic`; none when absent or empty.
    pub basic: Option<BasicCredentials>,
    /// `client_id` in the body.
    pub client_id: Option<String>,
    /// `client_secret` in the body.
    pub client_secret: Option<Secret>,
    /// Whether there were several `Authorization` headers: nobody can say which one counts.
    pub several_headers: bool,
    /// `client_assertion_type` and `client_assertion`, as they came (RFC 7521 section 4.2).
    pub assertion: Option<(String, Secret)>,
    /// The called endpoint's path below the issuer (`/token`): an assertion may be addressed to it.
    pub endpoint: &'static str,
    /// Where the request comes from: client certificates are there.
    pub origin: Origin,
}

impl Presented {
    /// The client id claimed, by the first of: Basic, body.
    #[must_use]
    pub fn claimed(&self) -> Option<&str> {
        self.basic.as_ref().map(BasicCredentials::client_id).or(self.client_id.as_deref())
    }
}

/// What the client wants to do; a public client may do little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Use a grant; whether public clients may.
    Grant {
        /// See [`crate::grants::Grant::allows_public`].
        allows_public: bool,
    },
    /// RFC 7009.
    Revoke,
    /// RFC 7662.
    Introspect,
}

impl Purpose {
    const fn allows_public(self) -> bool {
        match self {
            Self::Grant { allows_public } => allows_public,
            Self::Revoke => true,
            Self::Introspect => false,
        }
    }
}

/// A client that proved who it is.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl AuthenticatedClient {
    /// The record, to be kept.
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

/// A refusal, with the profile of the client it speaks to.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// In whose words.
    pub profile: Profile,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, profile: Profile::Standard }
    }
}

/// A way to authenticate.
pub(crate) trait Method: Sync {
    /// Its registered name.
    fn method(&self) -> AuthMethod;
    /// Says yes, or refuses with the method's own message.
    fn verify<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Result<(), Refusal>>;
}

/// A client that is about to prove who it is.
pub(crate) struct Attempt<'a> {
    /// The ledger, to look keys up and to note what works once.
    pub(crate) ledger: &'a Ledger,
    /// The record it claims.
    pub(crate) client: &'a Client,
    /// What it presents.
    pub(crate) presented: &'a Presented,
}

/// Every method. Discovery, registration and docs derive from it.
const METHODS: &[&dyn Method] = &[&basic::ClientSecretBasic, &post::ClientSecretPost, &none::Public];

/// The registered names of all methods.
pub fn supported() -> impl Iterator<Item = AuthMethod> {
    METHODS.iter().map(|m| m.method())
}

/// The record of the client that a request claims to come from; nothing is proven.
///
/// # Errors
/// When the store fails.
pub async fn claimed(
    ledger: &Ledger,
    service: ServiceId,
    presented: &Presented,
) -> Result<Option<Arc<Client>>, Refusal> {
    let Some(id) = presented.claimed() else { return Ok(None) };
    let mut found = ledger.directory().client_by_id(service, id).await?;
    if let (None, Some(raw)) = (&found, presented.basic.as_ref().and_then(BasicCredentials::raw_id)) {
        found = ledger.directory().client_by_id(service, raw).await?;
    }
    Ok(found.filter(|c| c.service == service))
}

/// Authenticates the client that `claimed` found.
///
/// # Errors
/// Messages 8 to 10, or [`Refusal::ClientAmbiguous`].
pub async fn authenticate(
    ledger: &Ledger,
    service: &Service,
    claimed: Option<Arc<Client>>,
    presented: &Presented,
    purpose: Purpose,
) -> Result<AuthenticatedClient, Refusal> {
    if presented.several_headers {
        return Err(Refusal::ClientAmbiguous);
    }
    if let (Some(basic), Some(body)) = (&presented.basic, &presented.client_id)
        && !basic.names(body)
    {
        return Err(Refusal::ClientAmbiguous);
    }
    if presented.basic.as_ref().is_some_and(BasicCredentials::has_secret) && presented.client_secret.is_some() {
        return Err(Refusal::ClientAmbiguous);
    }
    let client = claimed.filter(|c| c.enabled && c.service == service.id).ok_or(Refusal::ClientUnknown)?;
    let wanted = client.token_endpoint_auth_method;
    let method = METHODS.iter().find(|m| m.method() == wanted).ok_or(Refusal::ClientUnknown)?;
    if client.is_public() && !purpose.allows_public() {
        return Err(Refusal::ClientUnknown);
    }
    method.verify(&Attempt { ledger, client: &client, presented }).await?;
    Ok(AuthenticatedClient(client))
}

/// Whether a secret is the client's; constant time, and a client without one has none.
pub(crate) fn proves(ledger: &Ledger, client: &Client, secret: &str) -> bool {
    client.secret.is_some_and(|stored| stored.matches(&SecretVerifier::of(ledger.pepper(), &client.client_id, secret)))
}
