//! Two `jeton serve` on one PostgreSQL. Rules protected: a revocation on one node is seen on the other within the
//! configured bound; `0` means at once; both nodes sign with one key; a refresh token is spent once among them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may stop anywhere, and measures"
)]

use std::time::{Duration, Instant};

use anyhow::Result;
use jeton_testkit::postgres::PostgresServer;
use jeton_tests::Jeton;
use reqwest::Client;
use serde_json::{Value, json};

const CLIENT: &str = r#"
[tokens]
refresh_reuse_grace = "5m"

[[client]]
client_id = "app"
client_secret = "a-secret-of-more-than-sixteen"
grant_types = ["client_credentials", "refresh_token", "password"]
scope = "openid offline_access api1"
default_scope = "api1"

[[user]]
username = "alice"
password = "a-password-of-more-than-sixteen"

[organization]
access_token = "the-organizations-access-token-0123456"
"#;

const ORGANIZATION: &str = "the-organizations-access-token-0123456";

/// How often the delay is measured.
const TIMES: usize = 10;

async fn two_nodes(bound: &str) -> Result<(Jeton, Jeton)> {
    let url = PostgresServer::shared().database();
    let metrics = jeton_tests::free_port();
    let config = |extra: &str| format!("{extra}[store]\nurl = {url:?}\nrevocation_bound = {bound:?}\n{CLIENT}");
    let first = Jeton::start(&config("")).await?;
    // One issuer at two addresses: the second node serves under the first one's name.
    let second =
        Jeton::start_as(first.issuer(), &config(&format!("[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n\n"))).await?;
    Ok((first, second))
}

async fn post(client: &Client, url: String, form: &[(&str, &str)]) -> Result<Value> {
    let answer = client.post(url).basic_auth("app", Some("a-secret-of-more-than-sixteen")).form(form).send().await?;
    let body = answer.text().await?;
    Ok(if body.is_empty() { Value::Null } else { serde_json::from_str(&body)? })
}

