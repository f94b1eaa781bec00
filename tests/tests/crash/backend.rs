//! The load on the API for other authorization servers: tokens made, changed and ended, services made and deleted.

use std::sync::atomic::Ordering;

use anyhow::{Context as _, Result, ensure};
use jeton_tests::Jeton;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::journal::{Journal, MadeService};
use crate::load::{Round, http};

/// What the configuration says.
pub(crate) const CONFIG: &str = r#"
[organization]
access_token = "the-organizations-access-token-0123456"

[[service]]
id = 4711
issuer = "https://as.example"
access_token = "the-services-own-access-token-01234567"
"#;

const ORGANIZATION: &str = "the-organizations-access-token-0123456";
const CLIENT: u64 = 4712;

/// Makes the client whose tokens the load creates.
pub(crate) async fn prepare(jeton: &Jeton) -> Result<()> {
    let client = json!({ "clientId": CLIENT, "clientName": "app", "grantTypes": ["CLIENT_CREDENTIALS"] });
    call(&http()?, &jeton.url(""), Method::POST, "/api/4711/client/create", client).await.map(drop)
}

/// Works until the server does not answer; returns what it answered.
pub(crate) async fn work(url: &str, round: &Round) -> Journal {
    let mut journal = Journal::default();
    let Ok(client) = http() else { return journal };
    for turn in 0_u64.. {
        if round.is_over() || step(&client, url, &mut journal, turn).await.is_err() {
            break;
        }
        round.backend.fetch_add(1, Ordering::SeqCst);
    }
    journal
}

async fn step(client: &Client, url: &str, journal: &mut Journal, turn: u64) -> Result<()> {
    let post = async |path: &str, body| call(client, url, Method::POST, path, body).await;
    if turn % 6 == 5 {
        let scopes =
            json!([{ "name": "read", "description": "to read" }, { "name": "write", "description": "to write" }]);
        let made = post("/api/service/create", json!({ "serviceName": "made", "supportedScopes": scopes })).await?;
        let id = made["apiKey"].as_u64().context("a number")?;
        let secret = made["apiSecret"].as_str().context("a secret")?.to_owned();
        if turn % 12 == 11 {
            // Its fate is unknown while the answer is out.
            call(client, url, Method::DELETE, &format!("/api/{id}/service/delete"), Value::Null).await?;
            journal.deleted.push(MadeService { id, secret });
        } else {
            journal.services.push(MadeService { id, secret });
        }
        return Ok(());
    }
    let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": CLIENT, "subject": "joe" });
    let made = post("/api/4711/auth/token/create", body).await?;
    let text = made["accessToken"].as_str().context("a token")?.to_owned();
    match turn % 6 {
        0 => {
            call(client, url, Method::DELETE, &format!("/api/4711/auth/token/delete/{text}"), Value::Null).await?;
            journal.ended.push(text);
        }
        1 => {
            post("/api/4711/auth/token/revoke", json!({ "accessTokenIdentifier": text })).await?;
            journal.ended.push(text);
        }
        2 => {
            let body = json!({ "accessToken": text, "accessTokenValueUpdated": true });
            let changed = post("/api/4711/auth/token/update", body).await?;
            journal.ended.push(text);
            journal.kept.push(changed["accessToken"].as_str().context("a new token")?.to_owned());
        }
        _ => journal.kept.push(text),
    }
    Ok(())
}

/// What was answered is so: tokens, and services with their secrets.
pub(crate) async fn verify(jeton: &Jeton, journal: &Journal) -> Result<()> {
    let (client, url) = (http()?, jeton.url(""));
    for (texts, action) in [(&journal.kept, "OK"), (&journal.ended, "UNAUTHORIZED")] {
        for text in texts {
            let path = "/api/4711/auth/introspection";
            let said = call(&client, &url, Method::POST, path, json!({ "token": text })).await?;
            ensure!(said["action"] == action, "the token should be {action}: {said}");
        }
    }
    for (services, status) in [(&journal.services, 200), (&journal.deleted, 404)] {
        for MadeService { id, secret } in services {
            let path = format!("{url}/api/service/get/{id}");
            let own = client.get(&path).basic_auth(id, Some(secret)).send().await?;
            let said = (own.status().as_u16(), own.text().await?);
            if status == 200 {
                ensure!(said.0 == 200 && said.1.contains("to write"), "a made service is lost: {said:?}");
            } else {
                ensure!(said.0 != 200, "a deleted service came back: {said:?}");
            }
            let seen = client.get(format!("{url}/api/{id}/service/get")).bearer_auth(ORGANIZATION).send().await?;
            ensure!(seen.status().as_u16() == status, "service {id}: {}", seen.status());
        }
    }
    Ok(())
}

async fn call(client: &Client, url: &str, method: Method, path: &str, body: Value) -> Result<Value> {
    let mut request = client.request(method, format!("{url}{path}")).bearer_auth(ORGANIZATION);
    if !body.is_null() {
        request = request.json(&body);
    }
    let answer = request.send().await?;
    let (status, body) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{path} answered {status}: {body}");
    Ok(if body.is_empty() { Value::Null } else { serde_json::from_str(&body)? })
}
