//! Request objects, by value and by registered URL: RFC 9101, OIDC Core section 6.

use jeton_core::model::Client;
use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, JwkSet, SigningKey};
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, CHALLENGE, House, ISSUER, Reply, VERIFIER, back};

const SECRET: &str = "s3cret";
const PLACE: &str = "https://app.example/request.jwt";

struct Stage {
    house: House,
    key: SigningKey,
}

async fn stage(change: impl FnOnce(&mut Client)) -> Stage {
    let house = House::new().await;
    let key = SigningKey::generate(Algorithm::ES256).unwrap();
    let jwks: JwkSet = key.public_jwk().into_iter().collect();
    house
        .client("app", Some(SECRET), |client| {
            client.metadata.set("jwks", serde_json::to_value(jwks).unwrap());
            client.metadata.set("request_uris", json!([PLACE]));
            change(client);
        })
        .await;
    Stage { house, key }
}

/// The claims of a valid object.
fn claims(house: &House) -> Value {
    let now = jeton_core::Clock::now(&*house.clock).seconds();
    json!({
        "iss": "app", "aud": ISSUER, "exp": now + 300, "nbf": now, "jti": "x",
        "client_id": "app", "response_type": "code", "redirect_uri": "https://app.example/cb", "scope": "openid read",
        "state": "signed", "nonce": "n-1", "max_age": 600, "claims": { "userinfo": { "email": null } },
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", "resource": ["https://a.example", "https://b.example"],
    })
}

impl Stage {
    fn sign(&self, claims: &Value) -> String {
        sign_compact(
            &Header::for_key(&self.key).typ("oauth-authz-req+jwt").prepare(),
            claims.to_string().as_bytes(),
            &self.key,
        )
        .unwrap()
    }

    async fn open(&self, object: &str) -> Reply {
        let params =
            [("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("state", "st-1"), ("request", object)];
        Browser::default().open(&self.house, &params).await
    }

    #[track_caller]
    fn refused(reply: &Reply, why: &str) {
        let members = back(reply);
        assert_eq!((members["error"].as_str(), members["state"].as_str()), ("invalid_request_object", "st-1"), "{why}");
    }
}

#[tokio::test]
async fn what_the_client_signed_is_the_request() {
    let stage = stage(|_| ()).await;
    let object = stage.sign(&claims(&stage.house));
    let beside = [("client_id", "app"), ("request", object.as_str()), ("scope", "write"), ("state", "evil")];
    let members = Browser::default().answered(&stage.house, &beside).await;
    assert_eq!(members["state"], "signed");
    let form = [("grant_type", "authorization_code"), ("code", &members["code"]), ("code_verifier", VERIFIER)];
    let reply = stage.house.token(("app", SECRET), &form).await.ok();
    assert_eq!(reply.member("scope"), "openid read");
    let seen = stage.house.introspected(&reply.access()).await;
    assert_eq!(seen["aud"], json!(["https://a.example", "https://b.example"]));
    let claims = Ask::get("/userinfo").bearer(&reply.access()).send(&stage.house).await.ok().json();
    assert_eq!(claims["email"], "alice@example.org");
}

#[tokio::test]
async fn each_claim_that_is_wrong_is_refused() {
    let stage = stage(|_| ()).await;
    let now = claims(&stage.house)["nbf"].as_i64().unwrap();
    for (name, value) in [
        ("iss", json!("other")),
        ("iss", json!(1)),
        ("client_id", json!("other")),
        ("client_id", json!(["app"])),
        ("aud", json!("https://id.example/")),
        ("aud", json!("https://evil.example")),
        ("aud", json!([])),
        ("exp", json!(now - 31)),
        ("exp", json!("later")),
        ("nbf", json!(now + 31)),
        ("sub", json!("app")),
        ("request", json!("x")),
        ("request_uri", json!(PLACE)),
        ("resource", json!(["https://a.example", 1])),
    ] {
        let mut claims = claims(&stage.house);
        claims[name] = value.clone();
        Stage::refused(&stage.open(&stage.sign(&claims)).await, &format!("{name}: {value}"));
    }
    let mut nobody = claims(&stage.house);
    for name in ["iss", "client_id"] {
        nobody.as_object_mut().unwrap().remove(name);
    }
    Stage::refused(&stage.open(&stage.sign(&nobody)).await, "nobody's");
    for left_out in ["iss", "client_id", "aud", "exp", "nbf", "jti"] {
        let mut claims = claims(&stage.house);
        claims.as_object_mut().unwrap().remove(left_out);
        stage.open(&stage.sign(&claims)).await.ok();
    }
}

#[tokio::test]
async fn each_signature_that_is_wrong_is_refused() {
    let stage = stage(|_| ()).await;
    let body = claims(&stage.house).to_string();
    let part = |text: &str| jeton_jose::base64url::encode(text);
    let good = stage.sign(&claims(&stage.house));
    let (signed, _) = good.rsplit_once('.').unwrap();
    let stranger = SigningKey::generate(Algorithm::ES256).unwrap();
    let foreign = sign_compact(&Header::for_key(&stranger).prepare(), body.as_bytes(), &stranger).unwrap();
    let typed =
        |typ: &str| sign_compact(&Header::for_key(&stage.key).typ(typ).prepare(), body.as_bytes(), &stage.key).unwrap();
    let shared = SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), &[7; 32]).unwrap();
    for (why, object) in [
        ("nothing", "x".to_owned()),
        ("none", format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&body))),
        ("cut", signed.to_owned()),
        ("unsigned", format!("{signed}.")),
        ("foreign", foreign),
        ("symmetric", sign_compact(&Header::for_key(&shared).prepare(), body.as_bytes(), &shared).unwrap()),
        ("an access token's type", typed("at+jwt")),
        ("a logout token's type", typed("logout+jwt")),
        ("an introspection response's type", typed("token-introspection+jwt")),
        ("an array", sign_compact(&Header::for_key(&stage.key).prepare(), b"[]", &stage.key).unwrap()),
    ] {
        Stage::refused(&stage.open(&object).await, why);
    }
    stage.open(&typed("JWT")).await.ok();
    stage.house.change_client("app", |c| c.metadata.set("request_object_signing_alg", "RS256")).await;
    Stage::refused(&stage.open(&good).await, "another algorithm than the registered one");
    stage.house.change_client("app", |c| c.metadata.remove("jwks")).await;
    Stage::refused(&stage.open(&good).await, "no keys");
}

