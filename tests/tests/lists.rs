//! One meaning of live: what a list shows as live, introspection calls active, and the other way round, on every face that
//! lists and on both stores. What was exchanged ends with what it was exchanged from, in lists too.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

use std::collections::BTreeSet;

use anyhow::Result;
use jeton_testkit::postgres::PostgresServer;
use jeton_tests::Jeton;
use reqwest::{Client, Method};
use serde_json::{Value, json};

const SECRET: &str = "a-secret-of-more-than-sixteen";
const PASSWORD: &str = "a-password-of-more-than-sixteen";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

const CONFIG: &str = r#"
[tokens]
access_token_format = "opaque"

[[client]]
client_id = "app"
client_secret = "a-secret-of-more-than-sixteen"
grant_types = ["client_credentials", "refresh_token", "password", "urn:ietf:params:oauth:grant-type:token-exchange"]
scope = "openid offline_access read"
introspect = "any"

[[client]]
client_id = "gate"
client_secret = "a-secret-of-more-than-sixteen"
grant_types = ["refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"]
scope = "offline_access read"

[[client]]
client_id = "files"
client_secret = "a-secret-of-more-than-sixteen"
grant_types = ["refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"]
scope = "offline_access read"

[[client]]
client_id = "ops"
client_secret = "a-secret-of-more-than-sixteen"
grant_types = ["client_credentials"]
scope = "jeton:admin iam:admin.read iam:admin.write"

[[user]]
username = "alice"
password = "a-password-of-more-than-sixteen"
roles = ["admin"]

[[exchange]]
name = "the gate exchanges what was issued to the app"
origin = "app"
client = "gate"
refresh = true

[[exchange]]
name = "the files exchange what was issued to the gate"
origin = "gate"
client = "files"
refresh = true
"#;

/// A token that was issued: its text, its number, whether it is a refresh token, and whether it is in alice's name.
struct Made {
    text: String,
    id: u64,
    is_refresh: bool,
    of_alice: bool,
    client: &'static str,
}

struct Setup {
    jeton: Jeton,
    client: Client,
    ops: String,
    me: String,
    made: Vec<Made>,
}

/// A list of a face.
#[derive(Clone, Copy, Debug)]
enum List {
    Admin,
    Iam,
    Bare,
    Own,
    OfClient,
}

const LISTS: [List; 5] = [List::Admin, List::Iam, List::Bare, List::Own, List::OfClient];

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned()
}

impl Setup {
    async fn open(store: &str) -> Result<Self> {
        let jeton = Jeton::start(&format!("{store}{CONFIG}")).await?;
        let client = Client::builder().no_proxy().build()?;
        let mut setup = Self { jeton, client, ops: String::new(), me: String::new(), made: Vec::new() };
        let scope = ("scope", "jeton:admin iam:admin.read iam:admin.write");
        setup.ops = setup.token("ops", &[("grant_type", "client_credentials"), scope]).await?;
        setup.me = setup.sign_in().await?.0;
        Ok(setup)
    }

