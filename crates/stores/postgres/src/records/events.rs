//! Events.

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{Event, EventKind};
use jeton_model::store::StoreError;
use tokio_postgres::Row;

use super::{Fields, Param, column, from_json, json};

/// The columns that [`read`] reads, of a table called `e`.
pub(crate) const COLUMNS: &str = "e.at, e.service, e.kind, e.actor, e.token, e.grant_id, e.client, e.user_id, e.detail";

/// Adds rows; takes [`arrays`].
pub(crate) const INSERT: &str = "INSERT INTO events (stream, seq, at, service, kind, actor, token, grant_id, client, \
    user_id, detail) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], \
    $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[])";

/// Rows as columns; they become the numbers from `first` on of a stream.
pub(crate) fn arrays<'a>(rows: &[&'a Event], stream: i64, first: i64) -> Result<Vec<Param<'a>>, StoreError> {
    let actors = rows.iter().map(|e| json(&e.actor)).collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<i64> = (first..).take(rows.len()).collect();
    Ok(vec![
        column(rows, |_| stream),
        Box::new(numbers),
        column(rows, |e| e.at.millis()),
        column(rows, |e| e.service.map(ServiceId::sql)),
        column(rows, |e| e.kind.sql()),
        Box::new(actors),
        column(rows, |e| e.token.map(TokenId::sql)),
        column(rows, |e| e.grant.map(GrantId::sql)),
        column(rows, |e| e.client.map(ClientKey::sql)),
        column(rows, |e| e.user.map(UserKey::sql)),
        column(rows, |e| e.detail.as_deref()),
    ])
}

/// An event from the columns [`COLUMNS`], which begin at `first`.
pub(crate) fn read(row: &Row, first: usize) -> Result<Event, StoreError> {
    let mut f = Fields::of(row, first, "event");
    Ok(Event {
        at: Timestamp::from_millis(f.read()?),
        service: f.read::<Option<i64>>()?.map(ServiceId::from_sql),
        kind: EventKind::from_sql(f.read()?),
        actor: from_json(f.read()?, "event")?,
        token: f.read::<Option<i64>>()?.map(TokenId::from_sql),
        grant: f.read::<Option<i64>>()?.map(GrantId::from_sql),
        client: f.read::<Option<i64>>()?.map(ClientKey::from_sql),
        user: f.read::<Option<i64>>()?.map(UserKey::from_sql),
        detail: f.read()?,
    })
}
