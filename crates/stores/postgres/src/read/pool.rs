//! Connections for everything that is not on the hot path.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jeton_model::store::StoreError;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::failure::pause;
use crate::fault::Fault;
use crate::link::{self, Session};
use crate::open::Database;

/// A pool of sessions.
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    place: Database,
    idle: Mutex<Vec<Session>>,
    /// One for each session that there may be.
    slots: Arc<Semaphore>,
    closed: AtomicBool,
}

/// A session that is taken from the pool and returned automatically.
pub(crate) struct Lease {
    session: Option<Session>,
    /// Whether something was asked over the session that may not be answered yet.
    asking: bool,
    pool: Arc<Inner>,
    slot: Option<OwnedSemaphorePermit>,
}

/// Opens none yet: a connection is made when one is needed.
pub(crate) fn open_pool(place: &Database, size: usize) -> Pool {
    let slots = Arc::new(Semaphore::new(size.max(1)));
    let (place, idle, closed) = (place.clone(), Mutex::default(), AtomicBool::new(false));
    Pool(Arc::new(Inner { place, idle, slots, closed }))
}

/// How often a statement is retried that conflicted with others, or whose connection was lost.
const ATTEMPTS: u32 = 24;

/// A statement. All that go through the pool may be repeated.
pub(super) trait Ask: Sync {
    /// What it answers.
    type Answer: Send;

    /// Whether it may take long: it is waited for while the database answers others.
    const LONG: bool;

    /// Asks over a session.
    fn of(&self, session: &mut Session) -> impl Future<Output = Result<Self::Answer, Fault>> + Send;
}

/// One that is prepared once a session.
struct Prepared<'a>(&'a str, &'a [&'a (dyn ToSql + Sync)]);

/// One that is planned for its very values.
struct Planned<'a>(&'a str, &'a [(&'a (dyn ToSql + Sync), Type)]);

/// A statement that removes or counts many rows, in the background.
struct Background<'a>(Prepared<'a>);

impl Pool {
    /// The rows of a statement, which is prepared once a session.
    pub(crate) async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        self.ask(&Prepared(sql, parameters)).await
    }

    /// The one row of a statement, or none.
    pub(crate) async fn row(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, parameters).await?.into_iter().next())
    }

    /// The rows of a statement that is planned for these very values.
    pub(crate) async fn planned(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        self.ask(&Planned(sql, parameters)).await
    }

    /// The one row of a statement that may take long and that no request waits for.
    pub(crate) async fn background(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.ask(&Background(Prepared(sql, parameters))).await?.into_iter().next())
    }

    /// Closes every unused connection, and the others when they are returned.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.0.slots.close();
        self.0.lock().clear();
    }

    /// Asks, again where that can help and there is time left for it.
    pub(super) async fn ask<A: Ask>(&self, ask: &A) -> Result<A::Answer, StoreError> {
        let pulse = &self.0.place.pulse;
        // Said once: the request's patience shrinks while this waits, and would be taken from it twice.
        let due = Instant::now() + pulse.patience();
        let left = || due.saturating_duration_since(Instant::now());
        let mut attempt = 0;
        loop {
            let mut lease = match pulse.within(left(), self.lease()).await {
                Ok(Some(lease)) => lease,
                Ok(None) => return Err(StoreError::Busy),
                Err(fault) => return Err(StoreError::failed(fault)),
            };
            let session = lease.session.as_mut().ok_or(StoreError::Busy)?;
            lease.asking = true;
            let asked = ask.of(session);
            let done = if A::LONG {
                pulse.long_answer(self.0.place.statement_timeout, asked).await
            } else {
                pulse.within(left(), asked).await
            };
            // Silence ends the session below.
            lease.asking = false;
            let fault = match done {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            if fault.is_lost_statement() {
                self.0.place.lost_statement();
            }
            if fault.is_gone() || fault.is_lost_statement() {
                lease.abandon();
            }
            attempt += 1;
            if attempt > ATTEMPTS || !fault.is_passing() || left().is_zero() {
                return Err(StoreError::failed(fault));
            }
            drop(lease);
            tokio::time::sleep(pause(attempt)).await;
        }
    }

    /// A free session, or a new one; none when the pool is closed. If a connection is being established when the
    /// request gives up, it is finished anyway, for the next request.
    async fn lease(&self) -> Result<Option<Lease>, Fault> {
        let Ok(slot) = Arc::clone(&self.0.slots).acquire_owned().await else { return Ok(None) };
        let pool = Arc::clone(&self.0);
        let free = {
            let mut idle = pool.lock();
            idle.retain(|session| !session.is_closed());
            idle.pop()
        };
        if free.is_some() {
            return Ok(Some(Lease::of(free, pool, slot)));
        }
        let (send, made) = oneshot::channel();
        tokio::spawn(async move {
            let made = link::open(&pool.place).await;
            // The waiting request may be gone: then the session is returned to the pool.
            let _ = send.send(made.map(|session| Lease::of(Some(session), pool, slot)));
        });
        // A task that makes a connection always answers, unless the runtime ends.
        made.await.map_or(Ok(None), |made| made.map(Some))
    }
}

impl Inner {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        // Nothing panics while the lock is held.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a session back.
    fn put_back(&self, session: Session) {
        if !session.is_closed() && !self.closed.load(Ordering::SeqCst) {
            self.lock().push(session);
        }
    }

    /// Takes a session back over which something runs that nobody waits for any more, when that has ended: whoever got it before
    /// would wait for it, too. It keeps its slot until then, so those who hang up do not have more run than there are slots.
    async fn put_back_later(self: Arc<Self>, session: Session, slot: Option<OwnedSemaphorePermit>) {
        let place = &self.place;
        match place.pulse.long_answer(place.statement_timeout, session.batch("SELECT 1")).await {
            Ok(()) => self.put_back(session),
            Err(fault) => {
                tracing::debug!(%fault, "a session whose request was given up is closed");
                session.abandon();
            }
        }
        drop(slot);
    }
}

impl Lease {
    fn of(session: Option<Session>, pool: Arc<Inner>, slot: OwnedSemaphorePermit) -> Self {
        Self { session, asking: false, pool, slot: Some(slot) }
    }

    /// Ends the session: it does not go back.
    fn abandon(&mut self) {
        if let Some(session) = self.session.take() {
            session.abandon();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else { return };
        if !self.asking {
            self.pool.put_back(session);
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(Arc::clone(&self.pool).put_back_later(session, self.slot.take()));
        } else {
            session.abandon();
        }
    }
}

impl Ask for Prepared<'_> {
    type Answer = Vec<Row>;
    const LONG: bool = false;

    async fn of(&self, session: &mut Session) -> Result<Vec<Row>, Fault> {
        let query = session.prepared(self.0).await?;
        session.together(session.rows(&query, self.1)).await
    }
}

impl Ask for Planned<'_> {
    type Answer = Vec<Row>;
    const LONG: bool = true;

    async fn of(&self, session: &mut Session) -> Result<Vec<Row>, Fault> {
        session.together(async { Ok(session.client.query_typed(self.0, self.1).await?) }).await
    }
}

impl Ask for Background<'_> {
    type Answer = Vec<Row>;
    const LONG: bool = true;

    async fn of(&self, session: &mut Session) -> Result<Vec<Row>, Fault> {
        self.0.of(session).await
    }
}
