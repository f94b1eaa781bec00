//! Sessions: connected, set up, checked.
//!
//! Over a pooler in transaction mode, each transaction may use another session: nothing is prepared or set in it, and
//! each transaction sets what it needs.

mod connect;
mod query;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::join3;
use tokio::task::AbortHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

pub(crate) use query::Query;

use crate::fault::Fault;
use crate::open::{Database, OpenError};

/// The planner may not scan whole tables in a session that only accesses rows by key: a plan made while a table was
/// empty is kept, and would scan it when it is full.
const BY_KEY: [&str; 3] = ["enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off"];

/// A connection, with what was prepared over it.
pub(crate) struct Session {
    pub(crate) client: Client,
    statements: Mutex<HashMap<String, Query>>,
    /// What a transaction begins with.
    begin: String,
    /// Whether the session is ours from one transaction to the next.
    ours: bool,
    /// Whether statements are prepared in it.
    prepares: bool,
    task: AbortHandle,
}

/// A session that only touches rows by key. `limit`: how long a statement may run.
pub(crate) async fn keyed(place: &Database, limit: Duration) -> Result<Session, Fault> {
    set_up(place, limit, true).await
}

/// A session for anything.
pub(crate) async fn open(place: &Database) -> Result<Session, Fault> {
    set_up(place, place.statement_timeout, false).await
}

/// Sets up a session: commits are durable, nothing hangs without limit.
async fn set_up(place: &Database, limit: Duration, by_key: bool) -> Result<Session, Fault> {
    let connect::Connected { client, task, ours, synchronous_commit } = connect::connect(place).await?;
    let mut session = Session {
        client,
        statements: Mutex::default(),
        begin: "BEGIN".to_owned(),
        ours,
        prepares: place.prepares(ours),
        task,
    };
    let limit = limit.as_millis().max(1);
    let mut settings = vec![
        format!("statement_timeout = {limit}"),
        format!("lock_timeout = {}", (limit / 3).max(1)),
        format!("idle_in_transaction_session_timeout = {limit}"),
    ];
    if synchronous_commit != "remote_apply" {
        settings.push("synchronous_commit = on".to_owned());
    }
    let planner: Vec<_> = BY_KEY.iter().filter(|_| by_key).map(|setting| (*setting).to_owned()).collect();
    if !session.ours {
        settings.extend(planner);
        session.begin = format!("BEGIN; {}", set("SET LOCAL", &settings));
        return Ok(session);
    }
    session.batch(&set("SET", &settings)).await?;
    if let Err(fault) = session.batch(&set("SET", &planner)).await {
        // An engine that speaks the protocol but does not have such a planner.
        tracing::debug!(%fault, "planner settings are not known here");
    }
    Ok(session)
}

/// One statement for each setting.
fn set(verb: &str, settings: &[String]) -> String {
    settings.iter().map(|setting| format!("{verb} {setting}")).collect::<Vec<_>>().join("; ")
}

impl Session {
    /// Prepares a statement, or makes it ready to be sent whole.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<Query, Fault> {
        if self.prepares { Query::named(&self.client, sql).await } else { Ok(Query::unnamed(sql)) }
    }

    /// The same, once a session.
    pub(crate) async fn prepared(&self, sql: &str) -> Result<Query, Fault> {
        let known = self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(query) = known {
            return Ok(query);
        }
        let query = self.prepare(sql).await?;
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned(), query.clone());
        Ok(query)
    }

    /// The rows of a statement that was made ready.
    pub(crate) async fn rows(&self, query: &Query, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        query.rows(&self.client, parameters).await
    }

    /// Statements without parameters.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Fault> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self) -> Result<(), Fault> {
        self.batch(&self.begin).await
    }

    /// The settings of a transaction, as statements before others; none if the session keeps them.
    pub(crate) fn settings(&self) -> &str {
        self.begin.strip_prefix("BEGIN; ").unwrap_or_default()
    }

    /// Whether the session is ours from one transaction to the next.
    pub(crate) fn is_ours(&self) -> bool {
        self.ours
    }

    /// Does work that sends all its statements at once, when it is first polled. If the session is shared, it runs in a
    /// transaction, which costs no round trip.
    pub(crate) async fn together<T>(&self, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        if self.ours {
            return work.await;
        }
        let (begun, done, ended) = join3(self.begin(), work, self.batch("COMMIT")).await;
        begun?;
        let done = done?;
        ended.map(|()| done)
    }

    /// Ends the connection at once. A late answer is ignored.
    pub(crate) fn abandon(&self) {
        self.task.abort();
    }

    /// Whether nothing more can be asked over it.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

/// Whether what this session commits is on disk before the answer.
pub(crate) async fn check_durable(session: &Session, place: &Database) -> Result<(), OpenError> {
    // If the session is shared, each transaction sets the first one.
    let settings: &[&'static str] = if session.ours { &["synchronous_commit", "fsync"] } else { &["fsync"] };
    for setting in settings {
        match show(session, setting).await {
            Ok(value) if value == "off" => return Err(OpenError::NotDurable { setting }),
            Ok(_) => {}
            // Engines that cannot switch it off need not know its name.
            Err(fault) if fault.code().is_some() => tracing::debug!(%fault, setting, "unknown setting"),
            Err(fault) => return Err(OpenError::from_statement(fault, place)),
        }
    }
    Ok(())
}

async fn show(session: &Session, setting: &str) -> Result<String, Fault> {
    let answer = session.client.simple_query(&format!("SHOW {setting}")).await?;
    let value = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten(),
        _ => None,
    });
    Ok(value.unwrap_or_default().to_owned())
}
