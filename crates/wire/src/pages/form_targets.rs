//! Where a page's form may lead to.

use std::fmt;

use url::Url;

/// The sources of a page's `form-action` directive.
///
/// A browser applies this list to every redirect that follows the form. A sign-in form posts to Jeton, but the answer may
/// redirect to the client: so the *first* page of the flow must already list the client's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTargets(String);

impl FormTargets {
    /// Only Jeton itself.
    #[must_use]
    pub fn own() -> Self {
        Self("'self'".to_owned())
    }

    /// Jeton itself, then `redirect_uri` and whatever the client's callback redirects to in turn.
    ///
    /// Browsers apply the list to the whole chain of redirects, and Jeton does not know where a callback leads: so the redirect
    /// URI's scheme and https are listed, but no origin. The page itself determines where the form posts to.
    #[must_use]
    pub fn and(redirect_uri: &Url) -> Self {
        match redirect_uri.scheme() {
            "https" => Self("'self' https:".to_owned()),
            scheme => Self(format!("'self' https: {scheme}:")),
        }
    }
}

impl fmt::Display for FormTargets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
