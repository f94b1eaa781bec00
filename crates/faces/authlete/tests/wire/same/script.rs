//! Sequences by hand: every flow, and what goes wrong in each.

use std::sync::Arc;

use jeton_core::ledger::Ending;
use jeton_core::model::{Actor, Reason, Rotation, Settings, TokenFormat};
use jeton_served::CHALLENGE;

use super::ledger::lines;
use super::request::{
    BASIC, CALLBACK, CLIENTS, Endpoint, HAS_CERTIFICATE, Held, NARROW, POST, PUBLIC, Part, Proof, Request, SECRET,
    SIGNS, Secrets, about, authorization, credentials, decision, device, latest, password, poll, redemption, refresh,
    text,
};
use super::rows::{ROWS, even};
use super::side::{Server, Side};

/// A step of a sequence.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Send(Request),
    /// Seconds.
    Wait(u64),
}

/// Both sides.
pub(super) struct Pair {
    native: Side,
    behind: Side,
    /// The rows of differences that were needed.
    pub(super) used: Vec<usize>,
}

impl Pair {
    pub(super) async fn open(settings: &Settings) -> Self {
        let secrets = Arc::new(Secrets::made());
        let [native, behind] =
            [Server::Native, Server::Behind].map(|server| Side::open(server, &secrets, settings.clone()));
        Self { native: native.await, behind: behind.await, used: Vec::new() }
    }

    /// Sends a request to both sides, and compares the answers and the ledgers.
    pub(super) async fn take(&mut self, step: &Step) -> Result<(), String> {
        let request = match step {
            Step::Wait(seconds) => {
                self.native.house.wait(*seconds);
                self.behind.house.wait(*seconds);
                return Ok(());
            }
            Step::Send(request) => request,
        };
        let sent = request.on(&self.native);
        let (mut native, mut behind) = (self.native.send(request).await, self.behind.send(request).await);
        self.used.extend(even(&sent, &mut native, &mut behind));
        if native != behind {
            return Err(format!("native {native:?}\nbehind {behind:?}\nafter {:?} {:?}", sent.to, sent.params));
        }
        if sent.to == Endpoint::Revocation && native.status == 200 {
            self.end_record(sent.get("token").unwrap_or_default()).await;
        }
        let (of_native, of_behind) = (lines(&self.native.house).await, lines(&self.behind.house).await);
        match of_native == of_behind {
            true => Ok(()),
            false => Err(format!("ledgers {of_native:#?}\nand {of_behind:#?}\nafter {:?} {:?}", sent.to, sent.params)),
        }
    }

    /// Contract section 2.7, third row: both tokens of the pair end. At Jeton's own endpoint an access token ends alone.
    async fn end_record(&self, text: &str) {
        let (ledger, service) = (&self.native.house.jeton.ledger, self.native.house.service);
        let Some(row) = ledger.find(service, text).await.unwrap() else { return };
        if let (Some(grant), Some(client)) = (row.grant, row.client) {
            let ending = Ending::new(Reason::Client, Actor::Client(client));
            ledger.revoke_family(service, grant, Some(&row), ending).await.unwrap();
        }
    }
}

fn send(request: Request) -> Step {
    Step::Send(request)
}

/// A service whose access tokens are texts or JWTs.
pub(super) fn settings(format: TokenFormat) -> Settings {
    Settings { access_token_format: format, ..Settings::default() }
}

/// The rows that a sequence needed, or the differences that no row allows.
fn take(settings: &Settings, steps: &[Step]) -> Result<Vec<usize>, Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut pair, mut wrong) = (Pair::open(settings).await, Vec::new());
        for step in steps {
            wrong.extend(pair.take(step).await.err());
        }
        if wrong.is_empty() { Ok(pair.used) } else { Err(wrong) }
    })
}

