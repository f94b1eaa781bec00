//! Reads by number. Those that arrive while one runs are combined in the next: under load a round trip serves many, and
//! when idle a read does not wait.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::try_join;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::{Grant, Token};
use jeton_model::store::StoreError;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{Error, Row};

use crate::failure::Shared;
use crate::fault::Fault;
use crate::link::{self, Query};
use crate::open::Database;
use crate::pulse::Pulse;
use crate::queue::Queue;
use crate::records::{grants, tokens};

/// Reads in one round trip at most.
const MOST: usize = 256;

/// A read with a waiting caller.
pub(crate) enum Ask {
    /// For a token.
    Token(TokenId, AnswerSender<Token>),
    /// For a grant.
    Grant(GrantId, AnswerSender<Grant>),
}

/// The receiver of the answer.
pub(crate) type AnswerSender<T> = oneshot::Sender<Result<Option<T>, StoreError>>;

/// Asks and waits, no longer than the patience allows.
pub(crate) async fn ask<T>(
    queue: &Queue<Ask>,
    pulse: &Pulse,
    make: impl FnOnce(AnswerSender<T>) -> Ask,
) -> Result<Option<T>, StoreError> {
    let (send, answer) = oneshot::channel();
    queue.push(make(send))?;
    let (began, patience) = (Instant::now(), pulse.patience());
    match timeout_at(began + patience, answer).await {
        Ok(answer) => answer.map_err(|_| StoreError::Busy)?,
        Err(_) => {
            pulse.missed(began);
            Err(StoreError::failed(Fault::Silent(patience)))
        }
    }
}

/// One reader with its own connection.
pub(crate) struct Reader {
    place: Database,
    queue: Arc<Queue<Ask>>,
    session: Option<Session>,
}

struct Session {
    link: link::Session,
    tokens: Query,
    grants: Query,
}

impl Session {
    async fn open(place: &Database) -> Result<Self, Fault> {
        let link = link::keyed(place, place.pulse.usual()).await?;
        let by_number = |columns, table| format!("SELECT {columns} FROM {table} AS t WHERE t.id = ANY($1::bigint[])");
        let tokens = link.prepare(&by_number(tokens::COLUMNS, "tokens")).await?;
        let grants = link.prepare(&by_number(grants::COLUMNS, "grants")).await?;
        Ok(Self { link, tokens, grants })
    }

    /// One round trip for both.
    async fn read(&self, tokens: &[i64], grants: &[i64]) -> Result<(Vec<Row>, Vec<Row>), Fault> {
        let rows = async |query, ids: &[i64]| {
            if ids.is_empty() { Ok(Vec::new()) } else { self.link.rows(query, &[&ids]).await }
        };
        self.link.together(try_join(rows(&self.tokens, tokens), rows(&self.grants, grants))).await
    }
}

impl Reader {
    /// A reader that is connected.
    pub(crate) async fn open(place: Database, queue: Arc<Queue<Ask>>) -> Result<Self, Fault> {
        let session = Some(Session::open(&place).await?);
        Ok(Self { place, queue, session })
    }

    /// Works until the line is closed and empty.
    pub(crate) async fn run(mut self) {
        let mut done = 0;
        loop {
            let asks = self.queue.take(MOST, done).await;
            if asks.is_empty() {
                return;
            }
            done = asks.len();
            self.work(asks).await;
        }
    }

    async fn work(&mut self, asks: Vec<Ask>) {
        let (mut token_asks, mut grant_asks) = (HashMap::new(), HashMap::new());
        for ask in asks {
            match ask {
                Ask::Token(id, answer) => token_asks.entry(id.sql()).or_insert_with(Vec::new).push(answer),
                Ask::Grant(id, answer) => grant_asks.entry(id.sql()).or_insert_with(Vec::new).push(answer),
            }
        }
        let (tokens, grants): (Vec<_>, Vec<_>) =
            (token_asks.keys().copied().collect(), grant_asks.keys().copied().collect());
        match self.read(&tokens, &grants).await {
            Ok((tokens, grants)) => {
                let tokens = tokens.iter().map(|row| (row.try_get(0), tokens::read(row, 0)));
                hand_out(token_asks, tokens);
                hand_out(grant_asks, grants.iter().map(|row| (row.try_get(0), grants::read(row))));
            }
            Err(error) => {
                let error = Shared::new(error);
                refuse(token_asks, &error);
                refuse(grant_asks, &error);
            }
        }
    }

    /// Reads; a connection that broke is replaced once.
    async fn read(&mut self, tokens: &[i64], grants: &[i64]) -> Result<(Vec<Row>, Vec<Row>), StoreError> {
        let place = self.place.clone();
        let mut again = true;
        loop {
            // Established without a hurry: a waiting read gives up in time, and the next one uses it.
            let session = match self.session.take().filter(|s| !s.link.is_closed()) {
                Some(session) => session,
                None => {
                    again = false;
                    Session::open(&place).await.map_err(StoreError::failed)?
                }
            };
            let fault = match place.pulse.within(place.pulse.usual(), session.read(tokens, grants)).await {
                Ok(rows) => {
                    self.session = Some(session);
                    return Ok(rows);
                }
                Err(fault) => fault,
            };
            if fault.is_lost_statement() {
                place.lost_statement();
            } else if !fault.is_gone() {
                self.session = Some(session);
                return Err(StoreError::failed(fault));
            } else {
                session.link.abandon();
            }
            if !again || !fault.is_passing() {
                return Err(StoreError::failed(fault));
            }
            tracing::debug!(%fault, "a reader's connection broke");
        }
    }
}

type Asks<T> = HashMap<i64, Vec<AnswerSender<T>>>;

fn hand_out<T: Clone>(mut asks: Asks<T>, rows: impl Iterator<Item = (Result<i64, Error>, Result<T, StoreError>)>) {
    for (id, row) in rows {
        let Some(answers) = id.ok().and_then(|id| asks.remove(&id)) else { continue };
        let row = row.map_err(Shared::new);
        for answer in answers {
            reply(answer, row.as_ref().map(|noun| Some(noun.clone())).map_err(Shared::share));
        }
    }
    for answer in asks.into_values().flatten() {
        reply(answer, Ok(None));
    }
}

fn refuse<T>(asks: Asks<T>, error: &Shared) {
    for answer in asks.into_values().flatten() {
        reply(answer, Err(error.share()));
    }
}

fn reply<T>(answer: AnswerSender<T>, found: Result<Option<T>, StoreError>) {
    // The caller may be gone.
    let _gone = answer.send(found);
}
