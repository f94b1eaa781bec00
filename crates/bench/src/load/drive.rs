//! The run itself.

use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use super::{Tally, Workload};
use crate::{
    clock,
    http::{Connection, Endpoint},
};

/// How long an answer may take after the end of the run before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });
/// How long a connection waits before it tries again to connect.
const PAUSE: Duration = Duration::from_millis(10);

/// Sends `work` over `conns` connections for `time`, or until there is no more of it.
///
/// The connections are established before the clock starts. Requests that are running when the time is over are waited
/// for and counted, so that no rotated token is lost and no slow answer is hidden.
///
/// # Errors
///
/// Only where the first connections cannot be made. What fails later is counted.
pub(crate) async fn drive(place: &Endpoint, conns: usize, time: Duration, work: Rc<dyn Workload>) -> io::Result<Tally> {
    let mut connections = Vec::with_capacity(conns);
    for _ in 0..conns {
        connections.push(Connection::open(place).await?);
    }
    let begun = clock::now();
    let run = Rc::new(Run {
        place: place.clone(),
        work,
        until: begun + time,
        busy: Cell::new(0),
        last_answer: Cell::new(begun),
        tally: RefCell::default(),
    });
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn_local(Rc::clone(&run).keep_busy(connection));
    }
    let finish = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(time + PATIENCE, finish).await.is_err() {
        tasks.shutdown().await;
    }
    let mut tally = run.tally.take();
    for _ in 0..run.busy.get() {
        tally.lost(&io::Error::new(io::ErrorKind::TimedOut, "no answer within 20 s"));
    }
    tally.took = run.last_answer.get() - begun;
    Ok(tally)
}

/// One request on a connection of its own: the status and the body.
pub(crate) async fn once(place: &Endpoint, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let mut connection = Connection::open(place).await?;
    let answer = tokio::time::timeout(PATIENCE, connection.exchange(request)).await??;
    Ok((answer.status, answer.body.to_vec()))
}

/// What the connections of a run share. They live in one thread, so nothing is locked.
struct Run {
    place: Endpoint,
    work: Rc<dyn Workload>,
    until: Instant,
    /// Requests without an answer yet.
    busy: Cell<u32>,
    last_answer: Cell<Instant>,
    tally: RefCell<Tally>,
}

impl Run {
    async fn keep_busy(self: Rc<Self>, connection: Connection) {
        let mut open = Some(connection);
        let mut request = Vec::new();
        let mut begun = clock::now();
        while begun < self.until {
            let Some(connection) = &mut open else {
                open = self.connect().await;
                begun = clock::now();
                continue;
            };
            request.clear();
            if !self.work.next(&mut request) {
                break;
            }
            self.busy.set(self.busy.get() + 1);
            let result = connection.exchange(&request).await;
            self.busy.set(self.busy.get() - 1);
            // One reading of the clock ends this request and begins the next.
            let ended = clock::now();
            let keep = match result {
                Ok(answer) => {
                    self.last_answer.set(ended);
                    self.tally.borrow_mut().answered(answer.status, answer.body, ended - begun);
                    if answer.status < 400 {
                        self.work.answered(answer.body);
                    }
                    !answer.last
                }
                Err(error) => {
                    self.tally.borrow_mut().lost(&error);
                    false
                }
            };
            if !keep {
                open = None;
            }
            begun = ended;
        }
    }

    async fn connect(&self) -> Option<Connection> {
        match Connection::open(&self.place).await {
            Ok(connection) => Some(connection),
            Err(error) => {
                self.tally.borrow_mut().lost(&error);
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }
}
