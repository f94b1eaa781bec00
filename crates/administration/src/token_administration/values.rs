//! Who sees the texts of tokens, of which copies are kept only where the operator wants it
//! (`docs/contracts/indigo-iam.md` section 3.6).

use jeton_jose::Secret;

use super::TokenLists;
use crate::{TokenOwner, TokenReader};
use jeton_ledger::refusal::Refusal;
use jeton_model::records::{Actor, Event, EventKind, Service, Token};
use jeton_model::store::Write;

/// To whom texts are shown; none: to nobody.
pub(super) struct Shows(Option<Actor>);

impl Shows {
    /// An administrator with one of the roles of `admin.show_values_to`. A client that acts for itself has no role.
    pub(super) fn to_reader(reader: &TokenReader, service: &Service) -> Self {
        let settings = &service.settings;
        let has = |role: &String| reader.user.as_ref().is_some_and(|user| user.has_role(role));
        let may = reader.sees_values && settings.show_values && settings.show_values_to.iter().any(has);
        Self(may.then(|| reader.actor.clone()))
    }

    /// A person who looks at their own.
    pub(super) fn to_owner(owner: &TokenOwner, service: &Service) -> Self {
        let may = service.settings.show_values && owner.only.is_none();
        Self(may.then_some(Actor::User(owner.user.key)))
    }

    /// The same, unless nobody asked.
    pub(super) fn only_if(self, asked: bool) -> Self {
        Self(self.0.filter(|_| asked))
    }
}

impl TokenLists {
    /// The texts of rows, in their order. What is shown is recorded before it leaves.
    pub(super) async fn values_of(&self, rows: &[Token], shows: Shows) -> Result<Vec<Option<Secret>>, Refusal> {
        let Shows(Some(actor)) = shows else { return Ok(rows.iter().map(|_| None).collect()) };
        let values: Vec<_> = rows.iter().map(|row| self.ledger.secrets().opened_value(row)).collect();
        let shown: Vec<_> =
            rows.iter().zip(&values).filter(|(_, value)| value.is_some()).map(|(row, _)| row.id).collect();
        if let (Some(first), false) = (rows.first(), shown.is_empty()) {
            let event = Event::new(EventKind::ValuesRead, self.ledger.now(), Some(first.service), actor);
            let event = event.concerning("the texts of these tokens were shown", &shown, &[]);
            self.ledger.applied(vec![Write::Event(Box::new(event))]).await?;
        }
        Ok(values)
    }
}