fn codes() -> Vec<Step> {
    let mut steps = Vec::new();
    for client in CLIENTS {
        steps.push(send(authorization(client)));
        steps.push(send(redemption(client)));
        steps.push(send(about(Endpoint::Introspection, latest(Held::Access))));
        steps.push(send(about(Endpoint::UserInfo, latest(Held::Access))));
        // Used again: everything that it gave ends.
        steps.push(send(redemption(client)));
        steps.push(send(about(Endpoint::Introspection, latest(Held::Refresh))));
    }
    let fresh = || send(authorization(BASIC));
    let wrong = [
        redemption(BASIC).with("code_verifier", text("another verifier of more than forty-three characters")),
        redemption(BASIC).without("code_verifier"),
        redemption(BASIC).with("redirect_uri", text("https://app.example/other")),
        redemption(BASIC).without("redirect_uri"),
        redemption(BASIC).with("code", text("unknown")),
        redemption(BASIC).without("code"),
        redemption(BASIC).basic(BASIC, "another secret"),
        redemption(BASIC).basic("4999", SECRET),
        redemption(POST),
        redemption(PUBLIC),
        redemption(BASIC).twice("code", latest(Held::Code)),
        redemption(BASIC).with("client_id", text(POST)),
        redemption(BASIC).with("client_secret", text(SECRET)),
        redemption(BASIC).with("resource", text("https://api.example/")),
        redemption(BASIC).with("resource", text("https://api.example/#part")),
        Request { proof: Proof::None, ..redemption(BASIC) },
    ];
    for request in wrong {
        steps.extend([fresh(), send(request)]);
    }
    steps.extend([fresh(), Step::Wait(3600), send(redemption(BASIC))]);
    steps
}

fn requests() -> Vec<Step> {
    let base = || authorization(BASIC);
    let mut steps = Vec::new();
    for request in [
        base().with("client_id", text("4999")),
        base().without("client_id"),
        base().with("redirect_uri", text("https://evil.example/cb")),
        base().without("redirect_uri"),
        base().twice("redirect_uri", text(CALLBACK)),
        base().twice("state", text("another")),
        base().twice("scope", text("read")),
        base().without("response_type"),
        base().with("response_type", text("magic")),
        base().with("response_type", text("code token")),
        base().with("response_type", text("code id_token")),
        base().with("response_type", text("token")).without("code_challenge").without("code_challenge_method"),
        base().with("response_type", text("id_token token")),
        base().with("response_type", text("id_token")).without("nonce"),
        base().with("response_mode", text("form_post")),
        base().with("response_mode", text("fragment")),
        base().with("response_mode", text("magic")),
        base().with("scope", text("admin")),
        base().with("scope", text("")),
        base().without("scope"),
        base().with("code_challenge_method", text("plain")),
        base().with("code_challenge", text("short")),
        authorization(PUBLIC).without("code_challenge").without("code_challenge_method"),
        base().with("prompt", text("none")),
        base().with("prompt", text("none login")),
        base().with("prompt", text("magic")),
        base().with("max_age", text("x")),
        base().with("max_age", text("0")),
        base().with("claims", text("{")),
        base().with("claims", text("{\"id_token\":{\"email\":null},\"userinfo\":{\"name\":null}}")),
        base().with("resource", text("https://api.example/")),
        base().with("resource", text("no uri")),
        base().with("id_token_hint", text("no token")),
        base().with("request", text("no object")),
        base().with("request_uri", text("urn:ietf:params:oauth:request_uri:unknown")),
        base().with("request", text("x")).with("request_uri", text("y")),
        base().with("registration", text("{}")),
        Request { to: Endpoint::Authorization(false), ..base().with("prompt", text("consent")) },
        authorization(NARROW),
    ] {
        steps.push(send(request));
    }
    steps
}

