//! Events.

use jeton_model::ids::{ClientKey, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{Event, EventKind};
use rusqlite::{Connection, Row, Statement, params};

use super::column::{self, json};
use crate::fault::{Done, Fault};

const INSERT: &str = "INSERT INTO event (at, service, kind, actor, token, grant_id, client, user, detail) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const LATEST: &str = "SELECT at, service, kind, actor, token, grant_id, client, user, detail FROM event \
    WHERE ?1 IS NULL OR service = ?1 ORDER BY seq DESC LIMIT ?2";

/// What is done to events on the commit path, prepared once.
pub(crate) struct EventRows<'c> {
    insert: Statement<'c>,
}

impl<'c> EventRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self { insert: connection.prepare(INSERT)? })
    }

    /// Writes one.
    pub(crate) fn insert(&mut self, event: &Event) -> Done<()> {
        self.insert.execute(params![
            event.at.millis(),
            event.service.map(ServiceId::sql),
            event.kind.sql(),
            json(&event.actor)?,
            event.token.map(TokenId::sql),
            event.grant.map(GrantId::sql),
            event.client.map(ClientKey::sql),
            event.user.map(UserKey::sql),
            event.detail,
        ])?;
        Ok(())
    }
}

const DELETE_BEFORE: &str = "DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?2) AND at < ?1";

/// The latest of a service, or of all, newest first.
pub(crate) fn latest(connection: &Connection, service: Option<ServiceId>, limit: u32) -> Done<Vec<Event>> {
    let mut statement = connection.prepare_cached(LATEST)?;
    let mut rows = statement.query(params![service.map(ServiceId::sql), limit])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(decode(row).map_err(|f| f.about("event"))?);
    }
    Ok(out)
}

/// Removes at most `limit` of the oldest events if they happened before `at`, milliseconds since 1970; how many.
pub(crate) fn delete_before(connection: &Connection, at: i64, limit: u32) -> Done<u32> {
    let mut statement = connection.prepare_cached(DELETE_BEFORE)?;
    Ok(u32::try_from(statement.execute(params![at, limit])?).unwrap_or(u32::MAX))
}

fn decode(row: &Row<'_>) -> Done<Event> {
    Ok(Event {
        at: column::read_time(row, 0)?.ok_or(Fault::Corrupt("event"))?,
        service: row.get::<_, Option<i64>>(1)?.map(ServiceId::from_sql),
        kind: EventKind::from_sql(row.get(2)?),
        actor: column::read_json(row, 3)?,
        token: row.get::<_, Option<i64>>(4)?.map(TokenId::from_sql),
        grant: row.get::<_, Option<i64>>(5)?.map(GrantId::from_sql),
        client: row.get::<_, Option<i64>>(6)?.map(ClientKey::from_sql),
        user: row.get::<_, Option<i64>>(7)?.map(UserKey::from_sql),
        detail: row.get(8)?,
    })
}
