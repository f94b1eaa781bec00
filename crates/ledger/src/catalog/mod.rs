//! Which scopes and claims a service knows: the standard ones, which are not stored, and those that managers made or changed; the
//! descriptions of its groups; and its scope policies.

mod described;
mod scope_claims;
mod scope_record;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use described::Described;
pub use scope_claims::SCOPE_CLAIMS;
pub use scope_record::{ScopeRecord, ScopeType};

use crate::scope_policies::ScopePolicies;
use jeton_model::records::Document;
use jeton_model::scope::Scope;

/// The label of a group that is left out of tokens unless the request names the group.
pub const OPTIONAL_GROUP: &str = "wlcg.optional-group";

/// The scopes and claims that discovery, the consent page and user info read.
#[derive(Clone, Debug)]
pub struct Catalog {
    scopes: BTreeMap<String, ScopeRecord>,
    claims: BTreeSet<String>,
    optional_groups: BTreeSet<String>,
    policies: ScopePolicies,
}

impl Catalog {
    /// The detail of the event that reports a change of the catalog.
    pub const CHANGED: &'static str = "catalog";

    /// The standard scopes and claims (OIDC Core section 5, `docs/contracts/oauth-token-endpoint.md` section 14), with the stored
    /// ones added or replacing them.
    #[must_use]
    pub fn of(scopes: &[Document], claims: &[Document]) -> Self {
        let claims_of_all = standard_claims().map(str::to_owned).collect();
        let mut catalog = Self {
            scopes: BTreeMap::new(),
            claims: claims_of_all,
            optional_groups: BTreeSet::new(),
            policies: ScopePolicies::default(),
        };
        for record in ScopeRecord::standard() {
            catalog.scopes.insert(record.name.clone(), record);
        }
        for document in scopes {
            match ScopeRecord::of(document) {
                Some(record) => drop(catalog.scopes.insert(record.name.clone(), record)),
                None => tracing::warn!(scope = document.name, "a stored scope cannot be read"),
            }
        }
        catalog.claims.extend(claims.iter().map(|document| document.name.clone()));
        catalog
    }

    /// Adds the descriptions of groups.
    #[must_use]
    pub fn with_groups(mut self, groups: &[Document]) -> Self {
        let is_optional = |document: &&Document| {
            let labels = document.body.get("labels").and_then(Value::as_array);
            labels.is_some_and(|labels| labels.iter().any(|label| label == OPTIONAL_GROUP))
        };
        self.optional_groups.extend(groups.iter().filter(is_optional).map(|document| document.name.clone()));
        self
    }

    /// Adds the scope policies.
    #[must_use]
    pub fn with_policies(self, policies: &[Document]) -> Self {
        Self { policies: ScopePolicies::of(policies), ..self }
    }

    /// The scope policies.
    #[must_use]
    pub const fn policies(&self) -> &ScopePolicies {
        &self.policies
    }

    /// Whether a group appears only in tokens whose request names it.
    #[must_use]
    pub fn is_optional_group(&self, path: &str) -> bool {
        self.optional_groups.contains(path)
    }

    /// A scope's description.
    #[must_use]
    pub fn scope(&self, name: &str) -> Option<&ScopeRecord> {
        self.scopes.get(name)
    }

    /// All scopes, by name.
    pub fn scopes(&self) -> impl Iterator<Item = &ScopeRecord> {
        self.scopes.values()
    }

    /// All claims, by name.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().map(String::as_str)
    }

    /// Whether people may have a claim of this name.
    #[must_use]
    pub fn has_claim(&self, name: &str) -> bool {
        self.claims.contains(name)
    }

    /// The claims that the scopes in a list give access to.
    pub fn opened<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a str> {
        let known = self.scopes.values().filter(|record| scope.contains(&record.name));
        known.flat_map(|record| record.claims.iter().map(String::as_str))
    }

    /// The scopes that give access to a claim: those of the standards first.
    pub fn releasing<'a>(&'a self, claim: &'a str) -> impl Iterator<Item = &'a str> {
        let standard = SCOPE_CLAIMS.iter().filter(move |(_, names)| names.contains(&claim)).map(|(scope, _)| *scope);
        let known = self.scopes.values().filter(move |record| record.claims.iter().any(|name| name == claim));
        standard.filter(|scope| self.scopes.contains_key(*scope)).chain(known.map(|record| record.name.as_str()))
    }

    /// What discovery lists: exposed scopes, and the claims that they give access to.
    #[must_use]
    pub fn discovered(&self) -> (Vec<&str>, Vec<&str>) {
        let exposed = || self.scopes.values().filter(|record| record.is_exposed);
        let claims: BTreeSet<&str> = exposed().flat_map(|record| record.claims.iter().map(String::as_str)).collect();
        (exposed().map(|record| record.name.as_str()).collect(), claims.into_iter().collect())
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::of(&[], &[])
    }
}

/// The claims that every service knows.
pub fn standard_claims() -> impl Iterator<Item = &'static str> {
    SCOPE_CLAIMS.iter().flat_map(|(_, names)| names.iter().copied()).chain(["sub", "role"])
}

/// Whether the value of a claim may be stored: strings, numbers, booleans, or lists and objects of them, of a bounded size.
#[must_use]
pub fn is_storable(value: &Value) -> bool {
    serde_json::to_vec(value).is_ok_and(|text| text.len() <= 4096)
}
