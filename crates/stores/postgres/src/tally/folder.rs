//! The task that makes changes part of the tally.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use super::audit::audit;
use crate::fault::Fault;
use crate::link::{self, Query, Session};
use crate::open::Database;

/// How long changes gather.
const REST: Duration = Duration::from_millis(400);

/// Changes in one transaction at most.
const MOST: i64 = 4_000;

/// Takes changes and adds them to the intervals of every width. Several nodes may do so at once: each takes what no
/// other has, and they update the tally's rows in the order of their keys.
const FOLD: &str = "WITH taken AS (DELETE FROM token_tally_changes AS c USING (\
        SELECT service, facet, owner, kind, until, stream, seq FROM token_tally_changes \
        ORDER BY service, facet, owner, kind, until, stream, seq LIMIT $1::bigint FOR UPDATE SKIP LOCKED) AS k \
        WHERE c.service = k.service AND c.facet = k.facet AND c.owner = k.owner AND c.kind = k.kind \
        AND c.until = k.until AND c.stream = k.stream AND c.seq = k.seq \
        RETURNING c.service, c.facet, c.owner, c.kind, c.until, c.n), \
    sums AS (SELECT service, facet, owner, kind, l.level, (((until - 1) >> l.level) + 1) << l.level AS until, \
        sum(n)::bigint AS n FROM taken, unnest(ARRAY[10, 20, 30]::smallint[]) AS l(level) \
        GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0), \
    put AS (INSERT INTO token_tally AS t (service, facet, owner, kind, level, until, n) \
        SELECT * FROM sums ORDER BY 1, 2, 3, 4, 5, 6 \
        ON CONFLICT (service, facet, owner, kind, level, until) DO UPDATE SET n = t.n + excluded.n) \
    SELECT count(*) FROM taken";

/// How the writers notify the task of work, and the store of the end.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    written: Notify,
    closing: Notify,
    closed: AtomicBool,
}

impl Wake {
    /// Something was written.
    pub(crate) fn written(&self) {
        self.written.notify_one();
    }

    /// The task must end. What it leaves is processed by the next one.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.written.notify_one();
        self.closing.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }
}

/// The task.
pub(crate) struct Folder {
    place: Database,
    wake: Arc<Wake>,
    session: Option<(Session, Query)>,
    /// Whether everything is to be counted first.
    audits: bool,
}

impl Folder {
    /// One that has not connected yet.
    pub(crate) fn new(place: Database, wake: Arc<Wake>, audits: bool) -> Self {
        // Changes left by a node that is gone.
        wake.written();
        Self { place, wake, session: None, audits }
    }

    /// Works until it must end.
    pub(crate) async fn run(mut self) {
        if self.audits {
            self.count_anew().await;
        }
        loop {
            self.wake.written.notified().await;
            if self.wake.is_closed() || timeout(REST, self.wake.closing.notified()).await.is_ok() {
                return;
            }
            while !self.wake.is_closed() {
                match self.fold().await {
                    Ok(taken) if taken < MOST => break,
                    Ok(_) => {}
                    Err(fault) => {
                        // Another node's commit crossed it, or the database is away: totals are right without it.
                        tracing::debug!(%fault, "changes were not added to the tally");
                        if fault.is_lost_statement() {
                            self.place.lost_statement();
                        }
                        if let Some((session, _)) = self.session.take_if(|_| !fault.is_crossing()) {
                            session.abandon();
                        }
                        self.wake.written();
                        break;
                    }
                }
            }
        }
    }

    async fn fold(&mut self) -> Result<i64, Fault> {
        if self.session.as_ref().is_none_or(|(session, _)| session.is_closed()) {
            let session = link::keyed(&self.place, self.place.statement_timeout).await?;
            let fold = session.prepare(FOLD).await?;
            self.session = Some((session, fold));
        }
        let Some((session, fold)) = &self.session else { return Ok(0) };
        let folding = session.together(session.rows(fold, &[&MOST]));
        let rows = self.place.pulse.within(self.place.statement_timeout, folding).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
    }

    async fn count_anew(&self) {
        let counting = async {
            let session = link::open(&self.place).await?;
            audit(&session).await
        };
        tokio::select! {
            done = counting => {
                if let Err(fault) = done {
                    tracing::warn!(%fault, "the tally of live tokens could not be checked");
                }
            }
            () = self.wake.closing.notified() => {}
        }
    }
}
