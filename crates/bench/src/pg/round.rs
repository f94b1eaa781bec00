//! One round of one kind of statement.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::task::JoinSet;
use tokio_postgres::Client;

use super::table::{Scratch, next, payload};
use crate::{clock, histogram::Histogram};

/// The statements that are measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum Statement {
    Insert,
    Lookup,
}

/// What a round counted.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) latency: Histogram,
    pub(super) errors: u64,
    pub(super) took: Duration,
}

impl Outcome {
    /// Statements a second.
    pub(super) fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Each client executes `statement` again and again for `time`, one at a time.
pub(super) async fn run(
    clients: &[Arc<Client>],
    statement: Statement,
    scratch: &Arc<Scratch>,
    time: Duration,
) -> anyhow::Result<Outcome> {
    let sql = match statement {
        Statement::Insert => scratch.insert(),
        Statement::Lookup => scratch.lookup(),
    };
    let mut prepared = Vec::with_capacity(clients.len());
    for client in clients {
        prepared.push(client.prepare(&sql).await.context("cannot prepare a statement")?);
    }
    let begun = clock::now();
    let mut tasks = JoinSet::new();
    for ((client, prepared), seed) in clients.iter().zip(prepared).zip(scratch.seed()..) {
        let (client, scratch) = (Arc::clone(client), Arc::clone(scratch));
        tasks.spawn(async move { one_client(&client, &prepared, statement, &scratch, seed, begun + time).await });
    }
    let mut all = Outcome::default();
    for outcome in tasks.join_all().await {
        all.latency.merge(&outcome.latency);
        all.errors += outcome.errors;
    }
    all.took = clock::now() - begun;
    if all.latency.is_empty() {
        bail!("no statement succeeded");
    }
    Ok(all)
}

async fn one_client(
    client: &Client,
    prepared: &tokio_postgres::Statement,
    statement: Statement,
    scratch: &Scratch,
    seed: u64,
    until: Instant,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut noise = seed;
    let mut begun = clock::now();
    while begun < until {
        let done = match statement {
            Statement::Insert => {
                let (key, row) = (scratch.next_key(), payload(&mut noise));
                client.execute(prepared, &[&key, &row]).await.map(drop)
            }
            Statement::Lookup => {
                let key = scratch.some_key(next(&mut noise));
                client.query_one(prepared, &[&key]).await.map(drop)
            }
        };
        let ended = clock::now();
        match done {
            Ok(()) => outcome.latency.record(u64::try_from((ended - begun).as_nanos()).unwrap_or(u64::MAX)),
            Err(error) => {
                outcome.errors += 1;
                // A connection that is gone would fail as fast as it can.
                if error.is_closed() {
                    break;
                }
            }
        }
        begun = ended;
    }
    outcome
}
