//! What a redirect URI adds to `form-action`, and what it cannot add.

use crate::pages::FormTargets;
use url::Url;

fn targets(redirect_uri: &str) -> String {
    FormTargets::and(&Url::parse(redirect_uri).unwrap()).to_string()
}

#[test]
fn web_addresses_by_scheme_since_a_callback_may_lead_on() {
    assert_eq!(targets("https://app.example/cb?a=b"), "'self' https:");
    assert_eq!(targets("http://127.0.0.1:9000/cb"), "'self' https: http:");
}

#[test]
fn other_addresses_by_scheme() {
    assert_eq!(targets("com.example.app:/done"), "'self' https: com.example.app:");
    assert_eq!(targets("myapp://x;script-src%20*/y"), "'self' https: myapp:");
}

#[test]
fn a_host_cannot_write_policy() {
    for uri in ["https://a;script-src/", "https://a,b/", "https://*/", "https://a'b/"] {
        if let Ok(url) = Url::parse(uri) {
            assert_eq!(FormTargets::and(&url).to_string(), "'self' https:", "{uri}");
        }
    }
}
