//! Permission tickets (UMA 2.0 Grant sections 3.2 and 5.5; Federated Authorization section 4): single-use entries that name the
//! permissions requested.

use jeton_jose::{Secret, digest};
use serde::{Deserialize, Serialize};

use super::{limits, resources};
use crate::refusals::RESOURCE_UNKNOWN;
use jeton_administration::Caller;
use jeton_ledger::formats::reference;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, DocumentId};
use jeton_model::records::{Client, DeclaredSingleUse, Service, SingleUse, SingleUseKey};
use jeton_model::refusals::{NOT_FOUND, PARAMETER_MISSING};
use jeton_model::store::Write;
use jeton_oauth::OAuth;
use jeton_people::unauthenticated::WrittenFor;

/// UMA permission ticket. `/token` may issue a ticket in place of another to an unauthenticated client: it may be as large as the
/// first one, which a resource server requested.
pub const TICKET: DeclaredSingleUse = DeclaredSingleUse::new(6, "ticket").open_to_unauthenticated(64 * 1024, 32 << 20);

/// The word in a ticket's text.
const PREFIX: &str = "tkt";

/// The content of a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The requested permissions.
    pub(crate) lines: Vec<Line>,
    /// The only client that may redeem it, for tickets that `/token` issues. None: any client that the resource server gives it
    /// to.
    pub(crate) client: Option<ClientKey>,
}

/// One resource and the requested scopes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Its number.
    pub(crate) resource: DocumentId,
    /// The scopes.
    pub(crate) scopes: Vec<String>,
}

/// A permission as a resource server requests it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The resource's id on the wire.
    pub resource: Option<String>,
    /// The requested scopes.
    pub scopes: Vec<String>,
}

/// Makes a ticket for some permissions.
///
/// # Errors
/// [`PARAMETER_MISSING`], `PARAMETER_INVALID`, [`RESOURCE_UNKNOWN`], [`SCOPE_NOT_ALLOWED`].
pub async fn ask(oauth: &OAuth, service: &Service, by: &Caller, wanted: Vec<Wanted>) -> Result<Secret, Refusal> {
    if wanted.is_empty() {
        return Err(PARAMETER_MISSING.with("resource_id"));
    }
    limits::list("resource_id", &wanted, limits::LINES)?;
    let mut lines: Vec<Line> = Vec::with_capacity(wanted.len());
    for Wanted { resource, scopes } in wanted {
        let id = resource.filter(|id| !id.trim().is_empty()).ok_or_else(|| PARAMETER_MISSING.with("resource_id"))?;
        if scopes.is_empty() {
            return Err(PARAMETER_MISSING.with("resource_scopes"));
        }
        let found = resources::read(oauth, service.id, by, &id)
            .await
            .map_err(|refusal| if refusal.is(&NOT_FOUND) { RESOURCE_UNKNOWN } else { refusal })?;
        if let Some(missing) = found.lacks(&scopes) {
            return Err(SCOPE_NOT_ALLOWED.with(missing));
        }
        add(&mut lines, found.id, scopes);
    }
    let (text, entry) = new(oauth, service, &Ticket { lines, client: None }).await?;
    oauth.ledger.applied(vec![Write::SingleUse(Box::new(entry))]).await?;
    Ok(text)
}

/// A ticket for the same permissions as the presented one, which only this client can redeem: the writes and its text. Each
/// ticket leads to the next, so an unauthenticated client is limited by what such clients may cause to be written.
///
/// # Errors
/// `REQUEST_PACE`, `REQUEST_TOO_LARGE`: then the presented ticket is not used up.
pub(crate) async fn next(
    oauth: &OAuth,
    service: &Service,
    shown: &Ticket,
    (client, origin): (&Client, &RequestSource),
) -> Result<(Secret, Write), Refusal> {
    let (text, entry) = new(oauth, service, &Ticket { client: Some(client.key), ..shown.clone() }).await?;
    if let WrittenFor::Unauthenticated(origin) = WrittenFor::of(client, origin) {
        oauth.people.admit_for(origin, None, &entry).await?;
    }
    Ok((text, Write::SingleUse(Box::new(entry))))
}

/// A new ticket's text, and its entry.
async fn new(oauth: &OAuth, service: &Service, ticket: &Ticket) -> Result<(Secret, SingleUse), Refusal> {
    let number = oauth.ledger.new_number().await?;
    let text = reference::mint_with(PREFIX, number, oauth.ledger.entropy())?;
    let entry = SingleUse {
        kind: TICKET.kind,
        key: key(text.expose()),
        service: service.id,
        grant: None,
        expires: oauth.ledger.now() + service.settings.uma.ticket_lifetime,
        used: None,
        payload: serde_json::to_vec(ticket)?,
    };
    Ok((text, entry))
}

/// The key of a ticket's entry.
pub(crate) fn key(text: &str) -> SingleUseKey {
    SingleUseKey(digest::sha256(text.as_bytes()))
}

/// Adds scopes to the line of a resource; repeated ones are listed once.
fn add(lines: &mut Vec<Line>, resource: DocumentId, scopes: Vec<String>) {
    let place = lines.iter().position(|line| line.resource == resource).unwrap_or_else(|| {
        lines.push(Line { resource, scopes: Vec::new() });
        lines.len() - 1
    });
    if let Some(line) = lines.get_mut(place) {
        for scope in scopes {
            if !line.scopes.contains(&scope) {
                line.scopes.push(scope);
            }
        }
    }
}
