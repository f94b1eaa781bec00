//! Which scopes a rule permits, one by one (`docs/contracts/indigo-iam.md` section 7.6, `scopePolicies`).

use serde::{Deserialize, Serialize};

use jeton_ledger::scope_policies::{Matching, Pattern, Verdict};
use jeton_model::scope::Scope;

/// A scope that a rule permits or denies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRule {
    /// Whether the scope is permitted.
    pub rule: Verdict,
    /// How scopes are compared with it.
    #[serde(default)]
    pub matching: Matching,
    /// The scope or pattern.
    pub scope: String,
}

/// The rules, ready for evaluation. A denial wins; if there is any permission, scopes that none permits are denied.
#[derive(Debug, Default)]
pub(crate) struct ScopeRules {
    permits: Vec<Pattern>,
    denies: Vec<Pattern>,
}

impl ScopeRules {
    /// A rule that cannot be read denies everything.
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

    /// Whether a scope is permitted.
    pub(crate) fn permits(&self, word: &str) -> bool {
        let permitted = self.permits.is_empty() || self.permits.iter().any(|pattern| pattern.permits(word));
        permitted && !self.denies.iter().any(|pattern| pattern.denies(word))
    }

    /// The permitted scopes of a list.
    pub(crate) fn of_list(&self, scope: &Scope) -> Scope {
        if self.permits.is_empty() && self.denies.is_empty() {
            return scope.clone();
        }
        Scope::from_words(scope.words().filter(|word| self.permits(word)))
    }
}
