//! Removes the scopes that policies do not permit from a plan for a person.

use super::{Family, MintPrecondition, Plan};
use crate::scope_policies::ScopePolicies;
use jeton_model::records::{Subject, TokenKind};

/// Removes them silently: the answer's `scope` shows what is left. Tokens of a client that acts for itself, and tokens without a
/// client, are not changed.
///
/// A refresh token that replaces another keeps its scope: the scopes return when the policy is deleted.
pub(super) fn keep_to_policies(plan: &mut Plan, policies: &ScopePolicies) {
    let (Some(user), Some(Subject::User(_)), Some(_)) = (&plan.user, &plan.subject, &plan.client) else { return };
    if policies.is_empty() {
        return;
    }
    let mut lost_offline = false;
    if let Family::New(grant) = &mut plan.family {
        let left = policies.permitted(user, &grant.scope);
        lost_offline = grant.scope.names(OFFLINE) && !left.names(OFFLINE);
        grant.scope = left;
    }
    let rotates = matches!(plan.precondition, Some(MintPrecondition::Refresh { .. }));
    for token in &mut plan.tokens {
        if token.kind == TokenKind::Access || token.kind == TokenKind::Refresh && !rotates {
            token.scope = policies.permitted(user, &token.scope);
        }
    }
    // The refresh token was requested by a scope that the person may not have.
    if lost_offline {
        plan.tokens.retain(|token| token.kind != TokenKind::Refresh);
    }
}

const OFFLINE: &str = "offline_access";