fn pushed() -> Vec<Step> {
    let push =
        |client: &'static str| Request { to: Endpoint::Par, ..authorization(client).without("client_id") }.by(client);
    let used = |client: &'static str| {
        Request::new(
            Endpoint::Authorization(true),
            &[("client_id", text(client)), ("request_uri", latest(Held::RequestUri))],
        )
    };
    let mut steps = Vec::new();
    for client in CLIENTS {
        steps.extend([send(push(client)), send(used(client)), send(redemption(client)), send(used(client))]);
    }
    for request in [
        push(BASIC).with("scope", text("admin")),
        push(BASIC).with("redirect_uri", text("https://evil.example/cb")),
        push(BASIC).with("request_uri", text("urn:x")),
        push(BASIC).with("client_id", text(POST)),
        push(BASIC).basic(BASIC, "another"),
        push(BASIC).twice("scope", text("read")),
        push(BASIC).without("response_type"),
        Request { proof: Proof::None, ..push(BASIC) },
    ] {
        steps.push(send(request));
    }
    steps.extend([send(push(BASIC)), Step::Wait(3600), send(used(BASIC))]);
    steps.extend([send(push(BASIC)), send(used(POST))]);
    steps
}

fn objects() -> Vec<Step> {
    let object = |more: Vec<(&'static str, Part)>| {
        let mut claims = vec![
            ("client_id", text(SIGNS)),
            ("response_type", text("code")),
            ("redirect_uri", text(CALLBACK)),
            ("scope", text("openid read offline_access")),
            ("state", text("inside")),
            ("code_challenge", text(CHALLENGE)),
            ("code_challenge_method", text("S256")),
        ];
        claims.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        claims.extend(more);
        Part::Object(SIGNS, claims)
    };
    let with = |object: Part| {
        Request::new(
            Endpoint::Authorization(true),
            &[("client_id", text(SIGNS)), ("request", object), ("scope", text("write"))],
        )
    };
    let mut steps = vec![send(with(object(vec![]))), send(redemption(SIGNS))];
    for request in [
        with(object(vec![("client_id", text(BASIC))])),
        with(object(vec![("iss", text(BASIC))])),
        with(object(vec![("aud", text("https://other.example"))])),
        with(object(vec![("redirect_uri", text("https://evil.example"))])),
        with(object(vec![("response_type", text("magic"))])),
        with(object(vec![])).with("client_id", text(BASIC)),
    ] {
        steps.push(send(request));
    }
    steps
}

fn refreshes() -> Vec<Step> {
    let mut steps = vec![send(authorization(BASIC)), send(redemption(BASIC))];
    for request in [
        refresh(BASIC).with("scope", text("read")),
        refresh(BASIC).with("scope", text("read write")),
        refresh(BASIC).with("scope", text("")),
        refresh(POST),
        refresh(PUBLIC),
        refresh(BASIC).without("refresh_token"),
        refresh(BASIC).with("refresh_token", text("unknown")),
        refresh(BASIC).with("refresh_token", latest(Held::Access)),
        refresh(BASIC).twice("refresh_token", latest(Held::Refresh)),
        refresh(BASIC).with("resource", text("https://api.example/")),
        refresh(BASIC),
    ] {
        steps.push(send(request));
    }
    // Used again at once, and later, when it counts as theft.
    let earlier = refresh(BASIC).with("refresh_token", Part::Held(Held::Refresh, 1));
    steps.extend([send(earlier.clone()), Step::Wait(3000), send(earlier), send(refresh(BASIC))]);
    steps.push(send(about(Endpoint::Introspection, latest(Held::Access))));
    steps
}

