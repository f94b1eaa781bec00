//! A writer's connection, which is a stream of events at the same time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::join5;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use super::known::Known;
use super::needs::Needs;
use super::statements::Statements;
use crate::failure::{Trouble, is_crossing, pause};
use crate::link;
use crate::open::Place;

/// The streams that this store writes: what others write is foreign.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnStreams(Arc<Mutex<HashSet<i64>>>);

impl OwnStreams {
    /// Whether this store wrote it.
    pub(crate) fn contains(&self, stream: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&stream)
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn add(&self, stream: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(stream);
    }
}

/// A connection with its prepared statements.
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) statements: Statements,
    /// Each connection is a new stream: what an old one may still be committing keeps its own numbers.
    pub(super) stream: i64,
    /// The number of the stream's next event.
    pub(super) next: i64,
    /// The number of this connection's next batch.
    pub(super) batch: i64,
}

impl Session {
    /// Connects.
    pub(super) async fn open(place: &Place, own: &OwnStreams) -> Result<Self, Error> {
        let client = link::keyed(place).await?;
        let statements = Statements::prepare(&client).await?;
        let stream = new_stream(&client).await?;
        own.add(stream);
        Ok(Self { client, statements, stream, next: 1, batch: 1 })
    }

    /// Begins a transaction, locks what a batch looks at, and reads it: one round trip.
    pub(super) async fn lock<'c>(&self, needs: &Needs) -> Result<Known<'c>, Trouble> {
        let kinds: Vec<i16> = needs.once.iter().map(|(kind, _)| *kind).collect();
        let keys: Vec<&[u8]> = needs.once.iter().map(|(_, key)| key.0.as_slice()).collect();
        let tokens: Vec<i64> = needs.tokens.iter().map(|id| id.sql()).collect();
        let ending: Vec<i64> = needs.grants.iter().map(|id| id.sql()).collect();
        let grants: Vec<i64> = needs.grants.union(&needs.families).map(|id| id.sql()).collect();
        let hold = if ending.is_empty() { &self.statements.hold_grants } else { &self.statements.lock_grants };
        let (begun, once, locked, grants, members) = join5(
            self.client.batch_execute("BEGIN"),
            self.ask(!kinds.is_empty(), &self.statements.lock_once, &[&kinds, &keys]),
            self.ask(!tokens.is_empty(), &self.statements.lock_tokens, &[&tokens]),
            self.ask(!grants.is_empty() || !tokens.is_empty(), hold, &[&grants, &tokens]),
            self.ask(!ending.is_empty(), &self.statements.members, &[&ending]),
        )
        .await;
        let rows = begun.and_then(|()| Ok((once?, locked?, grants?, members?)));
        let known = rows.map_err(|error| Trouble::of(error, false)).and_then(|(once, locked, grants, members)| {
            Known::of(&once, &locked, &grants, &members).map_err(Trouble::Refused)
        });
        if known.is_err() {
            self.roll_back().await;
        }
        known
    }

    /// Ends a transaction without effect. Should that fail the connection is of no use, which the next batch finds out.
    pub(super) async fn roll_back(&self) {
        if let Err(error) = self.client.batch_execute("ROLLBACK").await {
            tracing::debug!(%error, "a transaction could not be rolled back");
        }
    }

    async fn ask(
        &self,
        needed: bool,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        if needed { self.client.query(statement, parameters).await } else { Ok(Vec::new()) }
    }
}

/// A number that no stream has. Nodes that start together meet here.
async fn new_stream(client: &Client) -> Result<i64, Error> {
    const NEXT: &str = "UPDATE counters SET next = next + 1 WHERE name = 'stream' RETURNING next - 1";
    const ATTEMPTS: u32 = 24;
    let mut attempt = 0;
    loop {
        match client.query_one(NEXT, &[]).await {
            Ok(row) => return row.try_get(0),
            Err(error) if attempt < ATTEMPTS && error.code().is_some_and(is_crossing) => attempt += 1,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(pause(attempt)).await;
    }
}
