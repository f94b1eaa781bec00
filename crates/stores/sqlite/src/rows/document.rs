//! Documents: the record as JSON, with the columns that must be found or be unique.

use jeton_model::ids::{DocumentId, ServiceId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::store::{Listing, Page};
use rusqlite::{Connection, params};

use super::column::{json, read_json};
use super::record::{self, find};
use crate::fault::Done;

/// Creates one, or replaces the one of its service, kind, owner and name.
pub(crate) fn put(connection: &Connection, document: &Document) -> Done<()> {
    let sql = "INSERT INTO document (id, service, kind, owner, name, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
        ON CONFLICT (service, kind, owner, name) DO UPDATE SET id = excluded.id, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![
        document.id.sql(),
        document.service.sql(),
        document.kind.sql(),
        document.owner,
        document.name,
        json(document)?
    ])?;
    Ok(())
}

/// Removes one; returns whether it existed.
pub(crate) fn delete(connection: &Connection, id: DocumentId) -> Done<bool> {
    Ok(connection.prepare_cached("DELETE FROM document WHERE id = ?1")?.execute([id.sql()])? > 0)
}

/// One by what names it.
pub(crate) fn by_name(
    connection: &Connection,
    service: ServiceId,
    kind: DocumentKind,
    owner: &str,
    name: &str,
) -> Done<Option<Document>> {
    let sql = "SELECT body FROM document WHERE service = ?1 AND kind = ?2 AND owner = ?3 AND name = ?4";
    find(connection, "document", sql, params![service.sql(), kind.sql(), owner, name])
}

/// One by number.
pub(crate) fn by_id(connection: &Connection, id: DocumentId) -> Done<Option<Document>> {
    find(connection, "document", "SELECT body FROM document WHERE id = ?1", [id.sql()])
}

/// A page of one kind's, of one owner or of all, by number.
pub(crate) fn page(
    connection: &Connection,
    service: ServiceId,
    kind: DocumentKind,
    owner: Option<&str>,
    page: Page,
) -> Done<Listing<Document>> {
    let (service, kind) = (service.sql(), kind.sql());
    let Some(owner) = owner else {
        let list = record::List {
            what: "document",
            count: "SELECT count(*) FROM document WHERE service = ?1 AND kind = ?2",
            page: "SELECT body FROM document INDEXED BY document_kind WHERE service = ?1 AND kind = ?2 AND id > ?3 \
                   ORDER BY id LIMIT ?4 OFFSET ?5",
        };
        return list.read(connection, &[&service, &kind], page);
    };
    let list = record::List {
        what: "document",
        count: "SELECT count(*) FROM document WHERE service = ?1 AND kind = ?2 AND owner = ?3",
        page: "SELECT body FROM document WHERE service = ?1 AND kind = ?2 AND owner = ?3 AND +id > ?4 \
               ORDER BY id LIMIT ?5 OFFSET ?6",
    };
    list.read(connection, &[&service, &kind, &owner], page)
}

/// The next of one kind in all services, of one owner or of all, by number.
pub(crate) fn of_all(
    connection: &Connection,
    kind: DocumentKind,
    owner: Option<&str>,
    after: u64,
    limit: u32,
) -> Done<Vec<Document>> {
    let sql = "SELECT body FROM document INDEXED BY document_of_kind WHERE kind = ?1 AND id > ?2 \
               AND (?3 IS NULL OR owner = ?3) ORDER BY id LIMIT ?4";
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![kind.sql(), after, owner, limit])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read_json(row, 0).map_err(|f| f.about("document"))?);
    }
    Ok(out)
}
