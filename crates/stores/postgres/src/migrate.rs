//! Brings the schema up to date.
//!
//! Each statement is a step of its own and may be repeated: any number of nodes do the same steps at once, and one that
//! meets another tries again and finds the step done. So no lock is held, and a node that dies half-way leaves nothing
//! that the next cannot finish.

use tokio_postgres::{Client, Error};

use crate::failure::{is_race, pause};
use crate::open::{OpenError, Place};

/// The steps, by number. A released file never changes; what comes next is a new file.
const MIGRATIONS: [(i32, &str); 8] = [
    (1, include_str!("migrations/0001_ledger.sql")),
    (2, include_str!("migrations/0002_directory.sql")),
    (3, include_str!("migrations/0003_events.sql")),
    (4, include_str!("migrations/0004_installation.sql")),
    (5, include_str!("migrations/0005_rotations.sql")),
    (6, include_str!("migrations/0006_user_phone.sql")),
    (7, include_str!("migrations/0007_token_uses.sql")),
    (8, include_str!("migrations/0008_live_lists.sql")),
];

/// How often a step is tried again when it meets another node's.
const ATTEMPTS: u32 = 40;

/// Makes what is missing.
pub(crate) async fn run(client: &Client, place: &Place) -> Result<(), OpenError> {
    let failed = |error| OpenError::from_statement(error, place);
    // A step that finds its work done says so in a notice; nobody wants to read that at each start.
    if let Err(error) = client.batch_execute("SET client_min_messages = warning").await {
        tracing::debug!(%error, "notices stay on");
    }
    let found = version(client).await.map_err(failed)?;
    let known = MIGRATIONS.len() as i32;
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    // An index of many rows takes its time.
    step(client, "SET statement_timeout = 0").await.map_err(failed)?;
    for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number > found) {
        for statement in statements(sql) {
            step(client, statement).await.map_err(failed)?;
        }
        let done = format!("INSERT INTO schema_version (version) VALUES ({number}) ON CONFLICT (version) DO NOTHING");
        step(client, &done).await.map_err(failed)?;
        tracing::info!(schema = number, "the database's schema was brought up to date");
    }
    Ok(())
}

/// How far the schema is.
async fn version(client: &Client) -> Result<i32, Error> {
    step(
        client,
        "CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())",
    )
    .await?;
    let row = client.query_one("SELECT coalesce(max(version), 0)::int4 FROM schema_version", &[]).await?;
    row.try_get(0)
}

async fn step(client: &Client, statement: &str) -> Result<(), Error> {
    let mut attempt = 0;
    loop {
        match client.batch_execute(statement).await {
            Err(error) if attempt < ATTEMPTS && is_race(&error) => {
                attempt += 1;
                tokio::time::sleep(pause(attempt)).await;
            }
            done => return done,
        }
    }
}

/// The statements of a file, each ended by a semicolon at the end of its line.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(";\n").map(str::trim).filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_holes() {
        for (i, (number, _)) in MIGRATIONS.iter().enumerate() {
            assert_eq!(*number, i as i32 + 1);
        }
    }

    #[test]
    fn every_statement_can_be_repeated() {
        for statement in MIGRATIONS.iter().flat_map(|(_, sql)| statements(sql)) {
            let repeatable =
                ["IF NOT EXISTS", "IF EXISTS", "ON CONFLICT"].iter().any(|words| statement.contains(words));
            assert!(repeatable, "{statement}");
        }
    }

    #[test]
    fn nothing_is_used_that_a_distributed_engine_lacks() {
        for (_, sql) in MIGRATIONS {
            for word in ["serial", "LISTEN", "NOTIFY", "advisory", "SEQUENCE", "TRIGGER", "nextval"] {
                assert!(!sql.contains(word), "{word}");
            }
        }
    }
}