#[tokio::test]
async fn an_object_without_an_address_beside_it_is_refused_on_a_page() {
    let stage = stage(|_| ()).await;
    for uri in [None, Some("https://evil.example/cb")] {
        let mut params = vec![("client_id", "app"), ("request", "x")];
        params.extend(uri.map(|uri| ("redirect_uri", uri)));
        let reply = Browser::default().open(&stage.house, &params).await;
        assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
        assert!(reply.text().contains("The request object is not valid"), "{}", reply.text());
    }
    let mut evil = claims(&stage.house);
    evil["redirect_uri"] = "https://evil.example/cb".into();
    let reply = stage.open(&stage.sign(&evil)).await;
    assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
}

#[tokio::test]
async fn a_client_may_be_held_to_signing() {
    let stage = stage(|c| c.metadata.set("require_signed_request_object", true)).await;
    let params = jeton_served::code_params("app", "read");
    let members = back(&Browser::default().open(&stage.house, &params).await);
    assert_eq!(members["error"], "invalid_request");
    assert_eq!(members["error_description"], "the client must sign its request");
    let reply = Ask::post("/par").basic("app", SECRET).form(&params).send(&stage.house).await;
    reply.refused(400, "invalid_request", "the client must sign its request");
    let object = stage.sign(&claims(&stage.house));
    stage.open(&object).await.ok();
    let pushed = [("client_id", "app"), ("request", object.as_str())];
    let reply = Ask::post("/par").basic("app", SECRET).form(&pushed).send(&stage.house).await;
    let uri = reply.member("request_uri");
    let members = Browser::default().answered(&stage.house, &[("client_id", "app"), ("request_uri", &uri)]).await;
    assert_eq!(members["state"], "signed");
}

#[tokio::test]
async fn only_a_registered_address_is_asked() {
    let stage = stage(|_| ()).await;
    let by = |uri: &'static str| {
        [("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("state", "st-1"), ("request_uri", uri)]
    };
    for uri in [
        "https://app.example/other.jwt",
        "https://app.example/request.jwt?x",
        "https://app.example/request.jwt#x",
        "HTTPS://app.example/request.jwt",
        "http://169.254.169.254/",
        "file:///etc/passwd",
    ] {
        let members = back(&Browser::default().open(&stage.house, &by(uri)).await);
        assert_eq!((members["error"].as_str(), members["state"].as_str()), ("invalid_request_uri", "st-1"), "{uri}");
    }
    assert_eq!(stage.house.network.asked(), []);
    let members = back(&Browser::default().open(&stage.house, &by(PLACE)).await);
    assert_eq!(members["error"], "invalid_request_uri", "nobody answers");
    let object = stage.sign(&claims(&stage.house));
    stage.house.network.answer(PLACE, 404, object.clone(), None);
    assert_eq!(back(&Browser::default().open(&stage.house, &by(PLACE)).await)["error"], "invalid_request_uri");
    stage.house.network.answer(PLACE, 200, "x".repeat(33 * 1024), None);
    assert_eq!(back(&Browser::default().open(&stage.house, &by(PLACE)).await)["error"], "invalid_request_uri");
    stage.house.network.answer(PLACE, 200, object, None);
    let members = Browser::default().answered(&stage.house, &by(PLACE)).await;
    assert_eq!(members["state"], "signed");
    let both =
        [("client_id", "app"), ("request", "x"), ("request_uri", PLACE), ("redirect_uri", "https://app.example/cb")];
    assert_eq!(back(&Browser::default().open(&stage.house, &both).await)["error"], "invalid_request");
}
