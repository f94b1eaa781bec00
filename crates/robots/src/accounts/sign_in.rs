//! `POST /1/sessions`: an account session for a name and a password.

use std::sync::Arc;

use jeton_jose::Secret;

use super::{Account, SessionText};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::{Given, GivenText, Plan, TokenPlan};
use jeton_ledger::refusals::plan_exceeded;
use jeton_model::Refusal;
use jeton_model::entropy::{Entropy, NoEntropy};
use jeton_model::records::{TokenFormat, TokenKind, User};
use jeton_model::scope::Scope;
use jeton_people::{SignInFrom, sign_in};

/// The characters of a session's text, and how many it has: 136 bits.
const CHARACTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 23;

impl Robots {
    /// Signs a person in, with the limits on wrong passwords that all sign-ins have.
    ///
    /// # Errors
    /// Those of the app key; `CREDENTIALS_INVALID`, `SIGN_IN_SLOWED`, `BUSY`; or when the store fails.
    pub async fn sign_in(&self, presented: &Presented<'_>, name: &str, password: &Secret) -> Result<Account, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let service = self.service()?;
        let from = SignInFrom::Browser { address: presented.address, known: None };
        let user = sign_in(&self.people, &service, name, password, from).await?;
        let session = self.start_session(Arc::clone(&user)).await?;
        Ok(Account::of(user, Some(session)))
    }

    /// Starts an account session. It is no browser session: those are reference tokens.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn start_session(&self, user: Arc<User>) -> Result<SessionText, Refusal> {
        let text = session_text(self.ledger.entropy())?;
        let lifetime = Some(self.settings().session_lifetime);
        let mut token = TokenPlan::new(TokenKind::Session, TokenFormat::Foreign, Scope::empty(), lifetime);
        token.given = Some(Given { text: GivenText::Clear(text), by: None });
        let plan = Plan { tokens: vec![token], ..Plan::new(self.service()?, None).of_user(user) };
        let issued = self.ledger.mint(plan).await?;
        let session = issued.first(TokenKind::Session).ok_or_else(|| plan_exceeded("session"))?;
        Ok(SessionText { text: session.text.clone(), created: session.issued, expires: session.expires })
    }
}

/// 23 letters and digits, each equally likely: of six random bits, the two values beyond them are drawn again.
fn session_text(entropy: &dyn Entropy) -> Result<Secret, NoEntropy> {
    let mut text = String::with_capacity(LENGTH);
    while text.len() < LENGTH {
        let mut random = [0; 32];
        entropy.fill(&mut random)?;
        let drawn = random.iter().filter_map(|byte| CHARACTERS.get(usize::from(byte & 63)));
        text.extend(drawn.take(LENGTH - text.len()).map(|byte| char::from(*byte)));
    }
    Ok(Secret::new(text))
}
