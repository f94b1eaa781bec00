//! Writing the authorization code.

use jeton_jose::{Secret, digest};

use super::{AuthorizationRequest, Ticket};
use crate::Ledger;
use crate::clock::Timestamp;
use crate::formats::reference;
use crate::grants::{CodePayload, code_key};
use crate::ids::GrantId;
use crate::model::{Once, OnceKey, OnceKind, Service};
use crate::people::Session;
use crate::refusal::Refusal;
use crate::store::{Command, Outcome, Precondition, Write};

/// Makes a code for what a person authorized. `ticket`: the page he answered, used up in the same moment; none when
/// nothing had to be asked.
///
/// # Errors
/// [`Refusal::InteractionInvalid`] when the page was answered before, or a fault.
pub async fn grant_code(
    ledger: &Ledger,
    service: &Service,
    request: &AuthorizationRequest,
    session: &Session,
    ticket: Option<&Ticket>,
) -> Result<Secret, Refusal> {
    let number = ledger.new_number().await?;
    let code = reference::mint_with(reference::CODE_PREFIX, number, ledger.entropy())?;
    let payload = CodePayload {
        client: request.client,
        user: session.user.key,
        grant: GrantId::new(number),
        scope: request.scope.clone(),
        redirect_uri: request.redirect_uri.clone(),
        redirect_uri_named: request.redirect_uri_named,
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        authentication: session.authentication(),
    };
    let now = ledger.now();
    let entry = Once {
        kind: OnceKind::Code,
        key: code_key(code.expose()),
        service: service.id,
        grant: Some(GrantId::new(number)),
        expires: now + service.settings.code_lifetime,
        used: None,
        payload: serde_json::to_vec(&payload)?,
    };
    let when = ticket.map(|t| claim(t, now));
    match ledger.store().apply(Command { when, writes: vec![Write::Once(Box::new(entry))] }).await? {
        Outcome::Done { .. } => Ok(code),
        Outcome::Lost(_) => Err(Refusal::InteractionInvalid),
    }
}

/// Uses a page up without an answer that grants anything: who said no cannot say yes on the same page.
///
/// # Errors
/// [`Refusal::InteractionInvalid`] when the page was answered before, or a fault.
pub async fn use_up(ledger: &Ledger, ticket: &Ticket) -> Result<(), Refusal> {
    let when = Some(claim(ticket, ledger.now()));
    match ledger.store().apply(Command { when, writes: Vec::new() }).await? {
        Outcome::Done { .. } => Ok(()),
        Outcome::Lost(_) => Err(Refusal::InteractionInvalid),
    }
}

fn claim(ticket: &Ticket, now: Timestamp) -> Precondition {
    Precondition::Claim(Box::new(Once {
        kind: OnceKind::Interaction,
        key: OnceKey(digest::sha256(&ticket.nonce)),
        service: ticket.service,
        grant: None,
        expires: ticket.expires,
        used: Some(now),
        payload: Vec::new(),
    }))
}
