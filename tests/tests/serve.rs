//! The binary as an operator meets it: start, stop, power cut, start again.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::Jeton;
use jeton_tests::config::{APP, REDIRECT_URI, with_redirect_uri};
use reqwest::{Client, Response};
use serde_json::Value;

async fn start() -> Result<Jeton> {
    Jeton::start(&with_redirect_uri(REDIRECT_URI)).await
}

/// Posts a form as the client `app`.
async fn post(jeton: &Jeton, path: &str, form: &[(&str, &str)]) -> Result<Response> {
    let client = Client::builder().no_proxy().build()?;
    Ok(client.post(jeton.url(path)).basic_auth(APP.id, APP.secret).form(form).send().await?)
}

/// A token for the client itself.
async fn mint(jeton: &Jeton) -> Result<String> {
    let answer = post(jeton, "/token", &[("grant_type", "client_credentials")]).await?;
    ensure!(answer.status() == 200, "{}", answer.text().await?);
    let answer: Value = answer.json().await?;
    let token = answer.get("access_token").and_then(Value::as_str);
    Ok(token.context("an access token")?.to_owned())
}

async fn active(jeton: &Jeton, token: &str) -> Result<bool> {
    let answer: Value = post(jeton, "/introspect", &[("token", token)]).await?.json().await?;
    answer.get("active").and_then(Value::as_bool).with_context(|| format!("`active` in {answer}"))
}

#[tokio::test]
async fn a_stop_is_graceful_and_loses_nothing() -> Result<()> {
    let mut jeton = start().await?;
    let token = mint(&jeton).await?;
    let status = jeton.stop().await?;
    assert_eq!(status.code(), Some(0), "{}", jeton.log());
    jeton.restart().await?;
    assert!(active(&jeton, &token).await?);
    assert!(jeton.log().contains("listening on http://127.0.0.1:"), "{}", jeton.log());
    Ok(())
}

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_answered() -> Result<()> {
    let mut jeton = start().await?;
    let (kept, revoked) = (mint(&jeton).await?, mint(&jeton).await?);
    assert_eq!(post(&jeton, "/token/revoke", &[("token", &revoked)]).await?.status(), 200);
    jeton.kill9()?;
    jeton.restart().await?;
    assert!(active(&jeton, &kept).await?);
    assert!(!active(&jeton, &revoked).await?);
    Ok(())
}

#[tokio::test]
async fn neither_secrets_nor_tokens_are_logged() -> Result<()> {
    let mut jeton = start().await?;
    let token = mint(&jeton).await?;
    assert!(active(&jeton, &token).await?);
    jeton.stop().await?;
    let log = jeton.log();
    assert!(!log.contains(&token), "a token is in the log:\n{log}");
    assert!(!log.contains(APP.secret.context("a secret")?), "a secret is in the log:\n{log}");
    Ok(())
}
