//! Tokens.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId};
use jeton_model::records::{Binding, Token, TokenFormat, TokenKind, TokenState, Verifier};
use jeton_model::scope::Scope;
use jeton_model::store::StoreError;
use tokio_postgres::Row;

use super::{Fields, Param, column, from_json, join, json, split};

/// The columns that [`read`] reads, of a table called `t`.
pub(crate) const COLUMNS: &str = "t.id, t.service, t.kind, t.format, t.client, t.subject_user, t.subject_name, \
    t.device, t.grant_id, t.parent, t.verifier, t.scope, t.audience, t.issued, t.not_before, t.expires, t.state, \
    t.state_at, t.state_detail, t.binding, t.details";

/// Adds rows; takes [`arrays`].
pub(crate) const INSERT: &str = "INSERT INTO tokens (id, service, kind, format, client, subject_user, subject_name, \
    device, grant_id, parent, verifier, scope, audience, issued, not_before, expires, state, state_at, state_detail, \
    binding, details) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::bigint[], \
    $6::bigint[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[], $12::text[], $13::text[], \
    $14::bigint[], $15::bigint[], $16::bigint[], $17::smallint[], $18::bigint[], $19::bigint[], $20::bytea[], \
    $21::text[])";

/// Rows as columns.
pub(crate) fn arrays<'a>(rows: &[&'a Token]) -> Result<Vec<Param<'a>>, StoreError> {
    let details = rows.iter().map(|t| t.details.as_deref().map(json).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![
        column(rows, |t| t.id.sql()),
        column(rows, |t| t.service.sql()),
        column(rows, |t| t.kind.sql()),
        column(rows, |t| t.format.sql()),
        column(rows, |t| t.client.map(ClientKey::sql)),
        column(rows, |t| split(t.subject.as_ref()).0),
        column(rows, |t| split(t.subject.as_ref()).1),
        column(rows, |t| t.device.map(DeviceId::sql)),
        column(rows, |t| t.grant.map(GrantId::sql)),
        column(rows, |t| t.parent.map(TokenId::sql)),
        column(rows, |t| t.verifier.0.as_slice()),
        column(rows, |t| t.scope.as_str()),
        column(rows, |t| &*t.audience),
        column(rows, |t| t.issued.millis()),
        column(rows, |t| t.not_before.map(Timestamp::millis)),
        column(rows, |t| t.expires.map(Timestamp::millis)),
        column(rows, |t| t.state.sql().0),
        column(rows, |t| t.state.sql().1),
        column(rows, |t| t.state.sql().2),
        column(rows, |t| t.binding.as_ref().map(Binding::sql)),
        Box::new(details),
    ])
}

/// A token from the columns [`COLUMNS`], which begin at `first`.
pub(crate) fn read(row: &Row, first: usize) -> Result<Token, StoreError> {
    let mut f = Fields::of(row, first, "token");
    Ok(Token {
        id: TokenId::from_sql(f.read()?),
        service: ServiceId::from_sql(f.read()?),
        kind: f.convert(TokenKind::from_sql)?,
        format: f.convert(TokenFormat::from_sql)?,
        client: f.read::<Option<i64>>()?.map(ClientKey::from_sql),
        subject: join(f.read()?, f.read()?),
        device: f.read::<Option<i64>>()?.map(DeviceId::from_sql),
        grant: f.read::<Option<i64>>()?.map(GrantId::from_sql),
        parent: f.read::<Option<i64>>()?.map(TokenId::from_sql),
        verifier: f.convert(|bytes: &[u8]| bytes.try_into().ok().map(Verifier))?,
        scope: f.convert(|text: &str| Scope::parse(text).ok())?,
        audience: f.read::<&str>()?.into(),
        issued: Timestamp::from_millis(f.read()?),
        not_before: f.read::<Option<i64>>()?.map(Timestamp::from_millis),
        expires: f.read::<Option<i64>>()?.map(Timestamp::from_millis),
        state: TokenState::from_sql(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?,
        binding: f.convert_some(Binding::from_sql)?,
        details: f.read::<Option<&str>>()?.map(|text| from_json(text, "token")).transpose()?.map(Arc::new),
    })
}
