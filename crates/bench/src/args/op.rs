//! What can be measured.

use serde::Serialize;

/// An operation that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// `client_credentials` at the token endpoint
    Issue,
    /// Introspection, going round live tokens
    Introspect,
    /// Revocation, each token once
    Revoke,
    /// Refresh with rotation
    Refresh,
    /// A GET of the listing
    List,
    /// Creation of a token over Authlete's API (`--backend-url`)
    #[serde(rename = "backend-create")]
    BackendCreate,
    /// Introspection over Authlete's API, going round live tokens (`--backend-url`)
    #[serde(rename = "backend-introspect")]
    BackendIntrospect,
}

impl Op {
    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Refresh => "refresh",
            Self::List => "list",
            Self::BackendCreate => "backend-create",
            Self::BackendIntrospect => "backend-introspect",
        }
    }
}
