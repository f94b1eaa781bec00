//! Clients with their defaults against the real binary: an issuer, an id, a secret. `docs/clients.md` lists what they did.

mod apache;
mod mcp;
mod openidconnect_crate;

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::machine::{self, need};
use jeton_tests::client_run::{Language, with_defaults};
use jeton_tests::clients_page::{Origin, Row, keep};
use jeton_tests::config::{Client, person, with};
use jeton_tests::toml::table;
use jeton_tests::{Jeton, free_port};
use serde_json::{Value, json};

const NPM: Origin = Origin::Pinned("npm");
const MAVEN: Origin = Origin::Pinned("Maven Central");
const PYPI: Origin = Origin::Pinned("PyPI");

/// The one client. Its record does not say how it authenticates.
const CLIENT: Client =
    Client { id: "app", secret: Some("the-secret-of-a-client-with-defaults"), method: "client_secret_basic" };

/// A server with open registration, and where its client waits for people.
async fn started(more: Value) -> Result<(Jeton, String)> {
    let redirect_uri = format!("http://127.0.0.1:{}/callback", free_port());
    let origin = redirect_uri.trim_end_matches("/callback");
    let client = json!({
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
        // With the implicit flow, which express-openid-connect takes when nothing is said.
        "response_types": ["code", "id_token"],
        "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": [origin, format!("{origin}/signed-out")],
        "scope": "openid profile email offline_access api1",
        "default_scope": "api1",
        // Dovecot asks about tokens of others.
        "introspect": "any",
    });
    let client = with(client, more);
    let configuration = format!("[registration]\nopen = true\n\n{}{}", table("client", &client), person());
    Ok((Jeton::start(&configuration).await?, redirect_uri))
}

/// Runs `program`, insists on each of `expected`, in any order, and keeps the client's row of the page.
async fn drive(client: &str, from: Origin, language: Language, program: &str, expected: &[&str]) -> Result<()> {
    drive_set(client, from, (language, program), json!({}), expected).await
}

/// The same with more in the client's record.
async fn drive_set(
    client: &str,
    from: Origin,
    (language, program): (Language, &str),
    more: Value,
    expected: &[&str],
) -> Result<()> {
    let (jeton, redirect_uri) = started(more).await?;
    let ran = with_defaults(language, program, &CLIENT.case(jeton.issuer(), &redirect_uri)).await;
    let ran = ran.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    for step in expected {
        ensure!(ran.steps.iter().any(|done| done == step), "{client} did not drive {step}: {:?}", ran.steps);
    }
    keep(&Row { client, from, version: &ran.version, steps: &ran.steps })
}

/// What every client that has user info and refresh drives.
const USUAL: [&str; 3] = ["code", "userinfo", "refresh"];

#[tokio::test]
async fn openid_client() -> Result<()> {
    let expected = [USUAL.as_slice(), &["introspection", "revocation", "sign-out", "registration"]].concat();
    drive("openid-client", NPM, Language::Node, "openid-client", &expected).await
}

#[tokio::test]
async fn oauth4webapi() -> Result<()> {
    let expected = [USUAL.as_slice(), &["registration", "introspection", "revocation", "sign-out"]].concat();
    drive("oauth4webapi", NPM, Language::Node, "oauth4webapi", &expected).await
}

#[tokio::test]
async fn express_openid_connect() -> Result<()> {
    let expected = [USUAL.as_slice(), &["id-token-by-form", "sign-out"]].concat();
    drive("express-openid-connect", NPM, Language::Node, "express-openid-connect", &expected).await
}

#[tokio::test]
async fn passport_openidconnect() -> Result<()> {
    drive("passport-openidconnect", NPM, Language::Node, "passport-openidconnect", &["code", "userinfo"]).await
}

#[tokio::test]
async fn authlib() -> Result<()> {
    let expected = [USUAL.as_slice(), &["introspection", "revocation"]].concat();
    drive("Authlib", PYPI, Language::Python, "authlib", &expected).await
}

#[tokio::test]
async fn requests_oauth2client() -> Result<()> {
    let expected = [USUAL.as_slice(), &["introspection", "revocation"]].concat();
    drive("requests-oauth2client", PYPI, Language::Python, "requests_oauth2client", &expected).await
}

#[tokio::test]
async fn simple_openid_connect() -> Result<()> {
    let expected = [USUAL.as_slice(), &["introspection", "sign-out"]].concat();
    drive("simple-openid-connect", PYPI, Language::Python, "simple_openid_connect", &expected).await
}

#[tokio::test]
async fn librdkafka() -> Result<()> {
    let expected = ["client-credentials", "the-broker-gets-the-token"];
    drive("librdkafka", PYPI, Language::Python, "librdkafka", &expected).await
}

#[tokio::test]
async fn dovecot() -> Result<()> {
    need(&[&machine::DOVECOT])?;
    let expected = ["xoauth2", "oauthbearer", "revoked-token-refused"];
    drive("Dovecot", Origin::System, Language::Python, "dovecot", &expected).await
}

#[tokio::test]
async fn spring_security() -> Result<()> {
    let expected = [USUAL.as_slice(), &["access-token", "introspection", "sign-out"]].concat();
    // Its resource server takes JWTs of the type `JWT` only.
    let more = json!({ "access_token_typ": "JWT" });
    drive_set("Spring Security", MAVEN, (Language::Java, "SpringSecurity"), more, &expected).await
}

#[tokio::test]
async fn nimbus() -> Result<()> {
    let expected = [USUAL.as_slice(), &["introspection", "revocation", "sign-out", "registration"]].concat();
    drive("Nimbus OAuth 2.0 SDK", MAVEN, Language::Java, "Nimbus", &expected).await
}

#[tokio::test]
async fn go_oidc() -> Result<()> {
    let from = Origin::Pinned("Go's module proxy");
    drive("go-oidc, x/oauth2", from, Language::Go, "go-oidc", &USUAL).await
}

#[tokio::test]
async fn openid_connect_of_ruby() -> Result<()> {
    let expected = [USUAL.as_slice(), &["registration"]].concat();
    drive("openid_connect", Origin::System, Language::Ruby, "openid_connect", &expected).await
}