/// Revokes on the first node and introspects on the second one until the token is inactive. Returns how long after the
/// revocation the last request was sent that was answered with active; none if there was none.
///
/// A late answer proves nothing: the machine may be busy. A request that was sent late and still got the old answer
/// does.
async fn last_active(first: &Jeton, second: &Jeton, client: &Client) -> Result<Option<Duration>> {
    let issued = post(client, first.url("/token"), &[("grant_type", "client_credentials")]).await?;
    let token = issued["access_token"].as_str().unwrap();
    let seen = post(client, second.url("/introspect"), &[("token", token)]).await?;
    assert_eq!(seen["active"], true, "what one node issued the other knows: {seen}");
    post(client, first.url("/token/revoke"), &[("token", token)]).await?;
    let revoked = Instant::now();
    let mut last = None;
    loop {
        let asked = revoked.elapsed();
        if post(client, second.url("/introspect"), &[("token", token)]).await?["active"] == false {
            return Ok(last);
        }
        last = Some(asked);
        assert!(asked < Duration::from_secs(300), "the revocation never arrived");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_revocation_is_seen_on_the_other_node_within_the_bound() -> Result<()> {
    let (first, second) = two_nodes("1s").await?;
    let client = Client::builder().no_proxy().build()?;
    for _ in 0..TIMES {
        let late = last_active(&first, &second, &client).await?;
        assert!(late.is_none_or(|late| late <= Duration::from_secs(1)), "still active after {late:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_bound_of_zero_means_at_once() -> Result<()> {
    let (first, second) = two_nodes("0s").await?;
    let client = Client::builder().no_proxy().build()?;
    for _ in 0..TIMES {
        let late = last_active(&first, &second, &client).await?;
        assert_eq!(late, None, "a node with bound 0 said active after the revocation");
    }
    Ok(())
}

#[tokio::test]
async fn nodes_share_one_key_and_the_lag_is_a_metric() -> Result<()> {
    let (first, second) = two_nodes("1s").await?;
    let client = Client::builder().no_proxy().build()?;
    let keys = |url: String| {
        let client = client.clone();
        async move { Ok::<Value, anyhow::Error>(client.get(url).send().await?.json().await?) }
    };
    assert_eq!(keys(first.url("/jwks")).await?, keys(second.url("/jwks")).await?);
    let config = std::fs::read_to_string(second.folder().join("jeton.toml"))?;
    let listen = config.split("[metrics]\nlisten = \"").nth(1).and_then(|t| t.split('"').next()).unwrap();
    let text = client.get(format!("http://{listen}/metrics")).send().await?.text().await?;
    assert!(text.contains("revocation_lag"), "no lag among the metrics:\n{text}");
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_has_one_child_among_two_nodes() -> Result<()> {
    let (first, second) = two_nodes("1s").await?;
    let client = Client::builder().no_proxy().build()?;
    let form = [
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "a-password-of-more-than-sixteen"),
        ("scope", "openid offline_access"),
    ];
    let issued = post(&client, first.url("/token"), &form).await?;
    let refresh = issued["refresh_token"].as_str().unwrap().to_owned();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..32 {
        let url = if n % 2 == 0 { first.url("/token") } else { second.url("/token") };
        let (client, refresh) = (client.clone(), refresh.clone());
        tasks.spawn(async move {
            post(&client, url, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await
        });
    }
    let mut children = std::collections::BTreeSet::new();
    while let Some(done) = tasks.join_next().await {
        let answer = done??;
        children.insert(answer["refresh_token"].as_str().unwrap_or_else(|| panic!("refused: {answer}")).to_owned());
    }
    assert_eq!(children.len(), 1, "one child, whoever asks where");
    Ok(())
}

/// A call of the API for other authorization servers, as the organization: status and body.
async fn backend(jeton: &Jeton, client: &Client, method: &str, path: &str, body: Value) -> Result<(u16, Value)> {
    let mut request = client.request(method.parse()?, jeton.url(path)).bearer_auth(ORGANIZATION);
    if !body.is_null() {
        request = request.json(&body);
    }
    let answer = request.send().await?;
    let (status, text) = (answer.status().as_u16(), answer.text().await?);
    Ok((status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? }))
}

/// Asks again and again until the answer is as it should be. Returns how long after the beginning the last request was sent that
/// was answered otherwise.
async fn last_other(ask: impl AsyncFn() -> Result<bool>) -> Result<Option<Duration>> {
    let begun = Instant::now();
    let mut last = None;
    loop {
        let asked = begun.elapsed();
        if ask().await? {
            return Ok(last);
        }
        last = Some(asked);
        assert!(asked < Duration::from_secs(300), "it never arrived");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn services_and_their_tokens_are_made_changed_and_ended_on_both_nodes() -> Result<()> {
    let (first, second) = two_nodes("1s").await?;
    let client = Client::builder().no_proxy().build()?;
    let bound = |late: Option<Duration>| assert!(late.is_none_or(|late| late <= Duration::from_secs(1)), "{late:?}");
    let document = json!({ "serviceName": "shop", "supportedScopes": [{ "name": "read", "description": "to read" }],
        "accessTokenSignAlg": "ES256" });
    let (status, made) = backend(&first, &client, "POST", "/api/service/create", document).await?;
    assert_eq!(status, 200, "{made}");
    let own = format!("/api/{}", made["apiKey"]);
    let at = async |node: &Jeton, method: &str, path: &str, body: Value| {
        backend(node, &client, method, &format!("{own}{path}"), body).await
    };
    let seen = async || Ok(at(&second, "GET", "/service/get", Value::Null).await?.0 == 200);
    bound(last_other(seen).await?);
    let app = json!({ "clientId": 4712, "clientName": "app", "clientSecret": "a-secret-of-more-than-sixteen" });
    assert_eq!(at(&second, "POST", "/client/create", app).await?.0, 200);

    // The first use, on both nodes at once: one key for each algorithm.
    let jwks = async |node: &Jeton| at(node, "GET", "/service/jwks/get", Value::Null).await;
    let (one, other) = tokio::try_join!(jwks(&first), jwks(&second))?;
    assert_eq!(one, other);
    assert_eq!(one.1["keys"].as_array().map(Vec::len), Some(2), "{one:?}");

    for round in 0..5 {
        let (here, there) = if round % 2 == 0 { (&first, &second) } else { (&second, &first) };
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4712, "subject": "joe", "scopes": ["read"] });
        let (_, made) = at(here, "POST", "/auth/token/create", body).await?;
        let text = made["accessToken"].as_str().unwrap();
        let action = async |node: &Jeton, text: &str| {
            let said = at(node, "POST", "/auth/introspection", json!({ "token": text })).await?;
            anyhow::Ok(said.1["action"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(action(there, text).await?, "OK", "what one node made the other knows");
        let jwt = made["jwtAccessToken"].as_str().unwrap();
        assert_eq!(action(there, jwt).await?, "OK", "and its signed copy");
        let change = json!({ "accessToken": text, "accessTokenValueUpdated": true });
        let (_, changed) = at(there, "POST", "/auth/token/update", change).await?;
        let new = changed["accessToken"].as_str().unwrap();
        // A node that has the row in its cache learns of the new text as it learns of a revocation.
        bound(last_other(async || Ok(action(here, new).await? == "OK")).await?);
        bound(last_other(async || Ok(action(here, text).await? == "UNAUTHORIZED")).await?);
        assert_eq!(at(here, "DELETE", &format!("/auth/token/delete/{new}"), Value::Null).await?.0, 204);
        bound(last_other(async || Ok(action(there, new).await? == "UNAUTHORIZED")).await?);
    }
    let renamed = json!({ "serviceName": "renamed" });
    assert_eq!(at(&second, "POST", "/service/update", renamed).await?.0, 200);
    let is_renamed = async || Ok(at(&first, "GET", "/service/get", Value::Null).await?.1["serviceName"] == "renamed");
    bound(last_other(is_renamed).await?);
    assert_eq!(at(&second, "DELETE", "/service/delete", Value::Null).await?.0, 204);
    let is_gone = async || Ok(at(&first, "GET", "/service/get", Value::Null).await?.0 == 404);
    bound(last_other(is_gone).await?);
    Ok(())
}

/// What is promised, and what a busy machine may need beyond it.
const ANSWERED: Duration = Duration::from_secs(5 + 5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_hangs_is_answered_in_time_on_every_path_and_all_is_well_when_it_goes_on() -> Result<()> {
    let server = PostgresServer::start();
    let url = server.database();
    let jeton = Jeton::start(&format!("[store]\nurl = {url:?}\nrevocation_bound = \"1s\"\n{CLIENT}")).await?;
    let client = Client::builder().no_proxy().build()?;
    let person = [
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "a-password-of-more-than-sixteen"),
        ("scope", "openid offline_access"),
    ];
    let issued = post(&client, jeton.url("/token"), &person).await?;
    let kept = post(&client, jeton.url("/token"), &[("grant_type", "client_credentials")]).await?;
    let (access, refresh) = (issued["access_token"].as_str().unwrap(), issued["refresh_token"].as_str().unwrap());
    let kept = kept["access_token"].as_str().unwrap();
    let ask = async |path: &str, form: Option<&[(&str, &str)]>| -> Result<(u16, Duration)> {
        let url = jeton.url(path);
        let request = match form {
            Some(form) => client.post(url).basic_auth("app", Some("a-secret-of-more-than-sixteen")).form(form),
            None => client.get(url).bearer_auth(access),
        };
        let asked = Instant::now();
        let status = request.send().await?.status().as_u16();
        Ok((status, asked.elapsed()))
    };
    let service = json!({ "serviceName": "shop" });
    let (_, service) = backend(&jeton, &client, "POST", "/api/service/create", service).await?;
    let own = format!("/api/{}", service["apiKey"]);
    let app = json!({ "clientId": 4712, "clientName": "app" });
    assert_eq!(backend(&jeton, &client, "POST", &format!("{own}/client/create"), app).await?.0, 200);
    let order = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": 4712, "subject": "joe" });
    let (_, theirs) = backend(&jeton, &client, "POST", &format!("{own}/auth/token/create"), order.clone()).await?;
    let theirs = theirs["accessToken"].as_str().unwrap();
    let writes = [
        ("POST", "/auth/token/create".to_owned(), order),
        ("POST", "/auth/token/update".to_owned(), json!({ "accessToken": theirs, "scopes": [] })),
        ("DELETE", format!("/auth/token/delete/{theirs}"), Value::Null),
        ("POST", "/auth/token/revoke".to_owned(), json!({ "accessTokenIdentifier": theirs })),
        ("POST", "/client/create".to_owned(), json!({ "clientName": "another" })),
        ("POST", "/client/update/4712".to_owned(), json!({ "clientName": "renamed" })),
        ("DELETE", "/client/delete/4712".to_owned(), Value::Null),
        ("POST", "/service/update".to_owned(), json!({ "serviceName": "renamed" })),
        ("DELETE", "/service/delete".to_owned(), Value::Null),
    ];
    let stopped = tokio::task::block_in_place(|| server.stop_answering());
    let issue = [("grant_type", "client_credentials")];
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (shown, shown_kept) = ([("token", access)], [("token", kept)]);
    for round in 0..2 {
        let answers = tokio::try_join!(
            ask("/token", Some(&issue)),
            ask("/token", Some(&person)),
            ask("/token", Some(&refreshed)),
            ask("/token/revoke", Some(&shown)),
            ask("/introspect", Some(&shown_kept)),
            ask("/introspect", Some(&shown)),
            ask("/userinfo", None),
            ask("/health/ready", None),
        )?;
        let (a, b, c, d, e, f, g, h) = answers;
        for (n, (status, took)) in [a, b, c, d, e, f, g, h].into_iter().enumerate() {
            assert!(took < ANSWERED, "request {n} of round {round}: {status} after {took:?}");
            let needs_it = [0, 1, 2, 3, 7].contains(&n);
            assert!(status == 503 || !needs_it, "request {n} of round {round}: {status}");
        }
    }
    for (method, path, body) in &writes {
        let asked = Instant::now();
        let (status, said) = backend(&jeton, &client, method, &format!("{own}{path}"), body.clone()).await?;
        assert!(asked.elapsed() < ANSWERED, "{path}: {status} after {:?}", asked.elapsed());
        assert_eq!((status, &said["resultCode"]), (503, &json!("A001101")), "{path}: {said}");
    }
    assert_eq!(ask("/health/live", None).await?.0, 200);
    stopped.go_on();
    while ask("/health/ready", None).await?.0 != 200 {}
    let again = post(&client, jeton.url("/token"), &[("grant_type", "client_credentials")]).await?;
    assert!(again["access_token"].is_string(), "{again}");
    assert_eq!(ask("/token/revoke", Some(&shown)).await?.0, 200);
    assert_eq!(post(&client, jeton.url("/introspect"), &[("token", access)]).await?["active"], false);
    assert_eq!(post(&client, jeton.url("/introspect"), &[("token", kept)]).await?["active"], true);
    // Each of the writes was carried out when the database went on, or not at all: now they go through.
    for (method, path, body) in &writes {
        let (status, said) = backend(&jeton, &client, method, &format!("{own}{path}"), body.clone()).await?;
        assert!(status < 500, "{path}: {status} {said}");
    }
    assert_eq!(backend(&jeton, &client, "GET", &format!("{own}/service/get"), Value::Null).await?.0, 404);
    assert!(!jeton.log().contains("db error") && !jeton.log().contains("a-password-for-tests"), "{}", jeton.log());
    Ok(())
}
