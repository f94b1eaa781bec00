//! ID tokens of this issuer that are presented to it: what has ended since they were issued.

use crate::OAuth;
use crate::assertion::Claims;
use jeton_ledger::ledger::{Inactive, Inspection, Verdict};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Grant, Service, Subject, Token, TokenKind, TokenState, User};
use jeton_model::store::{Page, TokenFilter};
use jeton_model::terms::StateName;

/// The access token that was issued with an ID token, which its `jti` names.
///
/// # Errors
/// When the store fails.
pub(crate) async fn issued_with(oauth: &OAuth, service: &Service, claims: &Claims) -> Result<Option<Verdict>, Refusal> {
    let Some(jti) = claims.jti().ok().flatten() else { return Ok(None) };
    for id in oauth.ledger.secrets().rows_of_jti(jti) {
        let row = oauth.ledger.token(id).await?;
        if let Some(row) = row.filter(|row| row.service == service.id && row.kind == TokenKind::Access) {
            return oauth.ledger.judge(row).await.map(Some);
        }
    }
    Ok(None)
}

/// Whether the browser session of the sign-in was ended since `iat`. The access token stays valid then, and so do tokens
/// exchanged from it, but an ID token states that the user is signed in. A refresh, which may outlive the session, issues a
/// newer one.
///
/// # Errors
/// When the store fails.
pub(crate) async fn signed_out(oauth: &OAuth, live: &Inspection, iat: Timestamp) -> Result<bool, Refusal> {
    let Some(id) = live.grant.as_deref().and_then(session_of) else { return Ok(false) };
    // A session that is no longer stored had expired.
    Ok(oauth.ledger.token(id).await?.is_some_and(|session| is_ended(&session, iat)))
}

/// Whether an ID token no longer speaks for its person: the access token that was issued with it, or its family, was revoked or
/// suspended, or the person has signed out since `iat`. That the access token has expired does not count: the ID token has an
/// expiry of its own.
///
/// # Errors
/// When the store fails.
pub async fn is_withdrawn(
    oauth: &OAuth,
    service: &Service,
    user: &User,
    claims: &Claims,
    iat: Timestamp,
) -> Result<bool, Refusal> {
    match issued_with(oauth, service, claims).await? {
        Some(Verdict::Active(live)) if live.grant.is_some() => return signed_out(oauth, &live, iat).await,
        Some(Verdict::Inactive(Inactive::Expired, Some(row))) => {
            let family = match row.grant {
                Some(id) => oauth.ledger.grant(id).await?,
                None => None,
            };
            if family.is_some_and(|family| family.is_revoked()) {
                return Ok(true);
            }
        }
        Some(Verdict::Inactive(..)) => return Ok(true),
        Some(Verdict::Active(_)) | None => {}
    }
    // The family is gone or was never there: the session is found by its name among those that the person has ended.
    let Some(sid) = claims.get("sid").and_then(serde_json::Value::as_str) else { return Ok(false) };
    let filter = TokenFilter {
        service: Some(service.id),
        kinds: vec![TokenKind::Session],
        subject: Some(Subject::User(user.key)),
        state: Some(StateName::Revoked),
        ..TokenFilter::default()
    };
    let ended = oauth.ledger.list(&filter, Page::first(MOST_SESSIONS)).await?.items;
    Ok(ended.iter().any(|session| oauth.ledger.secrets().sid(session.id) == sid && is_ended(session, iat)))
}

/// How many ended sessions of a person are looked at; a session is kept until it would have expired.
const MOST_SESSIONS: u32 = 1000;

fn session_of(grant: &Grant) -> Option<TokenId> {
    grant.authentication.as_ref()?.session
}

fn is_ended(session: &Token, since: Timestamp) -> bool {
    match session.state {
        TokenState::Revoked { at, .. } => since.seconds() <= at.seconds(),
        TokenState::Active | TokenState::Rotated { .. } => false,
    }
}
