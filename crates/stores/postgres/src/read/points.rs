//! Reads by number. Those that come while one runs go together in the next: under load a round trip serves many, and
//! idle nobody waits for anybody.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::try_join;
use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{Grant, Token};
use jeton_core::store::StoreError;
use tokio::sync::oneshot;
use tokio_postgres::{Client, Error, Row, Statement};

use crate::failure::Shared;
use crate::link;
use crate::open::Place;
use crate::queue::Queue;
use crate::records::{grants, tokens};

/// Reads in one round trip at most.
const MOST: usize = 256;

/// A read that somebody waits for.
pub(crate) enum Ask {
    /// For a token.
    Token(TokenId, Answer<Token>),
    /// For a grant.
    Grant(GrantId, Answer<Grant>),
}

/// Where the answer goes.
pub(crate) type Answer<T> = oneshot::Sender<Result<Option<T>, StoreError>>;

/// Asks and waits.
pub(crate) async fn ask<T>(queue: &Queue<Ask>, make: impl FnOnce(Answer<T>) -> Ask) -> Result<Option<T>, StoreError> {
    let (send, answer) = oneshot::channel();
    queue.push(make(send))?;
    answer.await.map_err(|_| StoreError::Busy)?
}

/// One reader with a connection of its own.
pub(crate) struct Reader {
    place: Place,
    queue: Arc<Queue<Ask>>,
    session: Option<Session>,
}

struct Session {
    client: Client,
    tokens: Statement,
    grants: Statement,
}

impl Session {
    async fn open(place: &Place) -> Result<Self, Error> {
        let client = link::keyed(place).await?;
        let by_number = |columns, table| format!("SELECT {columns} FROM {table} AS t WHERE t.id = ANY($1::bigint[])");
        let tokens = client.prepare(&by_number(tokens::COLUMNS, "tokens")).await?;
        let grants = client.prepare(&by_number(grants::COLUMNS, "grants")).await?;
        Ok(Self { client, tokens, grants })
    }

    /// One round trip for both.
    async fn read(&self, tokens: &[i64], grants: &[i64]) -> Result<(Vec<Row>, Vec<Row>), Error> {
        let rows = async |statement, ids: &[i64]| {
            if ids.is_empty() { Ok(Vec::new()) } else { self.client.query(statement, &[&ids]).await }
        };
        try_join(rows(&self.tokens, tokens), rows(&self.grants, grants)).await
    }
}

impl Reader {
    /// A reader that is connected.
    pub(crate) async fn open(place: Place, queue: Arc<Queue<Ask>>) -> Result<Self, Error> {
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
        if let Some(session) = self.session.as_ref().filter(|s| !s.client.is_closed()) {
            match session.read(tokens, grants).await {
                Ok(rows) => return Ok(rows),
                Err(error) if !session.client.is_closed() && !error.is_closed() => {
                    return Err(StoreError::failed(error));
                }
                Err(error) => tracing::debug!(%error, "a reader's connection broke"),
            }
        }
        let session = self.session.insert(Session::open(&self.place).await.map_err(StoreError::failed)?);
        session.read(tokens, grants).await.map_err(StoreError::failed)
    }
}

type Asks<T> = HashMap<i64, Vec<Answer<T>>>;

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

fn reply<T>(answer: Answer<T>, found: Result<Option<T>, StoreError>) {
    // Who asked may have gone.
    let _gone = answer.send(found);
}
