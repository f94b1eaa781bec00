//! Where a page's form may lead.

use std::fmt;

use url::Url;

/// The sources of a page's `form-action` directive.
///
/// A browser holds a form to this list through every redirect that answers it. A sign-in form posts to
/// Jeton, but the answer may send the browser on to the client: the client's address has to be listed
/// already when the *first* page of the journey is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTargets(String);

impl FormTargets {
    /// Only Jeton itself.
    #[must_use]
    pub fn own() -> Self {
        Self("'self'".to_owned())
    }

    /// Jeton itself, then on to `redirect_uri` and whatever the client's callback redirects to in turn.
    ///
    /// Browsers hold the whole chain of redirects to this list, and where a callback leads is not ours to know: so the
    /// redirect URI's scheme is listed, and https, but no origin. What the form itself posts to is fixed in the page.
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
