//! The token API of ProdManager with its own client and its own verifier, and what other faces see of its tokens.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::{Jeton, client_run};
use serde_json::{Value, json};

/// What creates tokens.
const SECRET: &str = "an-application-secret-of-39-characters.";

/// What `tests/clients/python/prodmanager_tokens.py` drives.
const STEPS: [&str; 9] = [
    "three-encodings",
    "the-projects-own-reading",
    "plain-text",
    "verified-by-the-secret",
    "whoami-by-the-library",
    "whoami-from-the-document",
    "a-bad-token-raises",
    "faults-raise",
    "create-by-the-library",
];

async fn drive(shared: bool) -> Result<()> {
    let jeton = Jeton::start(&format!("[api_tokens]\nsecret = {SECRET:?}\nshared_secret = {shared}\n")).await?;
    let case = json!({ "issuer": jeton.issuer(), "secret": SECRET, "shared": shared });
    let run = client_run::python("prodmanager_tokens.py", &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    ensure!(steps == STEPS, "{steps:?}");
    ensure!(!jeton.log().contains("eyJ") && !jeton.log().contains(SECRET), "no token and no secret in the log");
    Ok(())
}

#[tokio::test]
async fn its_own_client_with_the_secret_that_signs_too() -> Result<()> {
    drive(true).await
}

#[tokio::test]
async fn its_own_client_with_a_key_apart() -> Result<()> {
    drive(false).await
}

#[tokio::test]
async fn a_token_outlives_a_restart() -> Result<()> {
    let mut jeton = Jeton::start(&format!("[api_tokens]\nsecret = {SECRET:?}\n")).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let fields = [("secret", SECRET), ("name", "nightly-report"), ("description", "Nightly report job")];
    let made = client.post(jeton.url("/api/token/create")).form(&fields).send().await?;
    let token: String = serde_json::from_str(&made.text().await?)?;
    jeton.restart().await?;
    let answer = client.get(jeton.url("/token/whoami")).bearer_auth(&token).send().await?;
    let said: Value = serde_json::from_str(&answer.text().await?)?;
    ensure!(said.pointer("/playload/aud") == Some(&json!("nightly-report")), "{said}");
    Ok(())
}