fn others() -> Vec<Step> {
    let mut steps = Vec::new();
    for client in CLIENTS {
        steps.push(send(credentials(client)));
        steps.push(send(about(Endpoint::UserInfo, latest(Held::Access))));
    }
    for request in [
        credentials(NARROW).with("scope", text("read")),
        credentials(BASIC).without("scope"),
        credentials(BASIC).with("scope", text("admin")),
        credentials(BASIC).with("scope", text("read  write")),
        credentials(BASIC).with("grant_type", text("magic")),
        credentials(BASIC).without("grant_type"),
        credentials(BASIC).twice("grant_type", text("client_credentials")),
        credentials(BASIC).with("resource", text("https://api.example/")),
        credentials(BASIC).with("resource", text("https://api.example/")).twice("resource", text("https://b.example/")),
        credentials(BASIC).with("audience", text("x")),
        credentials(BASIC).with("expires_in", text("60")),
        credentials(BASIC).with("expires_in", text("-1")),
        credentials(BASIC).with("client_secret", text("another")),
        credentials(BASIC).basic(BASIC, ""),
        credentials(BASIC).basic("", ""),
        credentials(POST).with("client_secret", text("another")),
        credentials(POST).without("client_secret"),
        credentials(POST).basic(POST, SECRET),
        credentials(SIGNS).asserting("https://id.example", 1),
        credentials(SIGNS).asserting("https://id.example", 1),
        credentials(SIGNS).asserting("https://id.example/token", 2),
        credentials(SIGNS).asserting("https://other.example", 3),
        credentials(SIGNS).with("client_assertion_type", text("magic")),
        credentials(SIGNS).without("client_assertion_type"),
        credentials(SIGNS).with("client_assertion", text("no assertion")),
        credentials(BASIC).asserting("https://id.example", 4),
        Request { proof: Proof::Certificate(1), ..credentials(HAS_CERTIFICATE) },
        Request { proof: Proof::None, ..credentials(HAS_CERTIFICATE) },
        Request { proof: Proof::Certificate(0), ..credentials(PUBLIC) },
        password(BASIC),
        password(BASIC).with("scope", text("admin")),
        password(BASIC).without("password"),
        password(BASIC).without("username"),
        password(BASIC).with("expires_in", text("60")),
        password(PUBLIC),
        password(NARROW),
        password(BASIC).with("password", text("another")),
        password(BASIC).with("username", text("nobody")),
        refresh(BASIC),
    ] {
        steps.push(send(request));
    }
    // A token that is bound to a certificate.
    steps.extend([send(authorization(HAS_CERTIFICATE)), send(redemption(HAS_CERTIFICATE))]);
    for proof in [Proof::None, Proof::Certificate(0), Proof::Certificate(1)] {
        steps.push(send(Request { proof, ..about(Endpoint::UserInfo, latest(Held::Access)) }));
    }
    for proof in [Proof::Certificate(1), Proof::Certificate(0)] {
        steps.push(send(Request { proof, ..refresh(HAS_CERTIFICATE) }));
    }
    steps
}

fn devices() -> Vec<Step> {
    let mut steps = Vec::new();
    for agrees in [true, false] {
        for client in [BASIC, PUBLIC, NARROW] {
            steps.extend([send(device(client)), Step::Wait(6), send(poll(client)), send(poll(client)), Step::Wait(20)]);
            steps.extend([send(decision(agrees)), send(decision(agrees)), send(poll(client)), send(poll(client))]);
        }
    }
    for request in [
        device(BASIC).with("scope", text("admin")),
        device(BASIC).without("scope"),
        device(BASIC).basic(BASIC, "another"),
        device(BASIC).twice("scope", text("read")),
        Request { proof: Proof::None, ..device(BASIC) },
        poll(BASIC).with("device_code", text("unknown")),
        poll(BASIC).without("device_code"),
        poll(POST),
        decision(true).with("user_code", text("BBBB-BBBB")),
    ] {
        steps.push(send(request));
    }
    steps.extend([send(device(BASIC)), Step::Wait(3600), send(poll(BASIC)), send(decision(true))]);
    steps
}

