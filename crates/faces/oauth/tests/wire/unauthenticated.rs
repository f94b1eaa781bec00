//! Entries that requests without authentication create: limited in size and rate per address, without locking out public
//! clients.

use jeton_served::{Ask, House, Reply, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("spa", None, |c| c.grant_types.push(jeton_served::DEVICE_CODE.into())).await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

/// Pushes a request of about this size, as a public client from an address.
async fn push(house: &House, address: &str, bytes: usize) -> Reply {
    let state = "s".repeat(bytes);
    let mut params = code_params("spa", "openid");
    params.retain(|(name, _)| *name != "state");
    params.push(("state", &state));
    Ask::post("/par").at(address).form(&params).send(house).await
}

/// Pushes until it is refused; how many were accepted, and the refusal.
async fn push_until_refused(house: &House, address: &str) -> (usize, Reply) {
    for taken in 0..10_000 {
        let reply = push(house, address, 7_000).await;
        if reply.status != 201 {
            return (taken, reply);
        }
    }
    panic!("no end to it");
}

fn wait_of(reply: &Reply) -> u64 {
    reply.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_an_address_has_written_is_paced_and_others_are_not_kept_out() {
    let house = house().await;
    let (taken, refused) = push_until_refused(&house, "192.0.2.1").await;
    assert!((100..=150).contains(&taken), "about a megabyte: {taken}");
    refused.refused(429, "temporarily_unavailable", "too many requests come from there, try again later");
    let wait = wait_of(&refused);
    assert!((1..=10).contains(&wait), "{wait}");
    assert_eq!(push(&house, "192.0.2.2", 7_000).await.status, 201, "the same client from another address");
    // Before authentication anybody can name a client; afterwards the client has its own rate limit.
    let pushed = Ask::post("/par").at("192.0.2.1").basic("app", SECRET).form(&code_params("app", "openid"));
    assert_eq!(pushed.send(&house).await.status, 201);
    house.wait(wait);
    assert_eq!(push(&house, "192.0.2.1", 7_000).await.status, 201, "after the time it was told");
}

#[tokio::test]
async fn an_ipv6_network_is_one_address() {
    let house = house().await;
    push_until_refused(&house, "2001:db8::1").await;
    assert_eq!(push(&house, "2001:db8::2", 7_000).await.status, 429);
    assert_eq!(push(&house, "2001:db8:0:1::1", 7_000).await.status, 201);
}

#[tokio::test]
async fn device_codes_are_paced_as_well() {
    let house = house().await;
    for _ in 0..2_000 {
        let ask = Ask::post("/device_authorization").at("192.0.2.1");
        let reply = ask.form(&[("client_id", "spa"), ("scope", "read")]).send(&house).await;
        if reply.status != 200 {
            reply.refused(429, "temporarily_unavailable", "too many requests come from there, try again later");
            assert!(wait_of(&reply) >= 1);
            let ask = Ask::post("/device_authorization").at("192.0.2.9");
            ask.form(&[("client_id", "spa"), ("scope", "read")]).send(&house).await.ok();
            let reference = reply.header("jeton-refusal").unwrap();
            assert_eq!(house.jeton.ledger.refusals().find(reference).unwrap().id, "request_pace");
            return;
        }
    }
    panic!("no end to it");
}

#[tokio::test]
async fn what_a_stranger_has_written_is_small() {
    let house = house().await;
    assert_eq!(push(&house, "192.0.2.1", 9_000).await.status, 413);
    let state = "s".repeat(9_000);
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| *name != "state");
    params.push(("state", &state));
    let proven = Ask::post("/par").basic("app", SECRET).form(&params).send(&house).await;
    assert_eq!(proven.status, 201, "a client that has proven who it is: {}", proven.show());
}
