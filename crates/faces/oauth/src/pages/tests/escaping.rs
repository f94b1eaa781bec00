//! Text from clients and users is escaped.

use super::{body, consent, login, login_named};
use crate::pages::{AboutClient, ConsentPage, LoginPage, ScopeLine, SignOutPage};
use http::StatusCode;
use jeton_wire::pages::{ErrorPage, FormPostPage, FormTargets};

const HOSTILE: &str = r#""><script>alert('x')</script>&<b>"#;

/// Asserts that no part of `HOSTILE` is markup.
fn assert_tame(html: &str) {
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(!html.contains("<b>"), "{html}");
    assert!(!html.contains(HOSTILE), "{html}");
}

#[test]
fn a_client_name_is_text() {
    let html = login_named(HOSTILE);
    assert_tame(&html);
    assert!(html.contains("<bdi>&#34;&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;&#60;b&#62;</bdi>"));
}

#[test]
fn every_field_of_every_page_is_text() {
    let own = FormTargets::own();
    assert_tame(&body(
        LoginPage {
            issuer_name: HOSTILE,
            client_name: HOSTILE,
            about: AboutClient::default(),
            action: HOSTILE,
            ticket: HOSTILE,
            username: HOSTILE,
            error: Some(HOSTILE),
            wrong: true,
        }
        .render(&own),
    ));
    assert_tame(&body(
        ConsentPage {
            issuer_name: HOSTILE,
            client_name: HOSTILE,
            about: AboutClient::default(),
            account: HOSTILE,
            switch_account: Some(HOSTILE),
            resources: vec![HOSTILE],
            scopes: vec![ScopeLine::of(HOSTILE), ScopeLine::described(HOSTILE, HOSTILE)],
            returns_to: Some(HOSTILE),
            action: HOSTILE,
            ticket: HOSTILE,
            notice: Some(HOSTILE),
        }
        .render(&own),
    ));
    assert_tame(&body(
        ErrorPage {
            issuer_name: HOSTILE,
            title: HOSTILE,
            message: HOSTILE,
            detail_id: Some(HOSTILE),
            reason: Some(HOSTILE),
            onward: Some((HOSTILE, HOSTILE)),
        }
        .render(StatusCode::BAD_REQUEST),
    ));
    let fields = [(HOSTILE, HOSTILE)];
    assert_tame(&body(
        FormPostPage { issuer_name: HOSTILE, client_name: HOSTILE, action: HOSTILE, fields: &fields }.render(&own),
    ));
    assert_tame(&body(
        SignOutPage {
            issuer_name: HOSTILE,
            client_name: Some(HOSTILE),
            account: Some(HOSTILE),
            action: HOSTILE,
            ticket: HOSTILE,
            notice: Some(HOSTILE),
        }
        .render(&own),
    ));
}

#[test]
fn forms_say_what_they_post() {
    let html = body(login().render(&FormTargets::own()));
    for part in [
        r#"<form method="post" action="/authorization/login">"#,
        r#"<input type="hidden" name="ticket" value="t1">"#,
        r#"name="username""#,
        r#"autocomplete="username""#,
        r#"name="password" type="password" autocomplete="current-password""#,
    ] {
        assert!(html.contains(part), "{part}");
    }
    let html = body(consent().render(&FormTargets::own()));
    for part in [
        r#"name="ticket" value="t1""#,
        r#"name="decision" value="approve""#,
        r#"name="decision" value="deny""#,
        "Know who you are",
        "<bdi>tides.read</bdi>",
        ">Not you?</a>",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn an_error_is_announced_and_tied_to_the_fields() {
    let page = LoginPage { error: Some("Wrong username or password."), ..login() }.render(&FormTargets::own());
    assert_eq!(page.status(), StatusCode::BAD_REQUEST);
    let html = body(page);
    assert!(html.contains(r#"role="alert" id="problem""#));
    assert_eq!(html.matches(r#"aria-describedby="problem""#).count(), 2);
    assert!(html.contains("<title>Error: Sign in"));
}
