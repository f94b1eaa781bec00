//! Grants.

use std::sync::Arc;

use jeton_model::ids::{ClientKey, GrantId, ServiceId};
use jeton_model::records::{Grant, GrantState};
use jeton_model::store::GrantChange;
use rusqlite::{Connection, Row, Statement, params};

use super::column::{self, json};
use super::life;
use crate::fault::{Done, Fault};

const INSERT: &str = "INSERT INTO grant_ (id, service, client, subject_user, subject_name, grant_type, scope, \
    audience, created, expires, life, binding, authentication, details) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const BY_ID: &str = "SELECT id, service, client, subject_user, subject_name, grant_type, scope, audience, created, \
    expires, life, binding, authentication, details FROM grant_ WHERE id = ?1";

/// What is done to grants on the commit path, prepared once.
pub(crate) struct GrantRows<'c> {
    insert: Statement<'c>,
    revoke: Statement<'c>,
}

impl<'c> GrantRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare(INSERT)?,
            revoke: connection.prepare("UPDATE grant_ SET life = ?2 WHERE id = ?1 AND life < x'01'")?,
        })
    }

    /// Writes a new one.
    pub(crate) fn insert(&mut self, grant: &Grant) -> Done<()> {
        let (user, name) = column::subject(grant.subject.as_ref());
        self.insert.execute(params![
            grant.id.sql(),
            grant.service.sql(),
            grant.client.map(ClientKey::sql),
            user,
            name,
            &*grant.grant_type,
            grant.scope.as_str(),
            &*grant.audience,
            grant.created.millis(),
            grant.expires.map(|t| t.millis()),
            life::of_grant(grant.state),
            grant.binding.map(|b| b.sql()),
            grant.authentication.as_ref().map(json).transpose()?,
            grant.details.as_deref().map(json).transpose()?,
        ])?;
        Ok(())
    }

    /// Revokes an active one; returns whether it was active.
    pub(crate) fn revoke(&mut self, id: GrantId, state: GrantState) -> Done<bool> {
        Ok(self.revoke.execute(params![id.sql(), life::of_grant(state)])? > 0)
    }
}

/// Changes an active one; returns whether it was active.
pub(crate) fn amend(connection: &Connection, id: GrantId, change: &GrantChange) -> Done<bool> {
    let details = change.details.as_deref().map(json).transpose()?;
    let changed = connection
        .prepare_cached(
            "UPDATE grant_ SET scope = coalesce(?2, scope), expires = iif(?3, ?4, expires), \
             binding = coalesce(?5, binding), details = coalesce(?6, details) WHERE id = ?1 AND life < x'01'",
        )?
        .execute(params![
            id.sql(),
            change.scope.as_ref().map(|s| s.as_str()),
            change.expires.is_some(),
            change.expires.flatten().map(|t| t.millis()),
            change.binding.map(|b| b.sql()),
            details,
        ])?;
    Ok(changed > 0)
}

/// One by its number.
pub(crate) fn by_id(connection: &Connection, id: GrantId) -> Done<Option<Grant>> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    let mut rows = statement.query([id.sql()])?;
    rows.next()?.map(|row| decode(row).map_err(|f| f.about("grant"))).transpose()
}

/// Whether one is there and not revoked.
pub(crate) fn is_alive(connection: &Connection, id: i64) -> Done<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM grant_ WHERE id = ?1 AND life < x'01')";
    Ok(connection.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
}

/// Those with ids from `low` to `high` that expired before `now` and have listed tokens, at most `limit`: such tokens
/// outlive their family, and are removed with it.
pub(crate) fn outlived(connection: &Connection, low: i64, high: i64, now: i64, limit: u32) -> Done<Vec<i64>> {
    let sql = "SELECT id FROM (SELECT id FROM grant_ WHERE id BETWEEN ?1 AND ?2 AND expires < ?3 ORDER BY id LIMIT ?4) AS g \
        WHERE EXISTS (SELECT 1 FROM token_list AS l WHERE l.\"by\" = 1 AND l.owner = g.id)";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([low, high, now, i64::from(limit)], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Removes those with ids from `low` to `high` that expired before `now`, at most `limit`.
pub(crate) fn delete_expired(connection: &Connection, low: i64, high: i64, now: i64, limit: u32) -> Done<usize> {
    let sql = "DELETE FROM grant_ WHERE id IN \
        (SELECT id FROM grant_ WHERE id BETWEEN ?1 AND ?2 AND expires < ?3 ORDER BY id LIMIT ?4)";
    Ok(connection.prepare_cached(sql)?.execute([low, high, now, i64::from(limit)])?)
}

fn decode(row: &Row<'_>) -> Done<Grant> {
    let corrupt = || Fault::Corrupt("grant");
    let state = row.get_ref(10)?.as_blob().map_err(|_| corrupt())?;
    Ok(Grant {
        id: GrantId::from_sql(row.get(0)?),
        service: ServiceId::from_sql(row.get(1)?),
        client: row.get::<_, Option<i64>>(2)?.map(ClientKey::from_sql),
        subject: column::read_subject(row, 3)?,
        grant_type: column::read_shared(row, 5)?,
        scope: column::read_scope(row, 6)?,
        audience: column::read_shared(row, 7)?,
        created: column::read_time(row, 8)?.ok_or_else(corrupt)?,
        expires: column::read_time(row, 9)?,
        state: life::grant(state)?,
        binding: column::read_binding(row, 11)?,
        authentication: column::read_json_or_null(row, 12)?,
        details: column::read_json_or_null(row, 13)?.map(Arc::new),
    })
}
