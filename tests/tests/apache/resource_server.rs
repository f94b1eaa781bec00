//! mod_oauth2 guards an API with Jeton's access tokens.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jeton_tests::apache::Apache;
use jeton_tests::config::{APP, Client, POSTER, REDIRECT_URI};
use jeton_tests::toml::table;
use jeton_tests::{Jeton, free_port};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

/// The API's own credentials at Jeton.
const API: Client =
    Client { id: "tides-api", secret: Some("the-api-reads-many-a-token"), method: "client_secret_basic" };
/// How long the module remembers an answer: its shortest time.
const REMEMBERED: Duration = Duration::from_secs(1);
/// How long it may take to forget one on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// An API behind Apache, its issuer, and its callers.
struct Api {
    jeton: Jeton,
    apache: Apache,
    browser: reqwest::Client,
}

impl Api {
    /// Three folders with three ways to check a token.
    async fn start() -> Result<Self> {
        let api = json!({
            "client_id": API.id, "client_secret": API.secret, "token_endpoint_auth_method": API.method,
            "grant_types": ["client_credentials"], "scope": "api1", "introspect": "any",
        });
        let clients = [
            table("client", &APP.metadata("opaque", REDIRECT_URI)),
            table("client", &POSTER.metadata("jwt", REDIRECT_URI)),
            table("client", &api),
        ];
        let jeton = Jeton::start(&clients.concat()).await?;
        let credentials = |method: &str| {
            format!(
                "introspect.auth={method}&client_id={}&client_secret={}&expiry={}&introspect.expiry={1}",
                API.id,
                API.secret.unwrap_or_default(),
                REMEMBERED.as_secs()
            )
        };
        let basic = credentials("client_secret_basic");
        let folder = |name: &str, verify: &str| {
            format!(
                "<Location /{name}>\nAuthType oauth2\nOAuth2TokenVerify {verify}\nRequire oauth2_claim scope:api1\n\
                 Header set Caller \"%{{OAUTH2_CLAIM_client_id}}e\"\n</Location>\n"
            )
        };
        let configuration = [
            folder("introspected", &format!("introspect {} {basic}", jeton.url("/introspect"))),
            folder("local", &format!("jwks_uri {} verify.exp=required&verify.iat=required", jeton.url("/jwks"))),
            folder("either", &format!("metadata {} {basic}", jeton.url("/.well-known/oauth-authorization-server"))),
        ];
        let pages = ["introspected", "local", "either"].map(|name| (format!("www/{name}"), "High at noon."));
        let pages: Vec<_> = pages.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        let apache = Apache::start(free_port(), &configuration.concat(), &pages).await?;
        Ok(Self { jeton, apache, browser: reqwest::Client::builder().no_proxy().build()? })
    }

    /// Posts a form to Jeton as `client`.
    async fn post(&self, client: Client, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        let request = self.browser.post(self.jeton.url(path));
        let request = match client.method {
            "client_secret_post" => {
                let own = [("client_id", client.id), ("client_secret", client.secret.unwrap_or_default())];
                request.form(&[form, own.as_slice()].concat())
            }
            _ => request.basic_auth(client.id, client.secret).form(form),
        };
        Ok(request.send().await?)
    }

    async fn token(&self, client: Client, scope: &str) -> Result<String> {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let answer: Value = self.post(client, "/token", &form).await?.json().await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        Ok(token.with_context(|| format!("a token, not {answer}"))?.to_owned())
    }

    async fn revoke(&self, client: Client, token: &str) -> Result<()> {
        let answer = self.post(client, "/token/revoke", &[("token", token)]).await?;
        ensure!(answer.status() == 200, "revocation answered {}", answer.status());
        Ok(())
    }

    /// Calls the API; returns the status, and the caller as the API saw it.
    async fn call(&self, folder: &str, token: &str) -> Result<(StatusCode, Option<String>)> {
        let answer = self.browser.get(self.apache.url(&format!("/{folder}"))).bearer_auth(token).send().await?;
        let caller = answer.headers().get("caller").and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok((answer.status(), caller))
    }

    /// Calls until the module has forgotten its last answer; an answer other than 401 by then is the test's failure.
    async fn refused_in_the_end(&self, folder: &str, token: &str) -> Result<()> {
        for _ in 0..PATIENCE.as_millis() / 100 {
            if self.call(folder, token).await?.0 == 401 {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("still let in at /{folder}; apache:\n{}", self.apache.log())
    }
}

/// `token` with another character in the middle of its signature, or of its secret.
fn altered(token: &str) -> String {
    let (head, tail) = token.split_at(token.len() - 20);
    let other = if tail.starts_with('A') { "B" } else { "A" };
    format!("{head}{other}{}", tail.get(1..).unwrap_or_default())
}

#[tokio::test]
async fn an_opaque_token_is_asked_about_and_refused_once_revoked() -> Result<()> {
    let api = Api::start().await?;
    for folder in ["introspected", "either"] {
        let token = api.token(APP, "api1").await?;
        assert_eq!(api.call(folder, &token).await?, (StatusCode::OK, Some(APP.id.to_owned())), "{}", api.apache.log());
        assert_eq!(api.call(folder, &altered(&token)).await?.0, 401);
        api.revoke(APP, &token).await?;
        api.refused_in_the_end(folder, &token).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_jwt_is_checked_by_the_published_keys() -> Result<()> {
    let api = Api::start().await?;
    let token = api.token(POSTER, "api1").await?;
    for folder in ["local", "either"] {
        assert_eq!(
            api.call(folder, &token).await?,
            (StatusCode::OK, Some(POSTER.id.to_owned())),
            "{}",
            api.apache.log()
        );
        assert_eq!(api.call(folder, &altered(&token)).await?.0, 401);
    }
    // To learn of a revocation before a token expires, the module must introspect. Another token: the module caches
    // results across folders.
    let token = api.token(POSTER, "api1").await?;
    assert_eq!(api.call("introspected", &token).await?.0, 200);
    api.revoke(POSTER, &token).await?;
    api.refused_in_the_end("introspected", &token).await
}

#[tokio::test]
async fn a_token_without_the_scope_is_refused() -> Result<()> {
    let api = Api::start().await?;
    let (opaque, jwt) = (api.token(APP, "email").await?, api.token(POSTER, "email").await?);
    for (folder, token) in [("introspected", &opaque), ("either", &opaque), ("local", &jwt), ("either", &jwt)] {
        let (status, _) = api.call(folder, token).await?;
        assert!(matches!(status.as_u16(), 401 | 403), "{folder}: {status}");
    }
    Ok(())
}
