//! Requests of clients that an authorization server sends on: their limits and the recipients of their assertions.

use jeton_core::model::{AuthMethod, TokenFormat};
use jeton_jose::{Algorithm, SigningKey};
use jeton_served::{Assertion, CHALLENGE};
use serde_json::{Value, json};

use crate::api::{SECRET, ready, said};
use crate::flows::REQUEST;

#[tokio::test]
async fn a_public_client_may_push_more_requests_than_one_address_of_a_browser_may() {
    let house = ready().await;
    house.client("4712", None, |_| ()).await;
    let request = REQUEST.replace("4711", "4712");
    let parameters = format!("{request}&code_challenge={CHALLENGE}&code_challenge_method=S256");
    // One address has 1,024 at once.
    for n in 0..1_100 {
        let pushed = said(&house, "/pushed_auth_req", json!({ "parameters": parameters })).await;
        assert_eq!(pushed["action"], "CREATED", "{n}: {pushed}");
    }
}

#[tokio::test]
async fn wrong_secrets_do_not_lock_a_client_out_at_its_authorization_server() {
    let house = ready().await;
    let body = |secret: &str| json!({ "parameters": "grant_type=client_credentials&scope=read", "clientId": "4711", "clientSecret": secret });
    for n in 0..15 {
        let wrong = said(&house, "/auth/token", body(&format!("wrong {n}"))).await;
        assert_eq!(wrong["action"], "INVALID_CLIENT", "{wrong}");
    }
    let right = said(&house, "/auth/token", body(SECRET)).await;
    assert_eq!(right["action"], "OK", "{right}");
}

#[tokio::test]
async fn an_assertion_is_for_the_endpoints_that_the_service_publishes() {
    let house = ready().await;
    house
        .set(|settings| {
            settings.access_token_format = TokenFormat::Opaque;
            settings.backend.endpoints = vec!["https://as.example/api/token".to_owned()];
        })
        .await;
    const LONG: &str = "a secret of at least thirty-two bytes, that nobody guesses";
    house.client("4713", Some(LONG), |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretJwt).await;
    let mac = SigningKey::from_private_bytes(Algorithm::HS256, Some("mac"), LONG.as_bytes()).unwrap();
    let issuer = house.jeton.ledger.entities().service(house.service).unwrap().issuer.to_string();
    let own = format!("{}/token", issuer.trim_end_matches('/'));
    for (n, (audience, action)) in
        [("https://as.example/api/token", "OK"), (&*issuer, "OK"), (&*own, "INVALID_CLIENT")].into_iter().enumerate()
    {
        let assertion = Assertion::of(&house, "4713", &mac)
            .head("kid", Value::Null)
            .claim("jti", format!("assertion {n}"))
            .claim("aud", audience)
            .sign(&mac);
        let parameters = format!(
            "grant_type=client_credentials&scope=read&client_assertion={assertion}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        let answer = said(&house, "/auth/token", json!({ "parameters": parameters })).await;
        assert_eq!(answer["action"], action, "{audience}: {answer}");
    }
}

#[tokio::test]
async fn a_request_with_thousands_of_parameters_is_not_read_to_its_end() {
    let house = ready().await;
    let names: String = (0..12_000).map(|n| format!("{n:x}&")).collect();
    let begun = said(&house, "/auth/authorization", json!({ "parameters": format!("{REQUEST}&{names}") })).await;
    assert!(begun["resultMessage"].as_str().unwrap().contains("too large"), "{begun}");
    let begun = said(&house, "/auth/authorization", json!({ "parameters": format!("{names}{REQUEST}") })).await;
    assert_eq!(begun["action"], "BAD_REQUEST", "{begun}");
}
