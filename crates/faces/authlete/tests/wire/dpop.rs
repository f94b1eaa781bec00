//! Tokens that are bound to a key of the client (RFC 9449) at the token endpoint.

use std::sync::atomic::{AtomicU64, Ordering};

use jeton_jose::{Algorithm, SigningKey, base64url, digest};
use jeton_served::{CHALLENGE, House, VERIFIER};
use serde_json::json;

use crate::api::{house, made, post, said, set_service};

/// Each proof has a name of its own.
static NEXT: AtomicU64 = AtomicU64::new(0);

const ENDPOINT: &str = "https://as.example/token";

fn proof(house: &House, key: &SigningKey, to: (&str, &str), token: Option<&str>) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.public_jwk() });
    let mut claims = json!({ "jti": format!("proof {}", NEXT.fetch_add(1, Ordering::Relaxed)), "htm": to.0, "htu": to.1, "iat": house.clock_seconds() });
    if let Some(token) = token {
        claims["ath"] = base64url::encode(digest::sha256(token.as_bytes())).into();
    }
    jeton_served::sign(&header.to_string(), &claims.to_string(), key)
}

async fn code(house: &House, client: &str) -> String {
    let ask = format!(
        "client_id={client}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=profile&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let begun = said(house, "/auth/authorization", json!({ "parameters": ask })).await;
    let issued = said(house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    let code = issued["authorizationCode"].as_str().unwrap();
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}"
    )
}

#[tokio::test]
async fn a_public_client_keeps_its_key() {
    let house = house().await;
    set_service(&house, json!({ "tokenEndpoint": ENDPOINT })).await;
    let document = json!({ "redirectUris": ["https://app.example/cb"], "clientType": "PUBLIC", "dpopRequired": true });
    let id = made(&house, document).await["clientId"].to_string();
    let (own, other) =
        (SigningKey::generate(Algorithm::ES256).unwrap(), SigningKey::generate(Algorithm::ES256).unwrap());
    let to = ("POST", ENDPOINT);
    let redeem = code(&house, &id).await;
    let ask =
        |parameters: &str, proof: Option<String>| json!({ "parameters": parameters, "clientId": id, "dpop": proof });

    let reply = post(&house, "/auth/token", ask(&redeem, None)).await;
    assert_eq!(house.refusal(&reply), "dpop_proof_needed");
    for wrong in [
        "x".to_owned(),
        proof(&house, &own, ("GET", ENDPOINT), None),
        proof(&house, &own, ("POST", "https://b.example/"), None),
    ] {
        let reply = post(&house, "/auth/token", ask(&redeem, Some(wrong))).await;
        assert_eq!((house.refusal(&reply), &reply.json()["action"]), ("dpop_proof_invalid", &json!("BAD_REQUEST")));
        assert!(reply.text().contains("invalid_dpop_proof"), "{}", reply.text());
    }
    let first = said(&house, "/auth/token", ask(&redeem, Some(proof(&house, &own, to, None)))).await;
    assert_eq!(first["action"], "OK", "{first}");
    assert!(first["responseContent"].as_str().unwrap().contains("\"token_type\":\"DPoP\""), "{first}");

    let access = first["accessToken"].as_str().unwrap();
    let api = ("GET", "https://api.example/");
    let of = |proof: String| json!({ "token": access, "dpop": proof, "htm": api.0, "htu": api.1 });
    let good = said(&house, "/auth/introspection", of(proof(&house, &own, api, Some(access)))).await;
    assert_eq!(good["action"], "OK", "{good}");
    // A proof is for a request: the call says which, or the proof counts for none.
    for omitted in ["htm", "htu"] {
        let mut body = of(proof(&house, &own, api, Some(access)));
        body[omitted] = json!(null);
        let bad = said(&house, "/auth/introspection", body).await;
        assert_eq!(bad["resultCode"], "A065309", "{omitted}: {bad}");
    }
    let bad = said(&house, "/auth/introspection", of(proof(&house, &other, api, Some(access)))).await;
    assert_eq!((&bad["action"], &bad["resultCode"]), (&json!("UNAUTHORIZED"), &json!("A065309")), "{bad}");

    let refresh = format!("grant_type=refresh_token&refresh_token={}", first["refreshToken"].as_str().unwrap());
    let reply = post(&house, "/auth/token", ask(&refresh, Some(proof(&house, &other, to, None)))).await;
    assert_eq!((house.refusal(&reply), &reply.json()["resultCode"]), ("dpop_key_foreign", &json!("A053311")));
    let reply = post(&house, "/auth/token", ask(&refresh, None)).await;
    assert_eq!(house.refusal(&reply), "dpop_proof_needed");
    let next = said(&house, "/auth/token", ask(&refresh, Some(proof(&house, &own, to, None)))).await;
    assert_eq!(next["action"], "OK", "{next}");
}

