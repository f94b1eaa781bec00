//! Every page and state, written to a folder for a person to look at.
//!
//! `JETON_GALLERY=some-folder cargo test -p jeton-face-oauth gallery` writes them; without the variable
//! they are only rendered.

use super::{body, consent, login};
use crate::pages::{ConsentPage, HomePage, LoginPage, ScopeLine, SignOutOutcome, SignOutPage, SignedOutPage, WayBack};
use http::StatusCode;
use jeton_wire::pages::{ErrorPage, FormPostPage, FormTargets};

const LONG: &str = "The Extraordinarily Long-Named Consortium for Interoperable Widgets and Sprockets";

#[test]
fn every_page_renders() {
    let own = FormTargets::own();
    let issuer_name = "Harbour accounts";
    let back = Some(WayBack { client_name: "Tide Tables", address: "https://tides.example/" });
    let pages = [
        ("login", login().render(&own)),
        (
            "login-error",
            LoginPage {
                username: "alice",
                error: Some("The username or the password is not right."),
                wrong: true,
                ..login()
            }
            .render(&own),
        ),
        (
            "login-slowed",
            LoginPage { username: "alice", error: Some("Sign-in is slowed down. Please try again."), ..login() }
                .render(&own),
        ),
        ("consent", consent().render(&own)),
        ("consent-again", ConsentPage { notice: Some("The page is no longer valid."), ..consent() }.render(&own)),
        ("home", home(None).render()),
        ("home-signed-in", home(Some("alice")).render()),
        (
            "consent-long",
            ConsentPage {
                client_name: LONG,
                account: "a.very.long.account.name.indeed@subdomain.university.example",
                scopes: vec![ScopeLine::of("urn:example:scopes:a_rather_long_machine_made_scope_name.read_write")],
                ..consent()
            }
            .render(&own),
        ),
        (
            "error",
            ErrorPage {
                issuer_name,
                title: "This sign-in link does not work",
                message: "The app that sent you here gave an address that it has not registered. You have not been \
                          signed in and nothing was shared. Go back to the app and try again, or tell its makers.",
                detail_id: Some("redirect-uri-unregistered · 01J9Z3"),
                reason: Some("The redirect URI is not registered for the client"),
                onward: Some(("Go to the start page", "/")),
            }
            .render(StatusCode::BAD_REQUEST),
        ),
        (
            "form-post",
            FormPostPage {
                issuer_name,
                client_name: "Tide Tables",
                action: "https://tides.example/cb",
                fields: &[("code", "c"), ("state", "s")],
            }
            .render(&own),
        ),
        (
            "sign-out",
            SignOutPage {
                issuer_name,
                client_name: Some("Tide Tables"),
                account: Some("alice"),
                action: "/end_session",
                ticket: "t",
                notice: None,
            }
            .render(&own),
        ),
        ("signed-out", SignedOutPage { issuer_name, outcome: SignOutOutcome::Ended, back, told: Vec::new() }.render()),
        ("stayed", SignedOutPage { issuer_name, outcome: SignOutOutcome::Kept, back: None, told: Vec::new() }.render()),
    ];
    for (name, page) in pages {
        let html = body(page);
        assert!(html.trim_end().ends_with("</html>"), "{name}");
        if let Some(folder) = std::env::var_os("JETON_GALLERY") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), html).unwrap();
        }
    }
}

fn home(account: Option<&str>) -> HomePage<'_> {
    HomePage {
        issuer_name: "Harbour accounts",
        account,
        sign_in: "/login",
        sign_out: "/end_session",
        device: "/device",
    }
}
