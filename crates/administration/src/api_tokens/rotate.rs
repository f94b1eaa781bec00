//! Rotation: a new token with the same rights, and a time in which both are valid.

use std::sync::Arc;
use std::time::Duration;

use super::{ApiTokens, Lifetime};
use crate::Caller;
use crate::refusals::TOKEN_NOT_ROTATABLE;
use crate::tokens::{TokenList, TokenName, like};
use jeton_ledger::address_ranges::fit;
use jeton_ledger::ledger::ROTATED_TO;
use jeton_ledger::ledger::{Exchanged, Family, Inspection, Issued, MintPrecondition, Plan, TokenPlan, Verdict};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Service, Token, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::INVALID;

/// The parameters of a rotation.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// How long the old token stays valid; zero: it ends in the same commit.
    pub overlap: Duration,
    /// The lifetime of the new one; usual: the one that the old token was made with, within the policy.
    pub lifetime: Lifetime,
}

impl ApiTokens {
    /// Replaces an API token of a list, for a caller who may see it. A person's presented token must have every right of the
    /// replaced one, unless it is the same token.
    ///
    /// # Errors
    /// As [`Tokens::one`](crate::tokens::Tokens::one); [`TOKEN_NOT_ROTATABLE`], `AUTHORITY_EXCEEDED`, [`SCOPE_NOT_ALLOWED`],
    /// `API_TOKEN_LIFETIME`, [`INVALID`] for an overlap beyond `max_overlap`, or a refusal of the executor.
    pub async fn rotate(
        &self,
        caller: &Caller,
        service: &Arc<Service>,
        list: TokenList,
        id: TokenId,
        wanted: Rotation,
    ) -> Result<Issued, Refusal> {
        let row = self.tokens.one(caller, service.id, list, &TokenName::Number(id)).await?;
        let Verdict::Active(live) = self.ledger.judge(row).await? else {
            return Err(TOKEN_NOT_ROTATABLE.with("it is not valid"));
        };
        caller.may_hold(&live.token)?;
        let Inspection { token: old, client, user, .. } = live;
        let policy = &service.settings.api_tokens;
        if old.kind != TokenKind::Api || old.format == TokenFormat::Jwt {
            return Err(TOKEN_NOT_ROTATABLE.with("only API tokens that are no JWT can be"));
        }
        if wanted.overlap > policy.max_overlap {
            let most = policy.max_overlap.as_secs();
            return Err(INVALID.with(format!("`overlap` must be at most {most} seconds (api_tokens.max_overlap)")));
        }
        let mut details = old.details.as_deref().cloned().unwrap_or_default();
        if details.other.contains_key(ROTATED_TO) {
            return Err(TOKEN_NOT_ROTATABLE.with("it was rotated already"));
        }
        details.sealed_value = None;
        if let Some(beyond) = client.as_ref().and_then(|client| old.scope.beyond(&client.scope)) {
            return Err(SCOPE_NOT_ALLOWED.with(beyond));
        }
        let life = match wanted.lifetime {
            Lifetime::Usual => like(policy, old.expires.map(|end| end.since(old.issued))),
            asked => asked.within(policy)?,
        };
        let now = self.ledger.now();
        let plan = Plan {
            subject: old.subject.clone(),
            user,
            device: old.device,
            family: Family::Own,
            tokens: vec![successor(&old, details, life)?],
            precondition: Some(MintPrecondition::Overlap {
                end: ends(&old, now + wanted.overlap),
                token: old,
                actor: caller.changes()?,
            }),
            ..Plan::new(Arc::clone(service), client)
        };
        match self.ledger.exchange(plan).await? {
            Exchanged::Done(issued) => Ok(issued),
            Exchanged::Lost(_) => Err(TOKEN_NOT_ROTATABLE.with("it was rotated or revoked in this moment")),
        }
    }
}

/// A token with the same rights for the same client and user.
fn successor(old: &Token, details: TokenDetails, life: Option<Duration>) -> Result<TokenPlan, Refusal> {
    fit(TokenFormat::Opaque, &details)?;
    Ok(TokenPlan {
        audience: Arc::clone(&old.audience),
        parent: Some(old.id),
        binding: old.binding,
        not_before: old.not_before,
        details,
        ..TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, old.scope.clone(), life)
    })
}

/// When the old token ends: at `then`, but never later than before.
fn ends(old: &Token, then: Timestamp) -> Timestamp {
    old.expires.map_or(then, |end| end.min(then))
}
