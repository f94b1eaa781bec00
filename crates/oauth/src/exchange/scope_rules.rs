//! Which scopes a rule lets through, one by one (`docs/contracts/indigo-iam.md` section 7.6, `scopePolicies`).

use serde::{Deserialize, Serialize};

use jeton_ledger::scope_policies::{Matching, Pattern, Verdict};
use jeton_model::scope::Scope;

/// A scope that a rule permits or denies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRule {
    /// Whether it may be had.
    pub rule: Verdict,
    /// How it is named.
    #[serde(default)]
    pub matching: Matching,
    /// Which one.
    pub scope: String,
}

/// They, ready to be asked. A denial wins; where there is a permission, what none permits is denied.
#[derive(Debug, Default)]
pub(crate) struct ScopeRules {
    permits: Vec<Pattern>,
    denies: Vec<Pattern>,
}

impl ScopeRules {
    /// What cannot be read denies everything.
    pub(super) fn of(rules: &[ScopeRule]) -> Self {
        let mut all = Self::default();
        for one in rules {
            let scopes = std::slice::from_ref(&one.scope);
            match (Pattern::new(one.matching, Some(scopes)), one.rule) {
                (Ok(pattern), Verdict::Permit) => all.permits.push(pattern),
                (Ok(pattern), Verdict::Deny) => all.denies.push(pattern),
                (Err(_), _) => all.denies.push(Pattern::unreadable()),
            }
        }
        all
    }

    /// Whether a scope may be had.
    pub(crate) fn permits(&self, word: &str) -> bool {
        let permitted = self.permits.is_empty() || self.permits.iter().any(|pattern| pattern.permits(word));
        permitted && !self.denies.iter().any(|pattern| pattern.denies(word))
    }

    /// What of a list may be had.
    pub(crate) fn of_list(&self, scope: &Scope) -> Scope {
        if self.permits.is_empty() && self.denies.is_empty() {
            return scope.clone();
        }
        Scope::from_words(scope.words().filter(|word| self.permits(word)))
    }
}
