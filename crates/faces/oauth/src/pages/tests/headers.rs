//! The exact headers of a page.

use super::login;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ErrorPage, FormTargets, STYLE_SOURCE};
use url::Url;

fn lines(response: &Response) -> Vec<String> {
    let mut lines: Vec<String> =
        response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    lines.sort();
    lines
}

#[test]
fn exactly_these() {
    let redirect_uri = Url::parse("https://app.example:8443/cb?x=1").unwrap();
    let page = login().render(&FormTargets::and(&redirect_uri));
    assert_eq!(page.status(), StatusCode::OK);
    let style = &*STYLE_SOURCE;
    assert_eq!(
        lines(&page),
        [
            "cache-control: no-store".to_owned(),
            format!(
                "content-security-policy: default-src 'none'; style-src {style}; img-src 'self' data:; \
                 form-action 'self' https:; frame-ancestors 'none'; base-uri 'none'"
            ),
            "content-type: text/html; charset=utf-8".to_owned(),
            "permissions-policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
                .to_owned(),
            "pragma: no-cache".to_owned(),
            "referrer-policy: no-referrer".to_owned(),
            "x-content-type-options: nosniff".to_owned(),
            "x-frame-options: DENY".to_owned(),
        ]
    );
}

#[test]
fn an_error_page_keeps_its_status_and_leads_nowhere() {
    let page = ErrorPage { issuer_name: "i", title: "t", message: "m", detail_id: None, reason: None, onward: None }
        .render(StatusCode::NOT_FOUND);
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert!(lines(&page).iter().any(|line| line.contains("form-action 'self'; frame-ancestors 'none'")));
}
