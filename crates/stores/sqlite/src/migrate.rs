//! The schema's migrations.
//!
//! Each file of `migrations/` is one step, applied once, in its own transaction, in the order of [`STEPS`]. A released
//! step is never edited: a change is a new file.

use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior};

use crate::name_keys;

/// The steps, oldest first; the schema's number is how many were applied.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_user_phone.sql"),
    include_str!("migrations/0003_token_use.sql"),
    include_str!("migrations/0004_live_lists.sql"),
    include_str!("migrations/0005_device_list.sql"),
    include_str!("migrations/0006_documents_of_kind.sql"),
    include_str!("migrations/0007_key_names.sql"),
    include_str!("migrations/0008_user_name_key.sql"),
    include_str!("migrations/0009_user_name_key_letters.sql"),
];

/// Marks the file as Jeton's (`PRAGMA application_id`): "JETN".
const APPLICATION: i64 = 0x4A45_544E;

/// Why the schema could not be brought up to date.
#[derive(Debug)]
pub(crate) enum MigrateError {
    /// The file is another database, or not a database.
    Foreign,
    /// A newer build was here.
    Newer {
        /// The file's number.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The engine failed.
    Engine(Error),
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::Foreign,
            _ => Self::Engine(error),
        }
    }
}

/// Whether the file may be changed: it is empty, or Jeton's and not newer than this build.
pub(crate) fn check(connection: &Connection) -> Result<(), MigrateError> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(MigrateError::Foreign);
    }
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    match applied(connection)? {
        found if found > known => Err(MigrateError::Newer { found, known }),
        _ => Ok(()),
    }
}

/// Applies the steps that are missing, then computes what they left to the program.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), MigrateError> {
    check(connection)?;
    for (number, step) in (1_i64..).zip(STEPS) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if number <= applied(&transaction)? {
            continue;
        }
        if number == 1 {
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.execute_batch("CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT")?;
        }
        transaction.execute_batch(step)?;
        transaction.execute("INSERT INTO schema_version (version) VALUES (?1)", [number])?;
        transaction.commit()?;
    }
    name_keys::fill(connection)?;
    Ok(())
}

