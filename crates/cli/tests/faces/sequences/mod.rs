//! Random sequences of operations over all faces, compared with a model of the live tokens: every live token is in the
//! lists, with the exact total, and a token that one face revoked is gone in all.

mod robots;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::backend::hash;
use crate::faces::{CLIENTS, Faces};
use robots::{RobotStep, Robots};

/// The kinds in the list of what gives access.
const ACCESS: [&str; 4] = ["access", "api", "robot", "robot_client"];

/// A step. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Credentials(usize),
    Password(usize),
    AdminMint(usize, bool),
    Shop,
    Refresh(usize),
    OauthRevoke(usize),
    AdminRevoke(usize),
    Shorten(usize),
    IamDelete(usize),
    IamDeleteAll(usize, bool),
    Suspend(usize, usize),
    Undo(usize),
    Kill(usize),
    BackendCreate(usize, bool),
    BackendUpdate(usize, usize),
    BackendDelete(usize, bool),
    BackendRevokeAll(usize),
    BackendForwarded(usize),
    Robot(usize, RobotStep),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let at = any::<usize>;
    prop_oneof![
        3 => at().prop_map(Step::Credentials),
        3 => at().prop_map(Step::Password),
        2 => (at(), any::<bool>()).prop_map(|(client, api)| Step::AdminMint(client, api)),
        2 => Just(Step::Shop),
        4 => at().prop_map(Step::Refresh),
        2 => at().prop_map(Step::OauthRevoke),
        2 => at().prop_map(Step::AdminRevoke),
        1 => at().prop_map(Step::Shorten),
        3 => at().prop_map(Step::IamDelete),
        1 => (at(), any::<bool>()).prop_map(|(client, access)| Step::IamDeleteAll(client, access)),
        3 => (at(), at()).prop_map(|(client, kind)| Step::Suspend(client, kind)),
        2 => at().prop_map(Step::Undo),
        2 => at().prop_map(Step::Kill),
        3 => (at(), any::<bool>()).prop_map(|(client, of_person)| Step::BackendCreate(client, of_person)),
        4 => (at(), at()).prop_map(|(at, what)| Step::BackendUpdate(at, what)),
        2 => (at(), any::<bool>()).prop_map(|(at, revoke)| Step::BackendDelete(at, revoke)),
        1 => at().prop_map(Step::BackendRevokeAll),
        2 => at().prop_map(Step::BackendForwarded),
        14 => (at(), robots::step()).prop_map(|(at, step)| Step::Robot(at, step)),
        2 => prop_oneof![Just(5), Just(60), Just(900), Just(3700)].prop_map(Step::Wait),
    ]
}

/// What is known of a token from outside.
#[derive(Debug)]
struct Held {
    id: u64,
    kind: String,
    text: String,
    client: Option<&'static str>,
    family: Option<u64>,
    issued: i64,
    expires: Option<i64>,
    /// Revoked or rotated, itself or with its family.
    ended: bool,
    rotated: bool,
    /// An administrator gave it another end.
    shortened: bool,
}

/// A suspension that is neither undone nor ended.
#[derive(Debug)]
struct Rule {
    id: u64,
    client: Option<&'static str>,
    kind: Option<&'static str>,
    from: i64,
    until: i64,
}

impl Rule {
    fn means(&self, token: &Held) -> bool {
        token.issued <= self.from
            && token.expires.is_some()
            && self.client.is_none_or(|client| token.client == Some(client))
            && self.kind.is_none_or(|kind| token.kind == kind)
    }
}

struct Run {
    faces: Faces,
    held: Vec<Held>,
    robots: Robots,
    rules: Vec<Rule>,
    /// Texts that were replaced by others.
    replaced: Vec<(&'static str, String)>,
}

impl Run {
    fn now(&self) -> i64 {
        self.faces.jeton.ledger.now().seconds()
    }

    /// Whether it has not ended.
    fn lives(&self, token: &Held) -> bool {
        !token.ended && token.expires.is_none_or(|at| self.now() < at)
    }

    /// Whether it is good now.
    fn is_good(&self, token: &Held) -> bool {
        self.lives(token) && !self.rules.iter().any(|rule| rule.means(token))
    }

