//! Keys at a client's `jwks_uri`.

use jeton_core::model::{AuthMethod, TokenFormat};
use jeton_core::outbound::UrlTrust;
use jeton_jose::Algorithm;
use serde_json::json;

use jeton_served::{Ask, Assertion, House, jwks, key};

const URL: &str = "https://app.example/jwks";

async fn house(self_registered: bool) -> House {
    let house = House::new().await;
    house
        .client("app", None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.access_token_format = Some(TokenFormat::Opaque);
            c.self_registered = self_registered;
            c.metadata.set("jwks_uri", URL);
            if !self_registered {
                // As the configuration file's clients have it.
                c.operator_urls = vec![URL.to_owned()];
            }
        })
        .await;
    house
}

#[tokio::test]
async fn keys_are_fetched_once_and_rotate() {
    let house = house(false).await;
    let (old, new) = (key(Algorithm::ES256), key(Algorithm::PS256));
    house.network.json(URL, &jwks(&[&old]));
    for _ in 0..3 {
        Ask::asserting(&Assertion::of(&house, "app", &old).sign(&old)).send(&house).await.ok();
    }
    assert_eq!(house.network.count(URL), 1);
    house.network.json(URL, &jwks(&[&new]));
    Ask::asserting(&Assertion::of(&house, "app", &new).sign(&new)).send(&house).await.ok();
    let reply = Ask::asserting(&Assertion::of(&house, "app", &old).sign(&old)).send(&house).await;
    reply.refused(400, "invalid_client", "the signature of the client assertion is not correct");
    assert_eq!(house.network.count(URL), 3, "an unknown kid asks");
    for _ in 0..5 {
        Ask::asserting(&Assertion::of(&house, "app", &old).sign(&old)).send(&house).await;
    }
    assert_eq!(house.network.count(URL), 4, "and not again and again");
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_told_as_such() {
    let house = house(false).await;
    let own = key(Algorithm::ES256);
    let ask = || Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own));
    ask().send(&house).await.refused(400, "invalid_client", "the keys of the client cannot be read");
    for (status, body) in [(500, "{}"), (200, "<html>"), (200, "[]"), (301, "")] {
        house.wait(31);
        house.network.answer(URL, status, body, None);
        ask().send(&house).await.refused(400, "invalid_client", "the keys of the client cannot be read");
    }
    house.wait(31);
    house.network.json(URL, &jwks(&[&own]));
    ask().send(&house).await.ok();
}

#[tokio::test]
async fn the_address_of_a_stranger_is_asked_as_a_strangers() {
    for (stranger, trust) in [(false, UrlTrust::Operator), (true, UrlTrust::Untrusted)] {
        let house = house(stranger).await;
        let own = key(Algorithm::ES256);
        house.network.json(URL, &jwks(&[&own]));
        Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await.ok();
        assert_eq!(house.network.asked()[0].trust, trust);
    }
}

#[tokio::test]
async fn nobody_is_asked_for_an_algorithm_that_is_refused_anyway() {
    let house = house(false).await;
    house.change_client("app", |c| c.metadata.set("token_endpoint_auth_signing_alg", "PS256")).await;
    let own = key(Algorithm::ES256);
    let reply = Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await;
    reply.refused(400, "invalid_client", "the signature of the client assertion is not correct");
    assert_eq!(house.network.count(URL), 0);
}

#[tokio::test]
async fn a_key_for_something_else_signs_nothing() {
    let house = house(false).await;
    let own = key(Algorithm::ES256);
    for (name, value) in
        [("use", json!("enc")), ("alg", json!("ES384")), ("key_ops", json!(["sign"])), ("kty", json!("RSA"))]
    {
        house.wait(700);
        let mut set = jwks(&[&own]);
        set["keys"][0][name] = value;
        house.network.json(URL, &set);
        let reply = Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await;
        reply.refused(400, "invalid_client", "the signature of the client assertion is not correct");
    }
}
