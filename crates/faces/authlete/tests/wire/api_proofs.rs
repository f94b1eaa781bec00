//! API tokens that are bound to a key (section 1.2 of the contract, codes A001301 to A001306).

use axum::body::Body;
use http::{Request, header};
use jeton_core::administration::Caller;
use jeton_core::api_tokens::Lifetime;
use jeton_core::model::{Binding, TokenDetails};
use jeton_jose::{Algorithm, SigningKey, base64url, digest};
use jeton_served::{Assertion, House, Reply, key};
use serde_json::Value;

use crate::api::{SERVICE_TOKEN, code, house};
use crate::rights::order;

/// What the requests name as their host: it does not count.
const HOST: &str = "evil.example";
/// The host of the issuer.
const OWN: &str = "id.example";

/// An API token that is bound to a key.
async fn bound(house: &House, key: &SigningKey) -> String {
    let print = base64url::decode(&key.public_jwk().unwrap().thumbprint().unwrap()).unwrap().try_into().unwrap();
    let mut order = order("backend:use_service", Lifetime::Usual, TokenDetails::default());
    order.binding = Some(Binding::Jwk(print));
    let made = house.jeton.administration.mint_for(&Caller::local(), &house.service(), order).await.unwrap();
    made.tokens[0].text.expose().to_owned()
}

/// A proof for a call with a token.
fn proof(house: &House, key: &SigningKey, (method, path): (&str, &str), token: &str) -> Assertion {
    Assertion::of(house, "nobody", key)
        .head("kid", Value::Null)
        .head("typ", "dpop+jwt")
        .head("jwk", serde_json::to_value(key.public_jwk().unwrap()).unwrap())
        .claim("htm", method)
        .claim("htu", format!("https://{OWN}{path}"))
        .claim("ath", base64url::encode(digest::sha256(token.as_bytes())))
}

async fn send(house: &House, (method, path): (&str, &str), authorization: &str, proofs: &[String]) -> Reply {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
    request = request.header(header::AUTHORIZATION, authorization).header(header::CONTENT_TYPE, "application/json");
    for proof in proofs {
        request = request.header("DPoP", proof);
    }
    house.send(request.body(Body::from(if method == "POST" { "{}" } else { "" })).unwrap()).await
}

#[tokio::test]
async fn a_bound_token_opens_both_generations_with_a_proof_for_the_call() {
    let house = house().await;
    let key = key(Algorithm::ES256);
    let token = bound(&house, &key).await;
    let v3 = format!("/api/{}/auth/token/get/list", house.service);
    for path in [v3.as_str(), "/api/auth/token/get/list"] {
        for (query, scheme) in [("", "DPoP"), ("?start=0&end=1", "dpop")] {
            let call = ("GET", format!("{path}{query}"));
            let sent = proof(&house, &key, ("GET", path), &token).sign(&key);
            let reply = send(&house, (call.0, &call.1), &format!("{scheme} {token}"), &[sent]).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        }
    }
    for htu in [format!("https://{OWN}{v3}?a=b#c"), format!("https://ID.example:443{v3}")] {
        let sent = proof(&house, &key, ("GET", &v3), &token).claim("htu", htu.clone()).sign(&key);
        assert_eq!(send(&house, ("GET", &v3), &format!("DPoP {token}"), &[sent]).await.status, 200, "{htu}");
    }
}

