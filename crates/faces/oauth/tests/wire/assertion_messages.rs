//! Client assertions: what is accepted, and messages 12 to 19, word for word, in both compatibility modes
//! (`docs/contracts/oauth-token-endpoint.md` sections 3 and 5).

use jeton_core::RequestSource;
use jeton_core::administration::{Caller, NewClient};
use jeton_core::model::{AuthMethod, Client, CompatibilityMode, TokenFormat};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use jeton_served::{Ask, Assertion, House, ISSUER, jwks, key};

/// 64 characters: enough for HS512.
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OLD: &str = "the client cannot be authenticated with secret basic";

/// `app` with a key, `mac` with a secret.
async fn house() -> (House, SigningKey, SigningKey) {
    let house = House::new().await;
    let own = key(Algorithm::ES256);
    house.client("app", Some("unused-with-this-method"), |c| asymmetric(c, &[&own])).await;
    house.client("mac", Some(SECRET), symmetric).await;
    (house, own, mac(Algorithm::HS256))
}

fn asymmetric(client: &mut Client, keys: &[&SigningKey]) {
    client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
    client.access_token_format = Some(TokenFormat::Opaque);
    client.metadata.set("jwks", jwks(keys));
}

fn symmetric(client: &mut Client) {
    client.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
    client.access_token_format = Some(TokenFormat::Opaque);
}

fn mac(alg: Algorithm) -> SigningKey {
    SigningKey::from_private_bytes(alg, Some("shared"), SECRET.as_bytes()).unwrap()
}

/// Refused with this message: 400, since there was no `Authorization` header, in either mode.
#[track_caller]
fn is(reply: &jeton_served::Reply, message: &str) {
    reply.refused(400, "invalid_client", message);
}

#[tokio::test]
async fn every_algorithm_of_either_method_works() {
    let house = House::new().await;
    let algorithms = Algorithm::ALL.into_iter().filter(|alg| !alg.is_symmetric());
    let keys: Vec<_> = algorithms.map(key).collect();
    house.client("app", None, |c| asymmetric(c, &keys.iter().collect::<Vec<_>>())).await;
    for own in &keys {
        Ask::asserting(&Assertion::of(&house, "app", own).sign(own)).send(&house).await.ok();
    }
    house.client("mac", Some(SECRET), symmetric).await;
    for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let own = mac(alg);
        Ask::asserting(&Assertion::of(&house, "mac", &own).sign(&own)).send(&house).await.ok();
        let nameless = Assertion::of(&house, "mac", &own).head("kid", Value::Null);
        Ask::asserting(&nameless.sign(&own)).send(&house).await.ok();
    }
}

#[tokio::test]
async fn the_body_may_name_the_client_too_and_only_the_same() {
    let (house, own, _) = house().await;
    let text = Assertion::of(&house, "app", &own).sign(&own);
    Ask::asserting_with(&text, &[("client_id", "app")]).send(&house).await.ok();
    for other in ["mac", "nobody"] {
        let text = Assertion::of(&house, "app", &own).sign(&own);
        let reply = Ask::asserting_with(&text, &[("client_id", other)]).send(&house).await;
        is(&reply, "the client id passed in JWT is not correct");
    }
}

#[tokio::test]
async fn an_audience_is_the_issuer_or_the_endpoint_called() {
    let (house, own, _) = house().await;
    let token = Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await.ok().access();
    for aud in [json!(ISSUER), json!("https://id.example/token"), json!(["https://other.example", ISSUER])] {
        let text = Assertion::of(&house, "app", &own).claim("aud", aud).sign(&own);
        Ask::asserting(&text).send(&house).await.ok();
    }
    for (path, works) in [("/introspect", true), ("/token/revoke", false), ("/token", true)] {
        let text = Assertion::of(&house, "app", &own).claim("aud", format!("{ISSUER}{path}")).sign(&own);
        let reply = Ask::asserting_at("/introspect", &text, &[("token", &token)]).send(&house).await;
        assert_eq!(reply.status == 200, works, "{path}: {}", reply.show());
    }
    let text = Assertion::of(&house, "app", &own).claim("aud", "https://id.example/token/revoke").sign(&own);
    Ask::asserting_at("/token/revoke", &text, &[("token", &token)]).send(&house).await.ok();
    assert!(!house.is_active(&token).await);
}

