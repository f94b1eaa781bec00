//! Redirect URIs.

use jeton_core::redirect_uri::is_well_formed;
use url::Url;

/// A well-formed URI has one interpretation: no fragment, no code to run, the host as written.
pub fn run(data: &[u8]) {
    let Some(text) = crate::text(data).filter(|text| is_well_formed(text)) else {
        return;
    };
    assert!(text.is_ascii() && !text.contains(['#', '\\', ' ', '<', '>', '"']), "{text}");
    let url = Url::parse(text).unwrap_or_else(|error| unreachable!("well formed, but {error}: {text}"));
    assert!(!matches!(url.scheme(), "javascript" | "data" | "vbscript" | "file" | "blob" | "about"), "{text}");
    assert!(url.username().is_empty() && url.password().is_none(), "{text}");
    if let Some(host) = url.host_str() {
        assert!(text.to_ascii_lowercase().contains(&format!("//{}", host.to_ascii_lowercase())), "{text}");
    }
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&[
        "https://app.example/callback?a=b%20c",
        "http://127.0.0.1:4711/",
        "http://[::1]:4711/x",
        "com.example.app:/callback",
        "myapp://callback",
    ])
}
