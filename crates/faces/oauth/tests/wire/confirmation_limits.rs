//! Limits on sending and guessing codes.

use std::net::IpAddr;
use std::sync::Arc;

use jeton_core::RequestSource;
use jeton_core::confirmation::Limits;
use serde_json::json;

use jeton_served::{Ask, Engine, House, Opening, PASSWORD, Phones, Reply};

const SECRET: &str = "s3cret";
const NUMBER: &str = "+14255550100";

fn open_to_all() -> Limits {
    Limits { sign_up: true, ..Limits::default() }
}

async fn house(limits: Limits) -> (House, Arc<Phones>) {
    let phones = Arc::<Phones>::default();
    let house = Opening::on(Engine::Sqlite).await.sender(phones.clone(), limits).open().await;
    house.client("app", Some(SECRET), |_| ()).await;
    (house, phones)
}

async fn ask(house: &House, number: &str) -> Reply {
    Ask::post("/code").json(&json!({ "phone_number": number })).send(house).await
}

async fn ask_from(house: &House, number: &str, address: &str) -> Reply {
    let origin = RequestSource { addr: Some(address.parse::<IpAddr>().unwrap()), ..RequestSource::default() };
    Ask::post("/code").json(&json!({ "phone_number": number })).from(origin).send(house).await
}

async fn redeem(house: &House, name: &str, secret: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", name), ("password", secret), ("scope", "read")];
    house.token(("app", SECRET), &form).await
}

#[track_caller]
fn throttled(reply: &Reply, seconds: u64) {
    reply.refused(429, "temporarily_unavailable", "no further code is sent now, try again later");
    assert_eq!(reply.header("retry-after"), Some(seconds.to_string().as_str()));
}

/// `count` wrong codes.
fn wrong(code: &str, count: usize) -> Vec<String> {
    (0..1_000_000).map(|n| format!("{n:06}")).filter(|other| other != code).take(count).collect()
}

#[tokio::test]
async fn half_a_minute_lies_between_two_codes_on_every_node() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let other = house.another_node(&phones, open_to_all()).await;
    throttled(&ask(&house, NUMBER).await, 30);
    throttled(&ask(&other, NUMBER).await, 30);
    ask(&house, "+14255550101").await.ok();
    house.wait(29);
    throttled(&ask(&other, NUMBER).await, 1);
    house.wait(1);
    ask(&other, NUMBER).await.ok();
    assert_eq!(phones.count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_ask_at_once_one_is_sent_a_code() {
    let (house, phones) = house(open_to_all()).await;
    let asking = (0..32).map(|_| {
        let house = house.knocker();
        tokio::spawn(async move { ask(&house, NUMBER).await.status })
    });
    let answers: Vec<_> = futures::future::join_all(asking).await.into_iter().map(Result::unwrap).collect();
    assert_eq!((answers.iter().filter(|s| **s == 200).count(), phones.count()), (1, 1), "{answers:?}");
}

#[tokio::test]
async fn a_number_has_its_share_of_a_day_on_every_node_and_then_one_each_half_hour() {
    let limits = Limits { per_number: 3, ..open_to_all() };
    let (house, phones) = house(limits.clone()).await;
    let other = house.another_node(&phones, limits).await;
    for n in 0..3 {
        ask_from(&house, NUMBER, &format!("192.0.2.{n}")).await.ok();
        house.wait(60);
    }
    throttled(&ask_from(&house, NUMBER, "192.0.2.4").await, 1740);
    throttled(&ask_from(&other, NUMBER, "192.0.2.4").await, 1740);
    house.wait(1740);
    ask_from(&house, NUMBER, "192.0.2.4").await.ok();
    redeem(&other, NUMBER, &phones.code(NUMBER)).await.ok();
    throttled(&ask_from(&other, NUMBER, "192.0.2.5").await, 1800);
    house.wait(1800);
    ask_from(&other, NUMBER, "192.0.2.5").await.ok();
    house.wait(86_400);
    ask_from(&house, NUMBER, "192.0.2.4").await.ok();
    house.wait(30);
    ask_from(&house, NUMBER, "192.0.2.5").await.ok();
}

/// Ten requests without authentication, half a minute apart.
#[tokio::test]
async fn a_stranger_s_requests_block_no_number() {
    let (house, phones) = house(open_to_all()).await;
    let mut sent = 0;
    for _ in 0..20 {
        sent += u32::from(ask_from(&house, NUMBER, "192.0.2.66").await.status == 200);
        house.wait(30);
    }
    assert_eq!(sent, 5, "half of the number's");
    ask_from(&house, NUMBER, "192.0.2.1").await.ok();
    redeem(&house, NUMBER, &phones.code(NUMBER)).await.ok();
    // An attacker with many addresses can keep the owner from getting a code for at most half an hour.
    for n in 0..60 {
        house.wait(30);
        ask_from(&house, NUMBER, &format!("2001:db8:0:{n:x}::1")).await;
    }
    let reply = ask_from(&house, NUMBER, "192.0.2.2").await;
    let wait = reply.header("retry-after").map_or(0, |seconds| seconds.parse().unwrap());
    assert!(wait <= 1800, "{}", reply.show());
    house.wait(wait);
    ask_from(&house, NUMBER, "192.0.2.2").await.ok();
    redeem(&house, NUMBER, &phones.code(NUMBER)).await.ok();
}

#[tokio::test]
async fn an_address_and_a_day_have_their_share() {
    let (house, _) = house(Limits { per_address: 2, per_day: 6, ..open_to_all() }).await;
    ask_from(&house, "+14255550100", "192.0.2.1").await.ok();
    ask_from(&house, "+14255550101", "192.0.2.1").await.ok();
    throttled(&ask_from(&house, "+14255550102", "192.0.2.1").await, 43_200);
    // A request over the address's limit does not count against the number.
    ask_from(&house, "+14255550102", "192.0.2.2").await.ok();
    throttled(&ask_from(&house, "+14255550103", "192.0.2.3").await, 28_800);
    house.wait(28_801);
    ask_from(&house, "+14255550104", "192.0.2.3").await.ok();
    house.wait(86_401);
    ask_from(&house, "+14255550103", "192.0.2.1").await.ok();
}

#[tokio::test]
async fn a_code_has_five_tries_on_all_nodes_together() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    let other = house.another_node(&phones, open_to_all()).await;
    for (n, guess) in wrong(&code, 5).iter().enumerate() {
        let node = if n % 2 == 0 { &house } else { &other };
        assert_eq!(redeem(node, NUMBER, guess).await.status, 400);
    }
    assert_eq!(redeem(&house, NUMBER, &code).await.status, 400, "locked");
    assert_eq!(redeem(&other, NUMBER, &code).await.status, 400, "locked there too");
    house.wait(31);
    ask(&house, NUMBER).await.ok();
    redeem(&other, NUMBER, &phones.code(NUMBER)).await.ok();
}

