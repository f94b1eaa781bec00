//! Grants.

use std::sync::Arc;

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, ServiceId};
use jeton_model::records::{Binding, Grant, GrantState, Reason};
use jeton_model::scope::Scope;
use jeton_model::store::StoreError;
use tokio_postgres::Row;

use super::{Fields, Param, column, from_json, join, json, split};

/// The columns that [`read`] reads.
pub(crate) const COLUMNS: &str = "id, service, client, subject_user, subject_name, grant_type, scope, audience, \
    created, expires, state, state_at, state_reason, binding, authentication, details";

/// Adds rows; takes [`arrays`].
pub(crate) const INSERT: &str = "INSERT INTO grants (id, service, client, subject_user, subject_name, grant_type, \
    scope, audience, created, expires, state, state_at, state_reason, binding, authentication, details) \
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], \
    $8::text[], $9::bigint[], $10::bigint[], $11::smallint[], $12::bigint[], $13::bigint[], $14::bytea[], \
    $15::text[], $16::text[])";

/// State number, time in milliseconds and reason.
pub(crate) fn state(state: GrantState) -> (i16, Option<i64>, Option<i64>) {
    match state {
        GrantState::Active => (0, None, None),
        GrantState::Revoked { at, why } => (2, Some(at.millis()), Some(why as i64)),
    }
}

/// The state of the three columns.
pub(crate) fn state_from(state: i16, at: Option<i64>, reason: Option<i64>) -> Option<GrantState> {
    match state {
        0 => Some(GrantState::Active),
        2 => Some(GrantState::Revoked { at: Timestamp::from_millis(at?), why: Reason::from_sql(reason?) }),
        _ => None,
    }
}

/// Rows as columns.
pub(crate) fn arrays<'a>(rows: &[&'a Grant]) -> Result<Vec<Param<'a>>, StoreError> {
    let details = rows.iter().map(|g| g.details.as_deref().map(json).transpose()).collect::<Result<Vec<_>, _>>()?;
    let signed_in =
        rows.iter().map(|g| g.authentication.as_ref().map(json).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![
        column(rows, |g| g.id.sql()),
        column(rows, |g| g.service.sql()),
        column(rows, |g| g.client.map(ClientKey::sql)),
        column(rows, |g| split(g.subject.as_ref()).0),
        column(rows, |g| split(g.subject.as_ref()).1),
        column(rows, |g| &*g.grant_type),
        column(rows, |g| g.scope.as_str()),
        column(rows, |g| &*g.audience),
        column(rows, |g| g.created.millis()),
        column(rows, |g| g.expires.map(Timestamp::millis)),
        column(rows, |g| state(g.state).0),
        column(rows, |g| state(g.state).1),
        column(rows, |g| state(g.state).2),
        column(rows, |g| g.binding.as_ref().map(Binding::sql)),
        Box::new(signed_in),
        Box::new(details),
    ])
}

/// A grant from the columns [`COLUMNS`].
pub(crate) fn read(row: &Row) -> Result<Grant, StoreError> {
    let mut f = Fields::of(row, 0, "grant");
    Ok(Grant {
        id: GrantId::from_sql(f.read()?),
        service: ServiceId::from_sql(f.read()?),
        client: f.read::<Option<i64>>()?.map(ClientKey::from_sql),
        subject: join(f.read()?, f.read()?),
        grant_type: f.read::<&str>()?.into(),
        scope: f.convert(|text: &str| Scope::parse(text).ok())?,
        audience: f.read::<&str>()?.into(),
        created: Timestamp::from_millis(f.read()?),
        expires: f.read::<Option<i64>>()?.map(Timestamp::from_millis),
        state: state_from(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?,
        binding: f.convert_some(Binding::from_sql)?,
        authentication: f.read::<Option<&str>>()?.map(|text| from_json(text, "grant")).transpose()?,
        details: f.read::<Option<&str>>()?.map(|text| from_json(text, "grant")).transpose()?.map(Arc::new),
    })
}
