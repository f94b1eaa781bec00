//! Scopes that a person can only hand on if he is an administrator (`contracts/indigo-iam.md` section 3.2).

use super::{Family, Plan};
use crate::administration::ADMIN_ROLE;
use crate::scope::{RESERVED, Scope};

/// Takes them out of what a plan mints in the name of somebody who is none: silently, the answer's `scope` says what is left.
/// A client that acts for itself keeps what its administrator gave it.
pub(super) fn keep_to_person(plan: &mut Plan) {
    if plan.subject.is_none() || plan.user.as_ref().is_some_and(|user| user.has_role(ADMIN_ROLE)) {
        return;
    }
    if let Family::New(grant) = &mut plan.family {
        drop_reserved(&mut grant.scope);
    }
    plan.tokens.iter_mut().for_each(|token| drop_reserved(&mut token.scope));
}

fn drop_reserved(scope: &mut Scope) {
    if scope.words().any(|word| RESERVED.contains(&word)) {
        *scope = Scope::from_words(scope.words().filter(|word| !RESERVED.contains(word)));
    }
}
