//! Ends records (`docs/contracts/authlete.md` sections 2.4, 2.5 and 2.7).

use std::sync::Arc;

use jeton_ledger::ledger::Ending;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, Reason, Token, TokenKind, TokenState};
use jeton_model::store::{Page, TokenFilter};

use crate::Backend;
use crate::access::ApiCaller;

/// Which records end: those of a client, of a subject, or of both together.
pub struct EndRecords {
    /// Those of a client.
    pub client: Option<Arc<Client>>,
    /// Those of a subject.
    pub subject: Option<String>,
}

impl Backend {
    /// Ends the record of a token: the access token, and the authorization with its refresh token. Returns how many records ended:
    /// one, or none if it had ended before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_record(&self, caller: &ApiCaller, token: &Arc<Token>) -> Result<u64, Refusal> {
        let was_live = token.state == TokenState::Active;
        let actor = caller.administrator(token.service).administers()?;
        let ending = Ending::new(Reason::Admin, actor);
        let ended = match token.grant {
            Some(grant) => self.ledger.revoke_family(token.service, grant, None, ending).await?.changed,
            None => self.ledger.revoke(token, ending).await?.changed,
        };
        Ok(u64::from(was_live && ended))
    }

    /// Ends all records of a client, of a subject, or of both together. Returns how many.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`, or when the store fails.
    pub async fn end_records(&self, caller: &ApiCaller, service: ServiceId, which: EndRecords) -> Result<u64, Refusal> {
        let subjects = match &which.subject {
            None => vec![None],
            Some(text) => self.subjects(service, text).await?.into_iter().map(Some).collect(),
        };
        let mut total = 0;
        for subject in subjects {
            let filter = TokenFilter {
                service: Some(service),
                kinds: vec![TokenKind::Access],
                client: which.client.as_ref().map(|client| client.key),
                subject,
                ..TokenFilter::default()
            };
            let live = TokenFilter { live_at: Some(self.ledger.now()), ..filter.clone() };
            total += self.ledger.list(&live, Page::first(0)).await?.total;
            let ending = Ending::new(Reason::Admin, caller.administrator(service).administers()?);
            let all = TokenFilter { kinds: vec![TokenKind::Access, TokenKind::Refresh], ..filter };
            self.ledger.revoke_matching(all, ending.noting("ended by the authorization server")).await?;
        }
        Ok(total)
    }
}
