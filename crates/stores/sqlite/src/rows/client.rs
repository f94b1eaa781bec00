//! Clients: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::Client;
use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, params};

use super::column::json;
use super::record::{self, find};
use crate::fault::Done;

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, client: &Client) -> Done<()> {
    let sql = "INSERT INTO client (key, service, client_id, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE \
        SET service = excluded.service, client_id = excluded.client_id, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![
        client.key.sql(),
        client.service.sql(),
        client.client_id.as_str(),
        json(client)?
    ])?;
    Ok(())
}

/// Removes one; returns whether it existed.
pub(crate) fn delete(connection: &Connection, key: ClientKey) -> Done<bool> {
    Ok(connection.prepare_cached("DELETE FROM client WHERE key = ?1")?.execute([key.sql()])? > 0)
}

/// One by its number.
pub(crate) fn by_key(connection: &Connection, key: ClientKey) -> Done<Option<Client>> {
    find(connection, "client", "SELECT body FROM client WHERE key = ?1", params![key.sql()])
}

/// One by its wire name.
pub(crate) fn by_id(connection: &Connection, service: ServiceId, client_id: &str) -> Done<Option<Client>> {
    let sql = "SELECT body FROM client WHERE service = ?1 AND client_id = ?2";
    find(connection, "client", sql, params![service.sql(), client_id])
}

/// A page of a service's.
pub(crate) fn page(connection: &Connection, service: ServiceId, page: Page) -> Done<Listing<Client>> {
    let list = record::List {
        what: "client",
        count: "SELECT count(*) FROM client WHERE service = ?1",
        page: "SELECT body FROM client INDEXED BY client_service WHERE service = ?1 AND key > ?2 ORDER BY key \
               LIMIT ?3 OFFSET ?4",
    };
    list.read(connection, &[&service.sql()], page)
}
