//! One command in a transaction: its precondition, then its writes.

use std::sync::Arc;

use jeton_model::clock::{Clock, Timestamp};
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{Grant, GrantState, SingleUse, Token, TokenState};
use jeton_model::store::{Command, GrantChange, Lost, Outcome, Precondition, Record, TokenChange, Write};
use rusqlite::Connection;

use super::single_uses::SingleUses;
use super::tail::{self, Tail};
use crate::fault::{Done, Fault};
use crate::rows::block::{Block, RowKind};
use crate::rows::ended::{self, Ended};
use crate::rows::event::EventRows;
use crate::rows::grant::{self, GrantRows};
use crate::rows::live::{self, LiveRow, LiveRows, Row};
use crate::rows::owner::Owner;
use crate::rows::token::TokenRows;
use crate::rows::token_list::{Entry, ListRows};
use crate::rows::{client, device, document, key, service, token, token_use, user};
use crate::single_use_tail::SingleUseTail;
use crate::transaction;

/// The writer's connection with all that is prepared on it.
pub(super) struct Session<'c> {
    pub(super) connection: &'c Connection,
    pub(super) lists: ListRows<'c>,
    pub(super) live: LiveRows<'c>,
    pub(super) tail: Tail,
    /// A token or grant below this id is too late for the tail: after a crash its rows would not be written again.
    pub(super) late_below: i64,
    /// Whether commits wait for the disk now.
    synced: bool,
    clock: Arc<dyn Clock>,
    tokens: TokenRows<'c>,
    grants: GrantRows<'c>,
    pub(super) single_uses: SingleUses<'c>,
    events: EventRows<'c>,
}

/// How much was in memory.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    tail: tail::Mark,
    single_uses: usize,
}

impl<'c> Session<'c> {
    /// Prepares everything.
    pub(super) fn prepare(
        connection: &'c Connection,
        clock: Arc<dyn Clock>,
        single_uses: Arc<SingleUseTail>,
    ) -> Done<Self> {
        Ok(Self {
            connection,
            lists: ListRows::prepare(connection)?,
            live: LiveRows::prepare(connection)?,
            tail: Tail::default(),
            late_below: 0,
            synced: true,
            clock,
            tokens: TokenRows::prepare(connection)?,
            grants: GrantRows::prepare(connection)?,
            single_uses: SingleUses::prepare(connection, single_uses)?,
            events: EventRows::prepare(connection)?,
        })
    }

    /// Makes commits from here on wait for the disk, or not: the latter only for data that is written again after a
    /// power cut.
    pub(super) fn sync(&mut self, yes: bool) -> Done<()> {
        if self.synced != yes {
            transaction::sync_commits(self.connection, yes)?;
            self.synced = yes;
        }
        Ok(())
    }

    /// What is in memory now, for [`Self::cut`].
    pub(super) fn mark(&self) -> Mark {
        Mark { tail: self.tail.mark(), single_uses: self.single_uses.mark() }
    }

    /// Drops what was added to memory since the mark: it was rolled back.
    pub(super) fn cut(&mut self, mark: Mark) {
        self.tail.cut(mark.tail);
        self.single_uses.undo_to(mark.single_uses);
    }

    /// Records what ended since the mark, for the lists of live tokens; returns the last position.
    pub(super) fn keep_ends(&self, mark: Mark) -> Done<i64> {
        let ends = self.tail.ends_since(mark.tail);
        if ends.is_empty() { Ok(self.tail.ended_through) } else { ended::add(self.connection, ends) }
    }

    /// Applies a command. When it is lost nothing was written; when it fails the caller undoes what was.
    pub(super) fn run(&mut self, command: &Command) -> Done<Outcome> {
        if let Some(when) = &command.when
            && let Some(lost) = self.require(when)?
        {
            return Ok(Outcome::Lost(lost));
        }
        let mut changed = 0;
        for write in &command.writes {
            changed += u64::from(self.write(write)?);
        }
        Ok(Outcome::Done { changed })
    }

