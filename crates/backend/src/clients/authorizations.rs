//! What people granted to clients: the records of a subject at a client.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_ledger::rights::for_other_apis;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service, Subject, Token, TokenKind};
use jeton_model::scope::Scope;
use jeton_model::store::TokenFilter;

use crate::Backend;
use crate::access::ApiCaller;
use crate::records::UpdateRecord;
use crate::refusals::RECORD_UNKNOWN;

/// How many rows are read at once.
const STEP: u32 = 1_000;

impl Backend {
    /// Gives all live records of a client and a subject this scope, without what the client may not have. Returns how many.
    ///
    /// # Errors
    /// `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`; or when the store fails.
    pub async fn update_authorization(
        &self,
        caller: &ApiCaller,
        (service, client): (&Service, &Client),
        subject: &str,
        scope: &Scope,
    ) -> Result<u64, Refusal> {
        let mut changed = 0;
        for subject in self.subjects(service.id, subject).await? {
            changed += self.update_authorization_of(caller, (service, client), subject, scope).await?;
        }
        Ok(changed)
    }

    async fn update_authorization_of(
        &self,
        caller: &ApiCaller,
        (service, client): (&Service, &Client),
        subject: Subject,
        scope: &Scope,
    ) -> Result<u64, Refusal> {
        let scope = for_other_apis(scope).intersect(&client.scope);
        let filter = TokenFilter {
            service: Some(service.id),
            kinds: vec![TokenKind::Access, TokenKind::Refresh],
            client: Some(client.key),
            subject: Some(subject),
            live_at: Some(self.ledger.now()),
            ..TokenFilter::default()
        };
        let mut changed = 0;
        let mut after = 0;
        loop {
            let tokens = self.ledger.store().tokens_after(&filter, after, STEP).await?;
            let (last, is_last) = (tokens.last().map(|token| token.id.get()), tokens.len() < STEP as usize);
            for token in one_of_each(tokens) {
                let change = UpdateRecord { scope: Some(scope.clone()), ..UpdateRecord::default() };
                match self.update_record(caller, Arc::new(token), change).await {
                    Ok(_) => changed += 1,
                    // It ended meanwhile.
                    Err(refusal) if refusal.is(&RECORD_UNKNOWN) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
            match last {
                Some(last) if !is_last => after = last,
                _ => return Ok(changed),
            }
        }
    }
}

/// One token of each record: the latest access token where there is one.
fn one_of_each(tokens: Vec<Token>) -> Vec<Token> {
    let mut records = BTreeMap::new();
    for token in tokens {
        let record = (token.grant, token.grant.is_none().then_some(token.id));
        let known = records.get(&record).is_some_and(|known: &Token| known.kind == TokenKind::Access);
        if token.kind == TokenKind::Access || !known {
            records.insert(record, token);
        }
    }
    records.into_values().collect()
}
