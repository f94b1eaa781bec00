//! What a grant is to the token endpoint.
//!
//! It reads its parameters before the client is known to be who it says, then, for an authenticated client, plans what to mint.
//! It writes nothing.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::Params;
use crate::OAuth;
use crate::client_auth::AuthenticatedClient;
use crate::token_endpoint::refusals::{GRANT_NOT_ALLOWED, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_ledger::ledger::{Denial, Issued, Plan};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::records::{Client, CompatibilityMode, Service};

/// A grant of RFC 6749 or an extension.
pub trait GrantType: Sync {
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

    /// Whose clients may be registered for it (`registration/`): unless it says more, those of administrators.
    fn open_to(&self) -> OpenTo {
        OpenTo::Administrators
    }

    /// The parameters that it reads beside those of every request to the token endpoint: for the documents.
    fn parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// The parameters that may come more than once; of `resource` and `audience`, since no other ever may.
    fn repeats(&self) -> &'static [&'static str] {
        &["resource"]
    }

    /// The `response_type` a client must be registered for: checked for every client, or for SimpleIdServer clients only.
    fn response_type(&self) -> Option<ResponseTypeRule> {
        None
    }

    /// Whether it goes on with an authorization: a request that names no scope asks for all of that one's.
    fn goes_on(&self) -> bool {
        false
    }

    /// Reads the grant's own parameters. `claimed` is the client's record, not yet authenticated.
    ///
    /// # Errors
    /// `PARAMETER_MISSING`, `REDIRECT_URI_MALFORMED`, or what the grant refuses beyond them.
    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal>;
}

impl dyn GrantType + '_ {
    /// Whether a client may use the grant, which the request calls `named`.
    ///
    /// # Errors
    /// `GRANT_NOT_ALLOWED`, `RESPONSE_TYPE_NOT_ALLOWED`.
    pub(super) fn check_use(&self, client: &Client, named: &str) -> Result<(), Refusal> {
        if !client.may_use(self.grant_type()) && !self.aliases().iter().any(|alias| client.may_use(alias)) {
            let client = client.client_id.to_string();
            return Err(GRANT_NOT_ALLOWED.with(client).with(named.to_owned()));
        }
        let holds_for = |rule: &ResponseTypeRule| !rule.classic_only || client.profile == CompatibilityMode::Classic;
        let Some(rule) = self.response_type().filter(holds_for) else { return Ok(()) };
        let registered = |word: &str| client.response_types.iter().any(|r| r.split(' ').any(|w| w == word));
        if rule.needs.split(' ').all(registered) {
            return Ok(());
        }
        let client = client.client_id.to_string();
        Err(RESPONSE_TYPE_NOT_ALLOWED.with(client).with(rule.needs))
    }
}

/// Whose clients may be registered for a grant; each may be so for what those before it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenTo {
    /// Those of administrators.
    Administrators,
    /// Those that are registered with an initial access token.
    Trusted,
    /// A person's who shows what they may do themselves: the client gets no more by it.
    Persons,
    /// Anybody's: a person decides each time. Any other grant would let anyone have tokens of their own.
    Anyone,
}

/// What a client's `response_types` must hold for a grant, else `response_type_not_allowed`.
#[derive(Clone, Copy, Debug)]
pub struct ResponseTypeRule {
    /// The words, all of which it must hold.
    pub needs: &'static str,
    /// Whether only SimpleIdServer clients (profile `classic`) are held to it.
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
    /// What grants share: the ledger, to read from, and what stands on it.
    pub oauth: &'a OAuth,
    /// The issuer.
    pub service: &'a Arc<Service>,
    /// The client.
    pub client: &'a AuthenticatedClient,
    /// Where the request comes from.
    pub origin: &'a RequestSource,
}

impl GrantContext<'_> {
    /// A plan for the client; the grant adds what it decided.
    #[must_use]
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

/// Every name of a grant.
pub fn names_of(grant: &dyn GrantType) -> impl Iterator<Item = &'static str> {
    std::iter::once(grant.grant_type()).chain(grant.aliases().iter().copied())
}
