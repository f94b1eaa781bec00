//! A scope in words that a person can decide on.

use jeton_core::Scope;
use jeton_core::catalog::Catalog;

/// One line of the consent page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine<'a> {
    /// What the scope allows.
    pub title: &'a str,
    /// What that means; may be empty.
    pub detail: &'a str,
}

impl<'a> ScopeLine<'a> {
    /// Describes `scope`: the standard ones in plain words, any other by its name.
    #[must_use]
    pub fn of(scope: &'a str) -> Self {
        let (title, detail) = match scope {
            "openid" => ("Know who you are", "A lasting identifier of your account"),
            "profile" => ("See your profile", "Your name, picture, language and the like"),
            "email" => ("See your e-mail address", "And whether it has been confirmed"),
            "address" => ("See your postal address", ""),
            "phone" => ("See your phone number", "And whether it has been confirmed"),
            "offline_access" => ("Stay connected while you are away", "Until it is withdrawn"),
            other => (other, "A permission of this service or its APIs"),
        };
        Self { title, detail }
    }

    /// Describes the requested scopes: in the operator's words if there are any, and without those that the operator hides.
    pub(crate) fn all(scope: &'a Scope, catalog: &'a Catalog) -> Vec<Self> {
        let lines = scope.words().filter_map(|word| match catalog.scope(word) {
            Some(record) if !record.is_displayed_in_consent => None,
            Some(record) if !record.description.is_empty() => Some(Self::described(word, &record.description)),
            _ => Some(Self::of(word)),
        });
        lines.collect()
    }

    /// Describes a scope in the operator's words.
    #[must_use]
    pub fn described(scope: &'a str, description: &'a str) -> Self {
        Self { title: description, detail: scope }
    }
}
