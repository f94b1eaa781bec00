//! The interface between a grant and the token endpoint.
//!
//! A grant reads its parameters before the client is authenticated; then, for an authenticated client, it plans what to mint.
//! It writes nothing.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Extras, HandedRequest, Params};
use crate::OAuth;
use crate::client_auth::AuthenticatedClient;
use crate::token_endpoint::refusals::{GRANT_NOT_ALLOWED, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_ledger::ledger::{Denial, Issued, Plan};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::ClientKey;
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

    /// Which registrants may register clients for it (`registration/`); by default only administrators.
    fn open_to(&self) -> OpenTo {
        OpenTo::Administrators
    }

    /// The parameters it reads in addition to those of every token request: for the documentation.
    fn parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// Which of `resource` and `audience` may be repeated; no other parameter ever may.
    fn repeats(&self) -> &'static [&'static str] {
        &["resource"]
    }

    /// The `response_type` a client must be registered for: checked for every client, or for SimpleIdServer clients only.
    fn response_type(&self) -> Option<ResponseTypeRule> {
        None
    }

    /// Whether it continues an authorization: a request that names no scope asks for the authorized one.
    fn goes_on(&self) -> bool {
        false
    }

    /// The client of the credential in a request, for services whose public clients may leave out their names. None: a request
    /// must name its client.
    fn client_of<'a>(
        &'a self,
        _oauth: &'a OAuth,
        _service: &'a Service,
        _params: &'a Params<'_>,
    ) -> Option<BoxFuture<'a, Result<Option<ClientKey>, Refusal>>> {
        None
    }

    /// Reads the grant's own parameters. `claimed` is the client's record, not yet authenticated.
    ///
    /// # Errors
    /// `PARAMETER_MISSING`, `REDIRECT_URI_MALFORMED`, or the grant's own refusals.
    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal>;

    /// The same by INDIGO IAM's rules, if the grant has such rules and they are the client's. None: those of [`Self::parse`].
    fn parse_indigo(
        &self,
        _params: &Params<'_>,
        _service: &Service,
        _claimed: Option<&Client>,
    ) -> Option<Result<Box<dyn GrantRequest>, Refusal>> {
        None
    }
}

impl dyn GrantType + '_ {
    /// Checks that a client may use the grant, which the request calls `named`.
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

/// Which registrants may register a client for a grant; each value includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenTo {
    /// Administrators.
    Administrators,
    /// Holders of an initial access token.
    Trusted,
    /// Persons with a token that limits what the client may get.
    Persons,
    /// Anyone: a person decides each time. Any other grant would let anyone get tokens of their own.
    Anyone,
}

/// What a client's `response_types` must include for a grant, else `response_type_not_allowed`.
#[derive(Clone, Copy, Debug)]
pub struct ResponseTypeRule {
    /// The words, all of which are required.
    pub needs: &'static str,
    /// Whether this applies only to SimpleIdServer clients (mode `classic`).
    pub classic_only: bool,
}

/// A grant's request, well formed.
pub trait GrantRequest: Send {
    /// `issued_token_type` of the answer, if the grant's RFC requires it (RFC 8693 section 2.2.1).
    fn issued_token_type(&self, _cx: &GrantContext<'_>) -> Option<&'static str> {
        None
    }

    /// For a trusted caller that decides this grant itself: the request, checked as far as can be without deciding. None: this
    /// grant is decided here, whoever calls.
    fn hand_out<'a>(&'a self, _cx: &'a GrantContext<'a>) -> Option<BoxFuture<'a, Result<HandedRequest, Refusal>>> {
        None
    }

    /// Decides.
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>>;
}

/// What a grant decides with.
#[derive(Clone)]
pub struct GrantContext<'a> {
    /// The shared services: the ledger, for reading, and what is built on it.
    pub oauth: &'a OAuth,
    /// The issuer.
    pub service: &'a Arc<Service>,
    /// The client.
    pub client: &'a AuthenticatedClient,
    /// Where the request comes from.
    pub origin: &'a RequestSource,
    /// What a trusted caller adds; none: the client itself calls.
    pub extras: Option<&'a Extras>,
}

impl GrantContext<'_> {
    /// A plan for the client, to which the grant adds its decision.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan::new(Arc::clone(self.service), Some(self.client.record()))
    }
}

/// What a grant decided.
pub enum Decision {
    /// Mint this plan.
    Mint(Box<Plan>),
    /// Exchange a credential for this plan; if another request was faster, decide again with what was found.
    Exchange(Box<Plan>, OnLost),
    /// Refuse, but use up the single-use credential.
    Refuse(Box<Denial>),
    /// Repeat the earlier answer (a lost reply).
    Repeat(Issued),
}

/// Decides what to do when another request used up the credential first.
pub type OnLost = Box<
    dyn for<'a> FnOnce(GrantContext<'a>, jeton_model::store::Lost) -> BoxFuture<'a, Result<Decision, Refusal>> + Send,
>;

/// Every name of a grant.
pub fn names_of(grant: &dyn GrantType) -> impl Iterator<Item = &'static str> {
    std::iter::once(grant.grant_type()).chain(grant.aliases().iter().copied())
}
