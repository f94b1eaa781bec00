//! Authorization requests whose people sign in elsewhere: a ticket stands for the request until the authorization server says how
//! it ended (`docs/contracts/authlete.md` section 4.1).

use std::sync::Arc;

use jeton_jose::digest::sha256;
use jeton_model::Refusal;
use jeton_model::records::{Client, DeclaredSingleUse, Service, SingleUse, SingleUseKey};
use jeton_model::refusals::TOO_MANY;
use jeton_model::store::{Command, Outcome, Write};
use jeton_oauth::authorization::{
    AuthorizationAnswer, AuthorizationError, AuthorizationRequest, Authorizer, SignsIn, Stage, Ticket, answer, read,
    use_up,
};
use jeton_oauth::token_endpoint::Params;

use crate::Backend;

/// What the authorization server keeps with a ticket, after it replaced it.
pub(crate) const TICKET_CONTEXT: DeclaredSingleUse = DeclaredSingleUse::new(42, "ticket_context");

/// How often the context of one ticket can be replaced.
const MOST: u32 = 100;

/// A request that waits for the authorization server.
pub struct Begun {
    /// The text of its ticket.
    pub ticket: String,
    /// The request.
    pub request: AuthorizationRequest,
    /// Its client.
    pub client: Arc<Client>,
}

impl Backend {
    /// Reads an authorization request. `context`: what the authorization server wants back with the ticket.
    ///
    /// # Errors
    /// As [`read`]: with `return_to` once client and redirect URI are valid.
    pub async fn begin_authorization(
        &self,
        service: &Arc<Service>,
        params: &Params<'_>,
        context: Option<String>,
    ) -> Result<Begun, AuthorizationError> {
        let (request, client) = read(&self.oauth, service, params, SignsIn::Elsewhere).await?;
        let ticket = Ticket::for_caller(&self.oauth, service.id, request.clone(), context)?;
        Ok(Begun { ticket: ticket.seal(&self.oauth)?, request, client })
    }

    /// The request of a ticket, and its client.
    ///
    /// # Errors
    /// `INTERACTION_INVALID`, `CLIENT_UNKNOWN`, `REDIRECT_URI_UNREGISTERED`.
    pub async fn ticket(&self, service: &Service, text: &str) -> Result<(Ticket, Arc<Client>), Refusal> {
        let ticket = Ticket::open_by_caller(&self.oauth, service.id, text)?;
        let client = ticket.client(&self.oauth, service).await?;
        Ok((ticket, client))
    }

    /// Issues what the request of a ticket asks for, in the name of whom the authorization server signed in. Uses the ticket up,
    /// and remembers the scopes that were granted.
    ///
    /// # Errors
    /// `TICKET_USED`, and those of [`answer`].
    pub async fn authorize(
        &self,
        service: &Arc<Service>,
        (ticket, client): (&Ticket, &Arc<Client>),
        authorizer: &Authorizer,
    ) -> Result<AuthorizationAnswer, Refusal> {
        let mut authorizer = authorizer.clone();
        let details = &mut authorizer.details.authorization_details;
        if details.is_none() {
            // The person agreed to what the request asks for.
            *details = ticket.request.elsewhere.as_ref().and_then(|asked| asked.authorization_details.clone());
        }
        let answer = answer(&self.oauth, service, client, &ticket.request, &authorizer, Some(ticket)).await?;
        let granted = authorizer.granted(&ticket.request.scope).intersect(&client.scope);
        // What was issued is not withheld because the memory of it could not be written.
        if let Err(refusal) = self.remember_grant(client, &authorizer.subject, &granted).await {
            tracing::warn!(refusal = refusal.id(), "what a subject granted could not be remembered");
        }
        Ok(answer)
    }

    /// Uses a ticket up whose request failed.
    ///
    /// # Errors
    /// `TICKET_USED`.
    pub async fn fail_authorization(&self, ticket: &Ticket) -> Result<(), Refusal> {
        use_up(&self.oauth, ticket).await
    }

    /// What the authorization server keeps with a ticket.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ticket_context(&self, ticket: &Ticket) -> Result<Option<String>, Refusal> {
        let (_, latest) = self.latest_context(ticket).await?;
        if latest.is_some() {
            return Ok(latest);
        }
        Ok(match &ticket.stage {
            Stage::Caller { context } => context.clone(),
            _ => None,
        })
    }

    /// Replaces what is kept with a ticket.
    ///
    /// # Errors
    /// [`TOO_MANY`] after a hundred times; or when the store fails.
    pub async fn replace_ticket_context(&self, ticket: &Ticket, context: String) -> Result<(), Refusal> {
        loop {
            let (next, _) = self.latest_context(ticket).await?;
            if next >= MOST {
                return Err(TOO_MANY.with("changes of this ticket"));
            }
            let entry = SingleUse {
                kind: TICKET_CONTEXT.kind,
                key: key_of(ticket, next),
                service: ticket.service,
                grant: None,
                expires: ticket.expires,
                used: None,
                payload: context.clone().into_bytes(),
            };
            let command = Command { when: None, writes: vec![Write::SingleUse(Box::new(entry))] };
            // Lost: another call replaced it at the same moment.
            if let Outcome::Done { .. } = self.ledger.apply(command).await? {
                return Ok(());
            }
        }
    }

    /// The latest context that replaced another, and the number of the next.
    async fn latest_context(&self, ticket: &Ticket) -> Result<(u32, Option<String>), Refusal> {
        let mut latest = None;
        for number in 0..MOST {
            match self.ledger.store().single_use(TICKET_CONTEXT.kind, key_of(ticket, number)).await? {
                Some(entry) => latest = String::from_utf8(entry.payload).ok(),
                None => return Ok((number, latest)),
            }
        }
        Ok((MOST, latest))
    }
}

fn key_of(ticket: &Ticket, number: u32) -> SingleUseKey {
    let mut bytes = ticket.nonce.to_vec();
    bytes.extend_from_slice(b"context");
    bytes.extend_from_slice(&number.to_be_bytes());
    SingleUseKey(sha256(&bytes))
}
