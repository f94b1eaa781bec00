//! A scope's description. Its members have SimpleIdServer's names (`docs/contracts/oauth-token-endpoint.md` section 14).

use serde::{Deserialize, Serialize};

use super::scope_claims::SCOPE_CLAIMS;
use jeton_model::records::Document;

/// The description of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRecord {
    /// The scope's name.
    #[serde(default)]
    pub name: String,
    /// What it lets a client do, in words for people; if empty, the pages use a default text.
    #[serde(default)]
    pub description: String,
    /// Whether discovery lists it.
    #[serde(default)]
    pub is_exposed: bool,
    /// Whether the consent page shows it.
    #[serde(default = "yes")]
    pub is_displayed_in_consent: bool,
    /// Whether it is a scope of OpenID Connect.
    #[serde(default)]
    pub is_openid_scope: bool,
    /// What it gives access to.
    #[serde(rename = "type", default)]
    pub kind: ScopeType,
    /// The claims that it gives access to.
    #[serde(default)]
    pub claims: Vec<String>,
}

/// What a scope gives access to: 0 and 1 on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum ScopeType {
    /// A protected API.
    #[default]
    ProtectedApi,
    /// Claims of a resource owner.
    ResourceOwner,
}

impl From<ScopeType> for u8 {
    fn from(kind: ScopeType) -> Self {
        match kind {
            ScopeType::ProtectedApi => 0,
            ScopeType::ResourceOwner => 1,
        }
    }
}

impl TryFrom<u8> for ScopeType {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::ProtectedApi),
            1 => Ok(Self::ResourceOwner),
            _ => Err("must be 0 (a protected API) or 1 (a resource owner's claims)"),
        }
    }
}

fn yes() -> bool {
    true
}

impl ScopeRecord {
    /// The scopes that every service knows.
    pub(super) fn standard() -> impl Iterator<Item = Self> {
        let person = SCOPE_CLAIMS.iter().map(|(name, claims)| (*name, *claims, true));
        let others: [(&str, &[&str], bool); 3] =
            [("openid", &["sub"], true), ("offline_access", &[], true), ("role", &["role"], false)];
        let of_people = person.chain(others).map(|(name, claims, is_openid_scope)| Self {
            name: name.to_owned(),
            description: String::new(),
            is_exposed: is_openid_scope,
            is_displayed_in_consent: true,
            is_openid_scope,
            kind: ScopeType::ResourceOwner,
            claims: claims.iter().map(|claim| (*claim).to_owned()).collect(),
        });
        let of_services = ["uma_protection", "register_client", "manager"].map(|name| Self {
            name: name.to_owned(),
            description: String::new(),
            is_exposed: false,
            is_displayed_in_consent: true,
            is_openid_scope: false,
            kind: ScopeType::ProtectedApi,
            claims: Vec::new(),
        });
        of_people.chain(of_services)
    }

    /// Whether every service knows a scope of this name.
    #[must_use]
    pub fn is_standard(name: &str) -> bool {
        Self::standard().any(|record| record.name == name)
    }

    /// Reads a stored description.
    pub(super) fn of(document: &Document) -> Option<Self> {
        let record: Self = serde_json::from_value(document.body.clone()).ok()?;
        Some(Self { name: document.name.clone(), ..record })
    }
}