/// Whoever calls at an internal address may name the endpoints as discovery names them there; nobody else may.
#[tokio::test]
async fn at_an_internal_address_an_audience_may_be_the_endpoint_there() {
    let (house, own, _) = house().await;
    let inside =
        || RequestSource { internal_url: Some("http://jeton.internal:8081".into()), ..RequestSource::default() };
    let asserted = |aud: &str| Assertion::of(&house, "app", &own).claim("aud", aud).sign(&own);
    for aud in [ISSUER, "https://id.example/token", "http://jeton.internal:8081/token"] {
        Ask::asserting(&asserted(aud)).from(inside()).send(&house).await.ok();
    }
    let wrong = "the audience passed in JWT is not correct";
    for aud in ["http://jeton.internal:8081", "http://jeton.internal:8081/introspect", "http://jeton.internal/token"] {
        is(&Ask::asserting(&asserted(aud)).from(inside()).send(&house).await, wrong);
    }
    is(&Ask::asserting(&asserted("http://jeton.internal:8081/token")).send(&house).await, wrong);
    house.change_client("app", |c| c.metadata.set("strict_assertion_aud", true)).await;
    is(&Ask::asserting(&asserted("http://jeton.internal:8081/token")).from(inside()).send(&house).await, wrong);
}

#[tokio::test]
async fn a_strict_client_says_the_issuer_alone() {
    let (house, own, _) = house().await;
    house.change_client("app", |c| c.metadata.set("strict_assertion_aud", true)).await;
    Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await.ok();
    for aud in [json!([ISSUER]), json!("https://id.example/token"), json!([ISSUER, "https://id.example/token"])] {
        let text = Assertion::of(&house, "app", &own).claim("aud", aud).sign(&own);
        is(&Ask::asserting(&text).send(&house).await, "the audience passed in JWT is not correct");
    }
}

#[tokio::test]
async fn messages_15_to_19_in_both_profiles() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let (house, own, _) = house().await;
        house.change_client("app", |c| c.profile = profile).await;
        let right = || Assertion::of(&house, "app", &own);
        let now = right().claims["iat"].as_i64().unwrap();
        let (header, other) = (Value::Object(right().header).to_string(), key(Algorithm::ES256));
        let raw = |payload: &str| jeton_served::sign(&header, payload, &own);
        for (text, message) in [
            ("nonsense".to_owned(), "the client assertion is not a JWS token"),
            ("a.b.c".to_owned(), "the client assertion is not a JWS token"),
            ("a.b.c.d.e".to_owned(), "the client assertion is not a JWS token"),
            (right().head("alg", "none").sign(&own), "the client assertion is not a JWS token"),
            (right().head("crit", json!(["exp"])).sign(&own), "the client assertion is not a JWS token"),
            (raw("[]"), "the JWS payload cannot be extracted"),
            (raw("not JSON"), "the JWS payload cannot be extracted"),
            (right().claim("jti", 7).sign(&own), "the JWS payload cannot be extracted"),
            (right().sign(&other), "the signature of the client assertion is not correct"),
            (right().claim("sub", "mac").sign(&own), "the client id passed in JWT is not correct"),
            (right().claim("sub", Value::Null).sign(&own), "the client id passed in JWT is not correct"),
            (right().claim("iss", "").sign(&own), "the client id passed in JWT is not correct"),
            (
                right().claim("iss", "nobody").claim("sub", "nobody").sign(&own),
                "the client id passed in JWT is not correct",
            ),
            (right().claim("aud", Value::Null).sign(&own), "the audience passed in JWT is not correct"),
            (right().claim("aud", json!([])).sign(&own), "the audience passed in JWT is not correct"),
            (right().claim("exp", Value::Null).sign(&own), "the received JWT has expired"),
            (right().claim("exp", now - 31).sign(&own), "the received JWT has expired"),
            (right().claim("exp", now + 90_000).sign(&own), "the received JWT is valid for too long"),
            (right().claim("nbf", now + 31).sign(&own), "the received JWT is not valid yet"),
            (right().claim("iat", now + 31).sign(&own), "the received JWT is not valid yet"),
        ] {
            let reply = Ask::asserting_with(&text, &[("client_id", "app")]).send(&house).await;
            is(&reply, message);
        }
    }
}

