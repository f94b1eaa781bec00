//! Changes of other nodes, read with a cursor.
//!
//! Each poll reads the length of every stream (one small row each) and fetches what is new. A stream's numbers follow
//! its commits, so nothing can appear before a cursor later.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jeton_model::records::Event;
use jeton_model::store::{FEED_PAGE, StoreError};
use tokio::time::{Instant, sleep_until};
use tokio_postgres::Row;

use crate::fault::Fault;
use crate::link::{self, Query};
use crate::open::Database;
use crate::records::{Fields, events};
use crate::write::OwnStreams;

/// Events of one stream in one look at most. Fewer in all means that nothing is left.
const MOST: usize = FEED_PAGE;

/// How often the streams are tidied.
const TIDY: Duration = Duration::from_secs(600);

const HEADS: &str = "SELECT id, seq FROM streams";

/// A stream without writes for a week belongs to a closed connection. If it is written to again, its row is recreated,
/// and nodes that know it continue where they were.
const FORGET: &str = "DELETE FROM streams WHERE seen < now() - interval '7 days'";

const KEEP: &str = "UPDATE streams SET seen = now() WHERE id = ANY($1::bigint[])";

/// The follower of one store.
pub(crate) struct Feed {
    place: Database,
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
    link: link::Session,
    heads: Query,
    news: Query,
}

impl Feed {
    /// A follower of what happens from now on.
    pub(crate) async fn open(place: Database, own: OwnStreams, interval: Duration) -> Result<Self, Fault> {
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
        // A new connection may take its time: it is how this node notices that the database is available again.
        if self.session.as_ref().is_none_or(|session| session.link.is_closed()) {
            self.session = Some(Session::open(&self.place).await.map_err(StoreError::failed)?);
        }
        let Some(session) = &self.session else { return Err(StoreError::Busy) };
        let pulse = Arc::clone(&self.place.pulse);
        let looking = async {
            if self.tidy_due <= Instant::now() {
                session.tidy(&self.own.all()).await;
                self.tidy_due = Instant::now() + TIDY;
            }
            session.look(&self.own, &self.cursors).await
        };
        let (rows, more) = match pulse.within(pulse.usual(), looking).await {
            Ok(looked) => looked,
            Err(fault) => {
                if fault.is_lost_statement() {
                    self.place.lost_statement();
                }
                if let Some(session) = self.session.take() {
                    session.link.abandon();
                }
                return Err(StoreError::failed(fault));
            }
        };
        if more {
            self.due = Instant::now();
        }
        self.advance(&rows)
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
    async fn open(place: &Database) -> Result<Self, Fault> {
        let link = link::keyed(place, place.pulse.usual()).await?;
        let heads = link.prepare(HEADS).await?;
        let news = format!(
            "SELECT e.stream, e.seq, {} FROM unnest($1::bigint[], $2::bigint[]) AS c(stream, seen), LATERAL \
             (SELECT * FROM events AS n WHERE n.stream = c.stream AND n.seq > c.seen ORDER BY n.seq LIMIT $3::bigint) AS e",
            events::COLUMNS
        );
        let news = link.prepare(&news).await?;
        Ok(Self { link, heads, news })
    }

    /// The new rows, and whether some are left for the next look.
    async fn look(&self, own: &OwnStreams, cursors: &HashMap<i64, i64>) -> Result<(Vec<Row>, bool), Fault> {
        let (mut streams, mut seen) = (Vec::new(), Vec::new());
        for (stream, head) in self.heads().await? {
            let cursor = cursors.get(&stream).copied().or_else(|| own.known_of(stream)).unwrap_or(0);
            if head > cursor && !own.contains(stream) {
                streams.push(stream);
                seen.push(cursor);
            }
        }
        if streams.is_empty() {
            return Ok((Vec::new(), false));
        }
        let most = MOST as i64;
        let rows = self.link.together(self.link.rows(&self.news, &[&streams, &seen, &most])).await?;
        let more = rows.len() >= MOST;
        Ok((rows, more))
    }

    /// The length of each stream.
    async fn heads(&self) -> Result<Vec<(i64, i64)>, Fault> {
        let rows = self.link.together(self.link.rows(&self.heads, &[])).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Keeps this store's streams and removes those of nodes that are gone.
    async fn tidy(&self, own: &[i64]) {
        let (keep, forget) = (Query::unnamed(KEEP), Query::unnamed(FORGET));
        let keep = self.link.together(self.link.rows(&keep, &[&own])).await;
        for done in [keep, self.link.together(self.link.rows(&forget, &[])).await] {
            if let Err(fault) = done {
                tracing::debug!(%fault, "the streams could not be tidied");
            }
        }
    }
}
