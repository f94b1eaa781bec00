//! What an authorization server keeps with a ticket, in place of what the ticket itself holds.
//!
//! However often it is replaced, two entries are stored, for as long as the ticket is good: a mark, which says that it was replaced,
//! and the latest text in one of two places. Each replacement fills the free place and clears the other, in one commit.

use jeton_jose::digest::sha256;
use jeton_model::Refusal;
use jeton_model::records::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_model::refusals::BUSY;
use jeton_model::store::{Command, Outcome, Write};
use jeton_oauth::authorization::{Stage, Ticket};

use crate::Backend;

/// What the authorization server keeps with a ticket, after it replaced it.
pub(crate) const TICKET_CONTEXT: DeclaredSingleUse = DeclaredSingleUse::new(42, "ticket_context");

/// How often calls that replace the same text at the same moment are tried again.
const TRIES: u32 = 100;

/// One of the entries of a ticket.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Place {
    Mark,
    One,
    Other,
}

/// What is stored for a ticket.
enum Stored {
    /// Nothing: it was never replaced.
    Nothing,
    /// The latest text, and where.
    Text(Place, String),
}

impl Backend {
    /// What the authorization server keeps with a ticket.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ticket_context(&self, ticket: &Ticket) -> Result<Option<String>, Refusal> {
        Ok(match (self.stored_context(ticket).await?, &ticket.stage) {
            (Stored::Text(_, text), _) => Some(text),
            (Stored::Nothing, Stage::Caller { context }) => context.clone(),
            (Stored::Nothing, _) => None,
        })
    }

    /// Replaces what is kept with a ticket.
    ///
    /// # Errors
    /// [`BUSY`] while others replace it all the time; or when the store fails.
    pub async fn replace_ticket_context(&self, ticket: &Ticket, context: &str) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let (to, cleared) = match self.stored_context(ticket).await? {
                Stored::Nothing => (Place::One, None),
                Stored::Text(Place::One, _) => (Place::Other, Some(Place::One)),
                Stored::Text(..) => (Place::One, Some(Place::Other)),
            };
            let entry = |place, text: &str| {
                Write::SingleUse(Box::new(SingleUse {
                    kind: TICKET_CONTEXT.kind,
                    key: key_of(ticket, place),
                    service: ticket.service,
                    grant: None,
                    expires: ticket.expires,
                    used: None,
                    payload: text.as_bytes().to_vec(),
                }))
            };
            let beside = match cleared {
                Some(place) => Write::DropSingleUse { kind: TICKET_CONTEXT.kind, key: key_of(ticket, place) },
                None => entry(Place::Mark, ""),
            };
            // Lost: another call replaced it at the same moment.
            if let Outcome::Done { .. } = self.ledger.apply(Command::of(vec![entry(to, context), beside])).await? {
                return Ok(());
            }
        }
        Err(BUSY)
    }

    async fn stored_context(&self, ticket: &Ticket) -> Result<Stored, Refusal> {
        if self.context_at(ticket, Place::Mark).await?.is_none() {
            return Ok(Stored::Nothing);
        }
        for _ in 0..TRIES {
            for place in [Place::One, Place::Other] {
                if let Some(text) = self.context_at(ticket, place).await? {
                    return Ok(Stored::Text(place, text));
                }
            }
            // It moved from the place that was read second to the one that was read first.
        }
        Err(BUSY)
    }

    async fn context_at(&self, ticket: &Ticket, place: Place) -> Result<Option<String>, Refusal> {
        let entry = self.ledger.store().single_use(TICKET_CONTEXT.kind, key_of(ticket, place)).await?;
        Ok(entry.and_then(|entry| String::from_utf8(entry.payload).ok()))
    }
}

fn key_of(ticket: &Ticket, place: Place) -> SingleUseKey {
    SingleUseKey(sha256(&[&ticket.nonce[..], b"context", &[place as u8]].concat()))
}