fn applied(connection: &Connection) -> Result<i64, Error> {
    let exists = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'", [], |_| Ok(()))
        .optional()?
        .is_some();
    if !exists {
        return Ok(0);
    }
    connection.query_row("SELECT coalesce(max(version), 0) FROM schema_version", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{MigrateError, STEPS, applied, migrate};

    #[test]
    fn steps_are_applied_once() {
        let mut c = Connection::open_in_memory().unwrap();
        migrate(&mut c).unwrap();
        c.execute("UPDATE counter SET value = 7 WHERE name = 'ids'", []).unwrap();
        migrate(&mut c).unwrap();
        let ids: i64 = c.query_row("SELECT value FROM counter WHERE name = 'ids'", [], |r| r.get(0)).unwrap();
        assert_eq!((ids, applied(&c).unwrap()), (7, STEPS.len() as i64));
    }

    #[test]
    fn a_newer_schema_is_left_alone() {
        let mut c = Connection::open_in_memory().unwrap();
        migrate(&mut c).unwrap();
        c.execute("INSERT INTO schema_version VALUES (99)", []).unwrap();
        assert!(matches!(migrate(&mut c), Err(MigrateError::Newer { found: 99, .. })));
    }

    #[test]
    fn a_foreign_database_is_left_alone() {
        let mut c = Connection::open_in_memory().unwrap();
        c.execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert!(matches!(migrate(&mut c), Err(MigrateError::Foreign)));
        assert_eq!(applied(&c).unwrap(), 0);
    }

    /// Tokens that were live before the lists existed are in them, in blocks with correct counts.
    #[test]
    fn the_lists_of_what_is_alive_are_filled_from_what_is_there() {
        let mut c = Connection::open_in_memory().unwrap();
        c.execute_batch("CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT").unwrap();
        for (number, step) in (1_i64..).zip(STEPS).take(3) {
            c.execute_batch(step).unwrap();
            c.execute("INSERT INTO schema_version VALUES (?1)", [number]).unwrap();
        }
        c.pragma_update(None, "application_id", super::APPLICATION).unwrap();
        // Of five thousand of a client every 10th was revoked, every 100th is of a family that was, every 1000th never ends.
        c.execute_batch(
            "INSERT INTO grant_ (id, service, grant_type, scope, audience, created, life)
                VALUES (9001, 1, '', '', '', 0, zeroblob(17)), (9002, 1, '', '', '', 0, unhex('02' || printf('%032d', 0)));
             INSERT INTO token (id, service, kind, format, client, subject_user, grant_id, verifier, scope, audience, issued,
                expires, life)
                WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
                SELECT n, 1, 0, 0, 7, iif(n % 2, 8, NULL), 9001 + (n % 100 = 1), zeroblob(32), '', '', 0,
                    iif(n % 1000 = 3, NULL, 10 * n), iif(n % 10, zeroblob(17), unhex('02' || printf('%032d', 0))) FROM n",
        )
        .unwrap();
        migrate(&mut c).unwrap();
        let number = |sql: &str| c.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let (all, endless) = (5000 - 500 - 50, 5);
        for by in [0, 5] {
            let of = format!("FROM live_list WHERE \"by\" = {by}");
            assert_eq!(number(&format!("SELECT count(*) {of}")), all);
            assert_eq!(number(&format!("SELECT count(*) {of} AND lane = 0 AND expires = 0")), endless);
            assert_eq!(number(&format!("SELECT count(*) FROM live_stretch WHERE \"by\" = {by}")), 4);
        }
        assert_eq!(number("SELECT count(*) FROM live_list WHERE \"by\" = 2"), 2450);
        let off = "SELECT count(*) FROM (SELECT *, lead(expires, 1, 9223372036854775807) OVER \
            (PARTITION BY service, \"by\", owner, lane ORDER BY expires, id) AS upto FROM live_stretch) AS s \
            WHERE n <> (SELECT count(*) FROM live_list AS l WHERE (l.service, l.\"by\", l.owner, l.lane) = \
            (s.service, s.\"by\", s.owner, s.lane) AND l.expires >= s.expires AND l.expires < s.upto)";
        assert_eq!(number(off), 0);
    }

    fn keys(c: &Connection) -> Vec<String> {
        let mut all = c.prepare("SELECT coalesce(name_key, '-') FROM user ORDER BY key").unwrap();
        all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn put(c: &Connection, key: i64, service: i64, name: &str) {
        let sql = "INSERT INTO user (key, service, sub, username, body) VALUES (?1, ?2, ?1, ?3, '')";
        c.execute(sql, rusqlite::params![key, service, name]).unwrap();
    }

    #[test]
    fn keys_are_computed_and_clashes_are_seen_anew() {
        let mut c = Connection::open_in_memory().unwrap();
        migrate(&mut c).unwrap();
        for (key, service, name) in [
            (1, 1, "alice"),
            (2, 1, "Alice"),
            (3, 1, "Bob"),
            (4, 2, "ALICE"),
            (5, 1, "Anna Blank"),
            (6, 1, "anna blank"),
        ] {
            put(&c, key, service, name);
        }
        migrate(&mut c).unwrap();
        let expected = [" alice\u{1F}1", " alice\u{1F}2", "bob", "alice", "Anna Blank", "anna blank"];
        assert_eq!(keys(&c), expected);
        // A third one, and one that clashes with an owner.
        put(&c, 7, 1, "aLice");
        put(&c, 8, 1, "BOB");
        migrate(&mut c).unwrap();
        let found = keys(&c);
        assert_eq!((&found[2][..], &found[6][..], &found[7][..]), (" bob\u{1F}3", " alice\u{1F}7", " bob\u{1F}8"));
        c.execute("DELETE FROM user WHERE key IN (1, 7, 8)", []).unwrap();
        migrate(&mut c).unwrap();
        assert_eq!(keys(&c), ["alice", "bob", "alice", "Anna Blank", "anna blank"]);
    }

    #[test]
    fn the_index_finds_what_is_to_be_computed() {
        let mut c = Connection::open_in_memory().unwrap();
        migrate(&mut c).unwrap();
        for rest in ["IS NOT NULL", "IS NULL"] {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT key FROM user WHERE {} AND name_key {rest} ORDER BY key LIMIT 5",
                crate::name_keys::TO_KEY
            );
            let plan: String = c.query_row(&sql, [], |row| row.get("detail")).unwrap();
            assert!(plan.contains("user_to_key"), "{plan}");
        }
    }
}
