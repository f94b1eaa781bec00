//! What people granted to clients: the records of a subject at a client.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_ledger::ledger::{Amendment, FamilyAmendment};
use jeton_ledger::rights::for_other_apis;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service, Subject, Token, TokenKind};
use jeton_model::scope::Scope;
use jeton_model::store::TokenFilter;

use crate::Backend;
use crate::access::ApiCaller;
use crate::refusals::RECORD_UNKNOWN;

/// How many rows are read at once.
const STEP: u32 = 1_000;

impl Backend {
    /// Gives all live records of a client and a subject this scope, without what the client may not have, in one commit. Returns how
    /// many.
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
        let change = Amendment { scope: Some(scope.clone()), ..Amendment::default() };
        let (mut families, mut alone) = (Vec::new(), Vec::new());
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let tokens = self.ledger.store().tokens_after(&filter, after, STEP).await?;
            let (last, is_last) = (tokens.last().map(|token| token.id.get()), tokens.len() < STEP as usize);
            found.extend(tokens);
            match last {
                Some(last) if !is_last => after = last,
                _ => break,
            }
        }
        for token in one_of_each(found) {
            let record = match self.record_of(Arc::new(token)).await {
                // It ended meanwhile.
                Err(refusal) if refusal.is(&RECORD_UNKNOWN) => continue,
                found => found?,
            };
            let Some(grant) = record.grant else {
                alone.push((record.token, change.clone()));
                continue;
            };
            let access = Some(record.token).filter(|token| token.kind == TokenKind::Access);
            let tokens = access.into_iter().chain(record.refresh).map(|token| (token, change.clone())).collect();
            families
                .push((grant, FamilyAmendment { scope: Some(scope.clone()), tokens, ..FamilyAmendment::default() }));
        }
        let actor = caller.administrator(service.id).administers()?;
        self.ledger.amend_together(families, alone, actor).await
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