#[tokio::test]
async fn a_bound_token_without_its_proof_opens_nothing() {
    let house = house().await;
    let (own, other) = (key(Algorithm::ES256), key(Algorithm::ES256));
    let token = bound(&house, &own).await;
    let path = format!("/api/{}/auth/token/get/list", house.service);
    let call = ("GET", path.as_str());
    let good = || proof(&house, &own, call, &token);
    let dpop = format!("DPoP {token}");
    let now = house.clock_seconds() as i64;
    let refused = async |authorization: &str, proofs: &[String], expected: &str| {
        let reply = send(&house, call, authorization, proofs).await;
        assert_eq!(code(&reply), (403, expected.to_owned()), "{}", reply.text());
    };
    let pair = jeton_served::basic(&format!("{}:{token}", house.service));
    for authorization in [&format!("Bearer {token}"), &pair, &dpop] {
        refused(authorization, &[], "A001301").await;
    }
    refused(&format!("Bearer {token}"), &[good().sign(&own)], "A001301").await;
    refused(&dpop, &[good().sign(&own), good().sign(&own)], "A001301").await;
    refused(&dpop, &[proof(&house, &other, call, &token).sign(&other)], "A001302").await;
    for bad in [
        good().claim("htm", "POST"),
        good().claim("htm", "get"),
        good().claim("htu", format!("https://another.example{path}")),
        good().claim("htu", format!("https://{HOST}{path}")),
        good().claim("htu", format!("http://{OWN}{path}")),
        good().claim("htu", format!("https://{OWN}/api/auth/token/get/list")),
        good().claim("htu", format!("ftp://{OWN}{path}")),
        good().claim("htu", Value::Null),
        good().claim("ath", base64url::encode(digest::sha256(b"another token"))),
        good().claim("ath", Value::Null),
        good().claim("jti", Value::Null),
        good().claim("jti", ""),
        good().claim("iat", now - 301),
        good().claim("iat", now + 301),
        good().claim("iat", i64::MIN),
        good().claim("iat", Value::Null),
        good().head("typ", "JWT"),
    ] {
        refused(&dpop, &[bad.sign(&own)], "A001303").await;
    }
    refused(&dpop, &["no proof".to_owned()], "A001303").await;
    // Signed by another key than the one that it shows.
    refused(&dpop, &[good().sign(&other)], "A001303").await;
    refused(&dpop, &[good().head("alg", "HS256").sign(&own)], "A001304").await;
    refused(&dpop, &[good().head("alg", "none").sign(&own)], "A001304").await;
    refused(&dpop, &[good().head("alg", "RS256").sign(&own)], "A001304").await;
    refused(&dpop, &[good().head("jwk", Value::Null).sign(&own)], "A001305").await;
    let mut private = serde_json::to_value(own.public_jwk().unwrap()).unwrap();
    private["d"] = "AA".into();
    refused(&dpop, &[good().head("jwk", private).sign(&own)], "A001305").await;
    refused(&dpop, &[good().head("alg", Value::Null).sign(&own)], "A001306").await;
    let reply = send(&house, call, &dpop, &[good().sign(&own)]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn a_proof_is_good_for_one_call() {
    let house = house().await;
    let key = key(Algorithm::EdDSA);
    let token = bound(&house, &key).await;
    let path = format!("/api/{}/auth/token/get/list", house.service);
    let sent = [proof(&house, &key, ("GET", &path), &token).sign(&key)];
    let dpop = format!("DPoP {token}");
    assert_eq!(send(&house, ("GET", &path), &dpop, &sent).await.status, 200);
    let again = send(&house, ("GET", &path), &dpop, &sent).await;
    assert_eq!(code(&again), (403, "A001303".to_owned()), "{}", again.text());
    assert!(again.text().contains("used before"), "{}", again.text());
    let elsewhere = ("GET", "/api/77/auth/token/get/list");
    let foreign = send(&house, elsewhere, &dpop, &[proof(&house, &key, elsewhere, &token).sign(&key)]).await;
    assert_eq!(code(&foreign), (403, "A003204".to_owned()), "{}", foreign.text());
}

#[tokio::test]
async fn the_scheme_of_bound_tokens_takes_no_other() {
    let house = house().await;
    let path = format!("/api/{}/service/get", house.service);
    assert_eq!(send(&house, ("GET", &path), &format!("Bearer {SERVICE_TOKEN}"), &[]).await.status, 200);
    let key = key(Algorithm::ES256);
    let sent = proof(&house, &key, ("GET", &path), SERVICE_TOKEN).sign(&key);
    for proofs in [&[][..], &[sent]] {
        let reply = send(&house, ("GET", &path), &format!("DPoP {SERVICE_TOKEN}"), proofs).await;
        assert_eq!(house.refusal(&reply), "api_credential_unbound");
    }
}
