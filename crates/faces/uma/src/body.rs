//! JSON bodies in the two spellings, SimpleIdServer's and UMA 2.0's (`docs/contracts/oauth-token-endpoint.md` section
//! 12.1). Unknown members are ignored, except in rules: a misspelt condition would permit everybody. `null` and a blank text count as
//! absent.

use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_core::uma::ticket::Wanted;
use jeton_core::uma::{Found, Policy, Resource, ResourceDescription, Rule, RuleClaim, Search};
use jeton_wire::own_url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

type Words = Option<Vec<String>>;

/// A resource in a request.
#[derive(Deserialize)]
pub(crate) struct ResourceIn {
    _id: Option<String>,
    id: Option<String>,
    name: Option<String>,
    uri: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    icon_uri: Option<String>,
    description: Option<String>,
    scopes: Words,
    resource_scopes: Words,
}

impl ResourceIn {
    /// Its id and its description.
    pub(crate) fn read(self) -> (Option<String>, ResourceDescription) {
        let description = ResourceDescription {
            name: self.name.unwrap_or_default(),
            scopes: self.resource_scopes.or(self.scopes).unwrap_or_default(),
            uri: filled(self.uri),
            kind: filled(self.kind),
            icon_uri: filled(self.icon_uri),
            description: filled(self.description),
        };
        (filled(self._id).or(filled(self.id)), description)
    }
}

/// A resource in an answer: with both scope members.
#[derive(Serialize)]
pub(crate) struct ResourceOut<'a> {
    _id: String,
    #[serde(flatten)]
    description: &'a ResourceDescription,
    resource_scopes: &'a [String],
    user_access_policy_uri: String,
}

impl<'a> ResourceOut<'a> {
    pub(crate) fn of(service: &Service, resource: &'a Resource) -> Self {
        Self {
            _id: resource.id.to_string(),
            description: &resource.description,
            resource_scopes: &resource.description.scopes,
            user_access_policy_uri: policy_page(service),
        }
    }
}

/// A permission in a request.
#[derive(Deserialize)]
pub(crate) struct PermissionIn {
    resource_id: Option<String>,
    resource_set_id: Option<String>,
    resource_scopes: Words,
    scopes: Words,
}

/// One, or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum PermissionsIn {
    Several(Vec<PermissionIn>),
    One(PermissionIn),
}

impl PermissionsIn {
    pub(crate) fn read(self) -> Vec<Wanted> {
        let several = match self {
            Self::Several(all) => all,
            Self::One(one) => vec![one],
        };
        several
            .into_iter()
            .map(|one| Wanted {
                resource: one.resource_id.or(one.resource_set_id),
                scopes: one.resource_scopes.or(one.scopes).unwrap_or_default(),
            })
            .collect()
    }
}

/// A policy in a request.
#[derive(Deserialize)]
pub(crate) struct PolicyIn {
    #[serde(alias = "policy_id", alias = "_id")]
    pub(crate) id: Option<String>,
    resource_set_ids: Words,
    resource_ids: Words,
    rules: Option<Vec<RuleIn>>,
}

impl PolicyIn {
    /// The resources.
    pub(crate) fn resources(&mut self) -> Vec<String> {
        self.resource_set_ids.take().or(self.resource_ids.take()).unwrap_or_default()
    }

    /// The rules, which are required.
    pub(crate) fn rules(self) -> Result<Vec<Rule>, Refusal> {
        let rules = self.rules.ok_or_else(|| PARAMETER_MISSING.with("rules"))?;
        rules.into_iter().map(RuleIn::read).collect()
    }
}

#[derive(Deserialize)]
struct RuleIn {
    id: Option<String>,
    clients: Words,
    scopes: Words,
    claims: Option<Vec<ClaimIn>>,
    consent_needed: Option<bool>,
    script: Option<String>,
    provider: Option<String>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

#[derive(Deserialize)]
struct ClaimIn {
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl ClaimIn {
    fn read(self) -> Result<RuleClaim, Refusal> {
        none_unknown("claims", &self.unknown)?;
        Ok(RuleClaim { kind: self.kind.unwrap_or_default(), value: self.value.unwrap_or_default() })
    }
}

/// Checks that a condition of a rule has no unknown member: as an ignored one it would permit more than its author wants.
fn none_unknown(place: &str, unknown: &Map<String, Value>) -> Result<(), Refusal> {
    unknown.keys().next().map_or(Ok(()), |name| Err(PARAMETER_INVALID.with(format!("{place}.{name}"))))
}

impl RuleIn {
    fn read(self) -> Result<Rule, Refusal> {
        none_unknown("rules", &self.unknown)?;
        let claims = self.claims.unwrap_or_default().into_iter();
        Ok(Rule {
            id: filled(self.id),
            clients: self.clients.unwrap_or_default(),
            scopes: self.scopes.unwrap_or_default(),
            claims: claims.map(ClaimIn::read).collect::<Result<_, _>>()?,
            consent_needed: self.consent_needed.unwrap_or_default(),
            script: filled(self.script),
            provider: filled(self.provider),
        })
    }
}

/// A policy in an answer.
#[derive(Serialize)]
pub(crate) struct PolicyOut<'a> {
    id: String,
    resource_set_ids: Vec<String>,
    rules: &'a [Rule],
}

impl<'a> PolicyOut<'a> {
    pub(crate) fn of(policy: &'a Policy) -> Self {
        let resource_set_ids = policy.resources.iter().map(ToString::to_string).collect();
        Self { id: policy.id.to_string(), resource_set_ids, rules: &policy.rules }
    }
}

/// Resources for a policy.
#[derive(Deserialize)]
pub(crate) struct ResourcesIn {
    pub(crate) resources: Words,
}

/// A search request.
#[derive(Deserialize)]
pub(crate) struct SearchIn {
    ids: Words,
    names: Words,
    types: Words,
    #[serde(alias = "resource_set_ids")]
    resource_ids: Words,
    start_index: Option<usize>,
    count: Option<usize>,
}

impl SearchIn {
    pub(crate) fn read(self) -> Search {
        Search {
            ids: self.ids.unwrap_or_default(),
            names: self.names.unwrap_or_default(),
            types: self.types.unwrap_or_default(),
            resources: self.resource_ids.unwrap_or_default(),
            start_index: self.start_index.unwrap_or_default(),
            // SimpleIdServer's client sends this if its caller gave no number.
            count: self.count.filter(|count| *count > 0),
            ..Search::default()
        }
    }
}

/// A page of search results.
#[derive(Serialize)]
pub(crate) struct SearchPage<T> {
    content: Vec<T>,
    start_index: usize,
    count: usize,
}

impl<T> SearchPage<T> {
    pub(crate) fn of<'a, S>(found: &'a Found<S>, show: impl Fn(&'a S) -> T) -> Self {
        let content = found.content.iter().map(show).collect();
        Self { content, start_index: found.start_index, count: found.count }
    }
}

/// The page where an owner sees who may use their resources.
pub(crate) fn policy_page(service: &Service) -> String {
    own_url(&service.issuer, "/uma/requests")
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
