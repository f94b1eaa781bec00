//! The policy allows exactly the inline scripts and styles of the page.

use super::{body, login};
use jeton_wire::pages::{AUTO_SUBMIT, FormPostPage, FormTargets, STYLE, source_hash};

#[test]
fn a_source_is_the_hash_in_plain_base64() {
    // FIPS 180-4, the example "abc".
    assert_eq!(source_hash("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
}

/// The text of the page's only `<tag>`, hashed as a browser would.
fn inline_hash(html: &str, tag: &str) -> String {
    let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
    let (text, rest) = rest.split_once(&format!("</{tag}>")).unwrap();
    assert!(!rest.contains(&format!("<{tag}")), "one <{tag}> a page");
    source_hash(text)
}

#[test]
fn the_policy_names_the_style_that_is_in_the_page() {
    let page = login().render(&FormTargets::own());
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let html = body(page);
    assert!(policy.contains(&format!("style-src {};", inline_hash(&html, "style"))));
    assert!(html.contains(STYLE));
    assert!(!html.contains("<script"), "no script on a page that needs none");
    assert!(!policy.contains("script-src"));
}

#[test]
fn the_policy_of_form_post_names_its_script() {
    let page = FormPostPage { issuer_name: "i", client_name: "c", action: "https://c.example/cb", fields: &[] }
        .render(&FormTargets::own());
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let html = body(page);
    assert!(policy.contains(&format!(" script-src {};", inline_hash(&html, "script"))));
    assert!(html.contains(&format!("<script>{AUTO_SUBMIT}</script>")));
}

#[test]
fn no_template_styles_outside_the_hash() {
    let html = body(super::consent().render(&FormTargets::own()));
    assert!(!html.contains(" style="), "a style attribute would be refused by the policy");
    let handlers = ["click", "submit", "load", "focus", "error", "change"];
    assert!(!handlers.iter().any(|event| html.contains(&format!(" on{event}="))), "so would an event handler");
}
