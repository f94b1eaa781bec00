//! Devices: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::{DeviceId, ServiceId};
use jeton_model::records::Device;
use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, params};

use super::column::json;
use super::record::{self, find};
use crate::fault::Done;

/// Creates or replaces one by number.
pub(crate) fn put(connection: &Connection, device: &Device) -> Done<()> {
    let sql = "INSERT INTO device (id, service, name, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE \
        SET service = excluded.service, name = excluded.name, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![
        device.id.sql(),
        device.service.sql(),
        device.name,
        json(device)?
    ])?;
    Ok(())
}

/// One by its number.
pub(crate) fn by_id(connection: &Connection, id: DeviceId) -> Done<Option<Device>> {
    find(connection, "device", "SELECT body FROM device WHERE id = ?1", params![id.sql()])
}

/// One by its own name.
pub(crate) fn by_name(connection: &Connection, service: ServiceId, name: &str) -> Done<Option<Device>> {
    let sql = "SELECT body FROM device WHERE service = ?1 AND name = ?2";
    find(connection, "device", sql, params![service.sql(), name])
}

/// A page of a service's.
pub(crate) fn page(connection: &Connection, service: ServiceId, page: Page) -> Done<Listing<Device>> {
    let list = record::List {
        what: "device",
        count: "SELECT count(*) FROM device WHERE service = ?1",
        page: "SELECT body FROM device INDEXED BY device_service WHERE service = ?1 AND id > ?2 ORDER BY id \
               LIMIT ?3 OFFSET ?4",
    };
    list.read(connection, &[&service.sql()], page)
}
