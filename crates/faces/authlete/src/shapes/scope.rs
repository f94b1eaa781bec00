//! Scopes as the service's document describes them.

use jeton_core::model::Service;
use jeton_core::scope::Scope;
use serde::Serialize;
use serde_json::Value;

use crate::answer::Strict;

/// A scope in an answer.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Described<'a> {
    /// As the document describes it.
    Known(Strict<'a>),
    /// One that it does not describe.
    #[serde(rename_all = "camelCase")]
    Other {
        /// Its name.
        name: &'a str,
        /// Whether a request without scopes gets it.
        default_entry: bool,
    },
}

/// Each word of a scope with its description and attributes, where the document has them.
pub(crate) fn described<'a>(service: &'a Service, scope: &'a Scope) -> Vec<Described<'a>> {
    let described = service.settings.other.get("supportedScopes").and_then(Value::as_array);
    let known = |word: &str| {
        described.into_iter().flatten().find(|each| each.get("name").and_then(Value::as_str) == Some(word))
    };
    let of = |word| {
        known(word).map_or(Described::Other { name: word, default_entry: false }, |each| Described::Known(Strict(each)))
    };
    scope.words().map(of).collect()
}
