//! What a redirect URI adds to `form-action`, and what it cannot add.

use crate::pages::FormTargets;
use url::Url;

fn targets(redirect_uri: &str) -> String {
    FormTargets::and(&Url::parse(redirect_uri).unwrap()).to_string()
}

#[test]
fn web_addresses_by_origin() {
    assert_eq!(
        targets("https://app.example/cb?a=b"),
        "'self' https://app.example"
    );
    assert_eq!(
        targets("http://127.0.0.1:9000/cb"),
        "'self' http://127.0.0.1:9000"
    );
    assert_eq!(
        targets("https://bücher.example/"),
        "'self' https://xn--bcher-kva.example"
    );
}

#[test]
fn other_addresses_by_scheme() {
    assert_eq!(targets("com.example.app:/done"), "'self' com.example.app:");
    assert_eq!(targets("myapp://x;script-src%20*/y"), "'self' myapp:");
    assert_eq!(targets("http://[::1]:9000/cb"), "'self' http:");
}

#[test]
fn a_host_cannot_write_policy() {
    for uri in [
        "https://a;script-src/",
        "https://a,b/",
        "https://*/",
        "https://a'b/",
    ] {
        if let Ok(url) = Url::parse(uri) {
            assert_eq!(FormTargets::and(&url).to_string(), "'self' https:", "{uri}");
        }
    }
}
