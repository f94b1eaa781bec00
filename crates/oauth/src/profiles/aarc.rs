//! `aarc`: the profile of the AARC community: groups as entitlements (AARC-G069), in both spellings.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use url::Url;

use super::{About, JwtProfile, Shape};
use jeton_model::records::{GridSettings, Service};

pub(super) struct Aarc;

impl JwtProfile for Aarc {
    fn name(&self) -> &'static str {
        "aarc"
    }

    fn shape(&self, _: &GridSettings) -> Shape {
        Shape::default()
    }

    fn group(&self, service: &Service, path: &str) -> String {
        let host = host_of(service);
        let own = service.settings.grid.entitlement_namespace.clone();
        entitlement(&own.unwrap_or_else(|| format!("urn:geant:{host}")), path, &host)
    }

    fn claims(&self, about: &About<'_>) -> Map<String, Value> {
        let host = host_of(about.service);
        let groups: Vec<Value> = about.user.group_paths().map(|path| self.group(about.service, &path).into()).collect();
        let mut claims = Map::new();
        if !groups.is_empty() {
            claims.insert("entitlements".into(), groups.clone().into());
            claims.insert("eduperson_entitlement".into(), groups.into());
        }
        let kept = |name: &str| about.user.claims.get(name).filter(|value| !value.is_null()).cloned();
        if let Some(assurance) = kept("eduperson_assurance") {
            claims.insert("eduperson_assurance".into(), assurance);
        }
        let id = kept("voperson_id").unwrap_or_else(|| format!("{}@{host}", about.user.sub).into());
        claims.insert("voperson_id".into(), id);
        claims
    }
}

fn host_of(service: &Service) -> String {
    Url::parse(&service.issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// `urn:geant:iam.example:group:atlas:production#iam.example`.
fn entitlement(namespace: &str, path: &str, authority: &str) -> String {
    let mut urn = format!("{namespace}:group");
    for name in path.split('/').filter(|name| !name.is_empty()) {
        // Writing into a `String` cannot fail.
        let _ = write!(urn, ":{name}");
    }
    let _ = write!(urn, "#{authority}");
    urn
}
