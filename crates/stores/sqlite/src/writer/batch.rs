//! One commit: everything that waits, in one transaction, with one sync.

use jeton_model::store::{Lost, Outcome, StoreError, Write};

use super::job::{Reply, WriteRequest};
use super::session::Session;
use crate::fault::{Done, Fault, is_unsure};
use crate::rows::{counter, meta};
use crate::transaction;

/// How commands are isolated within a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// Only those that may meet a taken name have a savepoint: the rest cannot fail alone, as far as is known.
    Usual,
    /// Each has one.
    Each,
}

/// Why a whole commit did not happen.
pub(super) struct Failed {
    /// A description.
    pub(super) message: String,
    /// Whether the state of the disk is unknown: then nothing more may be written.
    pub(super) unsure: bool,
}

/// Applies the requests, commits, and returns the reply to each. They are all done, or none is.
pub(super) fn commit(
    session: &mut Session<'_>,
    requests: &[WriteRequest],
) -> Result<Vec<Result<Reply, StoreError>>, Failed> {
    match attempt(session, requests, Isolation::Usual)? {
        Some(replies) => Ok(replies),
        // A number was in use, or a row could not be read. Again, to find the failing command and let the others pass.
        None => attempt(session, requests, Isolation::Each)?
            .ok_or_else(|| Failed { message: "a command failed outside its savepoint".to_owned(), unsure: false }),
    }
}

/// None when a request failed that has no savepoint; nothing is written then.
fn attempt(
    session: &mut Session<'_>,
    requests: &[WriteRequest],
    isolation: Isolation,
) -> Result<Option<Vec<Result<Reply, StoreError>>>, Failed> {
    let mark = session.mark();
    let result =
        begin_and_run(session, requests, isolation).and_then(|replies| Ok((replies, session.keep_ends(mark)?)));
    let (message, unsure, retry) = match result {
        Ok((replies, ended_through)) => match transaction::commit(session.connection) {
            Ok(()) => {
                session.single_uses.committed();
                session.tail.ended_through = ended_through;
                return Ok(Some(replies));
            }
            Err(error) => (error.to_string(), is_unsure(&error), false),
        },
        Err(Fault::Engine(error)) => (error.to_string(), false, false),
        Err(fault) => (format!("{fault:?}"), false, true),
    };
    session.cut(mark);
    let undone = transaction::roll_back(session.connection).is_ok();
    if retry && undone { Ok(None) } else { Err(Failed { message, unsure: unsure || !undone }) }
}

fn begin_and_run(
    session: &mut Session<'_>,
    requests: &[WriteRequest],
    isolation: Isolation,
) -> Done<Vec<Result<Reply, StoreError>>> {
    session.sync(true)?;
    transaction::begin(session.connection)?;
    let mut replies = Vec::with_capacity(requests.len());
    for request in requests {
        let apart = isolation == Isolation::Each || may_be_taken(request);
        replies.push(if apart { run_apart(session, request)? } else { Ok(run(session, request)?) });
    }
    Ok(replies)
}

/// Runs a command so that its failure does not affect others.
fn run_apart(session: &mut Session<'_>, request: &WriteRequest) -> Done<Result<Reply, StoreError>> {
    let mark = session.mark();
    transaction::begin_part(session.connection)?;
    match run(session, request) {
        Ok(reply) => {
            transaction::end_part(session.connection)?;
            Ok(Ok(reply))
        }
        Err(Fault::Engine(error)) => Err(Fault::Engine(error)),
        Err(fault) => {
            session.cut(mark);
            transaction::undo_part(session.connection)?;
            match (fault, request) {
                (Fault::Taken, WriteRequest::Apply { .. }) => Ok(Ok(Reply::Outcome(Outcome::Lost(Lost::Exists)))),
                (fault, _) => Ok(Err(fault.into())),
            }
        }
    }
}

fn run(session: &mut Session<'_>, request: &WriteRequest) -> Done<Reply> {
    match request {
        WriteRequest::Apply { command, .. } => session.run(command).map(Reply::Outcome),
        WriteRequest::Reserve { count, .. } => counter::reserve(session.connection, *count).map(Reply::Id),
        WriteRequest::MetaInit { name, value, .. } => meta::init(session.connection, name, value).map(Reply::Value),
        WriteRequest::MetaSet { name, value, .. } => meta::set(session.connection, name, value).map(|()| Reply::Done),
    }
}

