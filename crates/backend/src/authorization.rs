//! Authorization requests whose people sign in elsewhere: a ticket stands for the request until the authorization server says how
//! it ended (`docs/contracts/authlete.md` section 4.1).

use std::sync::Arc;

use jeton_ledger::refusals::CLIENT_UNKNOWN;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_oauth::authorization::{
    AuthorizationAnswer, AuthorizationError, AuthorizationRequest, Authorizer, SignsIn, Ticket, answer, read, use_up,
};
use jeton_oauth::token_endpoint::Params;

use crate::Backend;
use crate::refusals::RECORD_CLIENT_LOCKED;

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
        let (request, client) = read(&self.oauth, service, params, (SignsIn::Elsewhere, None)).await?;
        let ticket = Ticket::for_caller(&self.oauth, service.id, request.clone(), context)?;
        Ok(Begun { ticket: ticket.seal(&self.oauth)?, request, client })
    }

    /// The request of a ticket, and its client.
    ///
    /// # Errors
    /// `INTERACTION_INVALID`, `CLIENT_UNKNOWN`, [`RECORD_CLIENT_LOCKED`], `REDIRECT_URI_UNREGISTERED`.
    pub async fn ticket(&self, service: &Service, text: &str) -> Result<(Ticket, Arc<Client>), Refusal> {
        let ticket = Ticket::open_by_caller(&self.oauth, service.id, text)?;
        match ticket.client(&self.oauth, service).await {
            Ok(client) => Ok((ticket, client)),
            Err(refusal) if refusal.is(&CLIENT_UNKNOWN) => {
                let found = self.ledger.entities().client(ticket.request.client).await?;
                Err(if found.is_some_and(|client| !client.enabled) { RECORD_CLIENT_LOCKED } else { refusal })
            }
            Err(refusal) => Err(refusal),
        }
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
}
