//! Nothing acknowledged is lost, and memory never runs ahead of the store: any sequence of operations at any face, each
//! of which may meet a store that fails before its commit, in it, or after it with the answer lost. The same request
//! again, and then another node and a restart, agree with every answer that was given.

use std::sync::Arc;

use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::{Fault, FaultyStore};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::faces::{CLIENTS, Faces, Reply, SHOP};

#[derive(Clone, Copy, Debug)]
enum Verb {
    Credentials,
    Password,
    Refresh,
    AdminMint,
    Shop,
    Rotate,
    Amend,
    OauthRevoke,
    GridRevoke,
    AdminRevoke,
    AdminRevokeText,
    Leaked,
    IamDelete,
    IamDeleteAll,
    SwitchClient,
}

const VERBS: [Verb; 15] = [
    Verb::Credentials,
    Verb::Password,
    Verb::Refresh,
    Verb::AdminMint,
    Verb::Shop,
    Verb::Rotate,
    Verb::Amend,
    Verb::OauthRevoke,
    Verb::GridRevoke,
    Verb::AdminRevoke,
    Verb::AdminRevokeText,
    Verb::Leaked,
    Verb::IamDelete,
    Verb::IamDeleteAll,
    Verb::SwitchClient,
];

#[derive(Clone, Debug)]
struct Step {
    verb: Verb,
    /// Which token, which client.
    at: usize,
    /// After how many writes the store fails, and where.
    fault: Option<(usize, Fault)>,
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![
        1 => Just(None),
        2 => (0..2_usize, proptest::sample::select(&Fault::ALL[..])).prop_map(Some),
    ];
    (proptest::sample::select(&VERBS[..]), any::<usize>(), fault).prop_map(|(verb, at, fault)| Step { verb, at, fault })
}

/// What was acknowledged of a token.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    /// Issued, and no answer said that it ended.
    Live,
    /// An answer said that it ended.
    Ended,
    /// A request that would end it was answered 503: either, but everywhere the same.
    Unsure,
}

#[derive(Debug)]
struct Held {
    text: String,
    id: u64,
    kind: String,
    client: Option<usize>,
    family: Option<u64>,
    known: Known,
}

/// What makes the store fail.
enum Trouble {
    Faults(Arc<FaultyStore>),
    Server(Arc<PostgresServer>, String),
}

struct Run {
    faces: Faces,
    trouble: Trouble,
    held: Vec<Held>,
    /// Whether each client is switched on; none: not known.
    on: [Option<bool>; 2],
}

impl Run {
    fn new(faces: Faces, trouble: Trouble) -> Self {
        Self { faces, trouble, held: Vec::new(), on: [Some(true); 2] }
    }

    /// One request; the store may fail in it.
    async fn broken(&self, step: &Step, at: Option<usize>) -> Reply {
        match (&self.trouble, step.fault) {
            (_, None) => self.ask(step, at).await,
            (Trouble::Faults(store), Some((after, fault))) => {
                store.fail_write(after, fault);
                let reply = self.ask(step, at).await;
                store.heal();
                reply
            }
            (Trouble::Server(server, _), Some((_, fault))) => {
                let killed = {
                    let server = Arc::clone(server);
                    tokio::task::spawn_blocking(move || server.kill())
                };
                if fault == Fault::Before {
                    killed.await.unwrap();
                    let reply = self.ask(step, at).await;
                    server.restart();
                    self.wait().await;
                    return reply;
                }
                // While the server stops, the outcome of the request is not known in advance.
                let reply = self.ask(step, at).await;
                killed.await.unwrap();
                server.restart();
                self.wait().await;
                reply
            }
        }
    }

