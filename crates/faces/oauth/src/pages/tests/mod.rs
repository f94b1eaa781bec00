//! The pages' guarantees, checked on whole responses.

mod escaping;
mod gallery;
mod headers;
mod inline;

use axum::response::Response;
use jeton_wire::pages::FormTargets;

use super::{AboutClient, ConsentPage, LoginPage, ScopeLine};

/// An ordinary sign-in page.
fn login() -> LoginPage<'static> {
    LoginPage {
        issuer_name: "Harbour accounts",
        client_name: "Tide Tables",
        about: AboutClient::default(),
        action: "/authorization/login",
        ticket: "t1",
        username: "",
        error: None,
        wrong: false,
    }
}

/// An ordinary consent page.
fn consent() -> ConsentPage<'static> {
    ConsentPage {
        issuer_name: "Harbour accounts",
        client_name: "Tide Tables",
        about: AboutClient::default(),
        account: "alice",
        switch_account: Some("/authorization/switch?ticket=t1"),
        scopes: ["openid", "profile", "email", "offline_access", "tides.read"].map(ScopeLine::of).to_vec(),
        resources: Vec::new(),
        returns_to: Some("tides.example"),
        action: "/authorization/consent",
        ticket: "t1",
        notice: None,
    }
}

/// The body as text.
fn body(response: Response) -> String {
    let read = axum::body::to_bytes(response.into_body(), usize::MAX);
    let bytes = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(read).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The login page's HTML with `client_name`.
fn login_named(client_name: &str) -> String {
    body(LoginPage { client_name, ..login() }.render(&FormTargets::own()))
}
