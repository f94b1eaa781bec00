//! Administrative scopes are not issued to a person who lacks the role (`docs/contracts/indigo-iam.md` section 3.2).
//!
//! Every use also checks that such a scope has no effect (`rights.rs`); here it is not issued in the first place.

use super::{Family, Plan};
use crate::rights::{administrative, is_worth};
use jeton_model::records::{Subject, User};
use jeton_model::scope::Scope;

/// Removes them silently from a plan for a person who lacks the role: the answer's `scope` shows what is left. A client that acts
/// for itself keeps what its administrator gave it.
pub(super) fn keep_to_person(plan: &mut Plan) {
    let Some(subject) = &plan.subject else { return };
    let user = plan.user.as_deref();
    if let Family::New(grant) = &mut plan.family {
        drop_worthless(&mut grant.scope, subject, user);
    }
    plan.tokens.iter_mut().for_each(|token| drop_worthless(&mut token.scope, subject, user));
}

fn drop_worthless(scope: &mut Scope, subject: &Subject, user: Option<&User>) {
    let is_worth = |word: &str| is_worth(word, Some(subject), user);
    if administrative(scope).any(|word| !is_worth(word)) {
        *scope = Scope::from_words(scope.words().filter(|word| is_worth(word)));
    }
}
