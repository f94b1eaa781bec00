//! Which URLs are client ids (draft-ietf-oauth-client-id-metadata-document, "Client Identifier URL").

use jeton_administration::redirect_uri::is_well_formed;
use jeton_model::outbound::UrlTrust;
use url::Url;

/// The longest client id that a client may have, in bytes.
const LONGEST: usize = 255;

/// A client id that is the URL of a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identifier {
    /// The host, with its port where that is not the usual one: what the document is limited to.
    pub(super) host: String,
    /// Whether the operator vouches for the host.
    pub(super) trust: UrlTrust,
}

/// Whether a client id may be such a URL: all others are not looked at any further.
pub(super) fn is_url(client_id: &str) -> bool {
    client_id.starts_with("https://") || client_id.starts_with("http://")
}

/// Reads a client id. `allowed`: the hosts, with or without a port, that may be reached without TLS and at addresses that are not
/// public.
///
/// A client id is compared as a text, so the text must be what the URL rules make of it: then there is one spelling of it, without
/// dot segments, without user information, and with a path.
///
/// # Errors
/// What is wrong, to follow "the client_id".
pub(super) fn read(client_id: &str, allowed: &[String]) -> Result<Identifier, &'static str> {
    if client_id.len() > LONGEST {
        return Err("is longer than 255 characters");
    }
    if !is_well_formed(client_id) {
        return Err("has a fragment, user information, or characters that do not belong in a URL");
    }
    let url = Url::parse(client_id).map_err(|_| "is not a URL")?;
    if url.as_str() != client_id {
        return Err(
            "is not written as a URL is: with a path, without dot segments, default port and capital letters in its host",
        );
    }
    let host = url.host_str().ok_or("names no host")?;
    let named = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let is_allowed = allowed.iter().any(|one| *one == named || one == host);
    if url.scheme() != "https" && !is_allowed {
        return Err("is not an https URL");
    }
    let trust = if is_allowed { UrlTrust::Operator } else { UrlTrust::Stranger };
    Ok(Identifier { host: named, trust })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(client_id: &str) -> Option<UrlTrust> {
        let allowed = ["localhost".to_owned(), "127.0.0.1:3000".to_owned(), "[::1]".to_owned()];
        read(client_id, &allowed).ok().map(|identifier| identifier.trust)
    }

    #[test]
    fn a_client_id_is_an_https_url_with_a_path() {
        for good in [
            "https://app.example/client.json",
            "https://app.example:8443/client",
            "https://app.example/",
            "https://app.example/client?v=1",
            "https://10.0.0.1/client",
        ] {
            assert_eq!(trust(good), Some(UrlTrust::Stranger), "{good}");
        }
        for bad in [
            "https://app.example",
            "http://app.example/client",
            "ftp://app.example/client",
            "https:app.example/client",
            "https://app.example/client#f",
            "https://app.example/client#",
            "https://me@app.example/client",
            "https://me:secret@app.example/client",
            "https://app.example/a/../client",
            "https://app.example/./client",
            "https://app.example/%2e%2e/client",
            "https://app.example/a/%2E/client",
            "https://APP.example/client",
            "HTTPS://app.example/client",
            "https://app.example:443/client",
            "https://app.example\\client",
            "https://app.example/cli ent",
            "https://0x7f.1/client",
            "https://2130706433/client",
            "https://xn--/client",
            "https://b\u{fc}cher.example/client",
            "https:///client",
            "https://",
            "",
        ] {
            assert_eq!(trust(bad), None, "{bad}");
        }
        let longest = format!("https://app.example/{}", "a".repeat(LONGEST - 20));
        assert!(trust(&longest).is_some());
        assert!(trust(&format!("{longest}a")).is_none());
    }

    #[test]
    fn an_operator_vouches_for_hosts_by_name_and_port() {
        for own in [
            "http://localhost:8000/client",
            "https://localhost/client",
            "http://127.0.0.1:3000/client",
            "http://[::1]:9/client",
        ] {
            assert_eq!(trust(own), Some(UrlTrust::Operator), "{own}");
        }
        for other in ["http://127.0.0.1/client", "http://127.0.0.1:3001/client", "http://localhost.evil.example/client"]
        {
            assert_eq!(trust(other), None, "{other}");
        }
        assert_eq!(trust("https://127.0.0.1/client"), Some(UrlTrust::Stranger), "the way out refuses its address");
    }
}
