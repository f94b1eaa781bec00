//! Records that a batch must find unchanged since they were read.

use std::collections::HashMap;

use jeton_model::ids::{ClientKey, DeviceId, ServiceId, UserKey};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::store::{Record, StoreError, Write};
use tokio_postgres::Row;

use crate::records::{Fields, Param, document_place, from_json};

/// Which record, in the order in which they are locked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum RecordId {
    Service(ServiceId),
    Client(ClientKey),
    User(UserKey),
    Device(DeviceId),
    /// Service, kind, and the key of owner and name.
    Document(ServiceId, i16, Vec<u8>),
}

impl RecordId {
    pub(super) fn of(record: &Record) -> Self {
        match record {
            Record::Service(service) => Self::Service(service.id),
            Record::Client(client) => Self::Client(client.key),
            Record::User(user) => Self::User(user.key),
            Record::Device(device) => Self::Device(device.id),
            Record::Document(document) => Self::of_document(document),
        }
    }

    fn of_document(document: &Document) -> Self {
        let place = document_place(&document.owner, &document.name);
        Self::Document(document.service, DocumentKind::sql(document.kind), place)
    }

    /// The query that locks its row and reads it.
    pub(super) fn lock(&self) -> (&'static str, Vec<Param<'static>>) {
        match self {
            Self::Service(id) => {
                ("SELECT body FROM services WHERE id = $1::bigint FOR UPDATE", vec![Box::new(id.sql())])
            }
            Self::Client(key) => {
                ("SELECT body FROM clients WHERE id = $1::bigint FOR UPDATE", vec![Box::new(key.sql())])
            }
            Self::User(key) => ("SELECT body FROM users WHERE id = $1::bigint FOR UPDATE", vec![Box::new(key.sql())]),
            Self::Device(id) => ("SELECT body FROM devices WHERE id = $1::bigint FOR UPDATE", vec![Box::new(id.sql())]),
            Self::Document(service, kind, place) => (
                "SELECT body FROM documents WHERE service = $1::bigint AND kind = $2::smallint AND place = $3::bytea \
                 FOR UPDATE",
                vec![Box::new(service.sql()), Box::new(*kind), Box::new(place.clone())],
            ),
        }
    }

    /// The record in the row that the query found.
    pub(super) fn read(&self, row: &Row) -> Result<Record, StoreError> {
        let text = |what| Fields::of(row, 0, what).read::<&str>();
        Ok(match self {
            Self::Service(_) => Record::Service(from_json(text("service")?, "service")?),
            Self::Client(_) => Record::Client(from_json(text("client")?, "client")?),
            Self::User(_) => Record::User(from_json(text("user")?, "user")?),
            Self::Device(_) => Record::Device(from_json(text("device")?, "device")?),
            Self::Document(..) => Record::Document(from_json(text("document")?, "document")?),
        })
    }
}

/// What a write makes of the records that are known: the commands behind it in the batch must see it.
pub(super) fn replay(known: &mut HashMap<RecordId, Record>, write: &Write) {
    let new = match write {
        _ if known.is_empty() => return,
        Write::Service(service) => Record::Service(service.clone()),
        Write::Client(client) => Record::Client(client.clone()),
        Write::User(user) => Record::User(user.clone()),
        Write::Device(device) => Record::Device(device.clone()),
        Write::Document(document) => Record::Document(document.clone()),
        Write::DeleteClient(key) => return drop(known.remove(&RecordId::Client(*key))),
        Write::DeleteUser(key) => return drop(known.remove(&RecordId::User(*key))),
        Write::DeleteDocument(id) => {
            return known.retain(|_, record| !matches!(record, Record::Document(document) if document.id == *id));
        }
        _ => return,
    };
    if let Some(place) = known.get_mut(&RecordId::of(&new)) {
        *place = new;
    }
}
