//! Computes the keys of users' names that are missing, and those that clashed when they were last computed.

use jeton_model::ids::{ServiceId, UserKey};
use jeton_model::name_key::{Unkeyed, assigned, name_key};
use rusqlite::{Connection, Error, Row, Transaction, TransactionBehavior, params};

/// How many are computed at once.
const AT_ONCE: i64 = 10_000;

/// The condition of the index.
pub(crate) const TO_KEY: &str = "(name_key IS NULL OR name_key < '!')";

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
