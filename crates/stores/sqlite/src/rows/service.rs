//! Services: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::ServiceId;
use jeton_model::records::Service;
use rusqlite::{Connection, params};

use super::column::{json, read_json};
use super::record::find;
use crate::fault::Done;

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, service: &Service) -> Done<()> {
    let sql = "INSERT INTO service (id, issuer, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE \
        SET issuer = excluded.issuer, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![service.id.sql(), &*service.issuer, json(service)?])?;
    Ok(())
}

/// One by its number.
pub(crate) fn by_id(connection: &Connection, id: ServiceId) -> Done<Option<Service>> {
    find(connection, "service", "SELECT body FROM service WHERE id = ?1", [id.sql()])
}

/// All, by number.
pub(crate) fn all(connection: &Connection) -> Done<Vec<Service>> {
    let mut statement = connection.prepare_cached("SELECT body FROM service ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read_json(row, 0).map_err(|f| f.about("service"))?);
    }
    Ok(out)
}
