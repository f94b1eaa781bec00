//! Computes the keys of users' names that are missing, and those that clashed when they were last computed.

use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::name_key::{Unkeyed, assigned, name_key};
use rusqlite::{Connection, Error, Row, Transaction, TransactionBehavior, params};

/// How many are computed at once.
const AT_ONCE: i64 = 10_000;

/// The condition of the index.
const TO_KEY: &str = "(name_key IS NULL OR name_key < '!')";

/// Computes them.
pub(crate) fn fill(connection: &mut Connection) -> Result<(), Error> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let clashing = unkeyed(&transaction, &format!("{TO_KEY} AND name_key IS NOT NULL"), -1)?;
        let missing = unkeyed(&transaction, &format!("{TO_KEY} AND name_key IS NULL"), AT_ONCE)?;
        let is_last = missing.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        assign(&transaction, &[clashing, missing].concat())?;
        transaction.commit()?;
        if is_last {
            return Ok(());
        }
    }
}

fn assign(transaction: &Transaction<'_>, unkeyed: &[Unkeyed]) -> Result<(), Error> {
    let mut owner = transaction.prepare("SELECT key FROM user WHERE service = ?1 AND name_key = ?2")?;
    let mut owners = Vec::new();
    for Unkeyed { service, key, .. } in unkeyed {
        let mut rows = owner.query(params![service.sql(), key])?;
        if let Some(row) = rows.next()? {
            owners.push((*service, key.clone(), user(row)?));
        }
    }
    let mut update = transaction.prepare("UPDATE user SET name_key = ?2 WHERE key = ?1 AND name_key IS NOT ?2")?;
    for (user, key) in assigned(unkeyed, owners) {
        update.execute(params![user.sql(), key])?;
    }
    Ok(())
}

/// The users in the index that fulfil a condition.
fn unkeyed(transaction: &Transaction<'_>, condition: &str, limit: i64) -> Result<Vec<Unkeyed>, Error> {
    let sql = format!("SELECT key, service, username FROM user WHERE {condition} ORDER BY key LIMIT ?1");
    let mut statement = transaction.prepare(&sql)?;
    let read = |row: &Row<'_>| -> Result<Unkeyed, Error> {
        let service = ServiceId::from_sql(row.get(1)?);
        Ok(Unkeyed { user: user(row)?, service, key: name_key(&row.get::<_, String>(2)?) })
    };
    statement.query_map([limit], read)?.collect()
}

fn user(row: &Row<'_>) -> Result<UserKey, Error> {
    Ok(UserKey::from_sql(row.get(0)?))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::migrate::migrate;

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
                super::TO_KEY
            );
            let plan: String = c.query_row(&sql, [], |row| row.get("detail")).unwrap();
            assert!(plan.contains("user_to_key"), "{plan}");
        }
    }
}
