//! `kc`: what resource servers made for Keycloak read.

use serde_json::{Map, Value};

use super::{About, Shape, TokenProfile, person};
use jeton_model::records::GridSettings;

pub(super) struct Kc;

impl TokenProfile for Kc {
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
