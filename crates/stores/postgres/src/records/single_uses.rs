//! Single-use entries.

use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, ServiceId};
use jeton_model::records::{SingleUse, SingleUseKey, SingleUseKind};
use jeton_model::store::StoreError;
use tokio_postgres::Row;

use super::{Fields, Param, column};

/// The columns that [`read`] reads, of a table called `o`.
pub(crate) const COLUMNS: &str = "o.kind, o.key, o.service, o.grant_id, o.expires, o.used, o.payload";

/// Adds rows; takes [`arrays`].
pub(crate) const INSERT: &str = "INSERT INTO once_entries (kind, key, service, grant_id, expires, used, payload) \
    SELECT * FROM unnest($1::smallint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], \
    $7::bytea[])";

/// Overwrites rows that expired; takes [`arrays`].
pub(crate) const REPLACE: &str = "UPDATE once_entries AS o SET service = n.service, grant_id = n.grant_id, \
    expires = n.expires, used = n.used, payload = n.payload \
    FROM unnest($1::smallint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[]) \
    AS n(kind, key, service, grant_id, expires, used, payload) WHERE o.kind = n.kind AND o.key = n.key";

/// Rows as columns.
pub(crate) fn arrays<'a>(rows: &[&'a SingleUse]) -> Vec<Param<'a>> {
    vec![
        column(rows, |o| o.kind.sql()),
        column(rows, |o| o.key.0.as_slice()),
        column(rows, |o| o.service.sql()),
        column(rows, |o| o.grant.map(GrantId::sql)),
        column(rows, |o| o.expires.millis()),
        column(rows, |o| o.used.map(Timestamp::millis)),
        column(rows, |o| o.payload.as_slice()),
    ]
}

/// An entry from the columns [`COLUMNS`].
pub(crate) fn read(row: &Row) -> Result<SingleUse, StoreError> {
    let mut f = Fields::of(row, 0, "single-use entry");
    Ok(SingleUse {
        kind: SingleUseKind::from_sql(f.read()?),
        key: f.convert(|bytes: &[u8]| bytes.try_into().ok().map(SingleUseKey))?,
        service: ServiceId::from_sql(f.read()?),
        grant: f.read::<Option<i64>>()?.map(GrantId::from_sql),
        expires: Timestamp::from_millis(f.read()?),
        used: f.read::<Option<i64>>()?.map(Timestamp::from_millis),
        payload: f.read()?,
    })
}
