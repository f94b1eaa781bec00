//! A real browser: Jeton's pages without JavaScript, and an application that lives in it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jeton_testkit::machine::{self, CHROMIUM, need};
use jeton_tests::config::{APP, SPA, person, with, with_redirect_uri};
use jeton_tests::toml::table;
use jeton_tests::{Jeton, client_run, free_port};
use serde_json::json;

fn chromium() -> Result<PathBuf> {
    need(&[&CHROMIUM])?;
    machine::chromium().context("chromium")
}

#[tokio::test]
async fn pages_work_without_javascript_and_only_for_their_own_browser() -> Result<()> {
    let redirect_uri = format!("http://127.0.0.1:{}/cb", free_port());
    let jeton = Jeton::start(&with_redirect_uri(&redirect_uri)).await?;
    let more = json!({ "browser": chromium()?, "authorization_endpoint": jeton.url("/authorization") });
    let case = with(APP.case(jeton.issuer(), &redirect_uri), more);
    let run = client_run::node("browser.mjs", &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    let expected = [
        "sign-in-without-javascript",
        "wrong-password-is-told",
        "cannot-be-framed",
        "answered-by-form-by-itself",
        "answered-by-form-with-a-button",
        "a-ticket-is-bound-to-its-browser",
        "a-form-elsewhere-is-refused",
    ];
    assert_eq!(steps, expected);
    Ok(())
}

/// People do what the sequence of pages does not foresee, and get on.
#[tokio::test]
async fn two_tabs_the_back_button_and_mistakes_end_well() -> Result<()> {
    let redirect_uri = format!("http://127.0.0.1:{}/cb", free_port());
    let jeton = Jeton::start(&with_redirect_uri(&redirect_uri)).await?;
    let more = json!({ "browser": chromium()?, "authorization_endpoint": jeton.url("/authorization") });
    let case = with(APP.case(jeton.issuer(), &redirect_uri), more);
    let run = client_run::node("browser-people.mjs", &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    let expected = [
        "two-tabs-in-order",
        "two-tabs-the-other-first",
        "two-tabs-signed-in-before-either-consents",
        "back-after-signing-in",
        "an-address-opened-again-after-a-wrong-password",
        "the-own-address",
        "too-long-an-address",
    ];
    assert_eq!(steps, expected);
    Ok(())
}

/// What `tests/clients/node/oidc-client-ts.mjs` drives.
const APPLICATION: [&str; 9] = [
    "sign-in",
    "survives-a-reload",
    "renew-by-refresh-token",
    "renew-in-a-frame",
    "revocation",
    "sign-out",
    "nobody-is-signed-in",
    "sign-in-in-a-window",
    "resource-owner-password",
];

/// Drives the application; `trusted`: it is the operator's own, so that no consent is asked for unless it requests
/// that.
async fn application(trusted: bool) -> Result<()> {
    let redirect_uri = format!("http://127.0.0.1:{}/callback", free_port());
    let client = with(SPA.metadata("jwt", &redirect_uri), json!({ "skip_consent": trusted }));
    let jeton = Jeton::start(&(table("client", &client) + &person())).await?;
    let more = json!({ "browser": chromium()?, "renews_silently": trusted });
    let case = with(SPA.case(jeton.issuer(), &redirect_uri), more);
    let run = client_run::node("oidc-client-ts.mjs", &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    assert_eq!(steps, APPLICATION);
    Ok(())
}

#[tokio::test]
async fn an_application_in_the_browser_renews_in_a_hidden_frame() -> Result<()> {
    application(true).await
}

#[tokio::test]
async fn an_application_that_could_be_impersonated_has_its_person_asked_again() -> Result<()> {
    application(false).await
}