    /// Until the store answers again.
    async fn wait(&self) {
        while self.faces.admin("GET", "/services", None).await.status != 200
            || self.faces.store.ping().await.is_err()
            || self.faces.store.services().await.is_err()
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn ask(&self, step: &Step, at: Option<usize>) -> Reply {
        let faces = &self.faces;
        let client = CLIENTS[step.at % 2];
        let held = at.map(|at| &self.held[at]);
        let (text, id) = held.map_or(("", 0), |held| (held.text.as_str(), held.id));
        let of = held.and_then(|held| held.client).map_or(client, |client| CLIENTS[client]);
        match step.verb {
            Verb::Credentials => faces.form(client, "/token", &[("grant_type", "client_credentials")]).await,
            Verb::Password => faces.ask_by_password(client, "read offline_access").await,
            Verb::Refresh => {
                faces.form(of, "/token", &[("grant_type", "refresh_token"), ("refresh_token", text)]).await
            }
            Verb::AdminMint => {
                faces.admin("POST", "/tokens", Some(json!({ "client_id": client, "kind": "api" }))).await
            }
            Verb::Shop => faces.ask_shop(SHOP).await,
            Verb::Rotate => faces.admin("POST", &format!("/tokens/{id}/rotate"), Some(json!({ "overlap": 60 }))).await,
            Verb::Amend => faces.admin("PATCH", &format!("/tokens/{id}"), Some(json!({ "scope": "" }))).await,
            Verb::OauthRevoke => faces.form(of, "/token/revoke", &[("token", text)]).await,
            Verb::GridRevoke => faces.form(of, "/revoke", &[("token", text)]).await,
            Verb::AdminRevoke => faces.admin("POST", &format!("/tokens/{id}/revoke"), None).await,
            Verb::AdminRevokeText => faces.admin("POST", "/tokens/revoke", Some(json!({ "token": text }))).await,
            Verb::Leaked => faces.leaked(text).await,
            Verb::IamDelete => faces.iam("DELETE", &format!("access-tokens/{id}")).await,
            Verb::IamDeleteAll => faces.iam("DELETE", &format!("access-tokens?clientId={client}")).await,
            Verb::SwitchClient => {
                let way = if self.on[step.at % 2] == Some(true) { "disable" } else { "enable" };
                faces.iam("PATCH", &format!("clients/{client}/{way}")).await
            }
        }
    }

    /// The token that a step is about: of a kind that it can be about.
    fn pick(&self, step: &Step) -> Option<usize> {
        let fits = |held: &Held| match step.verb {
            Verb::Refresh => held.kind == "refresh",
            Verb::Rotate => held.kind == "api" && held.client.is_some(),
            Verb::Amend | Verb::IamDelete => held.kind == "access" || held.kind == "api",
            Verb::OauthRevoke | Verb::GridRevoke => held.client.is_some(),
            _ => true,
        };
        let all: Vec<_> = (0..self.held.len()).filter(|at| fits(&self.held[*at])).collect();
        all.get(step.at % all.len().max(1)).copied()
    }

    /// What ends with a step: itself, and with a refresh token its family.
    fn ends(&self, step: &Step, at: Option<usize>) -> Vec<usize> {
        let by_one = matches!(
            step.verb,
            Verb::OauthRevoke
                | Verb::GridRevoke
                | Verb::AdminRevoke
                | Verb::AdminRevokeText
                | Verb::Leaked
                | Verb::IamDelete
                | Verb::Refresh
        );
        let all = 0..self.held.len();
        match (step.verb, at) {
            (Verb::IamDeleteAll, _) => {
                let client = Some(step.at % 2);
                all.filter(|n| self.held[*n].client == client && self.held[*n].kind != "refresh").collect()
            }
            // The one presented is used up.
            (Verb::Refresh, Some(at)) => vec![at],
            (_, Some(at)) if by_one => {
                let one = &self.held[at];
                let family = one.family.filter(|_| one.kind == "refresh");
                all.filter(|n| *n == at || family.is_some() && self.held[*n].family == family).collect()
            }
            _ => Vec::new(),
        }
    }

    async fn learn(&mut self, step: &Step, reply: &Reply) {
        let client = match step.verb {
            Verb::Shop => None,
            Verb::Refresh | Verb::Rotate => self.pick(step).and_then(|at| self.held[at].client),
            _ => Some(step.at % 2),
        };
        let members = ["access_token", "refresh_token", "token"].map(|name| reply.body[name].as_str());
        let texts: Vec<String> =
            members.into_iter().chain([reply.body.as_str()]).flatten().map(str::to_owned).collect();
        for text in texts {
            // Within the grace period an answer is repeated, also after its tokens were used.
            if self.held.iter().any(|held| held.text == text) {
                continue;
            }
            let seen = self.faces.inspected(&text).await;
            self.held.push(Held {
                id: seen["id"].as_u64().unwrap_or_else(|| panic!("{seen}")),
                kind: seen["kind"].as_str().unwrap().to_owned(),
                client,
                family: seen["grant"].as_u64(),
                known: Known::Live,
                text,
            });
        }
    }

    async fn take(&mut self, step: &Step) {
        let issues = matches!(
            step.verb,
            Verb::Credentials | Verb::Password | Verb::AdminMint | Verb::Shop | Verb::Refresh | Verb::Rotate
        );
        let at = self.pick(step);
        if at.is_none()
            && !matches!(
                step.verb,
                Verb::Credentials
                    | Verb::Password
                    | Verb::AdminMint
                    | Verb::Shop
                    | Verb::IamDeleteAll
                    | Verb::SwitchClient
            )
        {
            return;
        }
        let ended = self.ends(step, at);
        let mut reply = self.broken(step, at).await;
        assert!(reply.status != 500, "{step:?}: {reply:?}");
        if !(200..300).contains(&reply.status) {
            self.doubt_a_replay(step, at);
        }
        if reply.status == 503 {
            assert!(reply.retry_after.is_some(), "{step:?}: {reply:?}");
            for n in &ended {
                if self.held[*n].known == Known::Live {
                    self.held[*n].known = Known::Unsure;
                }
            }
            if let Verb::SwitchClient = step.verb {
                // Ask for the same again, not for the contrary.
                reply = self.ask(step, at).await;
            } else {
                self.agree().await;
                reply = self.ask(step, at).await;
            }
            assert!(!matches!(reply.status, 500 | 503), "the same again: {step:?}: {reply:?}");
        }
        let done = (200..300).contains(&reply.status);
        if let (Verb::SwitchClient, true) = (step.verb, done) {
            let client = step.at % 2;
            self.on[client] = Some(self.on[client] != Some(true));
        }
        // A token that has ended cannot be ended again, and stays ended.
        let gone = done || step.verb_ends() && reply.status == 404;
        if gone {
            ended.iter().for_each(|n| self.held[*n].known = Known::Ended);
        }
        if !done {
            self.doubt_a_replay(step, at);
        }
        if issues && done {
            self.learn(step, &reply).await;
        }
        self.agree().await;
    }

    /// A refused replay of a refresh token that was used, or of one whose family has ended, may end the family.
    fn doubt_a_replay(&mut self, step: &Step, at: Option<usize>) {
        let (Verb::Refresh, Some(at)) = (step.verb, at) else { return };
        if self.held[at].known == Known::Ended {
            let family = self.held[at].family;
            self.held.iter_mut().filter(|held| held.family == family && held.known == Known::Live).for_each(|held| {
                held.known = Known::Unsure;
            });
        }
    }

    /// Whether a node takes a token.
    async fn takes(node: &Faces, held: &Held) -> bool {
        match held.client {
            Some(_) => node.inspected(&held.text).await["state"] == "live",
            None => node.shop_takes(&held.text).await,
        }
    }

    /// This node, another one and a restarted one answer the same, according to what was acknowledged.
    async fn agree(&self) {
        let other = match &self.trouble {
            Trouble::Faults(_) => self.faces.on_the_same_store().await,
            Trouble::Server(_, url) => self.faces.on_the_same_database(url).await,
        };
        self.compare(&other).await;
    }

    async fn compare(&self, other: &Faces) {
        for held in &self.held {
            let (here, there) = (Self::takes(&self.faces, held).await, Self::takes(other, held).await);
            assert_eq!(here, there, "the nodes differ: {held:?}");
            let switched_off = held.client.is_some_and(|client| self.on[client] != Some(true));
            match held.known {
                Known::Live if !switched_off => assert!(here, "acknowledged as issued: {held:?}"),
                Known::Ended => assert!(!here, "acknowledged as ended: {held:?}"),
                Known::Live | Known::Unsure => {}
            }
        }
    }
}

impl Step {
    fn verb_ends(&self) -> bool {
        matches!(self.verb, Verb::AdminRevoke | Verb::AdminRevokeText | Verb::IamDelete | Verb::IamDeleteAll)
    }
}

fn check(cases: u32, steps: usize, run: impl Fn(Vec<Step>)) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner
        .run(&proptest::collection::vec(step(), 1..steps), |steps| {
            run(steps);
            Ok(())
        })
        .unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn nodes_agree_with_every_answer_whatever_the_store_does() {
    let runtime = runtime();
    check(48, 14, |steps| {
        runtime.block_on(async {
            let (faces, store) = Faces::that_fails().await;
            let mut run = Run::new(faces, Trouble::Faults(store));
            for step in &steps {
                run.take(step).await;
            }
        });
    });
}

#[test]
fn nodes_agree_with_every_answer_whatever_sqlite_does() {
    let runtime = runtime();
    check(10, 12, |steps| {
        runtime.block_on(async {
            let (faces, store) = Faces::on_sqlite_that_fails().await;
            let mut run = Run::new(faces, Trouble::Faults(store));
            for step in &steps {
                run.take(step).await;
            }
            let seen: Vec<_> =
                futures::future::join_all(run.held.iter().map(|held| Run::takes(&run.faces, held))).await;
            let restarted = run.faces.restarted().await;
            for (held, before) in run.held.iter().zip(seen) {
                assert_eq!(Run::takes(&restarted, held).await, before, "after a restart: {held:?}");
            }
        });
    });
}

#[test]
fn nodes_agree_with_every_answer_while_postgresql_is_stopped_and_started() {
    let (runtime, server) = (runtime(), Arc::new(PostgresServer::start()));
    check(3, 8, |steps| {
        runtime.block_on(async {
            let url = server.database();
            let faces = Faces::on_postgresql(&url).await;
            let mut run = Run::new(faces, Trouble::Server(Arc::clone(&server), url));
            for step in &steps {
                run.take(step).await;
            }
        });
    });
}
