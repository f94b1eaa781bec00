//! What each API requires of its callers, and what rights it gives them.

use jeton_ledger::ledger::Relying;
use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE};
use jeton_model::scope::{IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE, TOKENS_SCOPE};

use super::Rights;

/// What an API requires of its callers, and what rights they get.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// The scope that a token needs.
    pub(super) scope: &'static str,
    /// What suffices instead of the scope.
    pub(super) alternative: Alternative,
    /// Whether the decision may use the cache; an API that gives or changes rights relies on the store.
    pub(super) relying: Relying,
    pub(super) gives: Rights,
}

/// What suffices instead of the scope.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alternative {
    /// Nothing is.
    Nothing,
    /// That the token's user has this role, if the operator lets it suffice, unless the client registered itself. The role stands
    /// in for these scopes.
    Role { role: &'static str, stands_for: &'static [&'static str] },
    /// A token with a user, unless its client registered itself.
    Person,
    /// A token with a user.
    AnyClient,
}

impl Requirement {
    /// Jeton's own administration API: the scope `jeton:admin`.
    pub const ADMINISTRATION: Self = Self {
        scope: ADMIN_SCOPE,
        alternative: Alternative::Nothing,
        relying: Relying::OnStore,
        gives: Rights::Within(&[ADMIN_SCOPE]),
    };

    /// A person's own API tokens: the scope `jeton:tokens`.
    pub const OWN_API_TOKENS: Self = Self { scope: TOKENS_SCOPE, gives: Rights::Own, ..Self::ADMINISTRATION };

    /// The management API: the scope `manager`, or the role `administrator` (`docs/contracts/oauth-token-endpoint.md` section 14).
    pub const MANAGEMENT: Self = Self {
        scope: MANAGER_SCOPE,
        alternative: Alternative::Role { role: MANAGER_ROLE, stands_for: &[MANAGER_SCOPE] },
        relying: Relying::OnStore,
        gives: Rights::Within(&[MANAGER_SCOPE]),
    };

    /// Changing tokens and clients at INDIGO IAM's API: the scope `iam:admin.write`, or the role `admin`
    /// (`docs/contracts/indigo-iam.md` section 3.2). Writing does not include reading.
    pub const IAM_WRITE: Self = Self {
        scope: IAM_WRITE,
        alternative: Alternative::Role { role: ADMIN_ROLE, stands_for: &[IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE] },
        relying: Relying::OnStore,
        gives: Rights::Within(&[IAM_WRITE]),
    };

    /// Reading tokens and clients there: the scope `iam:admin.read`, or the same role.
    pub const IAM_READ: Self = Self {
        scope: IAM_READ,
        relying: Relying::OnMemory,
        gives: Rights::Reading { values: true },
        ..Self::IAM_WRITE
    };

    /// Reading about people there: the scope `scim:read`, or the same role.
    pub const SCIM_READ: Self = Self { scope: SCIM_READ, ..Self::IAM_READ };

    /// A person's own tokens and consents there: a token of theirs. A client that registered itself needs the scope
    /// `jeton:tokens`: it has no right to see the tokens of other clients.
    pub const IAM_OWN: Self =
        Self { scope: TOKENS_SCOPE, alternative: Alternative::Person, relying: Relying::OnMemory, gives: Rights::Own };

    /// A person's identity, there: a token of theirs. A client that registered itself gets the claims that its scopes give access
    /// to, as from user info.
    pub const IAM_IDENTITY: Self = Self { alternative: Alternative::AnyClient, ..Self::IAM_OWN };
}
