//! Brings the schema up to date.
//!
//! Each statement is a separate step and may be repeated: any number of nodes run the same steps at once, and one that
//! conflicts with another retries and finds the step done. So no lock is held, and a node that dies in the middle
//! leaves nothing that the next cannot finish.

use crate::failure::{is_race, pause};
use crate::fault::Fault;
use crate::link::Session;
use crate::name_keys;
use crate::open::{Database, OpenError};

/// The steps, by number. A released file never changes; a new step is a new file.
const MIGRATIONS: [(i32, &str); 11] = [
    (1, include_str!("migrations/0001_ledger.sql")),
    (2, include_str!("migrations/0002_directory.sql")),
    (3, include_str!("migrations/0003_events.sql")),
    (4, include_str!("migrations/0004_installation.sql")),
    (5, include_str!("migrations/0005_rotations.sql")),
    (6, include_str!("migrations/0006_user_phone.sql")),
    (7, include_str!("migrations/0007_token_uses.sql")),
    (8, include_str!("migrations/0008_live_lists.sql")),
    (9, include_str!("migrations/0009_documents_of_kind.sql")),
    (10, include_str!("migrations/0010_user_name_key.sql")),
    (11, include_str!("migrations/0011_user_name_key_letters.sql")),
];

/// How often a step is tried again when it meets another node's.
const ATTEMPTS: u32 = 40;

/// For each step: creating an index of many rows takes time, and one that exists already is reported in a notice, which
/// is not useful at each start.
const SETTINGS: [&str; 2] = ["statement_timeout = 0", "client_min_messages = warning"];

/// Makes what is missing, then computes what the steps left to the program.
pub(crate) async fn run(session: &Session, place: &Database) -> Result<(), OpenError> {
    let failed = |fault| OpenError::from_statement(fault, place);
    if session.is_ours() {
        for setting in SETTINGS {
            if let Err(fault) = session.batch(&format!("SET {setting}")).await {
                tracing::debug!(%fault, setting, "not set");
            }
        }
    }
    let found = version(session).await.map_err(failed)?;
    let known = MIGRATIONS.len() as i32;
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number > found) {
        for statement in statements(sql) {
            step(session, statement).await.map_err(failed)?;
        }
        let done = format!("INSERT INTO schema_version (version) VALUES ({number}) ON CONFLICT (version) DO NOTHING");
        step(session, &done).await.map_err(failed)?;
        tracing::info!(schema = number, "the database's schema was brought up to date");
    }
    name_keys::fill(session).await.map_err(failed)
}

/// How far the schema is.
async fn version(session: &Session) -> Result<i32, Fault> {
    step(
        session,
        "CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())",
    )
    .await?;
    let query = session.prepare("SELECT coalesce(max(version), 0)::int4 FROM schema_version").await?;
    let rows = session.rows(&query, &[]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
}

async fn step(session: &Session, statement: &str) -> Result<(), Fault> {
    let mut attempt = 0;
    loop {
        match alone(session, statement).await {
            Err(fault) if attempt < ATTEMPTS && is_race(&fault) => {
                attempt += 1;
                tokio::time::sleep(pause(attempt)).await;
            }
            done => return done,
        }
    }
}

/// A statement in its own transaction, which sets what it needs if the session does not keep it.
async fn alone(session: &Session, statement: &str) -> Result<(), Fault> {
    if session.is_ours() {
        return session.batch(statement).await;
    }
    let settings: String = SETTINGS.iter().map(|setting| format!("SET LOCAL {setting}; ")).collect();
    let kept = session.settings();
    let done = session.batch(&format!("BEGIN; {kept}; {settings}{statement}; COMMIT")).await;
    if done.is_err() {
        session.batch("ROLLBACK").await?;
    }
    done
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
            let repeatable = ["IF NOT EXISTS", "IF EXISTS", "ON CONFLICT", "SET name_key = NULL"]
                .iter()
                .any(|words| statement.contains(words));
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
