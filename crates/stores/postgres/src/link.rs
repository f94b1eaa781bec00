//! Sessions: connected, set up, checked.

use std::time::Duration;

use tokio_postgres::{Client, Error, NoTls};

use crate::open::{OpenError, Place};

/// A session that only touches rows by key. The planner may not read whole tables in it: a plan made while a table was
/// empty is kept, and would read all of it when it is full.
pub(crate) async fn keyed(place: &Place) -> Result<Client, Error> {
    const BY_KEY: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
    let client = open(place).await?;
    if let Err(error) = client.batch_execute(BY_KEY).await {
        // An engine that speaks the protocol but has no such planner.
        tracing::debug!(%error, "planner settings are not known here");
    }
    Ok(client)
}

/// Connects and sets up a session.
pub(crate) async fn open(place: &Place) -> Result<Client, Error> {
    let (client, connection) = place.config.connect(NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to PostgreSQL ended");
        }
    });
    prepare(&client, place.statement_timeout).await?;
    Ok(client)
}

/// Sets up a session: commits are durable, nothing hangs for ever.
pub(crate) async fn prepare(client: &Client, statement_timeout: Duration) -> Result<(), Error> {
    let limit = statement_timeout.as_millis().max(1);
    let lock_limit = (limit / 3).max(1);
    let settings = format!(
        "SET statement_timeout = {limit}; SET lock_timeout = {lock_limit}; \
         SET idle_in_transaction_session_timeout = {limit}"
    );
    client.batch_execute(&settings).await?;
    if show(client, "synchronous_commit").await? != "remote_apply" {
        client.batch_execute("SET synchronous_commit = on").await?;
    }
    Ok(())
}

/// Whether what this session commits is on disk before the answer.
pub(crate) async fn check_durable(client: &Client, place: &Place) -> Result<(), OpenError> {
    for setting in ["synchronous_commit", "fsync"] {
        match show(client, setting).await {
            Ok(value) if value == "off" => return Err(OpenError::NotDurable { setting }),
            Ok(_) => {}
            // Engines that cannot switch it off need not know its name.
            Err(error) if error.as_db_error().is_some() => tracing::debug!(%error, setting, "unknown setting"),
            Err(error) => return Err(OpenError::from_statement(error, place)),
        }
    }
    Ok(())
}

async fn show(client: &Client, setting: &str) -> Result<String, Error> {
    let row = client.query_one(&format!("SHOW {setting}"), &[]).await?;
    row.try_get(0)
}
