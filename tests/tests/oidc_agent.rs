//! Debian's oidc-agent, unchanged: it registers, gets tokens by device flow and by password, asks for other scopes and
//! audiences, and ends what it got.
#![expect(clippy::indexing_slicing, reason = "a member that is not there reads as null, and fails the test")]

use anyhow::{Context as _, Result, ensure};
use jeton_jose::base64url;
use jeton_tests::Jeton;
use jeton_tests::authority::Authority;
use jeton_tests::config::{NAME, PASSWORD, USERNAME, with};
use jeton_tests::oidc_agent::OidcAgent;
use jeton_tests::person::Person;
use jeton_tests::toml::table;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const SECRET: &str = "the-secret-of-a-grid-client-32ch";
const SCOPE: &str = "openid profile offline_access storage.read:/";
const AUDIENCE: &str = "https://se.example:8443 ce";

/// A password that may be sent unencoded: an ampersand in it would be lost, which is oidc-agent's own doing.
const PLAIN: &str = "a password: with/raw=characters";

fn person(password: &str) -> String {
    table("user", &json!({ "username": USERNAME, "password": password, "name": NAME, "groups": ["/atlas"] }))
}

fn client(members: Value) -> String {
    let grants = ["refresh_token", "password", "urn:ietf:params:oauth:grant-type:device_code"];
    let usual = json!({ "client_id": "grid", "grant_types": grants, "response_types": [], "scope": SCOPE });
    table("client", &with(usual, members))
}

/// The claims of a token; `/userinfo` shows that it is genuine.
fn claims(token: &str) -> Result<Value> {
    let body = token.split('.').nth(1).context("a JWT")?;
    Ok(serde_json::from_slice(&base64url::decode(body)?)?)
}

async fn user_info(jeton: &Jeton, token: &str) -> Result<StatusCode> {
    let client = Client::builder().no_proxy().build()?;
    Ok(client.get(jeton.url("/userinfo")).bearer_auth(token).send().await?.status())
}

/// Everything that is done with an account once it is there, up to its end.
async fn live(agent: &OidcAgent, jeton: &Jeton) -> Result<()> {
    let first = agent.run("oidc-token", &["account"]).await?;
    ensure!(claims(&first)?["iss"] == jeton.issuer(), "{:?}", claims(&first)?);
    ensure!(user_info(jeton, &first).await? == StatusCode::OK, "the token is good");
    let again = agent.run("oidc-token", &["account"]).await?;
    ensure!(again == first, "the agent keeps a token while it lasts");
    let fresh = agent.run("oidc-token", &["--force-new", "account"]).await?;
    ensure!(fresh != first, "a refresh gives another one");

    let narrow = agent.run("oidc-token", &["account", "-s", "openid", "-s", "profile"]).await?;
    ensure!(claims(&narrow)?["scope"] == "openid profile", "{:?}", claims(&narrow)?);
    let meant = agent.run("oidc-token", &["account", "-s", "openid", "--aud", AUDIENCE]).await?;
    let said = claims(&meant)?;
    ensure!(said["aud"] == json!(["https://se.example:8443", "ce"]) && said["scope"] == "openid", "{said}");
    let wide = agent.run("oidc-token", &["account", "-s", "openid admin"]).await;
    ensure!(wide.is_err_and(|error| error.to_string().contains("admin are not allowed")), "no refresh widens");
    let whole = claims(&agent.run("oidc-token", &["account"]).await?)?;
    ensure!(whole["scope"].as_str().is_some_and(|scope| scope.contains("offline_access")), "{whole}");

    // Unloaded and loaded again: the account's file contains the refresh token of the last rotation.
    agent.run("oidc-add", &["--remove", "account"]).await?;
    agent.run("oidc-add", &["--pw-cmd=echo of-this-test", "account"]).await?;
    let last = agent.run("oidc-token", &["account"]).await?;
    ensure!(user_info(jeton, &last).await? == StatusCode::OK, "it goes on after it was loaded again");

    // Deleting the account revokes its refresh token, and with it every token derived from it.
    agent.generate(&["--delete", "account"]).await?;
    for token in [first, fresh, meant, last] {
        ensure!(user_info(jeton, &token).await? == StatusCode::UNAUTHORIZED, "the family has ended");
    }
    ensure!(agent.run("oidc-token", &["account"]).await.is_err(), "the account is gone");
    Ok(())
}

/// Adds the server's log to what went wrong.
fn with_log(jeton: &Jeton, done: Result<()>) -> Result<()> {
    done.with_context(|| format!("the server's log:\n{}", jeton.log()))
}