    async fn learn(&mut self, texts: Vec<String>, client: Option<&'static str>) {
        for text in texts {
            if self.held.iter().any(|token| token.text == text) {
                continue;
            }
            let seen = self.faces.inspected(&text).await;
            assert_eq!(seen["state"], "live", "just issued: {seen}");
            self.held.push(Held {
                id: seen["id"].as_u64().unwrap(),
                kind: seen["kind"].as_str().unwrap().to_owned(),
                client,
                family: seen["grant"].as_u64(),
                issued: seen["issued_at"].as_i64().unwrap(),
                expires: seen["expires_at"].as_i64(),
                ended: false,
                rotated: false,
                shortened: false,
                text,
            });
        }
    }

    /// One of those that fit.
    fn pick(&self, at: usize, fits: impl Fn(&Held) -> bool) -> Option<usize> {
        let all: Vec<_> = (0..self.held.len()).filter(|i| fits(&self.held[*i])).collect();
        all.get(at % all.len().max(1)).copied()
    }

    /// A token was ended; a refresh token and a robot's JWT take their family along.
    fn end(&mut self, at: usize) {
        let token = &mut self.held[at];
        token.ended = true;
        if let (Some(family), true) = (token.family, matches!(&*token.kind, "refresh" | "robot")) {
            self.robots.family_ended(family);
            self.held.iter_mut().filter(|held| held.family == Some(family)).for_each(|held| held.ended = true);
        }
    }

    fn end_all(&mut self, meant: impl Fn(&Held) -> bool) {
        for at in 0..self.held.len() {
            if self.lives(&self.held[at]) && meant(&self.held[at]) {
                self.end(at);
            }
        }
    }

    async fn take(&mut self, step: &Step) {
        let client = |n: usize| CLIENTS[n % CLIENTS.len()];
        match *step {
            Step::Credentials(n) => {
                let texts = self.faces.by_credentials(client(n)).await;
                self.learn(texts, Some(client(n))).await;
            }
            Step::Password(n) => {
                let texts = self.faces.by_password(client(n)).await;
                self.learn(texts, Some(client(n))).await;
            }
            Step::AdminMint(n, api) => {
                let texts = self.faces.by_administrator(client(n), if api { "api" } else { "access" }).await;
                self.learn(texts, Some(client(n))).await;
            }
            Step::Shop => {
                let texts = self.faces.by_shop().await;
                self.learn(texts, None).await;
            }
            Step::Refresh(at) => self.refresh(at).await,
            Step::OauthRevoke(at) => {
                let Some(at) = self.pick(at, |token| token.client.is_some()) else { return };
                let token = &self.held[at];
                let reply = self.faces.form(token.client.unwrap(), "/token/revoke", &[("token", &token.text)]).await;
                assert_eq!(reply.status, 200, "{reply:?}");
                self.end(at);
            }
            Step::AdminRevoke(at) => {
                let Some(at) = self.pick(at, |_| true) else { return };
                let path = format!("/tokens/{}/revoke", self.held[at].id);
                assert_eq!(self.faces.admin("POST", &path, None).await.status, 200);
                self.end(at);
            }
            Step::Shorten(at) => self.shorten(at).await,
            Step::IamDelete(at) => {
                let Some(at) = self.pick(at, |_| true) else { return };
                let token = &self.held[at];
                let list = if token.kind == "refresh" { "refresh-tokens" } else { "access-tokens" };
                let reply = self.faces.iam("DELETE", &format!("{list}/{}", token.id)).await;
                let is_listed = self.lives(token) && token.kind != "session";
                assert_eq!(reply.status, if is_listed { 204 } else { 404 }, "{token:?} {reply:?}");
                if reply.status == 204 {
                    self.end(at);
                }
            }
            Step::IamDeleteAll(n, access) => {
                let list = if access { "access-tokens" } else { "refresh-tokens" };
                let reply = self.faces.iam("DELETE", &format!("{list}?clientId={}", client(n))).await;
                assert!((200..300).contains(&reply.status), "{reply:?}");
                self.end_all(|token| token.client == Some(client(n)) && (token.kind == "refresh") != access);
            }
            Step::Suspend(n, kind) => self.suspend(n, kind).await,
            Step::Undo(at) => self.decide(at, "undo").await,
            Step::Kill(at) => self.decide(at, "kill").await,
            Step::BackendCreate(n, of_person) => {
                let grant = if of_person { "AUTHORIZATION_CODE" } else { "CLIENT_CREDENTIALS" };
                let texts = self.faces.by_backend(client(n), grant).await;
                self.learn(texts, Some(client(n))).await;
            }
            Step::BackendUpdate(at, what) => self.update(at, what).await,
            Step::BackendDelete(at, revoke) => {
                let Some(at) = self.pick(at, |token| matches!(&*token.kind, "access" | "refresh")) else { return };
                let text = &self.held[at].text;
                let reply = if revoke {
                    let body = json!({ "refreshTokenIdentifier": text });
                    self.faces.backend("POST", "/auth/token/revoke", Some(body)).await
                } else {
                    self.faces.backend("DELETE", &format!("/auth/token/delete/{text}"), None).await
                };
                assert!(matches!(reply.status, 200 | 204), "{reply:?}");
                // A token that was revoked or replaced before names no record.
                if !self.held[at].ended {
                    self.end_record(at);
                }
            }
            Step::BackendRevokeAll(n) => {
                let body = json!({ "clientIdentifier": client(n) });
                let reply = self.faces.backend("POST", "/auth/token/revoke", Some(body)).await;
                assert_eq!(reply.status, 200, "{reply:?}");
                self.end_all(|token| token.client == Some(client(n)) && token.kind != "api");
            }
            Step::BackendForwarded(at) => {
                let Some(at) = self.pick(at, |token| token.client.is_some()) else { return };
                let token = &self.held[at];
                let reply = self.faces.forwarded_revocation(token.client.unwrap(), &token.text).await;
                assert_eq!(reply.body["action"], "OK", "{reply:?}");
                // A client that presents a replaced refresh token ends its family; a revoked token is nothing.
                if !self.held[at].ended || self.held[at].rotated {
                    self.end_record(at);
                }
            }
            Step::Robot(at, ref step) => self.take_robot(at, step).await,
            Step::Wait(seconds) => drop(self.faces.clock.advance(Duration::from_secs(seconds))),
        }
    }

