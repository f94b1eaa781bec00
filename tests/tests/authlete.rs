//! The official SDKs of Authlete, unchanged, against the real binary: every operation that each has.
//!
//! The programs are in `clients/python/authlete_api.py`, `clients/node/authlete-api.mjs` and `clients/java/authlete`. Each reports its
//! operations one by one, and fails unless it has called every method of its SDK. The example of `examples/authorization-server` is
//! driven by a relying party.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::toml::table;
use jeton_tests::{Jeton, client_run, free_port};
use serde_json::{Value, json};

/// The number and the issuer of the service. Its authorization server is the program itself.
const SERVICE: u64 = 4711;
const ISSUER: &str = "https://as.example";
const ACCESS_TOKEN: &str = "the-services-own-access-token-01234567";
const API_SECRET: &str = "the-services-own-api-secret-0123456789";
const ORGANIZATION: &str = "the-organizations-access-token-0123456";

/// Steps of all programs in which something differs from the contract: none.
const NOT_YET: &[&str] = &[];

/// The server of a program, and its case. `version`: the generation of paths; `issuer`: where the authorization server is.
async fn started(version: &str, issuer: &str) -> Result<(Jeton, Value)> {
    let service = json!({
        "id": SERVICE, "issuer": issuer, "name": "Harbour", "access_token": ACCESS_TOKEN, "api_secret": API_SECRET,
    });
    let organization = format!("[organization]\naccess_token = {ORGANIZATION:?}\n\n");
    let jeton = Jeton::start(&(organization + &table("service", &service))).await?;
    let case = json!({
        "base": jeton.url(""),
        "version": version,
        "service": SERVICE,
        "issuer": issuer,
        "access_token": ACCESS_TOKEN,
        "api_secret": API_SECRET,
        "organization": ORGANIZATION,
        "may_differ": NOT_YET,
    });
    Ok((jeton, case))
}

/// What `clients/node/authlete-example.mjs` drives.
const EXAMPLE: [&str; 11] = [
    "setup",
    "discovery",
    "code-and-pkce",
    "userinfo",
    "refresh-and-reissue",
    "introspection",
    "revocation",
    "pushed",
    "without-pages",
    "denied",
    "other-grants",
];

/// Fails unless a program has ended well, and has driven all of `expected`.
fn checked(jeton: &Jeton, steps: Result<Vec<String>>, expected: &[&str]) -> Result<()> {
    let steps = steps.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    for step in expected.iter().filter(|step| !NOT_YET.contains(step)) {
        ensure!(steps.iter().any(|done| done == step), "it did not drive {step}: {steps:?}");
    }
    for secret in [ACCESS_TOKEN, API_SECRET, ORGANIZATION] {
        ensure!(!jeton.log().contains(secret), "a credential is in the log");
    }
    Ok(())
}

async fn python(version: &str) -> Result<()> {
    let (jeton, case) = started(version, ISSUER).await?;
    checked(&jeton, client_run::python("authlete_api.py", &case).await, &["every-operation"])
}

async fn java(class: &str, version: &str, last: &str) -> Result<()> {
    let (jeton, case) = started(version, ISSUER).await?;
    checked(&jeton, client_run::java(class, &case).await, &[last])
}

#[tokio::test]
async fn the_python_sdk_with_tokens() -> Result<()> {
    python("V3").await
}

#[tokio::test]
async fn the_python_sdk_with_key_pairs() -> Result<()> {
    python("V2").await
}

#[tokio::test]
async fn the_typescript_sdk() -> Result<()> {
    let (jeton, case) = started("V3", ISSUER).await?;
    checked(&jeton, client_run::node("authlete-api.mjs", &case).await, &["every-operation"])
}

#[tokio::test]
async fn the_java_sdk_with_tokens() -> Result<()> {
    java("Api", "V3", "every-operation").await
}

#[tokio::test]
async fn the_java_sdk_with_key_pairs() -> Result<()> {
    java("Api", "V2", "every-operation").await
}

#[tokio::test]
async fn the_handlers_for_java_servers() -> Result<()> {
    java("Handlers", "V3", "RevocationRequestHandler").await
}

#[tokio::test]
async fn the_example_server_with_openid_client() -> Result<()> {
    let (jeton, case) = started("V3", &format!("http://127.0.0.1:{}", free_port())).await?;
    checked(&jeton, client_run::node("authlete-example.mjs", &case).await, &EXAMPLE)
}