#[tokio::test]
async fn it_registers_and_lives_by_the_device_flow() -> Result<()> {
    let jeton = Jeton::start(&format!("[registration]\nopen = true\n\n{}", person(PASSWORD))).await?;
    let (agent, alice) = (OidcAgent::start().await?, Person::new(USERNAME, PASSWORD)?);
    let issuer = format!("--iss={}", jeton.issuer());
    let made = agent.generate_by_device(&["account", &issuer, "--scope=openid profile offline_access"], &alice).await;
    with_log(&jeton, made)?;
    with_log(&jeton, live(&agent, &jeton).await)
}

/// By INDIGO IAM's rules and paths, with an issuer as IAM's: all scopes there are, of which the restricted ones are left
/// out, and the audience with the device flow.
#[tokio::test]
async fn it_registers_by_iam_s_rules() -> Result<()> {
    let registration = format!("[registration]\nopen = true\nindigo_paths = true\nscope = {SCOPE:?}\n\n");
    let jeton = Jeton::start_with_slash(&(registration + &person(PASSWORD))).await?;
    let (agent, alice) = (OidcAgent::start().await?, Person::new(USERNAME, PASSWORD)?);
    let issuer = format!("--iss={}", jeton.issuer());
    let scope = format!("--scope={SCOPE} iam:admin.write");
    let made = agent.generate_by_device(&["account", &issuer, &scope], &alice).await;
    with_log(&jeton, made)?;
    let token = agent.run("oidc-token", &["account", "-s", "storage.read:/", "-s", "openid"]).await?;
    ensure!(claims(&token)?["scope"] == "storage.read:/ openid", "{:?}", claims(&token)?);
    with_log(&jeton, live(&agent, &jeton).await)
}

/// If only people may register: oidc-agent presents a token of alice's.
#[tokio::test]
async fn it_registers_in_a_person_s_name() -> Result<()> {
    let registration = "[registration]\nusers = true\nindigo_paths = true\n\n".to_owned();
    let known = client(json!({ "client_secret": SECRET }));
    let jeton = Jeton::start(&(registration + &known + &person(PASSWORD))).await?;
    let (agent, alice) = (OidcAgent::start().await?, Person::new(USERNAME, PASSWORD)?);
    let form = [("grant_type", "password"), ("username", USERNAME), ("password", PASSWORD), ("scope", "openid")];
    let asked = Client::builder().no_proxy().build()?.post(jeton.url("/token")).basic_auth("grid", Some(SECRET));
    let answer: Value = asked.form(&form).send().await?.json().await?;
    let token = answer["access_token"].as_str().with_context(|| answer.to_string())?;
    let issuer = format!("--iss={}", jeton.issuer());
    let scope = "--scope=openid profile offline_access";
    let refused = agent.generate(&["account", &issuer, "--flow=device", scope]).await;
    ensure!(refused.is_err(), "nobody in particular may register");
    let shown = format!("--at={token}");
    let made = agent.generate_by_device(&["account", &issuer, scope, &shown], &alice).await;
    with_log(&jeton, made)?;
    with_log(&jeton, live(&agent, &jeton).await)
}

#[tokio::test]
async fn it_lives_by_the_password_flow_over_tls() -> Result<()> {
    let authority = Authority::new()?;
    let client = client(json!({ "client_secret": SECRET }));
    let jeton = Jeton::start_tls(&authority, &(client + &person(PLAIN))).await?;
    let agent = OidcAgent::start().await?;
    let (issuer, secret) = (format!("--iss={}", jeton.issuer()), format!("--client-secret={SECRET}"));
    let (scope, trust) = (format!("--scope={SCOPE}"), format!("--cert-path={}", authority.path("ca").display()));
    let all = |password: &str| {
        let user = [format!("--op-username={USERNAME}"), format!("--op-password={password}")];
        let [user, password] = user;
        let common = ["account", "--manual", "--flow=password", "--client-id=grid", &secret, &issuer, &scope, &trust];
        let redirect = "--redirect-uri=http://localhost:4242";
        common.into_iter().map(str::to_owned).chain([redirect.to_owned(), user, password]).collect::<Vec<_>>()
    };
    let wrong = all("wrong");
    let wrong: Vec<&str> = wrong.iter().map(String::as_str).collect();
    ensure!(agent.generate(&wrong).await.is_err(), "a wrong password opens nothing");
    let right = all(PLAIN);
    let right: Vec<&str> = right.iter().map(String::as_str).collect();
    with_log(&jeton, agent.generate(&right).await.map(drop))?;
    let meant = agent.run("oidc-token", &["account", "--aud", AUDIENCE, "-s", "storage.read:/"]).await?;
    let said = claims(&meant)?;
    ensure!(said["aud"] == json!(["https://se.example:8443", "ce"]) && said["scope"] == "storage.read:/", "{said}");
    agent.generate(&["--delete", "account"]).await?;
    Ok(())
}
