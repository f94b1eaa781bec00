//! Wrong client secrets slow down their sender, and nobody else.

use jeton_jose::{Algorithm, SigningKey};

use jeton_served::{Ask, Assertion, House, Reply};

const SECRET: &str = "s3cret";
const HOME: &str = "192.0.2.1";
const STRANGER: &str = "203.0.113.9";
const FORM: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "read")];
const SLOWED: &str = "too many wrong secrets came from this address, try again later";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

async fn try_from(house: &House, client: &str, secret: &str, addr: &str) -> Reply {
    Ask::post("/token").basic(client, secret).form(&FORM).at(addr).send(house).await
}

#[track_caller]
fn slowed(reply: &Reply, seconds: u64) {
    reply.refused(429, "temporarily_unavailable", SLOWED);
    assert_eq!(reply.header("retry-after"), Some(seconds.to_string().as_str()));
}

#[tokio::test]
async fn ten_wrong_secrets_slow_a_client_down_at_that_address_alone() {
    let house = house().await;
    house.client("other", Some(SECRET), |_| ()).await;
    for n in 0..10 {
        assert_eq!(try_from(&house, "app", &format!("guess {n}"), STRANGER).await.status, 401);
    }
    let reply = try_from(&house, "app", SECRET, STRANGER).await;
    slowed(&reply, 6);
    let reference = reply.header("jeton-refusal").unwrap();
    assert_eq!(house.jeton.ledger.refusals().find(reference).unwrap().id, "secrets_slowed");
    for path in ["/introspect", "/token/revoke", "/par", "/device_authorization"] {
        slowed(
            &Ask::post(path).basic("app", SECRET).form(&[("token", "x"), FORM[1]]).at(STRANGER).send(&house).await,
            6,
        );
    }
    try_from(&house, "app", SECRET, HOME).await.ok();
    try_from(&house, "other", SECRET, STRANGER).await.ok();
    house.wait(6);
    try_from(&house, "app", SECRET, STRANGER).await.ok();
    for _ in 0..200 {
        try_from(&house, "app", SECRET, STRANGER).await.ok();
    }
}

/// Some processes still use yesterday's secret while others at the same address have today's.
#[tokio::test]
async fn an_old_secret_sent_again_and_again_stops_no_right_one() {
    let house = house().await;
    let mut slow = 0;
    for _ in 0..100 {
        slow += u32::from(try_from(&house, "app", "yesterday's", HOME).await.status == 429);
        try_from(&house, "app", SECRET, HOME).await.ok();
    }
    assert_eq!(slow, 90, "it is slowed down itself");
    house.wait(600);
    for _ in 0..100 {
        try_from(&house, "app", "yesterday's", HOME).await;
        try_from(&house, "app", SECRET, HOME).await.ok();
        house.wait(1);
    }
    // If it becomes the client's secret after all, it is accepted within seconds.
    house.client("app", Some("yesterday's"), |_| ()).await;
    house.wait(6);
    for _ in 0..50 {
        try_from(&house, "app", "yesterday's", HOME).await.ok();
    }
}

#[tokio::test]
async fn a_secret_in_the_body_is_counted_alike() {
    let house = house().await;
    house
        .change_client("app", |c| c.token_endpoint_auth_method = jeton_core::model::AuthMethod::ClientSecretPost)
        .await;
    let by_post = async |secret: &str, addr: &str| {
        let form = [("client_id", "app"), ("client_secret", secret), FORM[0], FORM[1]];
        Ask::post("/token").form(&form).at(addr).send(&house).await
    };
    // A credential that is not compared with anything is not a guess.
    for n in 0..20 {
        assert_eq!(try_from(&house, "app", &format!("guess {n}"), STRANGER).await.status, 401);
    }
    for n in 0..10 {
        assert_eq!(by_post(&format!("guess {n}"), STRANGER).await.status, 400);
    }
    slowed(&by_post(SECRET, STRANGER).await, 6);
    by_post(SECRET, HOME).await.ok();
}

#[tokio::test]
async fn assertions_made_with_another_secret_are_counted_alike() {
    let secret = "a secret that is long enough for HS256";
    let house = house().await;
    house
        .client("signer", Some(secret), |c| {
            c.token_endpoint_auth_method = jeton_core::model::AuthMethod::ClientSecretJwt;
        })
        .await;
    let key = |text: &str| SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), text.as_bytes()).unwrap();
    let by = async |text: &str, addr: &str| {
        let key = key(text);
        Ask::asserting(&Assertion::of(&house, "signer", &key).sign(&key)).at(addr).send(&house).await
    };
    for _ in 0..10 {
        let reply = by("another secret, also long enough for it", STRANGER).await;
        reply.refused(400, "invalid_client", "the JWS payload cannot be extracted");
    }
    slowed(&by(secret, STRANGER).await, 6);
    by(secret, HOME).await.ok();
}
