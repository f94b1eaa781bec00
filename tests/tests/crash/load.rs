//! The load: issue, revoke, refresh, spend codes, until the process dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jeton_tests::Jeton;
use reqwest::{Client, redirect::Policy};
use serde_json::Value;
use tokio::task::JoinSet;
use url::Url;

use crate::journal::Journal;

/// Callers that issue and revoke.
const WORKERS: usize = 8;

/// A family of refresh tokens, used one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    /// The last one whose answer arrived.
    pub(crate) current: String,
    /// One that was answered, and the successor it was exchanged for.
    pub(crate) spent: Option<(String, String)>,
    /// Whether a request with `current` was on its way when the process died.
    pub(crate) in_flight: bool,
    /// A signed-in browser, to get codes with.
    pub(crate) browser: Client,
}

/// Signs people in once; their sessions survive the crashes too.
pub(crate) async fn first_chains(jeton: &Jeton, count: usize) -> Result<Vec<Chain>> {
    let mut chains = Vec::new();
    for _ in 0..count {
        let person = jeton_tests::person::Person::new("alice", "a-password-of-more-than-sixteen")?;
        person.authorize(&authorization(jeton)?, "http://127.0.0.1:9000/cb").await?;
        let answer = token(
            &http()?,
            jeton,
            &[
                ("grant_type", "password"),
                ("username", "alice"),
                ("password", "a-password-of-more-than-sixteen"),
                ("scope", "openid offline_access api1"),
            ],
        )
        .await?;
        let current = answer["refresh_token"].as_str().context("a refresh token")?.to_owned();
        chains.push(Chain { current, spent: None, in_flight: false, browser: person.browser() });
    }
    Ok(chains)
}

/// Loads the server, kills it after `cut`, and returns what it had answered by then.
pub(crate) async fn until_killed(jeton: &mut Jeton, chains: &mut [Chain], cut: Duration) -> Result<Journal> {
    let dead = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    let mut refreshing = JoinSet::new();
    for worker in 0..WORKERS {
        let (dead, url) = (Arc::clone(&dead), jeton.url(""));
        tasks.spawn(async move { issue_and_revoke(&url, &dead, worker).await });
    }
    for (at, chain) in chains.iter().enumerate() {
        let (dead, url, chain) = (Arc::clone(&dead), jeton.url(""), chain.clone());
        let (dead2, url2, browser) = (Arc::clone(&dead), jeton.url(""), chain.browser.clone());
        let address = authorization(jeton)?;
        refreshing.spawn(async move { (at, refresh(&url, &dead, chain).await) });
        tasks.spawn(async move { spend_codes(&url2, &address, &browser, &dead2).await });
    }
    tokio::time::sleep(cut).await;
    jeton.kill9()?;
    dead.store(true, Ordering::SeqCst);
    let mut journal = Journal::default();
    while let Some(done) = tasks.join_next().await {
        journal.merge(done?);
    }
    while let Some(done) = refreshing.join_next().await {
        let (at, chain) = done?;
        chains[at] = chain;
    }
    Ok(journal)
}

async fn issue_and_revoke(url: &str, dead: &AtomicBool, worker: usize) -> Journal {
    let (mut journal, mut turn) = (Journal::default(), worker);
    let Ok(client) = http() else { return journal };
    while !dead.load(Ordering::SeqCst) {
        let Ok(answer) = post(&client, url, "/token", &[("grant_type", "client_credentials")]).await else { break };
        let Some(token) = answer["access_token"].as_str() else { break };
        turn += 1;
        if turn % 3 == 0 {
            // Its fate is unknown while the answer is out: it is in neither list then.
            match post(&client, url, "/token/revoke", &[("token", token)]).await {
                Ok(_) => journal.revoked.push(token.to_owned()),
                Err(_) => break,
            }
        } else {
            journal.issued.push(token.to_owned());
        }
    }
    journal
}

async fn refresh(url: &str, dead: &AtomicBool, mut chain: Chain) -> Chain {
    let Ok(client) = http() else { return chain };
    while !dead.load(Ordering::SeqCst) {
        chain.in_flight = true;
        let form = [("grant_type", "refresh_token"), ("refresh_token", chain.current.as_str())];
        let Ok(answer) = post(&client, url, "/token", &form).await else { break };
        let Some(next) = answer["refresh_token"].as_str() else { break };
        chain.spent = Some((std::mem::replace(&mut chain.current, next.to_owned()), next.to_owned()));
        chain.in_flight = false;
    }
    chain
}

async fn spend_codes(url: &str, address: &Url, browser: &Client, dead: &AtomicBool) -> Journal {
    let mut journal = Journal::default();
    let Ok(client) = http() else { return journal };
    while !dead.load(Ordering::SeqCst) {
        let Ok(answer) = browser.get(address.clone()).send().await else { break };
        let location = answer.headers().get("location").and_then(|l| l.to_str().ok()).and_then(|l| Url::parse(l).ok());
        let code = location.and_then(|l| l.query_pairs().find(|(n, _)| n == "code").map(|(_, v)| v.into_owned()));
        let Some(code) = code else { break };
        let form =
            [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "http://127.0.0.1:9000/cb")];
        let Ok(answer) = post(&client, url, "/token", &form).await else { break };
        if let Some(token) = answer["access_token"].as_str() {
            journal.issued.push(token.to_owned());
            journal.codes.push(code);
        }
    }
    journal
}

/// A token request that must succeed.
pub(crate) async fn token(client: &Client, jeton: &Jeton, form: &[(&str, &str)]) -> Result<Value> {
    post(client, &jeton.url(""), "/token", form).await
}

async fn post(client: &Client, url: &str, path: &str, form: &[(&str, &str)]) -> Result<Value> {
    let request =
        client.post(format!("{url}{path}")).basic_auth("app", Some("a-secret-of-more-than-sixteen")).form(form);
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.text().await?;
    anyhow::ensure!(status.is_success(), "{path} answered {status}: {body}");
    Ok(if body.is_empty() { Value::Null } else { serde_json::from_str(&body)? })
}

/// A caller without cookies.
pub(crate) fn http() -> Result<Client> {
    Ok(Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_secs(10)).build()?)
}

fn authorization(jeton: &Jeton) -> Result<Url> {
    let query = "response_type=code&client_id=app&scope=openid%20api1&state=s&nonce=n\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A9000%2Fcb";
    Ok(Url::parse(&jeton.url(&format!("/authorization?{query}")))?)
}
