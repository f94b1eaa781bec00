//! The plain PostgreSQL client: the rates of a straightforward program.
//!
//! Single-row inserts, each committed by itself, and single look-ups by primary key, over a few connections with one
//! statement at a time. The product's batches and its index are compared with these rates on the same database.

mod config;
mod round;
mod table;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio_postgres::{Client, Config, NoTls};

use self::{
    round::{Outcome, Statement},
    table::Scratch,
};
use crate::{
    args::PgArgs,
    histogram::Histogram,
    report::{PgReport, PgRow, Spread},
};

/// Measures a database as the arguments say.
pub(crate) fn run(args: PgArgs) -> anyhow::Result<PgReport> {
    let config = config::on_this_machine(&args.store_url)?;
    // As many threads as there are processors, like any plain program; separate ones, since the caller may be in a
    // runtime.
    let measuring = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().context("cannot start a runtime")?.block_on(measure(args, config))
    });
    measuring.join().map_err(|_| anyhow::anyhow!("the client panicked"))?
}

async fn measure(args: PgArgs, config: Config) -> anyhow::Result<PgReport> {
    let mut clients = Vec::new();
    for _ in 0..args.conns {
        clients.push(Arc::new(connect(&config).await?));
    }
    let first = clients.first().context("no connection")?;
    let server_version = show(first, "server_version").await?;
    let synchronous_commit = show(first, "synchronous_commit").await?;
    let fsync = show(first, "fsync").await?;

    let scratch = Arc::new(Scratch::create(first).await?);
    let rows = rounds(&args, &scratch, &clients).await;
    // The table is removed whatever happened to the rounds.
    scratch.drop_from(first).await?;
    Ok(PgReport { server_version, synchronous_commit, fsync, conns: args.conns, secs: args.secs, rows: rows? })
}

async fn rounds(args: &PgArgs, scratch: &Arc<Scratch>, clients: &[Arc<Client>]) -> anyhow::Result<Vec<PgRow>> {
    let time = Duration::from_secs(args.secs.into());
    let (mut inserts, mut lookups) = (Vec::new(), Vec::new());
    for number in 1..=args.rounds {
        let insert = round::run(clients, Statement::Insert, scratch, time).await?;
        let lookup = round::run(clients, Statement::Lookup, scratch, time).await?;
        eprintln!("# round {number}: insert {:.0}/s, lookup {:.0}/s", insert.rate(), lookup.rate());
        inserts.push(insert);
        lookups.push(lookup);
    }
    Ok(vec![row("insert", &inserts), row("lookup", &lookups)])
}

fn row(op: &'static str, outcomes: &[Outcome]) -> PgRow {
    let mut latency = Histogram::default();
    outcomes.iter().for_each(|o| latency.merge(&o.latency));
    let ms = |nanos: u64| nanos as f64 / 1e6;
    PgRow {
        op,
        per_second: Spread::of(outcomes.iter().map(Outcome::rate)),
        p50_ms: ms(latency.percentile(0.50)),
        p99_ms: ms(latency.percentile(0.99)),
        max_ms: ms(latency.max()),
        errors: outcomes.iter().map(|o| o.errors).sum(),
    }
}

async fn connect(config: &Config) -> anyhow::Result<Client> {
    let (client, connection) = config.connect(NoTls).await.context("cannot connect to the database")?;
    tokio::spawn(async move {
        // What ends a connection reaches its statements, too, and is counted there.
        let _ = connection.await;
    });
    Ok(client)
}

async fn show(client: &Client, setting: &str) -> anyhow::Result<String> {
    let row = client.query_one("SELECT current_setting($1)", &[&setting]).await.context("cannot ask the database")?;
    Ok(row.try_get(0)?)
}