    async fn send(&self, method: Method, path: &str, bearer: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method, self.jeton.url(path)).bearer_auth(bearer);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        assert!(status.is_success(), "{path}: {status} {body}");
        Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str, bearer: &str) -> Result<Value> {
        self.send(Method::GET, path, bearer, None).await
    }

    async fn post(&self, client: &str, path: &str, form: &[(&str, &str)]) -> Result<Value> {
        let request = self.client.post(self.jeton.url(path)).basic_auth(client, Some(SECRET)).form(form);
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        assert!(status.is_success(), "{path} {form:?}: {status} {body}");
        Ok(serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Issues tokens and records them all.
    async fn issue(&mut self, client: &'static str, form: &[(&str, &str)], of_alice: bool) -> Result<Value> {
        let answer = self.post(client, "/token", form).await?;
        for (name, is_refresh) in [("access_token", false), ("refresh_token", true)] {
            if let Some(text) = answer[name].as_str() {
                let shown = self
                    .send(Method::POST, "/admin/v1/tokens/inspect", &self.admin(text), Some(json!({ "token": text })))
                    .await?;
                let id = shown["id"].as_u64().unwrap();
                self.made.push(Made { text: text.to_owned(), id, is_refresh, of_alice, client });
            }
        }
        Ok(answer)
    }

    /// The administrator's own first token asks about itself.
    fn admin(&self, text: &str) -> String {
        if self.ops.is_empty() { text.to_owned() } else { self.ops.clone() }
    }

    async fn token(&mut self, client: &'static str, form: &[(&str, &str)]) -> Result<String> {
        Ok(text(&self.issue(client, form, false).await?, "access_token"))
    }

    async fn sign_in(&mut self) -> Result<(String, String)> {
        let form =
            [("grant_type", "password"), ("username", "alice"), ("password", PASSWORD), ("scope", "openid read")];
        let answer = self.issue("app", &form, true).await?;
        Ok((text(&answer, "access_token"), text(&answer, "refresh_token")))
    }

    async fn exchange(&mut self, client: &'static str, subject: &str, scope: &str, of_alice: bool) -> Result<Value> {
        let form =
            [("grant_type", EXCHANGE), ("subject_token", subject), ("subject_token_type", ACCESS), ("scope", scope)];
        self.issue(client, &form, of_alice).await
    }

    /// What can be made of one access token: by two clients in a row, with and without a refresh token.
    async fn make_all_of(&mut self, subject: &str) -> Result<()> {
        let plain = text(&self.exchange("gate", subject, "read", true).await?, "access_token");
        self.exchange("files", &plain, "read", true).await?;
        let family = self.exchange("gate", subject, "read offline_access", true).await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", family["refresh_token"].as_str().unwrap())];
        let later = self.issue("gate", &form, true).await?;
        self.exchange("files", &text(&later, "access_token"), "read offline_access", true).await?;
        Ok(())
    }

    async fn is_active(&self, text: &str) -> Result<bool> {
        let said = self.post("app", "/introspect", &[("token", text)]).await?;
        Ok(said["active"].as_bool().unwrap())
    }

    /// The tokens that the pages of a list show as live, and the total on the last page.
    async fn listed(&self, list: List, is_refresh: bool) -> Result<(BTreeSet<u64>, u64)> {
        let kind = if is_refresh { "refresh" } else { "access" };
        let mut ids = BTreeSet::new();
        let mut keep = |items: &Value| {
            let items = items.as_array().unwrap();
            ids.extend(items.iter().map(|item| item["id"].as_u64().unwrap_or_else(|| panic!("no number: {item}"))));
            items.len() as u64
        };
        let mut total;
        match list {
            List::Admin => {
                let mut after = 0;
                loop {
                    let path = format!("/admin/v1/tokens?live=true&kind={kind}&limit=4&after={after}");
                    let page = self.get(&path, &self.ops).await?;
                    for item in page["items"].as_array().unwrap() {
                        assert!(["live", "suspended"].contains(&item["state"].as_str().unwrap()), "{item}");
                    }
                    keep(&page["items"]);
                    total = page["total"].as_u64().unwrap();
                    match page["next"].as_u64() {
                        Some(next) => after = next,
                        None => break,
                    }
                }
            }
            List::Iam | List::Bare => {
                let (before, key, bearer) = match list {
                    List::Iam => ("/iam/api", "Resources", &self.ops),
                    _ => ("", "resources", &self.me),
                };
                let mut start = 1;
                loop {
                    let path = format!("{before}/{kind}-tokens?count=4&startIndex={start}");
                    let page = self.get(&path, bearer).await?;
                    total = page["totalResults"].as_u64().unwrap();
                    let shown = keep(&page[key]);
                    if shown == 0 {
                        break;
                    }
                    start += shown;
                }
            }
            List::Own => total = keep(&self.get(&format!("/iam/api/tokens/{kind}"), &self.me).await?),
            List::OfClient => total = keep(&self.get("/api/tokens/client/gate", &self.ops).await?),
        }
        Ok((ids, total))
    }

    /// Every list shows what introspection calls active. `first`: which list is asked first: it must not lean on another.
    async fn lists_agree(&self, first: usize) -> Result<()> {
        let mut active = BTreeSet::new();
        for made in &self.made {
            if self.is_active(&made.text).await? {
                active.insert(made.id);
            }
        }
        self.lists_show(&active, first).await
    }

    async fn lists_show(&self, live: &BTreeSet<u64>, first: usize) -> Result<()> {
        for n in 0..LISTS.len() {
            let list = LISTS[(first + n) % LISTS.len()];
            for is_refresh in [false, true] {
                if is_refresh && matches!(list, List::OfClient) {
                    continue;
                }
                let meant = |made: &&Made| {
                    live.contains(&made.id)
                        && made.is_refresh == is_refresh
                        && match list {
                            List::Own => made.of_alice,
                            List::OfClient => made.client == "gate",
                            List::Admin | List::Iam | List::Bare => true,
                        }
                };
                let expected: BTreeSet<_> = self.made.iter().filter(meant).map(|made| made.id).collect();
                let (shown, total) = self.listed(list, is_refresh).await?;
                assert_eq!(shown, expected, "{list:?}, refresh tokens: {is_refresh}");
                assert_eq!(total, expected.len() as u64, "{list:?}, refresh tokens: {is_refresh}");
            }
        }
        // One by one, and what only counts.
        let count = |is_refresh| {
            self.made.iter().filter(|made| live.contains(&made.id) && made.is_refresh == is_refresh).count() as u64
        };
        for (kind, expected) in [("access", count(false)), ("refresh", count(true))] {
            let order = json!({ "filter": { "kind": kind }, "dry_run": true });
            let preview = self.send(Method::POST, "/admin/v1/revocations", &self.ops, Some(order)).await?;
            assert_eq!(preview["count"], expected, "preview of {kind}");
            let counted = self.get(&format!("/iam/api/{kind}-tokens?count=0"), &self.ops).await?;
            assert_eq!(counted["totalResults"], expected, "count of {kind}");
        }
        for made in &self.made {
            let kind = if made.is_refresh { "refresh" } else { "access" };
            let url = self.jeton.url(&format!("/iam/api/{kind}-tokens/{}", made.id));
            let status = self.client.get(url).bearer_auth(&self.ops).send().await?.status().as_u16();
            assert_eq!(status, if live.contains(&made.id) { 200 } else { 404 }, "{kind} token {}", made.id);
        }
        Ok(())
    }

    fn id(&self, text: &str) -> u64 {
        self.made.iter().find(|made| made.text == text).unwrap().id
    }

    /// Ends a token that others were made of, in one of many ways.
    async fn end(&self, way: usize, access: &str, refresh: &str) -> Result<()> {
        let id = self.id(access);
        match way {
            0 => drop(self.post("app", "/token/revoke", &[("token", access)]).await?),
            1 => drop(self.post("app", "/token/revoke", &[("token", refresh)]).await?),
            2 => drop(
                self.send(Method::POST, &format!("/admin/v1/tokens/{id}/revoke"), &self.ops, Some(json!({}))).await?,
            ),
            3 => drop(self.send(Method::DELETE, &format!("/iam/api/access-tokens/{id}"), &self.ops, None).await?),
            4 => drop(
                self.client.post(self.jeton.url("/leaked")).json(&json!({ "token": access })).send().await?.status(),
            ),
            _ => drop(self.send(Method::DELETE, &format!("/iam/api/tokens/access/{id}"), &self.me, None).await?),
        }
        while self.is_active(access).await? {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

async fn run(store: &str) -> Result<()> {
    let mut setup = Setup::open(store).await?;
    for way in 0..6 {
        let (access, refresh) = setup.sign_in().await?;
        setup.make_all_of(&access).await?;
        setup.lists_agree(way).await?;
        setup.end(way, &access, &refresh).await?;
        setup.lists_agree(way).await?;
    }
    // Without a family.
    let own = setup.token("app", &[("grant_type", "client_credentials"), ("scope", "read")]).await?;
    let plain = text(&setup.exchange("gate", &own, "read", false).await?, "access_token");
    setup.exchange("files", &plain, "read", false).await?;
    setup.lists_agree(0).await?;
    setup.end(0, &own, "").await?;
    setup.lists_agree(1).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_list_shows_as_live_is_active_on_sqlite() -> Result<()> {
    run("").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_list_shows_as_live_is_active_on_postgresql() -> Result<()> {
    run(&format!("[store]\nurl = {:?}\n", PostgresServer::shared().database())).await
}

/// What is suspended has not ended: neither the subject tokens nor what was exchanged for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rests_with_its_subject_token_is_listed_and_comes_back() -> Result<()> {
    let mut setup = Setup::open("").await?;
    let (access, _) = setup.sign_in().await?;
    setup.make_all_of(&access).await?;
    setup.lists_agree(0).await?;
    let mut live = BTreeSet::new();
    for made in &setup.made {
        if setup.is_active(&made.text).await? {
            live.insert(made.id);
        }
    }
    let order = json!({ "filter": { "client_id": "app" }, "reason": "a drill", "undo_window": 3600 });
    let begun = setup.send(Method::POST, "/admin/v1/revocations", &setup.ops, Some(order)).await?;
    for made in setup.made.iter().filter(|made| made.client != "ops") {
        assert!(!setup.is_active(&made.text).await?);
        let shown = setup.get(&format!("/admin/v1/tokens/{}", made.id), &setup.ops).await?;
        let expected = if live.contains(&made.id) { "suspended" } else { "rotated" };
        assert_eq!(shown["state"], expected, "{shown}");
    }
    let (shown, _) = setup.listed(List::Admin, false).await?;
    let access = |made: &&Made| live.contains(&made.id) && !made.is_refresh;
    assert_eq!(shown, setup.made.iter().filter(access).map(|made| made.id).collect());
    let undo = format!("/admin/v1/revocations/{}/undo", begun["id"]);
    setup.send(Method::POST, &undo, &setup.ops, Some(json!({}))).await?;
    setup.lists_agree(1).await
}
