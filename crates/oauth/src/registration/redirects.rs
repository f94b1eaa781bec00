//! Which redirect URIs a registrant may have (RFC 7591 section 2, OIDC Registration section 2, RFC 8252).

use url::{Host, Url};

use crate::registration::refusals::REGISTERED_REDIRECT_INVALID;
use jeton_administration::redirect_uri::{is_open_scheme, is_well_formed};
use jeton_model::Refusal;
use jeton_model::records::RegistrationPolicy;

/// How many a client may have.
const MOST: usize = 64;

/// The application type that a client states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApplicationType {
    /// A web application: `https`, or a loopback address, as while it is developed.
    Web,
    /// A web application that gets tokens through the browser: `https`, and not `localhost`.
    WebWithTokens,
    /// An application on a person's device: a loopback address, a private-use scheme, or `https`.
    Native,
    /// Not stated, as by clients that only know RFC 7591: each URI may be of either type.
    Unsaid,
}

/// Checks all of them.
///
/// # Errors
/// [`REGISTERED_REDIRECT_INVALID`].
pub(super) fn check(uris: &[String], kind: ApplicationType, policy: &RegistrationPolicy) -> Result<(), Refusal> {
    if uris.len() > MOST {
        return Err(REGISTERED_REDIRECT_INVALID.with(format!("redirect_uris: at most {MOST}")));
    }
    for uri in uris {
        if !is_well_formed(uri) {
            let text = format!("redirect_uris: {uri} is not an absolute URI without a fragment");
            return Err(REGISTERED_REDIRECT_INVALID.with(text));
        }
        if !is_open_scheme(uri, &policy.private_schemes) {
            let text = format!(
                "redirect_uris: {uri}: a scheme of the application's own has a period, as com.example.app has, or is listed by the operator"
            );
            return Err(REGISTERED_REDIRECT_INVALID.with(text));
        }
        if !fits(uri, kind, policy.allow_http) {
            let wanted = match kind {
                ApplicationType::Web => "a web application needs https, or http on a loopback address",
                ApplicationType::WebWithTokens => {
                    "a web application with the grant implicit needs https, and a host other than localhost"
                }
                ApplicationType::Native => {
                    "a native application needs a loopback address, a scheme of its own, or https"
                }
                ApplicationType::Unsaid => "use https, a loopback address, or a scheme of the application's own",
            };
            return Err(REGISTERED_REDIRECT_INVALID.with(format!("redirect_uris: {uri}: {wanted}")));
        }
    }
    Ok(())
}

impl ApplicationType {
    /// A web application's type by what it gets through the browser (OIDC Registration section 2): only of those "using the OAuth Implicit
    /// Grant Type" `https` is demanded.
    pub(super) fn with(self, grants: &[String], response_types: &[String]) -> Self {
        let is_token = |word: &str| matches!(word, "token" | "id_token");
        let gets_tokens = response_types.iter().any(|each| each.split(' ').any(is_token));
        match self {
            Self::Web if gets_tokens || grants.iter().any(|grant| grant == "implicit") => Self::WebWithTokens,
            other => other,
        }
    }

    fn is_web(self) -> bool {
        matches!(self, Self::Web | Self::WebWithTokens)
    }
}

/// Whether the address for a sign-out in the browser is on a site to which the client's people are sent back anyway (Front-Channel
/// Logout section 2): otherwise anybody could have any site loaded.
pub(super) fn is_own_site(address: &str, uris: &[String]) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    origin(address).is_some_and(|own| uris.iter().any(|uri| origin(uri).as_ref() == Some(&own)))
}

fn fits(uri: &str, kind: ApplicationType, allow_http: bool) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    match url.scheme() {
        "https" => kind != ApplicationType::WebWithTokens || url.host_str() != Some("localhost"),
        "http" => allow_http || (kind != ApplicationType::WebWithTokens && is_loopback(&url)),
        _ => !kind.is_web(),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(addr)) => addr.is_loopback(),
        Some(Host::Ipv6(addr)) => addr.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::ApplicationType::{Native, Unsaid, Web, WebWithTokens};
    use super::fits;

    #[test]
    fn each_kind_of_application_has_its_addresses() {
        for (uri, tokens, web, native) in [
            ("https://app.example/cb", true, true, true),
            ("https://localhost/cb", false, true, true),
            ("http://app.example/cb", false, false, false),
            ("http://localhost:3000/cb", false, true, true),
            ("http://127.0.0.1/cb", false, true, true),
            ("http://[::1]:9/cb", false, true, true),
            ("http://127.0.0.1.evil.example/cb", false, false, false),
            ("http://localhost.evil.example/cb", false, false, false),
            ("com.example.app:/cb", false, false, true),
        ] {
            assert_eq!(fits(uri, WebWithTokens, false), tokens, "{uri}");
            assert_eq!(fits(uri, Web, false), web, "{uri}");
            assert_eq!(fits(uri, Native, false), native, "{uri}");
            assert_eq!(fits(uri, Unsaid, false), web || native, "{uri}");
        }
        assert!(fits("http://app.example/cb", Web, true), "the operator may allow it");
    }
}