    async fn refresh(&mut self, at: usize) {
        // The answer to a rotation is repeated while what it gave is as it was.
        let changed = |family| self.held.iter().any(|token| token.family == family && token.shortened);
        let fits = |token: &Held| token.kind == "refresh" && !(token.rotated && changed(token.family));
        let Some(at) = self.pick(at, fits) else { return };
        let token = &self.held[at];
        let (client, text, good) = (token.client.unwrap(), token.text.clone(), self.is_good(token));
        let form = [("grant_type", "refresh_token"), ("refresh_token", text.as_str())];
        let (answer, known) = (self.faces.granted(client, &form).await, self.held.len());
        match answer {
            Some(texts) if good => {
                (self.held[at].ended, self.held[at].rotated) = (true, true);
                self.learn(texts, Some(client)).await;
                assert_eq!(self.held.len(), known + 2);
            }
            // A lost reply is repeated, with nothing new in it.
            Some(texts) => {
                assert!(self.held[at].rotated, "a dead refresh token was answered: {:?}", self.held[at]);
                assert!(texts.iter().all(|text| self.held.iter().any(|held| held.text == *text)));
            }
            None => {
                assert!(!good, "a good refresh token was refused: {:?}", self.held[at]);
                if self.held[at].rotated {
                    self.end(at);
                }
            }
        }
    }

    async fn shorten(&mut self, at: usize) {
        let Some(at) = self.pick(at, |token| token.client.is_some()) else { return };
        let token = &self.held[at];
        let (path, good) = (format!("/tokens/{}", token.id), self.is_good(token));
        let reply = self.faces.admin("PATCH", &path, Some(json!({ "lifetime": 100 }))).await;
        let family_over = token.family.is_some() && token.expires.is_some_and(|end| end <= self.now() + 100);
        match reply.status {
            200 => {
                assert!(good, "{token:?} was amended: {reply:?}");
                self.held[at].expires = reply.body["expires_at"].as_i64();
                self.held[at].shortened = true;
            }
            _ => assert!(!good || family_over, "{token:?} {reply:?}"),
        }
    }

