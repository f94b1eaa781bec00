//! Changes a record (`docs/contracts/authlete.md` section 2.3).

use std::sync::Arc;
use std::time::Duration;

use jeton_ledger::ledger::{Amendment, FamilyAmendment, MintedToken};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Binding, Property, ScopeLifetimes, Token, TokenDetails, TokenKind};
use jeton_model::scope::Scope;

use super::create::check_properties;
use super::{Record, external_attachment};
use crate::Backend;
use crate::access::ApiCaller;
use crate::refusals::{RECORD_CLIENT_LOCKED, RECORD_UNKNOWN};

/// What to change; none leaves a member unchanged.
#[derive(Default)]
pub struct UpdateRecord {
    /// When the access token expires; `Some(None)`: never.
    pub access_expires: Option<Option<Timestamp>>,
    /// When the refresh token expires.
    pub refresh_expires: Option<Timestamp>,
    /// New scope; what the record may not have is dropped.
    pub scope: Option<Scope>,
    /// New properties, instead of all old ones.
    pub properties: Option<Vec<Property>>,
    /// New `authorization_details`, instead of the old ones.
    pub authorization_details: Option<serde_json::Value>,
    /// Whether a new scope gives the access token the shortest lifetime of its words, from now on.
    pub access_expires_by_scope: bool,
    /// Whether a new scope gives the refresh token the shortest lifetime of its words.
    pub refresh_expires_by_scope: bool,
    /// Whether the access token gets a new text.
    pub renew: bool,
    /// The key that the record is bound to from now on.
    pub binding: Option<Binding>,
    /// Whether the access token is for external attachments from now on.
    pub for_external_attachment: bool,
}

/// A record that was changed.
pub struct UpdatedRecord {
    /// The record as it is now.
    pub record: Record,
    /// The access token with its new text, if it got one.
    pub renewed: Option<MintedToken>,
}

impl Backend {
    /// Changes the record of a live token. Everything changes in one commit.
    ///
    /// # Errors
    /// [`RECORD_UNKNOWN`] when it has ended, [`RECORD_CLIENT_LOCKED`], `RECORD_PROPERTIES_TOO_LARGE`, `RECORD_RIGHTS_EXCEEDED` for
    /// one that gives access to this server, or a refusal of the ledger.
    pub async fn update_record(
        &self,
        caller: &ApiCaller,
        token: Arc<Token>,
        mut asked: UpdateRecord,
    ) -> Result<UpdatedRecord, Refusal> {
        asked.properties.as_deref().map_or(Ok(()), check_properties)?;
        let actor = caller.administrator(token.service).administers()?;
        let service = self.ledger.entities().service(token.service).ok_or(RECORD_UNKNOWN)?;
        let record = self.record_of(token).await?;
        if record.client.as_ref().is_some_and(|client| !client.enabled) {
            return Err(RECORD_CLIENT_LOCKED);
        }
        match &mut asked.scope {
            Some(scope) => *scope = super::scope::fitting(&service, record.client.as_deref(), scope),
            None => super::scope::opens_nothing_here(&record)?,
        }
        self.expire_by_scope(&record, &mut asked);
        let kept = asked.for_external_attachment.then(|| {
            let mut kept = record.kept().cloned().unwrap_or_default();
            external_attachment::mark(&mut kept);
            kept
        });
        let own = kept.clone().filter(|_| record.grant.is_none());
        let access = Some(&record.token).filter(|token| token.kind == TokenKind::Access).cloned();
        let details = |token: &Token| {
            (asked.properties.is_some() || asked.authorization_details.is_some() || own.is_some()).then(|| {
                let old = token.details.as_deref().cloned().unwrap_or_default();
                TokenDetails {
                    properties: asked.properties.clone().unwrap_or(old.properties),
                    authorization_details: asked.authorization_details.clone().or(old.authorization_details),
                    other: own.clone().unwrap_or(old.other),
                    ..old
                }
            })
        };
        let of_access = |token: &Token| Amendment {
            scope: asked.scope.clone(),
            expires: asked.access_expires,
            details: details(token),
            binding: asked.binding.filter(|_| record.grant.is_none()),
            renew: asked.renew,
        };
        let Some(grant) = &record.grant else {
            let token = access.ok_or(RECORD_UNKNOWN)?;
            let amended = self.ledger.amend(&token, of_access(&token), actor).await?;
            return Ok(UpdatedRecord { record: self.record_of(amended.token).await?, renewed: amended.renewed });
        };
        let mut tokens = Vec::new();
        if let Some(token) = &access {
            tokens.push((Arc::clone(token), of_access(token)));
        }
        if let Some(refresh) = &record.refresh {
            let change = Amendment {
                scope: asked.scope.clone(),
                expires: asked.refresh_expires.map(Some),
                ..Amendment::default()
            };
            tokens.push((Arc::clone(refresh), change));
        }
        let ends = [
            asked.access_expires.unwrap_or_else(|| access.as_ref().and_then(|token| token.expires)),
            match (&record.refresh, asked.refresh_expires) {
                (Some(_), Some(end)) => Some(end),
                (Some(refresh), None) => refresh.expires,
                (None, _) => Some(Timestamp::from_millis(0)),
            },
        ];
        // The authorization lives as long as its longest token.
        let end = ends.into_iter().try_fold(Timestamp::from_millis(0), |last, end| end.map(|end| last.max(end)));
        let moved = asked.access_expires.is_some() || asked.refresh_expires.is_some();
        let change = FamilyAmendment {
            scope: asked.scope.clone(),
            expires: moved.then_some(end),
            binding: asked.binding,
            properties: asked.properties.clone(),
            authorization_details: asked.authorization_details.clone().map(Some),
            other: kept,
            tokens,
        };
        let amended = self.ledger.amend_family(grant, change, actor).await?;
        let renewed = amended.tokens.into_iter().find_map(|each| each.renewed);
        let row = access.as_ref().or(record.refresh.as_ref()).ok_or(RECORD_UNKNOWN)?;
        let row = self.ledger.token(row.id).await?.ok_or(RECORD_UNKNOWN)?;
        Ok(UpdatedRecord { record: self.record_of(row).await?, renewed })
    }

    /// The expiries that follow from a new scope, where the call has none of its own.
    fn expire_by_scope(&self, record: &Record, asked: &mut UpdateRecord) {
        let Some(scope) = asked.scope.as_ref().filter(|scope| **scope != record.token.scope) else { return };
        let Some(service) = self.ledger.entities().service(record.token.service) else { return };
        let lifetimes = &service.settings.backend.scope_lifetimes;
        let now = self.ledger.now();
        let shortest = |of: fn(&ScopeLifetimes) -> Option<u64>| {
            let seconds = scope.words().filter_map(|word| lifetimes.get(word).and_then(of)).min();
            seconds.map(|seconds| now + Duration::from_secs(seconds))
        };
        if asked.access_expires_by_scope && asked.access_expires.is_none() {
            asked.access_expires = shortest(|scope| scope.access).map(Some);
        }
        if asked.refresh_expires_by_scope && asked.refresh_expires.is_none() {
            asked.refresh_expires = shortest(|scope| scope.refresh);
        }
    }
}
