//! A writer's connection, which is a stream of events at the same time.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::join5;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::known::Known;
use super::needs::Needs;
use super::statements::Statements;
use crate::failure::{TransactionError, pause};
use crate::fault::Fault;
use crate::link::{self, Query};
use crate::open::Database;

/// The streams that this store writes: what others write is foreign.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnStreams(Arc<Mutex<Streams>>);

#[derive(Debug, Default)]
struct Streams {
    own: HashSet<i64>,
    /// Streams of connections that were lost while they committed, or given up after a late commit, with the latest
    /// number that is known here. Later events of them are treated as foreign: this node did not see them.
    left: HashMap<i64, i64>,
}

impl OwnStreams {
    /// Whether this store wrote it, and knows all of it.
    pub(crate) fn contains(&self, stream: i64) -> bool {
        self.lock().own.contains(&stream)
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<i64> {
        self.lock().own.iter().copied().collect()
    }

    /// The latest number of a stream that is known here, where it was left.
    pub(crate) fn known_of(&self, stream: i64) -> Option<i64> {
        self.lock().left.get(&stream).copied()
    }

    fn add(&self, stream: i64) {
        self.lock().own.insert(stream);
    }

    fn leave(&self, stream: i64, known: i64) {
        let mut streams = self.lock();
        streams.own.remove(&stream);
        streams.left.insert(stream, known);
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection with its prepared statements.
pub(super) struct Session {
    pub(super) link: link::Session,
    pub(super) statements: Statements,
    own: OwnStreams,
    /// Each connection is a new stream: what an old one may still be committing keeps its own numbers.
    pub(super) stream: i64,
    /// The number of the stream's next event.
    pub(super) next: i64,
    /// What that was before the latest commit.
    pub(super) before: i64,
    /// The number of this connection's next batch.
    pub(super) batch: i64,
}

impl Session {
    /// Connects.
    pub(super) async fn open(place: &Database, own: &OwnStreams) -> Result<Self, Fault> {
        let link = link::keyed(place, place.pulse.usual()).await?;
        let statements = Statements::prepare(&link).await?;
        let stream = new_stream(&link).await?;
        own.add(stream);
        Ok(Self { link, statements, own: own.clone(), stream, next: 1, before: 1, batch: 1 })
    }

    /// Ends the connection. `unknown`: it may have committed, or may do so later, without this node knowing.
    pub(super) fn abandon(self, unknown: bool) {
        if unknown {
            self.own.leave(self.stream, self.next - 1);
        }
        self.link.abandon();
    }

    /// Ends the connection after a commit whose outcome was reported as unknown to a caller: this node reads it in the
    /// feed like another's, so that its cache stays correct.
    pub(super) fn hand_over(self) {
        self.own.leave(self.stream, self.before - 1);
        self.link.abandon();
    }

    /// Begins a transaction, locks what a batch looks at, and reads it: one round trip.
    pub(super) async fn lock<'c>(&self, needs: &Needs) -> Result<Known<'c>, TransactionError> {
        let kinds: Vec<i16> = needs.single_use.iter().map(|(kind, _)| *kind).collect();
        let keys: Vec<&[u8]> = needs.single_use.iter().map(|(_, key)| key.0.as_slice()).collect();
        let tokens: Vec<i64> = needs.tokens.iter().map(|id| id.sql()).collect();
        let ending: Vec<i64> = needs.grants.iter().map(|id| id.sql()).collect();
        let grants = needs.grants.iter().chain(&needs.amended).chain(&needs.families);
        let grants: Vec<i64> = grants.map(|id| id.sql()).collect();
        let only_held = ending.is_empty() && needs.amended.is_empty();
        let hold = if only_held { &self.statements.hold_grants } else { &self.statements.lock_grants };
        let (begun, single_use, locked, grants, members) = join5(
            self.link.begin(),
            self.ask(!kinds.is_empty(), &self.statements.lock_single_use, &[&kinds, &keys]),
            self.ask(!tokens.is_empty(), &self.statements.lock_tokens, &[&tokens]),
            self.ask(!grants.is_empty() || !tokens.is_empty(), hold, &[&grants, &tokens]),
            self.ask(!ending.is_empty(), &self.statements.members, &[&ending]),
        )
        .await;
        let rows = begun.and_then(|()| Ok((single_use?, locked?, grants?, members?)));
        let mut known = rows.map_err(|fault| TransactionError::of(fault, false)).and_then(
            |(single_use, locked, grants, members)| {
                Known::of(&single_use, &locked, &grants, &members).map_err(TransactionError::Refused)
            },
        );
        if let (false, Ok(rows)) = (needs.records.is_empty(), &mut known)
            && let Err(trouble) = self.lock_records(needs, rows).await
        {
            known = Err(trouble);
        }
        if known.is_err() {
            self.roll_back().await;
        }
        known
    }

    /// Locks the records that must be as they were read, one after the other: these are rare.
    async fn lock_records(&self, needs: &Needs, known: &mut Known<'_>) -> Result<(), TransactionError> {
        for id in &needs.records {
            let (sql, parameters) = id.lock();
            let parameters: Vec<_> = parameters.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
            let rows = self.link.rows(&Query::unnamed(sql), &parameters).await;
            for row in rows.map_err(|fault| TransactionError::of(fault, false))? {
                known.records.insert(id.clone(), id.read(&row).map_err(TransactionError::Refused)?);
            }
        }
        Ok(())
    }

    /// Ends a transaction without effect. Should that fail the connection is of no use, which the next batch finds out.
    pub(super) async fn roll_back(&self) {
        if let Err(fault) = self.link.batch("ROLLBACK").await {
            tracing::debug!(%fault, "a transaction could not be rolled back");
        }
    }

    async fn ask(&self, needed: bool, query: &Query, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        if needed { self.link.rows(query, parameters).await } else { Ok(Vec::new()) }
    }
}

/// An unused stream number. Nodes that start at the same time compete for it here.
async fn new_stream(link: &link::Session) -> Result<i64, Fault> {
    const NEXT: &str = "UPDATE counters SET next = next + 1 WHERE name = 'stream' RETURNING next - 1";
    const ATTEMPTS: u32 = 24;
    let query = link.prepare(NEXT).await?;
    let mut attempt = 0;
    loop {
        match link.together(link.rows(&query, &[])).await {
            Ok(rows) => return Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?),
            Err(fault) if attempt < ATTEMPTS && fault.is_crossing() => attempt += 1,
            Err(fault) => return Err(fault),
        }
        tokio::time::sleep(pause(attempt)).await;
    }
}
