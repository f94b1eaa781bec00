//! Creation of API tokens by people for their own programs.

use std::sync::Arc;

use super::{AddressRanges, ApiTokens, Lifetime};
use crate::Caller;
use jeton_ledger::ledger::{Issued, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::readable::{are_readable_lines, is_readable};
use jeton_model::records::{Service, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::INVALID;
use jeton_model::scope::Scope;

/// A request for an API token.
#[derive(Debug)]
pub struct NewApiToken {
    /// Its name: 1 to 200 characters.
    pub name: String,
    /// What it is for, at most 2000 characters.
    pub description: Option<String>,
    /// Its scope.
    pub scope: Scope,
    /// Its lifetime.
    pub lifetime: Lifetime,
    /// The addresses from which it may be used; none: as for the token presented.
    pub ranges: Option<AddressRanges>,
}

impl ApiTokens {
    /// Makes an API token for a person. It gets no more rights than the token presented: no wider scope, no wider address ranges,
    /// the same audience, the same bound key.
    ///
    /// # Errors
    /// `SCOPE_NOT_ALLOWED`, `API_TOKEN_LIFETIME`, [`INVALID`], or a refusal of the executor.
    pub async fn create(&self, service: &Arc<Service>, caller: &Caller, new: NewApiToken) -> Result<Issued, Refusal> {
        let policy = &service.settings.api_tokens;
        check_words(&new.name, new.description.as_deref())?;
        caller.may_make(&self.ledger, policy, &new.scope)?;
        let life = new.lifetime.within(policy)?;
        let mut details =
            TokenDetails { name: Some(new.name), description: new.description, ..TokenDetails::default() };
        caller.ranges(new.ranges)?.put(&mut details);
        let by = caller.token();
        let token = TokenPlan {
            details,
            parent: by.map(|by| by.id),
            audience: by.map(|by| Arc::clone(&by.audience)).unwrap_or_default(),
            binding: by.and_then(|by| by.binding),
            ..TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, new.scope, life)
        };
        let plan =
            Plan::new(Arc::clone(service), caller.bounding_client().cloned()).of_user(Arc::clone(caller.owner()?));
        self.ledger.mint(Plan { tokens: vec![token], ..plan }).await
    }
}

/// Checks the lengths of a name and a description.
pub(super) fn check_words(name: &str, description: Option<&str>) -> Result<(), Refusal> {
    if name.trim().is_empty() || name.chars().count() > 200 {
        return Err(INVALID.with("`name` must have 1 to 200 characters"));
    }
    if !is_readable(name) {
        return Err(INVALID.with("`name` must have no control characters, invisible ones and marks of direction"));
    }
    if description.is_some_and(|text| text.chars().count() > 2000) {
        return Err(INVALID.with("`description` must have at most 2000 characters"));
    }
    if description.is_some_and(|text| !are_readable_lines(text)) {
        return Err(
            INVALID.with("`description` must have no control characters, invisible ones and marks of direction")
        );
    }
    Ok(())
}