    /// A token and its family were ended.
    fn end_record(&mut self, at: usize) {
        let family = self.held[at].family;
        self.held[at].ended = true;
        if family.is_some() {
            self.held.iter_mut().filter(|held| held.family == family).for_each(|held| held.ended = true);
        }
    }

    /// The authorization server changes a token, and sees the change at once.
    async fn update(&mut self, at: usize, what: usize) {
        let Some(at) = self.pick(at, |token| token.client.is_some()) else { return };
        let (token, now) = (&self.held[at], self.now());
        let (text, good, family) = (token.text.clone(), self.is_good(token), token.family);
        let is_refresh = token.kind == "refresh";
        // A JWT cannot have a new text.
        let renews = what % 4 == 3 && !is_refresh && token.text.starts_with("jtn_");
        let (name, end) = if is_refresh {
            ("refreshToken", "refreshTokenExpiresAt")
        } else {
            ("accessToken", "accessTokenExpiresAt")
        };
        let mut body = json!({ name: text });
        match what % 4 {
            0 => body["scopes"] = json!(["read", "openid", "unknown"]),
            1 => body[end] = json!((now + 500) * 1000),
            2 => body["properties"] = json!([{ "key": "k", "value": "v", "hidden": true }]),
            _ => body["accessTokenValueUpdated"] = json!(renews),
        }
        let reply = self.faces.backend("POST", "/auth/token/update", Some(body)).await;
        let sibling =
            |held: &&Held| family.is_some() && held.family == family && self.lives(held) && !self.is_good(held);
        // A record with a part that is suspended is changed as a whole, or not.
        let is_torn = self.held.iter().any(|held| sibling(&held));
        if reply.body["action"] != "OK" {
            assert_eq!(reply.status, 200, "{reply:?}");
            assert!(!good || is_torn || token.kind == "api", "{token:?} was not updated: {reply:?}");
            return;
        }
        assert!(good, "{token:?} was updated: {reply:?}");
        for held in self.held.iter_mut().filter(|held| family.is_some() && held.family == family) {
            held.shortened = true;
        }
        self.held[at].shortened = true;
        if what % 4 == 1 {
            self.held[at].expires = Some(now + 500);
        }
        if renews {
            let new = reply.body["accessToken"].as_str().unwrap().to_owned();
            assert_ne!(new, text);
            self.replaced.push((self.held[at].client.unwrap(), text));
            self.held[at].text = new;
        }
        if is_refresh {
            return;
        }
        let seen = self.faces.seen_by_backend(&self.held[at].text).await;
        match what % 4 {
            0 => assert_eq!(seen["scopes"], json!(["read", "openid"]), "{seen}"),
            1 => assert_eq!(seen["expiresAt"], json!((now + 500) * 1000), "{seen}"),
            2 => assert_eq!(seen["properties"][0]["key"], "k", "{seen}"),
            _ => assert_eq!(seen["action"], "OK", "{seen}"),
        }
    }

    async fn suspend(&mut self, n: usize, kind: usize) {
        let client = [Some(CLIENTS[0]), Some(CLIENTS[1]), None][n % 3];
        let kinds = ["access", "refresh", "api", "robot", "robot_client"];
        let kind = kinds.get(kind % (kinds.len() + 1)).copied();
        let mut filter = serde_json::Map::new();
        filter.extend(client.map(|client| ("client_id".to_owned(), Value::from(client))));
        filter.extend(kind.map(|kind| ("kind".to_owned(), Value::from(kind))));
        // Not the token that watches, which has no end.
        filter.insert("expires_before".to_owned(), "2999-01-01T00:00:00Z".into());
        let rule = Rule { id: 0, client, kind, from: self.now(), until: self.now() + 900 };
        let meant = self.held.iter().filter(|token| self.lives(token) && rule.means(token)).count();
        match self.faces.suspended(filter.into(), 900).await {
            None => assert_eq!(meant, 0, "{rule:?}"),
            Some(id) => {
                let shown = self.faces.admin("GET", &format!("/revocations/{id}"), None).await;
                assert_eq!(shown.body["count"], meant, "{rule:?}");
                self.rules.push(Rule { id, ..rule });
            }
        }
    }

