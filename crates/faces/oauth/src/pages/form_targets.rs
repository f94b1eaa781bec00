//! Where a page's form may lead.

use std::fmt;

use url::{Host, Url};

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

    /// Jeton itself, then wherever `redirect_uri` lives.
    ///
    /// Takes a parsed URL that the client registered. Web addresses are listed by origin; an app's own
    /// scheme (`com.example.app:/done`) by scheme, for there is nothing more to compare.
    #[must_use]
    pub fn and(redirect_uri: &Url) -> Self {
        Self(format!("'self' {}", source(redirect_uri)))
    }
}

impl fmt::Display for FormTargets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The narrowest policy source that covers `url`.
fn source(url: &Url) -> String {
    let scheme_only = || format!("{}:", url.scheme());
    if !matches!(url.scheme(), "http" | "https") {
        return scheme_only();
    }
    match url.host() {
        // A policy has no spelling for an IPv6 address: the scheme is the narrowest there is.
        None | Some(Host::Ipv6(_)) => scheme_only(),
        Some(Host::Ipv4(_)) => url.origin().ascii_serialization(),
        // A URL's host may hold `;`, `,` or `*`, which would be syntax in a policy.
        Some(Host::Domain(name))
            if name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)) =>
        {
            url.origin().ascii_serialization()
        }
        Some(Host::Domain(_)) => scheme_only(),
    }
}