#[tokio::test]
async fn what_comes_first_in_the_contract_is_said_first() {
    let (house, own, _) = house().await;
    let other = key(Algorithm::ES256);
    let worst = Assertion::of(&house, "app", &own).claim("exp", 1).claim("aud", "x").claim("sub", "x");
    let better = worst.clone().claim("sub", "app");
    let best = better.clone().claim("aud", ISSUER);
    for (text, message) in [
        (worst.sign(&other), "the signature of the client assertion is not correct"),
        (worst.sign(&own), "the client id passed in JWT is not correct"),
        (better.sign(&own), "the audience passed in JWT is not correct"),
        (best.sign(&own), "the received JWT has expired"),
    ] {
        is(&Ask::asserting(&text).send(&house).await, message);
    }
    // Missing parameters of the grant are reported before client authentication.
    let reply = Ask::asserting_at("/token", &worst.sign(&other), &[("grant_type", "refresh_token")]).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter refresh_token is missing");
}

#[tokio::test]
async fn messages_of_client_secret_jwt_in_both_profiles() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let (house, own, mac) = house().await;
        house.change_client("mac", |c| c.profile = profile).await;
        house.client("bare", None, symmetric).await;
        let right = || Assertion::of(&house, "mac", &mac);
        let header = Value::Object(right().header).to_string();
        let foreign = SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), &[b'x'; 32]).unwrap();
        for (client, text, message) in [
            ("bare", Assertion::of(&house, "bare", &mac).sign(&mac), "the client bare doesn't have a shared secret"),
            ("bare", "nonsense".to_owned(), "the client bare doesn't have a shared secret"),
            ("mac", "nonsense".to_owned(), "the client assertion is not a JWE token"),
            ("mac", "a.b".to_owned(), "the client assertion is not a JWE token"),
            ("mac", "a.b.c.d.e".to_owned(), "the jwe token cannot be decrypted"),
            ("mac", right().head("alg", "none").sign(&mac), "the client assertion is not a JWS token"),
            ("mac", jeton_served::sign(&header, "[]", &mac), "the JWS payload cannot be extracted"),
            ("mac", right().sign(&foreign), "the JWS payload cannot be extracted"),
            ("mac", right().head("alg", "ES256").sign(&own), "the JWS payload cannot be extracted"),
            ("mac", right().claim("sub", "app").sign(&mac), "the client id passed in JWT is not correct"),
            ("mac", right().claim("aud", "x").sign(&mac), "the audience passed in JWT is not correct"),
            ("mac", right().claim("exp", 1).sign(&mac), "the received JWT has expired"),
        ] {
            let reply = Ask::asserting_with(&text, &[("client_id", client)]).send(&house).await;
            is(&reply, message);
        }
    }
}

#[tokio::test]
async fn another_method_than_the_registered_one_gets_the_registered_ones_message() {
    let (house, own, _) = house().await;
    house.client("old", Some("s3cret"), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let basic = |id| Ask::post("/token").basic(id, SECRET).form(&form);
    basic("app").send(&house).await.refused(401, "invalid_client", "the client assertion is not a JWS token");
    basic("mac").send(&house).await.refused(401, "invalid_client", "the client assertion is not a JWE token");
    let text = Assertion::of(&house, "old", &own).sign(&own);
    is(&Ask::asserting(&text).send(&house).await, OLD);
    house.client("open", None, |_| ()).await;
    let text = Assertion::of(&house, "open", &own).sign(&own);
    is(&Ask::asserting(&text).send(&house).await, "the client doesn't exist");
    // An unknown client id: `client_unknown`.
    let text = Assertion::of(&house, "nobody", &own).sign(&own);
    is(&Ask::asserting(&text).send(&house).await, "the client doesn't exist");
}

#[tokio::test]
async fn two_methods_at_once_are_none() {
    let (house, own, _) = house().await;
    let message = "the client must authenticate in one way, as one client";
    let text = || Assertion::of(&house, "app", &own).sign(&own);
    let reply = Ask::asserting_with(&text(), &[("client_secret", "x")]).send(&house).await;
    reply.refused(400, "invalid_request", message);
    Ask::asserting(&text()).basic("app", "x").send(&house).await.refused(400, "invalid_request", message);
}

#[tokio::test]
async fn there_is_one_type_of_assertion() {
    let (house, own, _) = house().await;
    let text = Assertion::of(&house, "app", &own).sign(&own);
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("client_assertion", &*text)];
    let reply = Ask::post("/token").form(&form).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter client_assertion_type is missing");
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let form = [form.as_slice(), &[("client_assertion_type", saml)]].concat();
    let reply = Ask::post("/token").form(&form).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter client_assertion_type is not valid");
    // The type alone is not an assertion.
    house.client("old", Some("s3cret"), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("client_assertion_type", saml)];
    house.token(("old", "s3cret"), &form).await.ok();
}

