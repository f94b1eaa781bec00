//! What a batch knows of the rows it looks at.

use std::borrow::Cow;
use std::collections::HashMap;

use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{GrantState, SingleUse, Token, TokenState};
use jeton_model::store::{Record, StoreError};
use tokio_postgres::Row;

use super::known_record::RecordId;
use super::needs::{SingleUseId, id_of};
use crate::records::{Fields, grants as grant_rows, single_uses};
use crate::tally::{Owner, Slot};

/// Rows by key; what is absent does not exist.
#[derive(Debug, Default)]
pub(super) struct Known<'c> {
    pub(super) single_use: HashMap<SingleUseId, Cow<'c, SingleUse>>,
    pub(super) tokens: HashMap<TokenId, KnownToken>,
    pub(super) grants: HashMap<GrantId, GrantState>,
    /// The active tokens of families that end.
    pub(super) members: HashMap<GrantId, Vec<TokenId>>,
    /// As they are after the commands played so far.
    pub(super) records: HashMap<RecordId, Record>,
}

/// A token's state, and what the tally has of it.
#[derive(Debug)]
pub(super) struct KnownToken {
    pub(super) state: TokenState,
    pub(super) grant: Option<GrantId>,
    pub(super) slot: Slot,
    /// Whether the tally counts it.
    pub(super) counts: bool,
}

impl KnownToken {
    /// One that is new.
    pub(super) fn new(token: &Token) -> Self {
        Self { state: token.state, grant: token.grant, slot: Slot::of(token), counts: false }
    }

    fn read(row: &Row) -> Result<(TokenId, Self), StoreError> {
        let mut f = Fields::of(row, 0, "token");
        let id = TokenId::from_sql(f.read()?);
        let state = TokenState::from_sql(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?;
        let grant = f.read::<Option<i64>>()?.map(GrantId::from_sql);
        let (service, kind, client) = (f.read()?, f.read()?, f.read()?);
        let (user, name) = (f.read::<Option<i64>>()?, f.read::<Option<&str>>()?);
        let subject = user.map(Owner::User).or_else(|| name.map(Owner::named));
        let mut slot = Slot { service, kind, client, subject, place: 0 };
        slot.move_to(id.sql(), f.read()?);
        Ok((id, Self { state, grant, slot, counts: false }))
    }
}

impl Known<'_> {
    /// From the locked rows, and from the members of families among them that end.
    pub(super) fn of(single_use: &[Row], tokens: &[Row], grants: &[Row], members: &[Row]) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for row in single_use {
            let entry = single_uses::read(row)?;
            known.single_use.insert(id_of(&entry), Cow::Owned(entry));
        }
        for row in grants {
            let mut f = Fields::of(row, 0, "grant");
            let id = GrantId::from_sql(f.read()?);
            let state = grant_rows::state_from(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?;
            known.grants.insert(id, state);
        }
        for row in tokens.iter().chain(members) {
            let (id, mut token) = KnownToken::read(row)?;
            token.counts = token.state == TokenState::Active && known.is_alive(token.grant);
            known.tokens.entry(id).or_insert(token);
        }
        for row in members {
            let (id, token) = KnownToken::read(row)?;
            if let Some(grant) = token.grant {
                known.members.entry(grant).or_default().push(id);
            }
        }
        Ok(known)
    }

    /// Whether a family has not ended. A family without a grant row has ended.
    pub(super) fn is_alive(&self, grant: Option<GrantId>) -> bool {
        grant.is_none_or(|id| self.grants.get(&id) == Some(&GrantState::Active))
    }
}