fn endings() -> Vec<Step> {
    let mut steps = Vec::new();
    let revoke = |token: Part| about(Endpoint::Revocation, token).by(BASIC);
    for kind in [Held::Access, Held::Refresh] {
        steps.extend([send(authorization(BASIC)), send(redemption(BASIC)), send(refresh(BASIC))]);
        for request in [
            about(Endpoint::Revocation, latest(kind)).by(POST),
            about(Endpoint::Revocation, latest(kind)),
            revoke(latest(kind)).basic(BASIC, "another"),
            revoke(latest(kind)).twice("token", text("x")),
            revoke(latest(kind)).without("token"),
            revoke(text("unknown")),
            revoke(latest(kind)).with("token_type_hint", text("refresh_token")),
            revoke(latest(kind)),
            refresh(BASIC),
            about(Endpoint::Introspection, latest(Held::Access)),
            about(Endpoint::Introspection, latest(Held::Refresh)),
            about(Endpoint::UserInfo, latest(Held::Access)),
        ] {
            steps.push(send(request));
        }
    }
    for token in [text("unknown"), text(""), latest(Held::Code), latest(Held::IdToken)] {
        steps.push(send(about(Endpoint::Introspection, token.clone())));
        steps.push(send(about(Endpoint::UserInfo, token)));
    }
    steps.push(send(Request::new(Endpoint::UserInfo, &[])));
    steps.push(send(Request::new(Endpoint::Introspection, &[])));
    steps.push(send(Request::new(Endpoint::Introspection, &[("token", text("x"))]).twice("token", text("y"))));
    // Expired.
    steps.extend([send(authorization(BASIC)), send(redemption(BASIC)), Step::Wait(7200)]);
    steps.push(send(about(Endpoint::Introspection, latest(Held::Access))));
    steps.push(send(about(Endpoint::UserInfo, latest(Held::Access))));
    steps.push(send(refresh(BASIC)));
    steps
}

/// Token exchange and JWT bearer, which the caller decides.
fn handed() -> Vec<Step> {
    let mut steps = vec![send(authorization(BASIC)), send(redemption(BASIC))];
    let exchange = |client: &'static str| {
        let params = [
            ("grant_type", text(jeton_served::TOKEN_EXCHANGE)),
            ("subject_token", latest(Held::Access)),
            ("subject_token_type", text("urn:ietf:params:oauth:token-type:access_token")),
        ];
        Request::new(Endpoint::Token, &params).by(client)
    };
    let bearer = |client: &'static str| {
        let params = [("grant_type", text(jeton_served::JWT_BEARER)), ("assertion", text("no assertion"))];
        Request::new(Endpoint::Token, &params).by(client)
    };
    for request in [
        exchange(POST),
        exchange(NARROW),
        exchange(POST).without("subject_token"),
        exchange(POST).without("subject_token_type"),
        exchange(POST).with("subject_token_type", text("magic")),
        exchange(POST).with("subject_token", text("unknown")),
        exchange(POST).with("actor_token", latest(Held::Access)),
        exchange(BASIC).basic(BASIC, "another"),
        bearer(BASIC),
        bearer(NARROW),
        bearer(BASIC).without("assertion"),
    ] {
        steps.push(send(request));
    }
    steps
}

#[test]
fn each_flow_ends_alike_on_both_sides() {
    let sequences = [codes, requests, pushed, objects, refreshes, others, devices, endings, handed];
    let formats = [TokenFormat::Opaque, TokenFormat::Jwt].map(settings);
    let never = Settings { rotation: Rotation::Never, ..settings(TokenFormat::Opaque) };
    let all = formats.iter().flat_map(|settings| sequences.map(|sequence| (settings, sequence)));
    let all = all.chain([(&never, refreshes as fn() -> Vec<Step>)]);
    let ended: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = all.map(|(settings, steps)| scope.spawn(move || take(settings, &steps()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let wrong: Vec<_> = ended.iter().filter_map(|ended| ended.as_ref().err()).flatten().map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n\n"));
    let used: Vec<_> = ended.into_iter().flatten().flatten().collect();
    for (at, row) in ROWS.iter().enumerate() {
        assert!(used.contains(&at), "no request needs this difference: {}", row.contract);
    }
}