    /// Checks a precondition and uses up what it uses up; returns why it fails.
    fn require(&mut self, when: &Precondition) -> Done<Option<Lost>> {
        match when {
            Precondition::Consume { kind, key, now } => self.single_uses.consume(*kind, *key, *now),
            Precondition::Claim(single_use) => self.claim(single_use),
            Precondition::Rotate { token, to, at } => {
                let rotated = TokenState::Rotated { at: *at, to: *to };
                if self.tokens.leave_active(*token, rotated)? {
                    self.tail.ends.push(Ended::Token(token.sql()));
                    return Ok(None);
                }
                Ok(Some(self.tokens.state(*token)?.map_or(Lost::Missing, Lost::NotActive)))
            }
            Precondition::Active(token) => Ok(match self.tokens.state(*token)? {
                Some(TokenState::Active) => None,
                Some(other) => Some(Lost::NotActive(other)),
                None => Some(Lost::Missing),
            }),
            Precondition::Unchanged(records) => {
                for record in records {
                    if !self.holds(record)? {
                        return Ok(Some(Lost::Changed));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Whether a record is as it was read.
    fn holds(&self, record: &Record) -> Done<bool> {
        let c = self.connection;
        Ok(match record {
            Record::Service(read) => service::by_id(c, read.id)?.is_some_and(|now| now == **read),
            Record::Client(read) => client::by_key(c, read.key)?.is_some_and(|now| now == **read),
            Record::User(read) => user::by_key(c, read.key)?.is_some_and(|now| now == **read),
            Record::Device(read) => device::by_id(c, read.id)?.is_some_and(|now| now == **read),
            Record::Document(read) => {
                document::by_name(c, read.service, read.kind, &read.owner, &read.name)?.is_some_and(|now| now == **read)
            }
        })
    }

    fn claim(&mut self, single_use: &SingleUse) -> Done<Option<Lost>> {
        // A claim without its time replaces nothing.
        let now = single_use.used.unwrap_or(Timestamp::from_millis(i64::MIN));
        Ok((!self.put(single_use, now)?).then_some(Lost::Exists))
    }

    /// Writes a single-use entry unless its name is in use; returns whether it did.
    fn put(&mut self, single_use: &SingleUse, now: Timestamp) -> Done<bool> {
        let Some(seq) = self.single_uses.put(single_use, now)? else { return Ok(false) };
        self.tail.single_use((single_use.kind, single_use.key), seq, single_use.expires.millis());
        Ok(true)
    }

    /// Writes; returns whether a counted row was changed.
    fn write(&mut self, write: &Write) -> Done<bool> {
        let c = self.connection;
        match write {
            Write::Token { token, alias } => self.token(token, alias.as_ref())?,
            Write::Grant(grant) => self.grant(grant)?,
            Write::SingleUse(single_use) => {
                if !self.put(single_use, self.clock.now())? {
                    return Err(Fault::Taken);
                }
            }
            Write::DropSingleUse { kind, key } => return self.single_uses.drop(*kind, *key),
            Write::Event(event) => self.events.insert(event)?,
            Write::RevokeToken { id, at, why } => {
                let ended = self.tokens.revoke(*id, TokenState::Revoked { at: *at, why: *why })?;
                self.tail.ends.extend(ended.then_some(Ended::Token(id.sql())));
                return Ok(ended);
            }
            Write::RevokeGrant { id, at, why } => {
                let ended = self.grants.revoke(*id, GrantState::Revoked { at: *at, why: *why })?;
                self.tail.ends.extend(ended.then_some(Ended::Family(id.sql())));
                return Ok(ended);
            }
            Write::AmendToken { id, change } => return self.amend(*id, change),
            Write::AmendGrant { id, change } => return self.amend_grant(*id, change),
            Write::Used(used) => token_use::add(c, used)?,
            Write::Client(record) => client::put(c, record)?,
            Write::DeleteClient(key) => return client::delete(c, *key),
            Write::User(record) => user::put(c, record)?,
            Write::DeleteUser(key) => return user::delete(c, *key),
            Write::Service(record) => service::put(c, record)?,
            Write::Key(record) => key::put(c, record)?,
            Write::DeleteKey(id) => return key::delete(c, *id),
            Write::Document(record) => document::put(c, record)?,
            Write::DeleteDocument(id) => return document::delete(c, *id),
            Write::Device(record) => device::put(c, record)?,
        }
        Ok(false)
    }

    /// A new expiry is listed at once: a crash would not lead back to a token that may be old.
    fn amend(&mut self, id: TokenId, change: &TokenChange) -> Done<bool> {
        let c = self.connection;
        let before = if change.expires.is_some() { live::read(c, id)? } else { None };
        let amended = token::amend(c, id, change)?;
        if let (true, Some(expires), Some((before, _))) = (amended, change.expires, before) {
            let expires = expires.map(|t| t.millis());
            self.live.remove(&sorted(&before))?;
            self.add_living(&before.moved(expires))?;
            self.tail.moved.insert(id.sql());
            if let Some(expires) = expires {
                Block::of(RowKind::Token, id.sql()).lower(c, expires)?;
            }
        }
        Ok(amended)
    }

    fn amend_grant(&mut self, id: GrantId, change: &GrantChange) -> Done<bool> {
        let amended = grant::amend(self.connection, id, change)?;
        if let (true, Some(Some(expires))) = (amended, change.expires) {
            Block::of(RowKind::Grant, id.sql()).lower(self.connection, expires.millis())?;
        }
        Ok(amended)
    }

    /// Lists one that is active, unless its family has ended.
    fn add_living(&mut self, token: &LiveRow) -> Done<()> {
        match token.grant {
            Some(family) if !grant::is_alive(self.connection, family)? => Ok(()),
            _ => self.live.add(&sorted(token)),
        }
    }

    fn grant(&mut self, grant: &Grant) -> Done<()> {
        self.grants.insert(grant)?;
        let id = grant.id.sql();
        if id >= self.late_below {
            self.tail.grant(grant);
            return Ok(());
        }
        grant.expires.map_or(Ok(()), |t| Block::of(RowKind::Grant, id).lower(self.connection, t.millis()))
    }

    fn token(&mut self, token: &Token, alias: Option<&[u8; 32]>) -> Done<()> {
        self.tokens.insert(token, alias)?;
        let id = token.id.sql();
        if id >= self.late_below {
            self.tail.token(token);
            return Ok(());
        }
        for owner in Owner::of(token) {
            self.lists.insert(&Entry { owner, id })?;
        }
        if let Some(living) = LiveRow::of(token) {
            self.add_living(&living)?;
        }
        token.expires.map_or(Ok(()), |t| Block::of(RowKind::Token, id).lower(self.connection, t.millis()))
    }
}

/// A token's rows in their order.
fn sorted(token: &LiveRow) -> Vec<Row> {
    let mut rows: Vec<_> = token.rows().collect();
    rows.sort_unstable();
    rows
}
