//! Browser sessions: a session is a token of a separate kind, listed, inspected and revoked like any other.

use std::sync::Arc;

use jeton_jose::Secret;

use crate::participation::pass_on;
use jeton_ledger::Ledger;
use jeton_ledger::ledger::{Ending, Plan, TokenPlan, Verdict};
use jeton_ledger::refusals::plan_exceeded;
use jeton_model::Refusal;
use jeton_model::records::{Actor, Authentication, Reason, Service, Token, TokenFormat, TokenKind, User};
use jeton_model::scope::Scope;

/// A signed-in browser: its token in the ledger and whose it is. Only the functions here make one.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub user: Arc<User>,
    /// The session's row.
    pub token: Arc<Token>,
}

impl Session {
    /// When and how the person was authenticated.
    #[must_use]
    pub fn authentication(&self) -> Authentication {
        Authentication {
            at: Some(self.token.issued),
            methods: vec!["pwd".into()],
            class: None,
            session: Some(self.token.id),
        }
    }
}

/// Starts a session for a person who has just signed in; the text is set as a cookie.
///
/// # Errors
/// When the store fails.
pub async fn start_session(ledger: &Ledger, service: &Arc<Service>, user: Arc<User>) -> Result<Secret, Refusal> {
    let lifetime = Some(service.settings.session_lifetime);
    let issued = ledger
        .mint(Plan {
            tokens: vec![TokenPlan::new(TokenKind::Session, TokenFormat::Opaque, Scope::empty(), lifetime)],
            ..Plan::new(Arc::clone(service), None).of_user(user)
        })
        .await?;
    let session = issued.first(TokenKind::Session).ok_or_else(|| plan_exceeded("session"))?;
    Ok(Secret::new(session.text.expose()))
}

/// The session that a cookie's text belongs to, if it lives; the store is asked, for what is made by a session may outlast it.
///
/// # Errors
/// When the store fails.
pub async fn find_session(ledger: &Ledger, service: &Service, text: &str) -> Result<Option<Session>, Refusal> {
    let Verdict::Active(live) = ledger.inspect(service.id, text).await? else { return Ok(None) };
    // A session text of another form is given to apps and devices: it signs no browser in.
    if live.token.kind != TokenKind::Session || live.token.format != TokenFormat::Opaque {
        return Ok(None);
    }
    let Verdict::Active(live) = ledger.afresh(live).await? else { return Ok(None) };
    Ok(live.user.map(|user| Session { user, token: live.token }))
}

/// Ends a session because another one begins in the same browser. Clients of the same person's session move to the new
/// one; another person's clients are notified.
///
/// # Errors
/// When the store fails.
pub async fn replace_session(ledger: &Ledger, old: &Session, new: &Session) -> Result<(), Refusal> {
    if old.user.key == new.user.key {
        pass_on(ledger, &old.token, &new.token).await?;
    }
    end_session(ledger, old).await
}

/// Ends a session; the clients that took part in it are notified.
///
/// # Errors
/// When the store fails.
pub async fn end_session(ledger: &Ledger, session: &Session) -> Result<(), Refusal> {
    ledger.revoke(&session.token, Ending::new(Reason::SignedOut, Actor::User(session.user.key))).await.map(drop)
}
