//! Reads by name, and of the few rows of entities (services, clients, users and the like).

use jeton_model::ids::ServiceId;
use jeton_model::name_key::name_key;
use jeton_model::records::{Document, DocumentKind, SingleUse, SingleUseKey, SingleUseKind, Token, User};
use jeton_model::store::StoreError;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Pool;
use crate::records::{Fields, document_place, from_json, is_storable, single_uses, tokens};

/// A kind of entity: where its JSON is.
#[derive(Clone, Copy)]
pub(crate) struct Noun {
    pub(super) table: &'static str,
    /// For people.
    pub(super) name: &'static str,
}

pub(crate) const SERVICE: Noun = Noun { table: "services", name: "service" };
pub(crate) const CLIENT: Noun = Noun { table: "clients", name: "client" };
pub(crate) const USER: Noun = Noun { table: "users", name: "user" };
pub(crate) const KEY: Noun = Noun { table: "keys", name: "key" };
pub(crate) const DOCUMENT: Noun = Noun { table: "documents", name: "document" };
pub(crate) const DEVICE: Noun = Noun { table: "devices", name: "device" };

impl Noun {
    /// The record in the column at `place`.
    pub(super) fn read<T: DeserializeOwned>(self, row: &Row, place: usize) -> Result<T, StoreError> {
        from_json(Fields::of(row, place, self.name).read()?, self.name)
    }
}

impl Pool {
    /// A record by number.
    pub(crate) async fn record<T: DeserializeOwned>(&self, noun: Noun, id: i64) -> Result<Option<T>, StoreError> {
        let sql = format!("SELECT body FROM {} WHERE id = $1::bigint", noun.table);
        self.row(&sql, &[&id]).await?.map(|row| noun.read(&row, 0)).transpose()
    }

    /// A record by a name in `column`, which is unique in its service.
    pub(crate) async fn record_by<T: DeserializeOwned>(
        &self,
        noun: Noun,
        service: ServiceId,
        column: &'static str,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        if !is_storable(name) {
            return Ok(None);
        }
        let sql = format!("SELECT body FROM {} WHERE service = $1::bigint AND {column} = $2::text", noun.table);
        self.row(&sql, &[&service.sql(), &name]).await?.map(|row| noun.read(&row, 0)).transpose()
    }

    /// The user of this name, or of one with the same key. One statement, so that it takes as long for every name.
    pub(crate) async fn user_by_name(&self, service: ServiceId, name: &str) -> Result<Option<User>, StoreError> {
        const SQL: &str = "SELECT body FROM (\
            SELECT 0 AS place, body FROM users WHERE service = $1::bigint AND username = $2::text UNION ALL \
            SELECT 1, body FROM users WHERE service = $1::bigint AND name_key = $3::bytea) AS n ORDER BY place LIMIT 1";
        if !is_storable(name) {
            return Ok(None);
        }
        let key = name_key(name);
        let row = self.row(SQL, &[&service.sql(), &name, &key.as_bytes()]).await?;
        let found: Option<User> = row.map(|row| USER.read(&row, 0)).transpose()?;
        // A node of an earlier version may have given the user another name without its key.
        Ok(found.filter(|user| user.username == name || user.name_key() == key))
    }

    /// The users who are found by their exact names only.
    pub(crate) async fn clashing_users(&self) -> Result<Vec<User>, StoreError> {
        const SQL: &str = "SELECT body FROM users WHERE (name_key IS NULL OR name_key < '\\x21') \
            AND name_key IS NOT NULL ORDER BY id";
        self.rows(SQL, &[]).await?.iter().map(|row| USER.read(row, 0)).collect()
    }

    /// All records, or those of a service, by number.
    pub(crate) async fn records<T: DeserializeOwned>(
        &self,
        noun: Noun,
        service: Option<ServiceId>,
    ) -> Result<Vec<T>, StoreError> {
        let only = if service.is_some() { "WHERE service = $1::bigint" } else { "" };
        let sql = format!("SELECT body FROM {} {only} ORDER BY id", noun.table);
        let service = service.map(ServiceId::sql);
        let parameters: Vec<&(dyn ToSql + Sync)> = service.iter().map(|s| s as _).collect();
        self.rows(&sql, &parameters).await?.iter().map(|row| noun.read(row, 0)).collect()
    }

    /// A document by all that names it.
    pub(crate) async fn document(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: &str,
        name: &str,
    ) -> Result<Option<Document>, StoreError> {
        const SQL: &str =
            "SELECT body FROM documents WHERE service = $1::bigint AND kind = $2::smallint AND place = $3::bytea";
        let place = document_place(owner, name);
        let row = self.row(SQL, &[&service.sql(), &kind.sql(), &place]).await?;
        row.map(|row| DOCUMENT.read(&row, 0)).transpose()
    }

    /// A token by its extra hash.
    pub(crate) async fn aliased(&self, service: ServiceId, alias: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        let sql = format!(
            "SELECT {} FROM token_aliases AS a JOIN tokens AS t ON t.id = a.token WHERE a.service = $1::bigint AND \
             a.alias = $2::bytea",
            tokens::COLUMNS
        );
        let row = self.row(&sql, &[&service.sql(), &alias.as_slice()]).await?;
        row.map(|row| tokens::read(&row, 0)).transpose()
    }

    /// A single-use entry.
    pub(crate) async fn single_use(
        &self,
        kind: SingleUseKind,
        key: SingleUseKey,
    ) -> Result<Option<SingleUse>, StoreError> {
        let sql = format!(
            "SELECT {} FROM once_entries AS o WHERE o.kind = $1::smallint AND \
             o.key = $2::bytea",
            single_uses::COLUMNS
        );
        let row = self.row(&sql, &[&kind.sql(), &key.0.as_slice()]).await?;
        row.map(|row| single_uses::read(&row)).transpose()
    }
}
