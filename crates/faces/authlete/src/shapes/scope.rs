//! Scopes as the service's document describes them.

use jeton_core::model::Service;
use jeton_core::scope::Scope;
use serde_json::{Value, json};

/// Each word of a scope with its description and attributes, where the document has them.
pub(crate) fn described(service: &Service, scope: &Scope) -> Vec<Value> {
    let described = service.settings.other.get("supportedScopes").and_then(Value::as_array);
    let known = |word: &str| {
        described.into_iter().flatten().find(|each| each.get("name").and_then(Value::as_str) == Some(word)).cloned()
    };
    scope.words().map(|word| known(word).unwrap_or_else(|| json!({ "name": word, "defaultEntry": false }))).collect()
}
