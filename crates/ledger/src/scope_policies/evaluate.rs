//! Which scopes policies permit.

use super::verdict::Verdict;
use super::{Pattern, ScopePolicy, Target};
use jeton_model::records::{Document, User};
use jeton_model::scope::Scope;

/// The policies of a service, ready for use.
#[derive(Clone, Debug, Default)]
pub struct ScopePolicies(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    denies: bool,
    target: Target,
    pattern: Pattern,
}

/// The order of precedence. Each level decides about the scopes that the previous one left undecided.
const LEVELS: [fn(&Target, &User) -> bool; 3] = [
    |target, user| matches!(target, Target::Account(key) if *key == user.key),
    |target, user| matches!(target, Target::Group(path) if user.is_member(path)),
    |target, _| *target == Target::Everybody,
];

impl ScopePolicies {
    /// Reads the stored policies. A policy that cannot be read denies everything to everybody: it may have been one that denies.
    #[must_use]
    pub fn of(documents: &[Document]) -> Self {
        let unreadable = || Rule { denies: true, target: Target::Everybody, pattern: Pattern::unreadable() };
        Self(documents.iter().map(|document| Rule::of(document).unwrap_or_else(unreadable)).collect())
    }

    /// Whether there are none; then everything is permitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes of a list that a person may have. `openid` always: it gives no access.
    #[must_use]
    pub fn permitted(&self, user: &User, scope: &Scope) -> Scope {
        if self.is_empty() {
            return scope.clone();
        }
        Scope::from_words(scope.words().filter(|word| *word == "openid" || self.permits(user, word)))
    }

    fn permits(&self, user: &User, word: &str) -> bool {
        for speaks_of in LEVELS {
            let level = || self.0.iter().filter(|rule| speaks_of(&rule.target, user));
            if level().any(|rule| rule.denies && rule.pattern.denies(word)) {
                return false;
            }
            if level().any(|rule| !rule.denies && rule.pattern.permits(word)) {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn of(document: &Document) -> Option<Self> {
        let policy: ScopePolicy = serde_json::from_value(document.body.clone()).ok()?;
        let pattern = Pattern::new(policy.matching, policy.scopes.as_deref()).ok()?;
        Some(Self { denies: policy.rule == Verdict::Deny, target: policy.target, pattern })
    }
}
