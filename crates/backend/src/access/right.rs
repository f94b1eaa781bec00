//! Rights of callers on a service (`docs/contracts/authlete.md` section 1.2), and the scopes of API tokens that stand for them.

use jeton_ledger::rights::BACKEND_PREFIX;
use jeton_model::scope::Scope;

/// A right. Most include others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Right {
    /// See clients.
    ViewClient,
    /// Change clients, and end their tokens for a subject.
    ModifyClient,
    /// See the service.
    ViewService,
    /// Introspect tokens.
    UseIntrospection,
    /// Everything that an authorization server does with its clients' requests.
    UseService,
    /// Make clients.
    CreateClient,
    /// Change the service.
    ModifyService,
    /// Delete the service.
    DeleteService,
    /// See the services of the organization.
    ViewDefaultService,
    /// Make services.
    CreateService,
    /// Read the audit log.
    ViewAuditLog,
    /// Everything, for every service.
    Admin,
}

/// The scope of an API token whose rights hold for every service; only tokens of the default service can have it.
pub(super) const ORGANIZATION: &str = "backend:organization";

impl Right {
    /// Every right.
    pub const ALL: [Self; 12] = [
        Self::ViewClient,
        Self::ModifyClient,
        Self::ViewService,
        Self::UseIntrospection,
        Self::UseService,
        Self::CreateClient,
        Self::ModifyService,
        Self::DeleteService,
        Self::ViewDefaultService,
        Self::CreateService,
        Self::ViewAuditLog,
        Self::Admin,
    ];

    /// Its name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ViewClient => "view_client",
            Self::ModifyClient => "modify_client",
            Self::ViewService => "view_service",
            Self::UseIntrospection => "use_introspection",
            Self::UseService => "use_service",
            Self::CreateClient => "create_client",
            Self::ModifyService => "modify_service",
            Self::DeleteService => "delete_service",
            Self::ViewDefaultService => "view_default_service",
            Self::CreateService => "create_service",
            Self::ViewAuditLog => "view_audit_log",
            Self::Admin => "admin",
        }
    }

    /// The scope of an API token that stands for it.
    #[must_use]
    pub fn scope(self) -> String {
        format!("{BACKEND_PREFIX}{}", self.name())
    }

    const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// Itself and all that it includes.
    const fn with_included(self) -> u16 {
        let more = match self {
            Self::ModifyClient | Self::ViewService => Self::ViewClient.with_included(),
            Self::UseService => Self::UseIntrospection.with_included() | Self::ViewService.with_included(),
            Self::CreateClient => Self::UseService.with_included() | Self::ModifyClient.with_included(),
            Self::ModifyService => Self::CreateClient.with_included(),
            Self::DeleteService => Self::ModifyService.with_included(),
            Self::CreateService => Self::ViewDefaultService.bit(),
            Self::Admin => {
                Self::DeleteService.with_included() | Self::CreateService.with_included() | Self::ViewAuditLog.bit()
            }
            Self::ViewClient | Self::UseIntrospection | Self::ViewDefaultService | Self::ViewAuditLog => 0,
        };
        self.bit() | more
    }
}

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(u16);

impl Rights {
    /// A right and all that it includes.
    #[must_use]
    pub const fn of(right: Right) -> Self {
        Self(right.with_included())
    }

    /// The rights that the scope of an API token stands for.
    #[must_use]
    pub fn of_scope(scope: &Scope) -> Self {
        let named = scope.words().filter_map(|word| word.strip_prefix(BACKEND_PREFIX));
        let rights = named.filter_map(|name| Right::ALL.into_iter().find(|right| right.name() == name));
        Self(rights.fold(0, |all, right| all | right.with_included()))
    }

    /// Whether a right is among them.
    #[must_use]
    pub const fn include(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{Right, Rights};
    use jeton_model::scope::Scope;

    #[test]
    fn a_right_includes_what_the_contract_says() {
        let has = |right, other| Rights::of(right).include(other);
        assert!(has(Right::UseService, Right::UseIntrospection) && has(Right::UseService, Right::ViewClient));
        assert!(has(Right::CreateClient, Right::ModifyClient) && has(Right::ModifyService, Right::CreateClient));
        assert!(!has(Right::UseIntrospection, Right::ViewClient) && !has(Right::ModifyClient, Right::UseService));
        assert!(!has(Right::ModifyService, Right::DeleteService) && !has(Right::UseService, Right::ModifyClient));
        assert!(Right::ALL.into_iter().all(|right| has(Right::Admin, right)));
    }

    #[test]
    fn other_words_of_a_scope_give_no_right() {
        let rights =
            Rights::of_scope(&Scope::from_words(["backend:use_introspection", "use_service", "backend:x"].into_iter()));
        assert_eq!(rights, Rights::of(Right::UseIntrospection));
    }
}
