//! mod_auth_openidc with its defaults.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::apache::Apache;
use jeton_tests::clients_page::{Origin, Row, keep};
use jeton_tests::config::{PASSWORD, USERNAME};
use jeton_tests::person::Person;
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use url::Url;

use crate::{CLIENT, started};

fn led(answer: &Response) -> Result<Url> {
    let location = answer.headers().get(LOCATION).with_context(|| format!("a redirect, not {answer:?}"))?;
    Ok(answer.url().join(location.to_str()?)?)
}

/// What the module calls itself in Apache's first line.
fn version(log: &str) -> Option<String> {
    let said = log.split("mod_auth_openidc").nth(1)?.get(1..)?;
    Some(said.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect())
}

#[tokio::test]
async fn mod_auth_openidc() -> Result<()> {
    let (jeton, redirect_uri) = started(serde_json::json!({})).await?;
    let port = Url::parse(&redirect_uri)?.port().context("a port")?;
    let configuration = format!(
        "OIDCProviderMetadataURL {}/.well-known/openid-configuration\nOIDCClientID {}\nOIDCClientSecret {}\n\
         OIDCRedirectURI {redirect_uri}\nOIDCCryptoPassphrase a-passphrase-of-this-test\n\
         <Location />\nAuthType openid-connect\nRequire valid-user\n\
         Header set Claim-Iss \"%{{OIDC_CLAIM_iss}}e\"\n</Location>\n<Location /signed-out>\nAuthType None\nRequire all granted\n</Location>\n",
        jeton.issuer(),
        CLIENT.id,
        CLIENT.secret.context("a secret")?,
    );
    let apache = Apache::start(port, &configuration, &[("www/page", "The tides."), ("www/signed-out", "Bye.")]).await?;
    let visit = visit(&jeton, &apache, &redirect_uri).await;
    let logs = || format!("the server's log:\n{}\nApache's:\n{}", jeton.log(), apache.log());
    visit.with_context(logs)?;
    let version = version(&apache.log()).unwrap_or_else(|| "unknown".to_owned());
    let steps = ["discovery", "code", "sign-out"].map(str::to_owned);
    keep(&Row { client: "mod_auth_openidc", from: Origin::System, version: &version, steps: &steps })
}

async fn visit(jeton: &jeton_tests::Jeton, apache: &Apache, redirect_uri: &str) -> Result<()> {
    let person = Person::new(USERNAME, PASSWORD)?;
    let page = Url::parse(&apache.url("/page"))?;
    let journey = person.authorize(&page, redirect_uri).await?;
    let back = person.browser().get(journey.callback).send().await?;
    ensure!(led(&back)? == page, "sent on to {:?}", led(&back));
    let shown = person.browser().get(page.clone()).send().await?;
    ensure!(shown.status() == StatusCode::OK, "the page answered {}", shown.status());
    let issuer = shown.headers().get("claim-iss").context("the claim")?;
    ensure!(issuer == jeton.issuer(), "{issuer:?}");

    let mut leave = Url::parse(redirect_uri)?;
    leave.query_pairs_mut().append_pair("logout", &apache.url("/signed-out"));
    let end = led(&person.browser().get(leave).send().await?)?;
    let bye = led(&person.browser().get(end).send().await?)?;
    ensure!(bye.as_str() == apache.url("/signed-out"), "sent to {bye}");
    let again = person.authorize(&page, redirect_uri).await?;
    ensure!(again.answered.contains(&"login"), "nobody is signed in any more: {:?}", again.answered);
    Ok(())
}