/// Whether it contains a name that may be in use.
fn may_be_taken(request: &WriteRequest) -> bool {
    let WriteRequest::Apply { command, .. } = request else { return false };
    command.writes.iter().any(|write| match write {
        Write::Token { alias, .. } => alias.is_some(),
        Write::AmendToken { change, .. } => change.text.as_ref().is_some_and(|text| text.alias.is_some()),
        Write::Client(_)
        | Write::User(_)
        | Write::Service(_)
        | Write::Key(_)
        | Write::Document(_)
        | Write::Device(_) => true,
        Write::Grant(_)
        | Write::SingleUse(_)
        | Write::DropSingleUse { .. }
        | Write::Event(_)
        | Write::Used(_)
        | Write::RevokeToken { .. }
        | Write::RevokeGrant { .. }
        | Write::AmendGrant { .. }
        | Write::DeleteClient(_)
        | Write::DeleteUser(_)
        | Write::DeleteKey(_)
        | Write::DeleteDocument(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jeton_model::clock::SystemClock;
    use jeton_model::ids::ClientId;
    use jeton_model::records::Client;
    use jeton_model::store::{Command, Lost, Outcome, Write};
    use jeton_testkit::sample;
    use rusqlite::Connection;
    use tokio::sync::oneshot;

    use super::{Failed, commit};
    use crate::writer::job::{Reply, WriteRequest};
    use crate::writer::session::Session;

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        connection
    }

    fn session(connection: &Connection) -> Session<'_> {
        Session::prepare(connection, Arc::new(SystemClock), Arc::default()).unwrap()
    }

    fn request(writes: Vec<Write>) -> WriteRequest {
        WriteRequest::Apply { command: Command::of(writes), answer: oneshot::channel().0 }
    }

    fn token(id: u64) -> Write {
        Write::Token { token: sample::token(id).into(), alias: None }
    }

    fn count(connection: &Connection, table: &str) -> i64 {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    fn outcomes(session: &mut Session<'_>, requests: &[WriteRequest]) -> Vec<Outcome> {
        let replies = commit(session, requests).map_err(|f: Failed| f.message).unwrap();
        let outcome = |reply| if let Ok(Reply::Outcome(o)) = reply { o } else { panic!("{reply:?}") };
        replies.into_iter().map(outcome).collect()
    }

    const DONE: Outcome = Outcome::Done { changed: 0 };
    const EXISTS: Outcome = Outcome::Lost(Lost::Exists);

    #[test]
    fn a_taken_name_or_number_costs_its_own_command_only() {
        let connection = database();
        let mut session = session(&connection);
        let namesake = Client { client_id: ClientId::new("client-1"), ..sample::client(2) };
        let requests = [
            request(vec![token(1), Write::Client(Box::new(sample::client(1)))]),
            request(vec![
                token(2),
                Write::SingleUse(Box::new(sample::single_use(1))),
                Write::Client(Box::new(namesake)),
            ]),
            // A number that is taken is not foreseen: the batch is done again, each command by itself.
            request(vec![token(3), Write::Grant(sample::grant(1).into()), token(1)]),
            request(vec![token(4)]),
        ];
        assert_eq!(outcomes(&mut session, &requests), [DONE, EXISTS, EXISTS, DONE]);
        assert_eq!((count(&connection, "token"), count(&connection, "grant_"), count(&connection, "once")), (2, 0, 0));
        let ids: Vec<i64> = session.tail.entries.iter().map(|entry| entry.id).collect();
        assert_eq!((ids, session.tail.single_uses.len()), (vec![1, 4], 0));
        // The name of what was rolled back is free.
        assert_eq!(outcomes(&mut session, &[request(vec![Write::SingleUse(Box::new(sample::single_use(1)))])]), [DONE]);
    }

    #[test]
    fn a_full_disk_fails_everyone_and_passes() {
        let connection = database();
        let mut session = session(&connection);
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
        let requests: Vec<_> = (1..=500).map(|n| request(vec![token(n)])).collect();
        let failed = commit(&mut session, &requests).err().unwrap();
        assert!(!failed.unsure, "{}", failed.message);
        assert_eq!((count(&connection, "token"), session.tail.len()), (0, session.tail.blocks.len()));
        connection.pragma_update(None, "max_page_count", 1 << 20).unwrap();
        assert!(outcomes(&mut session, &requests).iter().all(|o| *o == DONE));
        assert_eq!(count(&connection, "token"), 500);
    }

    #[test]
    fn a_failed_commit_is_undone_and_unsure() {
        let mut connection = database();
        connection.commit_hook(Some(|| true)).unwrap();
        let mut session = session(&connection);
        let failed = commit(&mut session, &[request(vec![token(1)]), request(vec![token(2)])]).err().unwrap();
        assert!(failed.unsure);
        assert_eq!((count(&connection, "token"), session.tail.entries.len()), (0, 0));
    }

    /// The lists are written without waiting for the disk; acknowledged commands never are.
    #[test]
    fn what_is_answered_waits_for_the_disk() {
        let connection = database();
        let mut session = session(&connection);
        let level = || connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)).unwrap();
        session.sync(false).unwrap();
        assert_eq!(level(), 1);
        assert!(commit(&mut session, &[request(Vec::new())]).is_ok());
        assert_eq!(level(), 2);
    }
}