#[tokio::test]
async fn a_client_that_authenticates_may_change_its_key() {
    let house = house().await;
    set_service(&house, json!({})).await;
    let app = made(&house, json!({ "redirectUris": ["https://app.example/cb"] })).await;
    let id = app["clientId"].to_string();
    let to = ("POST", ENDPOINT);
    let ask = |parameters: &str, key: &SigningKey| {
        json!({
            "parameters": parameters, "clientId": id, "clientSecret": app["clientSecret"], "dpop": proof(&house, key, to, None),
            "htm": "POST", "htu": ENDPOINT,
        })
    };
    let keys = [SigningKey::generate(Algorithm::ES256).unwrap(), SigningKey::generate(Algorithm::ES256).unwrap()];
    let redeem = code(&house, &id).await;
    let mut last = said(&house, "/auth/token", ask(&redeem, &keys[0])).await;
    for key in &keys {
        let refresh = format!("grant_type=refresh_token&refresh_token={}", last["refreshToken"].as_str().unwrap());
        last = said(&house, "/auth/token", ask(&refresh, key)).await;
        let access = last["accessToken"].as_str().unwrap();
        let proof = proof(&house, key, ("GET", "https://api.example/"), Some(access));
        let seen = said(
            &house,
            "/auth/introspection",
            json!({ "token": access, "dpop": proof, "htm": "GET", "htu": "https://api.example/" }),
        )
        .await;
        assert_eq!(seen["action"], "OK", "{seen}");
    }
}

/// An authorization request with PKCE.
fn request(client: &str, more: &str) -> String {
    format!(
        "client_id={client}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=profile&code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

/// The token request for the code of an authorization request.
async fn redeemed(house: &House, request: &str) -> String {
    let begun = said(house, "/auth/authorization", json!({ "parameters": request })).await;
    let issued = said(house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    let code = issued["authorizationCode"].as_str().unwrap_or_else(|| panic!("{begun} {issued}"));
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}"
    )
}

#[tokio::test]
async fn a_key_that_is_proven_or_named_with_a_request_must_be_proven_for_its_code() {
    const PAR: &str = "https://as.example/par";
    let house = house().await;
    set_service(&house, json!({ "tokenEndpoint": ENDPOINT, "pushedAuthReqEndpoint": PAR })).await;
    let app = made(&house, json!({ "redirectUris": ["https://app.example/cb"] })).await;
    let id = app["clientId"].to_string();
    let ask = |parameters: &str, proof: Option<String>| json!({ "parameters": parameters, "clientId": id, "clientSecret": app["clientSecret"], "dpop": proof });
    let (own, other) =
        (SigningKey::generate(Algorithm::ES256).unwrap(), SigningKey::generate(Algorithm::ES256).unwrap());
    let jkt = |key: &SigningKey| format!("&dpop_jkt={}", key.public_jwk().unwrap().thumbprint().unwrap());
    let at_par = |key: &SigningKey| Some(proof(&house, key, ("POST", PAR), None));
    let at_token = |key: &SigningKey| proof(&house, key, ("POST", ENDPOINT), None);

    // A proof that is not valid, or for another endpoint; a proof of another key than the named one; no thumbprint.
    for (more, dpop, refusal) in [
        (String::new(), Some("x".to_owned()), "dpop_proof_invalid"),
        (String::new(), Some(at_token(&own)), "dpop_proof_invalid"),
        (jkt(&other), at_par(&own), "dpop_jkt_foreign"),
        ("&dpop_jkt=x".to_owned(), at_par(&own), "parameter_invalid"),
        ("&dpop_jkt=x".to_owned(), None, "parameter_invalid"),
    ] {
        let reply = post(&house, "/pushed_auth_req", ask(&request(&id, &more), dpop)).await;
        assert_eq!((house.refusal(&reply), &reply.json()["action"]), (refusal, &json!("BAD_REQUEST")), "{more}");
        if refusal.starts_with("dpop") {
            assert!(reply.text().contains("invalid_dpop_proof"), "{}", reply.text());
        }
    }
    let wrong = post(&house, "/auth/authorization", json!({ "parameters": request(&id, "&dpop_jkt=x") })).await;
    assert_eq!((house.refusal(&wrong), &wrong.json()["action"]), ("parameter_invalid", &json!("LOCATION")));

    for (more, dpop) in [
        (String::new(), at_par(&own)),
        (jkt(&own), at_par(&own)),
        ("&dpop_jkt=".to_owned(), at_par(&own)),
        (jkt(&own), None),
    ] {
        let pushed = said(&house, "/pushed_auth_req", ask(&request(&id, &more), dpop)).await;
        assert_eq!(pushed["action"], "CREATED", "{more}: {pushed}");
        let uri: String =
            url::form_urlencoded::byte_serialize(pushed["requestUri"].as_str().unwrap().as_bytes()).collect();
        let redeem = redeemed(&house, &format!("client_id={id}&request_uri={uri}")).await;
        bound_to(&house, &redeem, &ask, (at_token(&own), at_token(&other))).await;
    }
    let redeem = redeemed(&house, &request(&id, &jkt(&own))).await;
    bound_to(&house, &redeem, &ask, (at_token(&own), at_token(&other))).await;
}

/// Only the first proof redeems a code, and the refused ones use up nothing.
async fn bound_to(
    house: &House,
    redeem: &str,
    ask: &impl Fn(&str, Option<String>) -> serde_json::Value,
    (own, other): (String, String),
) {
    let without = post(house, "/auth/token", ask(redeem, None)).await;
    assert_eq!((house.refusal(&without), &without.json()["action"]), ("dpop_proof_needed", &json!("BAD_REQUEST")));
    let foreign = post(house, "/auth/token", ask(redeem, Some(other))).await;
    assert_eq!((house.refusal(&foreign), &foreign.json()["resultCode"]), ("dpop_key_foreign", &json!("A050390")));
    let good = said(house, "/auth/token", ask(redeem, Some(own))).await;
    assert_eq!(good["action"], "OK", "{good}");
    assert!(good["responseContent"].as_str().unwrap().contains("\"token_type\":\"DPoP\""), "{good}");
}
