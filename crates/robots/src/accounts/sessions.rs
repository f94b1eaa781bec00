//! `POST /1/sessions/validate`, `reup`, `delete`.

use jeton_jose::Secret;

use super::{Account, SessionText};
use crate::calls::AccountSession;
use crate::refusals::{ROBOT_APP_KEY, ROBOT_SESSION};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::Ending;
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason, Subject, TokenFormat, TokenKind};
use jeton_model::store::{Page, TokenFilter};
use std::sync::Arc;

/// How many sessions of a person are read at once.
const STEP: u32 = 500;

/// What a service learns about an app and a session.
#[derive(Debug)]
pub struct Validated {
    /// What the app may do.
    pub app_scopes: Vec<&'static str>,
    /// Whose session it is.
    pub account: Account,
}

impl Robots {
    /// Whether an app key and a session are valid, for a service.
    ///
    /// # Errors
    /// Those of the app key, and [`ROBOT_APP_KEY`] for the app asked about; [`ROBOT_SESSION`]; or when the store fails.
    pub async fn validate_session(
        &self,
        presented: &Presented<'_>,
        app_token: &str,
        session_token: &Secret,
    ) -> Result<Validated, Refusal> {
        self.app(presented, &[AppScope::Service])?;
        let app_scopes = self.app_of(app_token).ok_or(ROBOT_APP_KEY)?.names();
        let session = self.session(session_token.expose()).await?.ok_or(ROBOT_SESSION)?;
        let account = Account::of(Arc::clone(&session.user), Some(self.shown(&session, session_token)));
        Ok(Validated { app_scopes, account })
    }

    /// A new session for a live one, which ends. A configured session token never ends, and is returned.
    ///
    /// # Errors
    /// Those of the app key; [`ROBOT_SESSION`]; or when the store fails.
    pub async fn renew_session(&self, presented: &Presented<'_>) -> Result<Account, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let text = presented.session.unwrap_or_default();
        let session = self.session(text).await?.ok_or(ROBOT_SESSION)?;
        let Some(old) = &session.token else {
            let shown = self.shown(&session, &Secret::new(text));
            return Ok(Account::of(session.user, Some(shown)));
        };
        let new = self.start_session(Arc::clone(&session.user)).await?;
        self.ledger.revoke(old, Ending::new(Reason::Superseded, Actor::User(session.user.key))).await?;
        Ok(Account::of(session.user, Some(new)))
    }

    /// Ends a session of the person whose session is presented; `delete_related`: all their account sessions.
    ///
    /// # Errors
    /// Those of the app key; [`ROBOT_SESSION`]; or when the store fails.
    pub async fn end_session(
        &self,
        presented: &Presented<'_>,
        session_token: &str,
        delete_related: bool,
    ) -> Result<(), Refusal> {
        self.app(presented, &[AppScope::User])?;
        let live = self.session(presented.session.unwrap_or_default()).await?.ok_or(ROBOT_SESSION)?;
        let ending = || Ending::new(Reason::SignedOut, Actor::User(live.user.key));
        if delete_related {
            let mut page = Page::first(STEP);
            loop {
                let filter = TokenFilter {
                    service: Some(self.settings().service),
                    kinds: vec![TokenKind::Session],
                    subject: Some(Subject::User(live.user.key)),
                    live_at: Some(self.ledger.now()),
                    ..TokenFilter::default()
                };
                let rows = self.ledger.list(&filter, page).await?.items;
                let Some(last) = rows.last().map(|row| row.id.get()) else { return Ok(()) };
                page.after = last;
                for row in rows.into_iter().filter(|row| row.format == TokenFormat::Foreign) {
                    self.ledger.revoke(&Arc::new(row), ending()).await?;
                }
            }
        }
        let named = self.session(session_token).await?.filter(|named| named.user.key == live.user.key);
        match named.ok_or(ROBOT_SESSION)?.token {
            Some(token) => self.ledger.revoke(&token, ending()).await.map(drop),
            // A configured one ends with the configuration.
            None => Ok(()),
        }
    }

    fn shown(&self, session: &AccountSession, text: &Secret) -> SessionText {
        let row = session.token.as_ref();
        SessionText {
            text: text.clone(),
            created: row.map_or_else(|| session.user.created, |row| row.issued),
            expires: row.and_then(|row| row.expires),
        }
    }
}
