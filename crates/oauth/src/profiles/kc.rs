//! `kc`: for resource servers written for Keycloak.

use serde_json::{Map, Value};

use super::{About, JwtProfile, Shape, person};
use jeton_model::records::GridSettings;

pub(super) struct Kc;

impl JwtProfile for Kc {
    fn name(&self) -> &'static str {
        "kc"
    }

    fn shape(&self, _: &GridSettings) -> Shape {
        Shape { scope: true, early: Some(0), ..Shape::default() }
    }

    fn claims(&self, about: &About<'_>) -> Map<String, Value> {
        person::names("roles", about.user).into_iter().collect()
    }
}
