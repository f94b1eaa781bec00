//! Generated sequences: any flow of any client, with what clients get wrong.

use jeton_core::model::TokenFormat;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::request::{
    CALLBACK, CLIENTS, Endpoint, HAS_CERTIFICATE, Held, Part, Proof, Request, SECRET, about, authorization,
    credentials, decision, device, latest, password, poll, redemption, refresh, text,
};
use super::script::{Pair, Step, settings};

/// Values that requests get in place of theirs.
const VALUES: [(&str, &str); 28] = [
    ("scope", "read"),
    ("scope", "read admin"),
    ("scope", "openid"),
    ("scope", "email openid read"),
    ("resource", "https://api.example/"),
    ("resource", "https://api.example/#part"),
    ("redirect_uri", "https://evil.example/cb"),
    ("redirect_uri", CALLBACK),
    ("code_verifier", "a verifier that is for another challenge, and long"),
    ("grant_type", "magic"),
    ("grant_type", "refresh_token"),
    ("response_type", "code id_token"),
    ("response_type", "token"),
    ("response_mode", "form_post"),
    ("response_mode", "fragment"),
    ("prompt", "none"),
    ("prompt", "login consent"),
    ("max_age", "0"),
    ("max_age", "x"),
    ("state", "another"),
    ("nonce", ""),
    ("claims", "{\"id_token\":{\"email\":null}}"),
    ("claims", "{"),
    ("expires_in", "60"),
    ("client_id", "4712"),
    ("client_id", "4999"),
    ("client_secret", SECRET),
    ("audience", "x"),
];

/// What is changed in a request.
#[derive(Clone, Debug)]
enum Change {
    Nothing,
    Set(&'static str, &'static str),
    Repeat(usize),
    Leave(usize),
    Proof(Proof),
    /// An earlier one in place of the latest.
    Earlier(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let proofs = [
        Proof::None,
        Proof::Basic("4711".to_owned(), SECRET.to_owned()),
        Proof::Basic("4711".to_owned(), "another".to_owned()),
        Proof::Basic("4999".to_owned(), SECRET.to_owned()),
        Proof::Certificate(0),
        Proof::Certificate(1),
    ];
    prop_oneof![
        8 => Just(Change::Nothing),
        4 => select(&VALUES[..]).prop_map(|(name, value)| Change::Set(name, value)),
        1 => any::<usize>().prop_map(Change::Repeat),
        2 => any::<usize>().prop_map(Change::Leave),
        1 => select(proofs.to_vec()).prop_map(Change::Proof),
        2 => (1..4_usize).prop_map(Change::Earlier),
    ]
}

fn changed(mut request: Request, change: &Change) -> Request {
    let count = request.params.len().max(1);
    match change {
        Change::Nothing => {}
        Change::Set(name, value) => request = request.with(name, text(value)),
        Change::Repeat(at) => request.params.extend(request.params.get(at % count).cloned()),
        Change::Leave(at) if !request.params.is_empty() && !matches!(request.to, Endpoint::Decision(_)) => {
            drop(request.params.remove(at % count));
        }
        Change::Leave(_) => {}
        Change::Proof(proof) => request.proof = proof.clone(),
        Change::Earlier(back) => {
            for (_, part) in &mut request.params {
                if let Part::Held(_, at) = part {
                    *at = *back;
                }
            }
        }
    }
    request
}

/// What follows from one another, of one client.
fn flow() -> impl Strategy<Value = Vec<Step>> {
    let client = select(CLIENTS.to_vec());
    let part = (0..13_usize, client, prop::collection::vec(change(), 6), any::<bool>());
    part.prop_map(|(which, client, changes, agrees)| {
        let push = Request { to: Endpoint::Par, ..authorization(client).without("client_id") }.by(client);
        let pushed = [("client_id", text(client)), ("request_uri", latest(Held::RequestUri))];
        let pushed = Request::new(Endpoint::Authorization(true), &pushed);
        let consent = |request: Request| match agrees {
            true => request,
            // A person who agreed before is not asked again.
            false => Request { to: Endpoint::Authorization(false), ..request.with("prompt", text("consent")) },
        };
        let seen = |kind| {
            let proof = if client == HAS_CERTIFICATE { Proof::Certificate(0) } else { Proof::None };
            let asked = Request { proof, ..about(Endpoint::UserInfo, latest(kind)) };
            [about(Endpoint::Introspection, latest(kind)), asked]
        };
        let requests = match which {
            0..=2 => vec![authorization(client), redemption(client), refresh(client)],
            3 => vec![consent(authorization(client)), redemption(client)],
            4 => vec![push, pushed, redemption(client)],
            5 => vec![refresh(client), refresh(client)],
            6 => vec![credentials(client)],
            7 => vec![password(client), refresh(client)],
            8 | 9 => vec![device(client), decision(agrees), poll(client)],
            10 => {
                vec![about(Endpoint::Revocation, latest(if agrees { Held::Access } else { Held::Refresh })).by(client)]
            }
            11 => seen(Held::Access).to_vec(),
            _ => seen(Held::Refresh).to_vec(),
        };
        let changed = requests.into_iter().zip(&changes).map(|(request, change)| Step::Send(changed(request, change)));
        changed.collect()
    })
}

fn step() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![Just(6), Just(120), Just(900), Just(3700)];
    prop_oneof![6 => flow(), 1 => wait.prop_map(|seconds| vec![Step::Wait(seconds)])]
}

#[test]
fn any_requests_end_alike_on_both_sides() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config { cases: 24, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let steps = (any::<bool>(), prop::collection::vec(step(), 1..12));
    let walked = TestRunner::new(config).run(&steps, |(jwt, steps)| {
        runtime.block_on(async {
            let mut pair = Pair::open(&settings(if jwt { TokenFormat::Jwt } else { TokenFormat::Opaque })).await;
            for step in steps.iter().flatten() {
                pair.take(step).await.map_err(TestCaseError::fail)?;
            }
            Ok(())
        })
    });
    walked.unwrap_or_else(|failure| panic!("{failure}"));
}