#[tokio::test]
async fn the_fifth_try_may_be_right() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    for guess in wrong(&code, 4) {
        redeem(&house, NUMBER, &guess).await;
    }
    redeem(&house, NUMBER, &code).await.ok();
}

#[tokio::test]
async fn known_and_unknown_numbers_are_told_the_same() {
    let (house, phones) = house(Limits::default()).await;
    house
        .change_person("alice", |u| {
            u.claims.insert("phone_number".into(), NUMBER.into());
            u.claims.insert("phone_number_verified".into(), true.into());
        })
        .await;
    let stranger = "+14255550199";
    let (known, unknown) = (ask(&house, NUMBER).await, ask(&house, stranger).await);
    assert_eq!(known.show(), unknown.show());
    assert_eq!(phones.count(), 2, "both are sent one");
    assert_eq!(ask(&house, NUMBER).await.show(), ask(&house, stranger).await.show());
    let (known, unknown) = (redeem(&house, NUMBER, "no code").await, redeem(&house, stranger, "no code").await);
    assert_eq!(known.show(), unknown.show());
}

/// Password and code share one budget of guesses per name. The number has a budget other than the user name's, though both
/// belong to one person; otherwise an attacker could learn that they do.
#[tokio::test]
async fn one_budget_of_guesses_over_both_ways_and_none_over_two_names() {
    let (house, phones) = house(Limits::default()).await;
    house
        .change_person("alice", |u| {
            u.claims.insert("phone_number".into(), NUMBER.into());
            u.claims.insert("phone_number_verified".into(), true.into());
        })
        .await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    for guess in wrong(&code, 3) {
        redeem(&house, NUMBER, &guess).await;
    }
    for n in 0..7 {
        let form = [
            ("grant_type", "password"),
            ("username", NUMBER),
            ("password", &format!("wrong {n}")),
            ("scope", "read"),
            ("amr_values", "pwd"),
        ];
        house.token(("app", SECRET), &form).await;
    }
    // The ten guesses are used up: neither the code nor the password is accepted with the number.
    for secret in [code.as_str(), PASSWORD] {
        let reply = redeem(&house, NUMBER, secret).await;
        assert_eq!((reply.status, reply.header("retry-after")), (400, Some("6")), "{}", reply.show());
    }
    redeem(&house, "alice", PASSWORD).await.ok();
    house.wait(6);
    redeem(&house, NUMBER, &code).await.ok();
}

#[tokio::test]
async fn a_name_that_is_nobodys_closes_like_one_that_is() {
    let (house, _) = house(open_to_all()).await;
    let mut all = None;
    for name in ["alice", "nobody", NUMBER] {
        let answers: Vec<_> = futures::future::join_all((0..12).map(|_| redeem(&house, name, "wrong"))).await;
        let mut shown: Vec<_> = answers.iter().map(Reply::show).collect();
        shown.sort();
        let slowed = shown.iter().filter(|text| text.contains("retry-after: 6")).count();
        assert_eq!((slowed, shown.first() == shown.get(9), shown.get(10) == shown.last()), (2, true, true), "{name}");
        shown.dedup();
        assert_eq!(shown, *all.get_or_insert(shown.clone()), "{name} is told something else");
    }
}
