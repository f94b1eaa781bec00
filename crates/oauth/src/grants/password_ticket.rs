//! A password request that waits until a trusted caller has checked the password: sealed, so that nobody else can make or change
//! it, and good for one answer within 24 hours.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::password::plan_of;
use crate::OAuth;
use crate::authorization::refusals::TICKET_USED;
use crate::authorization::{Authorizer, CALLERS_LIFETIME, claim};
use crate::claims::About;
use crate::client_alias;
use crate::token_endpoint::refusals::GRANT_NOT_ALLOWED;
use crate::token_endpoint::{HandedPassword, TokenAnswer, bound, lifetimes};
use jeton_ledger::ledger::{Exchanged, MintPrecondition, Plan};
use jeton_ledger::refusals::{CLIENT_UNKNOWN, INTERACTION_INVALID};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{Binding, Client, Service, SingleUse};
use jeton_model::scope::Scope;
use jeton_model::store::{Command, Outcome, Precondition};

const SEALED_FOR: &[u8] = b"password request of a caller";

/// A password request that waits for the caller's verdict.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordTicket {
    service: ServiceId,
    /// The client that was authenticated.
    client: ClientKey,
    scope: Scope,
    audience: Option<Arc<str>>,
    /// The certificate that the client sent.
    certificate: Option<Binding>,
    /// The longest lifetime of access tokens that the client wants.
    #[serde(default)]
    longest: Option<Duration>,
    /// Whether the request named the client by its alias.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    alias_used: bool,
    expires: Timestamp,
    nonce: [u8; 16],
}

impl PasswordTicket {
    /// The text for the caller that was handed this request of a client.
    ///
    /// # Errors
    /// When the random source or sealing fails.
    pub fn seal(
        oauth: &OAuth,
        service: ServiceId,
        client: &Client,
        request: &HandedPassword,
    ) -> Result<String, Refusal> {
        let mut nonce = [0; 16];
        oauth.ledger.entropy().fill(&mut nonce)?;
        let ticket = Self {
            service,
            client: client.key,
            scope: request.scope.clone(),
            audience: request.audience.clone(),
            certificate: request.certificate,
            longest: request.longest,
            alias_used: request.alias_used,
            expires: oauth.ledger.now() + CALLERS_LIFETIME,
            nonce,
        };
        oauth.ledger.secrets().seal_for_page(SEALED_FOR, &ticket)
    }

    /// Opens the text that a caller sent back.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or expired, or another issuer's.
    pub fn open(oauth: &OAuth, service: ServiceId, text: &str) -> Result<Self, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        let good = ticket.service == service && oauth.ledger.now() < ticket.expires;
        if good { Ok(ticket) } else { Err(INTERACTION_INVALID) }
    }

    /// The tokens of the person whose password was right, as the password grant issues them.
    ///
    /// # Errors
    /// [`TICKET_USED`], [`CLIENT_UNKNOWN`] or [`GRANT_NOT_ALLOWED`] when the client was changed since, those of the binding to a
    /// certificate, `GRANT_ENDED` when the person is a user who is disabled, or a fault.
    pub async fn issue(
        &self,
        oauth: &OAuth,
        service: &Arc<Service>,
        authorizer: &Authorizer,
    ) -> Result<TokenAnswer, Refusal> {
        let client = oauth.ledger.entities().client(self.client).await?;
        let client = oauth.ledger.entities().active(client).await?.ok_or(CLIENT_UNKNOWN)?;
        if !client.may_use("password") {
            return Err(GRANT_NOT_ALLOWED.with(client.client_id.to_string()).with("password"));
        }
        let scope = authorizer.granted(&self.scope).intersect(&client.scope);
        let about = About {
            subject: Some(&authorizer.subject),
            user: authorizer.user.as_deref(),
            vouched: authorizer.details.vouched.as_deref(),
        };
        let what = (scope, self.audience.clone(), authorizer.details.clone());
        let plan = Plan::new(Arc::clone(service), Some(Arc::clone(&client)));
        let mut plan = Plan {
            subject: Some(authorizer.subject.clone()),
            user: authorizer.user.clone(),
            precondition: Some(MintPrecondition::Claim(self.claim(oauth))),
            ..plan_of(plan, &client, about, authorizer.authentication.clone(), what)
        };
        bound::bind_to((&client, self.certificate), &mut plan)?;
        authorizer.extras.add_to(&mut plan);
        if self.alias_used {
            client_alias::note_in(&mut plan);
        }
        if let Some(longest) = self.longest {
            lifetimes::shorten(&mut plan, longest);
        }
        oauth.look_up_reader(&mut plan).await?;
        match oauth.ledger.exchange(plan).await? {
            Exchanged::Done(issued) => {
                Ok(TokenAnswer { requested_scope: Some(self.scope.clone()), ..TokenAnswer::of(issued, client) })
            }
            Exchanged::Lost(_) => Err(TICKET_USED),
        }
    }

    /// Uses the ticket up when the password was wrong.
    ///
    /// # Errors
    /// [`TICKET_USED`], or a fault.
    pub async fn fail(&self, oauth: &OAuth) -> Result<(), Refusal> {
        let when = Some(Precondition::Claim(self.claim(oauth)));
        match oauth.ledger.apply(Command { when, writes: Vec::new() }).await? {
            Outcome::Done { .. } => Ok(()),
            Outcome::Lost(_) => Err(TICKET_USED),
        }
    }

    fn claim(&self, oauth: &OAuth) -> Box<SingleUse> {
        claim((self.service, &self.nonce), self.expires, oauth.ledger.now())
    }
}
