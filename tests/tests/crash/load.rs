//! The load: issue, revoke, refresh, spend codes, until the process dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// What the callers of a round share.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Whether the server has been killed.
    dead: AtomicBool,
    answers: AtomicU64,
    revocations: AtomicU64,
    codes: AtomicU64,
    /// Steps at the API for other authorization servers.
    pub(crate) backend: AtomicU64,
}

impl Round {
    pub(crate) fn is_over(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Whether it has answered so often, and every kind of request at least once.
    fn has_answered(&self, answers: u64) -> bool {
        let at_least = |count: &AtomicU64, least| count.load(Ordering::SeqCst) >= least;
        at_least(&self.answers, answers)
            && at_least(&self.revocations, 1)
            && at_least(&self.codes, 1)
            && at_least(&self.backend, 6)
    }
}

/// Loads the server, kills it when it has answered so often, and returns what it had answered by then.
pub(crate) async fn until_killed(jeton: &mut Jeton, chains: &mut [Chain], answers: u64) -> Result<Journal> {
    let round = Arc::<Round>::default();
    let mut early = Journal::default();
    let mut tasks = JoinSet::new();
    let mut refreshing = JoinSet::new();
    for worker in 0..WORKERS {
        let (round, url) = (Arc::clone(&round), jeton.url(""));
        tasks.spawn(async move { issue_and_revoke(&url, &round, worker).await });
    }
    for _ in 0..2 {
        let (round, url) = (Arc::clone(&round), jeton.url(""));
        tasks.spawn(async move { crate::backend::work(&url, &round).await });
    }
    for (at, chain) in chains.iter().enumerate() {
        let (round1, url, chain) = (Arc::clone(&round), jeton.url(""), chain.clone());
        let (round2, url2, browser) = (Arc::clone(&round), jeton.url(""), chain.browser.clone());
        let address = authorization(jeton)?;
        refreshing.spawn(async move { (at, refresh(&url, &round1, chain).await) });
        tasks.spawn(async move { spend_codes(&url2, &address, &browser, &round2).await });
    }
    while !round.has_answered(answers) {
        let far_too_many = round.answers.load(Ordering::SeqCst) > 1_000 * answers;
        anyhow::ensure!(!tasks.is_empty() && !far_too_many, "not every kind is answered, {round:?}: {}", jeton.log());
        // A caller ends only when it gets no answer. The round continues while others do.
        if let Ok(Some(done)) = tokio::time::timeout(Duration::from_millis(1), tasks.join_next()).await {
            early.merge(done?);
        }
    }
    jeton.kill9()?;
    round.dead.store(true, Ordering::SeqCst);
    let mut journal = early;
    while let Some(done) = tasks.join_next().await {
        journal.merge(done?);
    }
    while let Some(done) = refreshing.join_next().await {
        let (at, chain) = done?;
        chains[at] = chain;
    }
    Ok(journal)
}

async fn issue_and_revoke(url: &str, round: &Round, worker: usize) -> Journal {
    let (mut journal, mut turn) = (Journal::default(), worker);
    let Ok(client) = http() else { return journal };
    while !round.is_over() {
        let Ok(answer) = post(&client, url, "/token", &[("grant_type", "client_credentials")]).await else { break };
        let Some(token) = answer["access_token"].as_str() else { break };
        turn += 1;
        if turn % 3 == 0 {
            // Its fate is unknown while the answer is out: it is in neither list then.
            match post(&client, url, "/token/revoke", &[("token", token)]).await {
                Ok(_) => {
                    journal.revoked.push(token.to_owned());
                    round.revocations.fetch_add(1, Ordering::SeqCst);
                }
                Err(_) => break,
            }
        } else {
            journal.issued.push(token.to_owned());
        }
        round.answers.fetch_add(1, Ordering::SeqCst);
    }
    journal
}

async fn refresh(url: &str, round: &Round, mut chain: Chain) -> Chain {
    let Ok(client) = http() else { return chain };
    while !round.is_over() {
        chain.in_flight = true;
        let form = [("grant_type", "refresh_token"), ("refresh_token", chain.current.as_str())];
        let Ok(answer) = post(&client, url, "/token", &form).await else { break };
        let Some(next) = answer["refresh_token"].as_str() else { break };
        chain.spent = Some((std::mem::replace(&mut chain.current, next.to_owned()), next.to_owned()));
        chain.in_flight = false;
        round.answers.fetch_add(1, Ordering::SeqCst);
    }
    chain
}

async fn spend_codes(url: &str, address: &Url, browser: &Client, round: &Round) -> Journal {
    let mut journal = Journal::default();
    let Ok(client) = http() else { return journal };
    while !round.is_over() {
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
            round.codes.fetch_add(1, Ordering::SeqCst);
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
    Ok(Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_secs(300)).build()?)
}

fn authorization(jeton: &Jeton) -> Result<Url> {
    let query = "response_type=code&client_id=app&scope=openid%20api1&state=s&nonce=n\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A9000%2Fcb";
    Ok(Url::parse(&jeton.url(&format!("/authorization?{query}")))?)
}
