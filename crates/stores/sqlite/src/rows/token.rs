//! Tokens.

use std::sync::Arc;

use jeton_model::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId};
use jeton_model::records::{Token, TokenFormat, TokenKind, TokenState, Verifier};
use jeton_model::store::TokenChange;
use rusqlite::{Connection, Row, Statement, params};

use super::column::{self, json};
use super::life;
use crate::fault::{Done, Fault};

/// The columns [`read`] takes, in its order, of a table called `t`.
macro_rules! columns {
    () => {
        "t.id, t.service, t.kind, t.format, t.client, t.subject_user, t.subject_name, t.device, t.grant_id, t.parent, \
         t.verifier, t.scope, t.audience, t.issued, t.not_before, t.expires, t.life, t.binding, t.details"
    };
}
pub(super) use columns;

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM token t WHERE t.id = ?1");

const BY_ALIAS: &str = concat!("SELECT ", columns!(), " FROM token t WHERE t.service = ?1 AND t.alias = ?2");

const INSERT: &str = "INSERT INTO token (id, service, kind, format, client, subject_user, subject_name, device, \
    grant_id, parent, verifier, scope, audience, issued, not_before, expires, life, binding, details, alias) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";

/// What is done to tokens on the commit path, prepared once.
pub(crate) struct TokenRows<'c> {
    insert: Statement<'c>,
    rotate: Statement<'c>,
    revoke: Statement<'c>,
    state: Statement<'c>,
}

impl<'c> TokenRows<'c> {
    /// Prepares.
    pub(crate) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            insert: connection.prepare(INSERT)?,
            rotate: connection.prepare("UPDATE token SET life = ?2 WHERE id = ?1 AND life < x'01'")?,
            revoke: connection.prepare("UPDATE token SET life = ?2 WHERE id = ?1 AND life < x'02'")?,
            state: connection.prepare("SELECT life FROM token WHERE id = ?1")?,
        })
    }

    /// Writes a new one.
    pub(crate) fn insert(&mut self, token: &Token, alias: Option<&[u8; 32]>) -> Done<()> {
        let (user, name) = column::subject(token.subject.as_ref());
        let details = token.details.as_deref().map(json).transpose()?;
        self.insert.execute(params![
            token.id.sql(),
            token.service.sql(),
            token.kind.sql(),
            token.format.sql(),
            token.client.map(ClientKey::sql),
            user,
            name,
            token.device.map(DeviceId::sql),
            token.grant.map(GrantId::sql),
            token.parent.map(TokenId::sql),
            token.verifier.0,
            token.scope.as_str(),
            &*token.audience,
            token.issued.millis(),
            token.not_before.map(|t| t.millis()),
            token.expires.map(|t| t.millis()),
            life::of_token(token.state),
            token.binding.map(|b| b.sql()),
            details,
            alias,
        ])?;
        Ok(())
    }

    /// Gives an active one a new state; returns whether it was active.
    pub(crate) fn leave_active(&mut self, id: TokenId, state: TokenState) -> Done<bool> {
        Ok(self.rotate.execute(params![id.sql(), life::of_token(state)])? > 0)
    }

    /// Revokes one that is not revoked yet; returns whether it did.
    pub(crate) fn revoke(&mut self, id: TokenId, state: TokenState) -> Done<bool> {
        Ok(self.revoke.execute(params![id.sql(), life::of_token(state)])? > 0)
    }

    /// The state of one.
    pub(crate) fn state(&mut self, id: TokenId) -> Done<Option<TokenState>> {
        let mut rows = self.state.query([id.sql()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let bytes = row.get_ref(0)?.as_blob().map_err(|_| Fault::Corrupt("token"))?;
        life::token(bytes).map(Some).map_err(|f| f.about("token"))
    }
}

/// Changes an active one; returns whether it was active.
pub(crate) fn amend(connection: &Connection, id: TokenId, change: &TokenChange) -> Done<bool> {
    let details = change.details.as_deref().map(json).transpose()?;
    let changed = connection
        .prepare_cached(
            "UPDATE token SET scope = coalesce(?2, scope), expires = iif(?3, ?4, expires), \
             binding = coalesce(?5, binding), details = coalesce(?6, details) WHERE id = ?1 AND life < x'01'",
        )?
        .execute(params![
            id.sql(),
            change.scope.as_ref().map(|s| s.as_str()),
            change.expires.is_some(),
            change.expires.flatten().map(|t| t.millis()),
            change.binding.map(|b| b.sql()),
            details,
        ])?;
    if let Some(text) = change.text.as_ref().filter(|_| changed > 0) {
        connection
            .prepare_cached("UPDATE token SET format = ?2, verifier = ?3, alias = ?4 WHERE id = ?1")?
            .execute(params![id.sql(), TokenFormat::Opaque.sql(), text.verifier.0, text.alias])?;
    }
    Ok(changed > 0)
}

/// One by its number.
pub(crate) fn by_id(connection: &Connection, id: TokenId) -> Done<Option<Token>> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    let mut rows = statement.query([id.sql()])?;
    rows.next()?.map(read).transpose()
}

/// One by its alias.
pub(crate) fn by_alias(connection: &Connection, service: ServiceId, alias: &[u8; 32]) -> Done<Option<Token>> {
    let mut statement = connection.prepare_cached(BY_ALIAS)?;
    let mut rows = statement.query(params![service.sql(), alias])?;
    rows.next()?.map(read).transpose()
}

/// Removes those with ids from `low` to `high` that expired before `now`.
pub(crate) fn delete_expired(connection: &Connection, low: i64, high: i64, now: i64) -> Done<usize> {
    let sql = "DELETE FROM token WHERE id BETWEEN ?1 AND ?2 AND expires < ?3";
    Ok(connection.prepare_cached(sql)?.execute([low, high, now])?)
}

/// A token from [`columns`].
pub(super) fn read(row: &Row<'_>) -> Done<Token> {
    decode(row).map_err(|f| f.about("token"))
}

fn decode(row: &Row<'_>) -> Done<Token> {
    let corrupt = || Fault::Corrupt("token");
    let verifier = row.get_ref(10)?.as_blob().map_err(|_| corrupt())?;
    let state = row.get_ref(16)?.as_blob().map_err(|_| corrupt())?;
    Ok(Token {
        id: TokenId::from_sql(row.get(0)?),
        service: ServiceId::from_sql(row.get(1)?),
        kind: TokenKind::from_sql(row.get(2)?).ok_or_else(corrupt)?,
        format: TokenFormat::from_sql(row.get(3)?).ok_or_else(corrupt)?,
        client: row.get::<_, Option<i64>>(4)?.map(ClientKey::from_sql),
        subject: column::read_subject(row, 5)?,
        device: row.get::<_, Option<i64>>(7)?.map(DeviceId::from_sql),
        grant: row.get::<_, Option<i64>>(8)?.map(GrantId::from_sql),
        parent: row.get::<_, Option<i64>>(9)?.map(TokenId::from_sql),
        verifier: Verifier(verifier.try_into().map_err(|_| corrupt())?),
        scope: column::read_scope(row, 11)?,
        audience: column::read_shared(row, 12)?,
        issued: column::read_time(row, 13)?.ok_or_else(corrupt)?,
        not_before: column::read_time(row, 14)?,
        expires: column::read_time(row, 15)?,
        state: life::token(state)?,
        binding: column::read_binding(row, 17)?,
        details: column::read_json_or_null(row, 18)?.map(Arc::new),
    })
}