#[tokio::test]
async fn a_registered_algorithm_is_the_only_one() {
    let (house, _, _) = house().await;
    let (rsa, ec) = (key(Algorithm::PS256), key(Algorithm::ES256));
    house
        .client("app", None, |c| {
            asymmetric(c, &[&rsa, &ec]);
            c.metadata.set("token_endpoint_auth_signing_alg", "PS256");
        })
        .await;
    Ask::asserting(&Assertion::of(&house, "app", &rsa).sign(&rsa)).send(&house).await.ok();
    let text = Assertion::of(&house, "app", &ec).sign(&ec);
    is(&Ask::asserting(&text).send(&house).await, "the signature of the client assertion is not correct");
    house.change_client("mac", |c| c.metadata.set("token_endpoint_auth_signing_alg", "HS512")).await;
    let short = mac(Algorithm::HS256);
    let text = Assertion::of(&house, "mac", &short).sign(&short);
    is(&Ask::asserting(&text).send(&house).await, "the JWS payload cannot be extracted");
}

#[tokio::test]
async fn the_secret_itself_is_kept_only_while_it_is_needed() {
    let house = House::new().await;
    let stored = async |name: &str| house.jeton.administration.show_client(house.service, name).await.unwrap();
    house.client("mac", Some(SECRET), |_| ()).await;
    assert_eq!(stored("mac").await.sealed_secret, None, "a verifier is enough");
    // Changing to a method that needs the secret requires the secret.
    let mut record = stored("mac").await;
    symmetric(&mut record);
    let put = async |client: Client, secret: Option<&str>| {
        let new = NewClient { client, secret: secret.map(jeton_core::Secret::new) };
        house.jeton.administration.put_client(&Caller::local(), new, true).await
    };
    let refusal = put(record.clone(), None).await.unwrap_err();
    assert!(refusal.message().contains("`client_secret`"), "{refusal}");
    put(record.clone(), Some(SECRET)).await.unwrap();
    let sealed = stored("mac").await;
    assert!(sealed.sealed_secret.is_some());
    assert!(!serde_json::to_string(&sealed).unwrap().contains(SECRET));
    // Sending the same record again changes nothing.
    put(record.clone(), Some(SECRET)).await.unwrap();
    assert_eq!(stored("mac").await, sealed);
    let own = mac(Algorithm::HS256);
    Ask::asserting(&Assertion::of(&house, "mac", &own).sign(&own)).send(&house).await.ok();
    // Back to Basic: the stored copy is deleted, the verifier stays.
    record.token_endpoint_auth_method = AuthMethod::ClientSecretBasic;
    put(record, None).await.unwrap();
    assert_eq!(stored("mac").await.sealed_secret, None);
    house.token(("mac", SECRET), &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
}

#[tokio::test]
async fn a_secret_too_short_for_its_mac_is_refused_at_registration() {
    let house = House::new().await;
    let record = house.client("mac", None, symmetric).await;
    let new = NewClient { client: Client::clone(&record), secret: Some(jeton_core::Secret::new("short")) };
    let refusal = house.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap_err();
    assert!(refusal.message().contains("32 bytes"), "{refusal}");
}
