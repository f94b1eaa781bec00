//! The total of entries created without authentication, from all addresses: when it is full, the oldest is removed; all expire
//! soon. No request is refused, and entries of authenticated clients are not touched.

use jeton_core::Options;
use jeton_core::authorization::PUSHED_REQUEST;
use jeton_core::device::DEVICE_CODE as DEVICE_KIND;

use jeton_served::{Ask, Browser, DEVICE_CODE, House, Opening, Reply, code_params};

const SECRET: &str = "s3cret";
const CLIENT: (&str, &str) = ("app", SECRET);
/// The totals in this test, in bytes: so small that a few seconds of requests exceed them. (`docs/security.md` has the usual
/// ones.)
const PUSHED: usize = 4 << 20;
const DEVICES: usize = 2 << 20;
/// This many requests of one address are within its rate limit.
const OF_ADDRESS: usize = 100;
const DAY: u64 = 86_400;

async fn house() -> House {
    let limits = Options::default().unauthenticated;
    let limits = limits.with_total(PUSHED_REQUEST, PUSHED as u64).with_total(DEVICE_KIND, DEVICES as u64);
    let house = Opening::default().unauthenticated(limits).open().await;
    house.client("spa", None, |_| ()).await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

/// Sends until more than `total` bytes are written, from as many addresses as needed; how many requests, and the last answer.
async fn flood(house: &House, total: usize, bytes: usize, ask: impl Fn() -> Ask) -> (usize, Reply) {
    let mut sent = 0;
    for n in 0_u32.. {
        let [_, a, b, c] = n.to_be_bytes();
        for _ in 0..OF_ADDRESS {
            let reply = ask().at(&format!("10.{a}.{b}.{c}")).send(house).await;
            assert!(matches!(reply.status, 200 | 201), "{sent}: {}", reply.show());
            sent += 1;
            if sent * bytes > total + OF_ADDRESS * bytes {
                return (sent, reply);
            }
        }
    }
    unreachable!("there are enough addresses");
}

/// How many entries the store had, counted when all have expired.
async fn kept(house: &House) -> usize {
    house.wait(DAY);
    let mut swept = 0;
    loop {
        match house.store.sweep(house.jeton.ledger.now(), 10_000).await.unwrap() {
            0 => return swept,
            more => swept += usize::try_from(more).unwrap(),
        }
    }
}

/// Whether a pushed request opens a page.
async fn opens(house: &House, client: &str, pushed: &Reply) -> bool {
    let uri = pushed.member("request_uri");
    Browser::default().open(house, &[("client_id", client), ("request_uri", &uri)]).await.status == 200
}

#[tokio::test]
async fn at_the_total_of_pushed_requests_the_oldest_goes_and_all_goes_soon() {
    const BYTES: usize = 7_500;
    let house = house().await;
    let state = "s".repeat(BYTES);
    let push = |state: &str| {
        let mut params = code_params("spa", "openid");
        params.retain(|(name, _)| *name != "state");
        params.push(("state", state));
        Ask::post("/par").form(&params)
    };
    let proven = Ask::post("/par").basic("app", SECRET).form(&code_params("app", "openid")).send(&house).await;
    let oldest = push("st").at("192.0.2.1").send(&house).await;
    assert_eq!((proven.status, oldest.status), (201, 201));
    let (sent, newest) = flood(&house, PUSHED, BYTES, || push(&state)).await;
    assert!(!opens(&house, "spa", &oldest).await, "the oldest is gone");
    assert!(opens(&house, "spa", &newest).await, "the newest is there");
    assert!(opens(&house, "app", &proven).await, "what a client pushed that has proven who it is");
    let kept = kept(&house).await;
    assert!(kept < sent && kept * BYTES <= PUSHED, "{kept} of {sent} were kept");
    assert!(kept * BYTES > PUSHED / 2, "{kept} of {sent} were kept");
}

#[tokio::test]
async fn at_the_total_of_device_codes_the_oldest_goes_and_all_goes_soon() {
    const BYTES: usize = 3_500;
    let house = house().await;
    // The scope is stored.
    let words: Vec<_> = (0..BYTES / 10).map(|n| format!("scope-{n:03}")).collect();
    let scope = words.join(" ");
    house.client("tv", None, |c| c.scope = jeton_testkit::sample::scope(&scope)).await;
    let ask = |scope: &str| Ask::post("/device_authorization").form(&[("client_id", "tv"), ("scope", scope)]);
    let poll = async |client: Option<&str>, started: &Reply| {
        let code = started.member("device_code");
        let mut form = vec![("grant_type", DEVICE_CODE), ("device_code", &*code)];
        form.extend(client.map(|client| ("client_id", client)));
        let reply = if client.is_some() { house.public_token(&form).await } else { house.token(CLIENT, &form).await };
        reply.refusal().1
    };
    let pushed = Ask::post("/par").form(&code_params("spa", "openid")).at("192.0.2.1").send(&house).await;
    let proven = Ask::post("/device_authorization").basic("app", SECRET).form(&[("scope", "read")]).send(&house).await;
    let oldest = ask("scope-000").at("192.0.2.1").send(&house).await.ok();
    assert_eq!(poll(Some("tv"), &oldest).await, "authorization_pending");
    let (sent, newest) = flood(&house, DEVICES, BYTES, || ask(&scope)).await;
    assert_eq!(poll(Some("tv"), &oldest).await, "invalid_grant", "the oldest is gone");
    assert_eq!(poll(Some("tv"), &newest).await, "authorization_pending", "the newest is there");
    assert_eq!(poll(None, &proven).await, "authorization_pending", "that of a client that has proven who it is");
    assert!(opens(&house, "spa", &pushed).await, "each kind has a total of its own");
    // Two entries per authorization: its device code and its user code.
    let kept = kept(&house).await / 2;
    assert!(kept < sent && kept * BYTES <= DEVICES, "{kept} of {sent} were kept");
    assert!(kept * BYTES > DEVICES / 2, "{kept} of {sent} were kept");
}
