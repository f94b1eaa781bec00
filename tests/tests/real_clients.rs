//! The npm and PyPI clients against the real binary: each script drives one library through everything.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::config::{APP, Client, POSTER, REDIRECT_URI, SPA, with_redirect_uri};
use jeton_tests::{Jeton, client_run};

/// What every script drives, with its library's own calls.
const EVERY: [&str; 6] = ["discovery", "authorization-code", "wrong-verifier", "userinfo", "refresh", "revocation"];
/// What takes a secret.
const CONFIDENTIAL: [&str; 4] = ["client-credentials", "wrong-secret", "password", "introspection"];

/// What a script drives about people who are signed in already.
const PEOPLE: [&str; 9] = [
    "nobody-is-signed-in",
    "signs-in",
    "is-asked-nothing-again",
    "a-wider-scope-is-asked-about",
    "prompt-login-and-consent",
    "max-age",
    "hints",
    "sign-out",
    "sign-out-without-a-hint",
];

/// Runs `script` as `client` and fails unless each of `expected` was driven: a script that skips a step
/// must not pass for one that did it.
async fn drive(script: &str, client: Client, expected: &[&str]) -> Result<()> {
    let jeton = Jeton::start(&with_redirect_uri(REDIRECT_URI)).await?;
    let case = client.case(jeton.issuer(), REDIRECT_URI);
    let run = match script.ends_with(".py") {
        true => client_run::python(script, &case).await,
        false => client_run::node(script, &case).await,
    };
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    for step in expected {
        ensure!(steps.iter().any(|done| done == step), "{script} did not drive {step}: {steps:?}");
    }
    Ok(())
}

/// The same for a script that drives a whole life of tokens, and `expected` beyond it.
async fn drive_flow(script: &str, client: Client, expected: &[&str]) -> Result<()> {
    drive(script, client, &[EVERY.as_slice(), expected].concat()).await
}

#[tokio::test]
async fn openid_client_with_basic_and_opaque_tokens() -> Result<()> {
    let own = ["scope-not-allowed", "mix-up", "code-reuse", "denied"];
    drive_flow("openid-client.mjs", APP, &[CONFIDENTIAL.as_slice(), &own].concat()).await
}

#[tokio::test]
async fn openid_client_with_post_and_jwts() -> Result<()> {
    drive_flow("openid-client.mjs", POSTER, &CONFIDENTIAL).await
}

#[tokio::test]
async fn openid_client_as_a_public_client() -> Result<()> {
    drive_flow("openid-client.mjs", SPA, &["mix-up", "code-reuse", "denied"]).await
}

#[tokio::test]
async fn oauth4webapi_with_post_and_jwts() -> Result<()> {
    drive_flow("oauth4webapi.mjs", POSTER, &[CONFIDENTIAL.as_slice(), &["jwt-access-token"]].concat()).await
}

#[tokio::test]
async fn authlib_with_basic_and_opaque_tokens() -> Result<()> {
    drive_flow("authlib_flow.py", APP, &[CONFIDENTIAL.as_slice(), &["sign-out"]].concat()).await
}

#[tokio::test]
async fn authlib_with_post_and_jwts() -> Result<()> {
    drive_flow("authlib_flow.py", POSTER, &[CONFIDENTIAL.as_slice(), &["sign-out"]].concat()).await
}

#[tokio::test]
async fn openid_client_with_a_person_who_is_signed_in_already() -> Result<()> {
    drive("openid-client-people.mjs", APP, &PEOPLE).await
}
