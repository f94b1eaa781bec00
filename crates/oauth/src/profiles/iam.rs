//! `iam`: INDIGO IAM's own profile, with few claims unless the operator asks for more.

use serde_json::{Map, Value};

use super::{About, JwtProfile, Shape, person};
use jeton_model::records::GridSettings;

pub(super) struct Iam;

impl JwtProfile for Iam {
    fn name(&self) -> &'static str {
        "iam"
    }

    fn shape(&self, settings: &GridSettings) -> Shape {
        Shape { scope: settings.scope, early: settings.nbf.then_some(0), ..Shape::default() }
    }

    fn claims(&self, about: &About<'_>) -> Map<String, Value> {
        if !about.service.settings.grid.user_data {
            return Map::new();
        }
        let mut claims = person::data(about);
        claims.extend(self.identity_claims(about));
        claims
    }

    fn identity_claims(&self, about: &About<'_>) -> Map<String, Value> {
        if !about.scope.contains("profile") {
            return Map::new();
        }
        let organisation = ("organisation_name".to_owned(), about.service.name.as_str().into());
        person::names("groups", about.user).into_iter().chain([organisation]).collect()
    }
}
