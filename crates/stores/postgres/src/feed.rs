//! What other nodes did, followed by cursor.
//!
//! Each look reads how far every stream has come (one small row each) and fetches what is new. A stream's numbers
//! follow its commits, so nothing can appear behind a cursor later.

use std::collections::HashMap;
use std::time::Duration;

use jeton_core::model::Event;
use jeton_core::store::{FEED_PAGE, StoreError};
use tokio::time::{Instant, sleep_until};
use tokio_postgres::{Client, Error, Row, Statement};

use crate::link;
use crate::open::Place;
use crate::records::{Fields, events};
use crate::write::OwnStreams;

/// Events of one stream in one look at most. Fewer in all means that nothing is left.
const MOST: usize = FEED_PAGE;

/// How often the streams are tidied.
const TIDY: Duration = Duration::from_secs(600);

const HEADS: &str = "SELECT id, seq FROM streams";

/// A stream that nobody has written to for a week belongs to a connection that is no more. Should it ever be written to
/// again, its row comes back, and those who know it read on where they were.
const FORGET: &str = "DELETE FROM streams WHERE seen < now() - interval '7 days'";

const KEEP: &str = "UPDATE streams SET seen = now() WHERE id = ANY($1::bigint[])";

/// The follower of one store.
pub(crate) struct Feed {
    place: Place,
    own: OwnStreams,
    interval: Duration,
    session: Option<Session>,
    /// The last number seen of each stream.
    cursors: HashMap<i64, i64>,
    /// When the next look is due.
    due: Instant,
    tidy_due: Instant,
}

struct Session {
    client: Client,
    heads: Statement,
    news: Statement,
}

impl Feed {
    /// A follower of what happens from now on.
    pub(crate) async fn open(place: Place, own: OwnStreams, interval: Duration) -> Result<Self, Error> {
        let session = Session::open(&place).await?;
        let cursors = session.heads().await?.into_iter().collect();
        let now = Instant::now();
        Ok(Self { place, own, interval, session: Some(session), cursors, due: now, tidy_due: now + TIDY })
    }

    /// Looks once, not before it is due: what was new, or nothing.
    pub(crate) async fn next(&mut self) -> Result<Vec<Event>, StoreError> {
        sleep_until(self.due).await;
        // Also after a failure: a database that is down is not asked without rest.
        self.due = Instant::now() + self.interval;
        let looked = self.look().await;
        if looked.is_err() {
            self.session = None;
        }
        let (rows, more) = looked?;
        if more {
            self.due = Instant::now();
        }
        self.advance(&rows)
    }

    /// The new rows, and whether some are left for the next look.
    async fn look(&mut self) -> Result<(Vec<Row>, bool), StoreError> {
        let session = match &self.session {
            Some(session) if !session.client.is_closed() => session,
            _ => self.session.insert(Session::open(&self.place).await.map_err(StoreError::failed)?),
        };
        if self.tidy_due <= Instant::now() {
            session.tidy(&self.own.all()).await;
            self.tidy_due = Instant::now() + TIDY;
        }
        let heads = session.heads().await.map_err(StoreError::failed)?;
        let (mut streams, mut seen) = (Vec::new(), Vec::new());
        for (stream, head) in heads {
            let cursor = self.cursors.get(&stream).copied().unwrap_or(0);
            if head > cursor && !self.own.contains(stream) {
                streams.push(stream);
                seen.push(cursor);
            }
        }
        if streams.is_empty() {
            return Ok((Vec::new(), false));
        }
        let rows = session
            .client
            .query(&session.news, &[&streams, &seen, &(MOST as i64)])
            .await
            .map_err(StoreError::failed)?;
        let more = rows.len() >= MOST;
        Ok((rows, more))
    }

    /// The events of the rows. The cursors move only when all of them were read.
    fn advance(&mut self, rows: &[Row]) -> Result<Vec<Event>, StoreError> {
        let mut moved: Vec<(i64, i64)> = Vec::with_capacity(rows.len());
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let mut f = Fields::of(row, 0, "event");
            moved.push((f.read()?, f.read()?));
            found.push(events::read(row, 2)?);
        }
        for (stream, seq) in moved {
            let cursor = self.cursors.entry(stream).or_insert(0);
            *cursor = seq.max(*cursor);
        }
        Ok(found)
    }
}

impl Session {
    async fn open(place: &Place) -> Result<Self, Error> {
        let client = link::keyed(place).await?;
        let heads = client.prepare(HEADS).await?;
        let news = format!(
            "SELECT e.stream, e.seq, {} FROM unnest($1::bigint[], $2::bigint[]) AS c(stream, seen), LATERAL \
             (SELECT * FROM events AS n WHERE n.stream = c.stream AND n.seq > c.seen ORDER BY n.seq LIMIT $3) AS e",
            events::COLUMNS
        );
        let news = client.prepare(&news).await?;
        Ok(Self { client, heads, news })
    }

    /// How far each stream has come.
    async fn heads(&self) -> Result<Vec<(i64, i64)>, Error> {
        let rows = self.client.query(&self.heads, &[]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Keeps this store's streams and drops those of nodes that are gone.
    async fn tidy(&self, own: &[i64]) {
        for done in [self.client.execute(KEEP, &[&own]).await, self.client.execute(FORGET, &[]).await] {
            if let Err(error) = done {
                tracing::debug!(%error, "the streams could not be tidied");
            }
        }
    }
}
