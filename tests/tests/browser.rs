//! A real browser without JavaScript signs in, consents and arrives.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jeton_tests::config::{APP, with_redirect_uri};
use jeton_tests::{Jeton, client_run, free_port};
use serde_json::json;

/// The browser to drive: `JETON_CHROMIUM`, or where distributions put it.
fn chromium() -> Result<PathBuf> {
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let given = std::env::var_os("JETON_CHROMIUM").map(PathBuf::from);
    given
        .or_else(|| usual.iter().map(PathBuf::from).find(|path| path.is_file()))
        .context("chromium is not installed: install it, or name a browser of its kind in JETON_CHROMIUM")
}

#[tokio::test]
async fn pages_work_without_javascript_and_only_for_their_own_browser() -> Result<()> {
    let redirect_uri = format!("http://127.0.0.1:{}/cb", free_port()?);
    let jeton = Jeton::start(&with_redirect_uri(&redirect_uri)).await?;
    let mut case = APP.case(jeton.issuer(), &redirect_uri);
    case["browser"] = json!(chromium()?);
    case["authorization_endpoint"] = json!(jeton.url("/authorization"));
    let run = client_run::node("browser.mjs", &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    let expected = [
        "sign-in-without-javascript",
        "wrong-password-is-told",
        "cannot-be-framed",
        "a-ticket-is-bound-to-its-browser",
        "a-form-elsewhere-is-refused",
    ];
    assert_eq!(steps, expected);
    Ok(())
}
