//! What each API asks of its callers, and what it gives them.

use jeton_ledger::ledger::Relying;
use jeton_ledger::rights::{ADMIN_ROLE, ADMIN_SCOPE, MANAGER_ROLE, MANAGER_SCOPE};
use jeton_model::scope::{IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE, TOKENS_SCOPE};

use super::Rights;

/// What an API asks of its callers, and what whoever meets it may do.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// The scope that a token needs.
    pub(super) scope: &'static str,
    /// What is enough without it.
    pub(super) instead: Instead,
    /// An API that hands out rights or changes who has them relies on the store.
    pub(super) relying: Relying,
    pub(super) gives: Rights,
}

/// What is enough without the scope.
#[derive(Clone, Copy, Debug)]
pub(super) enum Instead {
    /// Nothing is.
    Nothing,
    /// That the token is in the name of a person with this role, if the operator lets it be enough, unless a client that
    /// registered itself holds it. The role stands for these scopes.
    Role { role: &'static str, stands_for: &'static [&'static str] },
    /// A token in a person's name, unless a client that registered itself holds it.
    Person,
    /// A token in a person's name.
    AnyClient,
}

impl Requirement {
    /// Jeton's own administration API: the scope `jeton:admin`.
    pub const ADMINISTRATION: Self = Self {
        scope: ADMIN_SCOPE,
        instead: Instead::Nothing,
        relying: Relying::OnStore,
        gives: Rights::Within(&[ADMIN_SCOPE]),
    };

    /// A person's own API tokens: the scope `jeton:tokens`.
    pub const OWN_API_TOKENS: Self = Self { scope: TOKENS_SCOPE, gives: Rights::Own, ..Self::ADMINISTRATION };

    /// The management API: the scope `manager`, or the role `administrator` (`docs/contracts/oauth-token-endpoint.md` section 14).
    pub const MANAGEMENT: Self = Self {
        scope: MANAGER_SCOPE,
        instead: Instead::Role { role: MANAGER_ROLE, stands_for: &[MANAGER_SCOPE] },
        relying: Relying::OnStore,
        gives: Rights::Within(&[MANAGER_SCOPE]),
    };

    /// To change tokens and clients at INDIGO IAM's API: the scope `iam:admin.write`, or the role `admin`
    /// (`docs/contracts/indigo-iam.md` section 3.2). Writing does not include reading.
    pub const IAM_WRITE: Self = Self {
        scope: IAM_WRITE,
        instead: Instead::Role { role: ADMIN_ROLE, stands_for: &[IAM_READ, IAM_WRITE, SCIM_READ, SCIM_WRITE] },
        relying: Relying::OnStore,
        gives: Rights::Within(&[IAM_WRITE]),
    };

    /// To read tokens and clients there: the scope `iam:admin.read`, or the same role.
    pub const IAM_READ: Self = Self {
        scope: IAM_READ,
        relying: Relying::OnMemory,
        gives: Rights::Reading { values: true },
        ..Self::IAM_WRITE
    };

    /// To read about people there: the scope `scim:read`, or the same role.
    pub const SCIM_READ: Self = Self { scope: SCIM_READ, ..Self::IAM_READ };

    /// A person's own tokens and consents there: a token in their name. A client that registered itself needs the scope
    /// `jeton:tokens`: what other clients hold is none of its business.
    pub const IAM_OWN: Self =
        Self { scope: TOKENS_SCOPE, instead: Instead::Person, relying: Relying::OnMemory, gives: Rights::Own };

    /// Who a person is, there: a token in their name. A client that registered itself is told what its scopes open, as by user
    /// info.
    pub const IAM_IDENTITY: Self = Self { instead: Instead::AnyClient, ..Self::IAM_OWN };
}