    async fn decide(&mut self, at: usize, way: &str) {
        if self.rules.is_empty() {
            return;
        }
        let at = at % self.rules.len();
        let reply = self.faces.admin("POST", &format!("/revocations/{}/{way}", self.rules[at].id), None).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        match way {
            "undo" => drop(self.rules.remove(at)),
            _ => self.rules[at].until = self.now(),
        }
    }

    /// What the server does by itself.
    async fn background(&mut self) {
        self.faces.end_suspended().await;
        let now = self.now();
        let (over, active): (Vec<_>, Vec<_>) = self.rules.drain(..).partition(|rule| rule.until <= now);
        self.rules = active;
        for rule in over {
            self.end_all(|token| rule.means(token));
        }
    }

    async fn check(&self, after: &Step) {
        let expected = |fits: &dyn Fn(&Held) -> bool| {
            let mut ids: Vec<_> =
                self.held.iter().filter(|token| self.lives(token) && fits(token)).map(|token| token.id).collect();
            ids.sort_unstable();
            ids
        };
        let access = expected(&|token| ACCESS.contains(&&*token.kind) && token.expires.is_some());
        let refresh = expected(&|token| token.kind == "refresh");
        assert_eq!(self.faces.listed("access-tokens").await, access, "after {after:?}");
        assert_eq!(self.faces.listed("refresh-tokens").await, refresh, "after {after:?}");
        assert_eq!(self.faces.administered("refresh").await, refresh, "after {after:?}");
        // The token that watches is the first one of all.
        let all = expected(&|token| ACCESS.contains(&&*token.kind));
        assert_eq!(self.faces.administered(&ACCESS.join(",")).await[1..], all, "after {after:?}");
        let valid = self.held.iter().filter(|token| self.lives(token) && token.kind == "access");
        let valid = valid.map(|token| &token.text).chain([&self.faces.watch]).map(|text| hash(text)).collect();
        assert_eq!(self.faces.hashes().await, valid, "after {after:?}");
        for (client, text) in &self.replaced {
            assert!(!self.faces.is_active(client, text).await, "a replaced text is active after {after:?}");
        }
        for token in &self.held {
            let good = self.is_good(token);
            let usable = good && token.kind == "access";
            assert_eq!(self.faces.seen_by_backend(&token.text).await["usable"], usable, "{token:?} after {after:?}");
            let said = match token.client {
                Some(client) => self.faces.is_active(client, &token.text).await,
                None if token.kind == "api" => self.faces.shop_takes(&token.text).await,
                None => good,
            };
            assert_eq!(said, good, "{token:?} after {after:?}");
            let state = self.faces.inspected(&token.text).await["state"].clone();
            assert_eq!(state == "live", good, "{token:?} is {state} after {after:?}");
        }
        self.check_robots().await;
    }
}

async fn walk(faces: Faces, steps: &[Step]) {
    let (robots, session) = Robots::new(&faces).await;
    let mut run = Run { faces, held: Vec::new(), robots, rules: Vec::new(), replaced: Vec::new() };
    run.learn(vec![session], None).await;
    for step in steps {
        run.take(step).await;
        run.faces.clock.advance(Duration::from_secs(1));
        run.background().await;
        run.check(step).await;
    }
}

fn walks(cases: u32, faces: impl AsyncFn() -> Faces) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let steps = proptest::collection::vec(step(), 1..25);
    let walked = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(async { walk(faces().await, &steps).await });
        Ok(())
    });
    walked.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn every_face_agrees_on_what_lives_after_any_sequence() {
    walks(12, Faces::on_the_model);
}

#[test]
fn every_face_agrees_on_what_lives_after_any_sequence_on_sqlite() {
    walks(6, Faces::on_sqlite);
}
