//! A scope in words that a person can decide on.

use jeton_core::Scope;
use jeton_core::catalog::{Catalog, ScopeRecord};
use jeton_core::rights::is_of_this_server;
use jeton_core::scope::{PROTECTION_SCOPE, REGISTER_SCOPE, TOKENS_SCOPE};

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

    /// Describes the requested scopes: in the operator's words if there are any, and without those that the operator hides. The
    /// scopes of this server itself are always shown, by what they give access to.
    pub(crate) fn all(scope: &'a Scope, catalog: &'a Catalog) -> Vec<Self> {
        let lines = scope.words().filter_map(|word| match catalog.scope(word) {
            record if is_of_this_server(word) => Some(Self::of_this_server(word, record)),
            Some(record) if !record.is_displayed_in_consent => None,
            Some(record) if !record.description.is_empty() => Some(Self::described(word, &record.description)),
            _ => Some(Self::of(word)),
        });
        lines.collect()
    }

    /// Describes a scope of this server: the operator's words only add to the description.
    fn of_this_server(scope: &'a str, record: Option<&'a ScopeRecord>) -> Self {
        let title = match scope {
            PROTECTION_SCOPE => "Protect resources at this server",
            REGISTER_SCOPE => "Register applications at this server",
            TOKENS_SCOPE => "See, make and revoke your tokens",
            _ => "Administer this server",
        };
        let words = record.map(|record| record.description.as_str()).filter(|words| !words.is_empty());
        Self { title, detail: words.unwrap_or(scope) }
    }

    /// Describes a scope in the operator's words.
    #[must_use]
    pub fn described(scope: &'a str, description: &'a str) -> Self {
        Self { title: description, detail: scope }
    }
}
