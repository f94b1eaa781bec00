//! Introspection responses as JWTs, RFC 9701: who gets one, what it says, and that it is good for nothing else.

use jeton_core::model::{AuthMethod, CompatibilityMode, Introspect, TokenFormat};
use jeton_jose::Algorithm;
use jeton_jose::jwe::{self, DecryptionKey, KeyAlgorithm};
use jeton_testkit::sample;
use serde_json::{Map, Value, json};

use jeton_served::{
    Ask, Assertion, Browser, House, ISSUER, PASSWORD, Reply, TOKEN_EXCHANGE, USER, VERIFIER, back, code_params, jwks,
    key,
};

const SECRET: &str = "s3cret";
const JWT: &str = "application/token-introspection+jwt";
const TYP: &str = "token-introspection+jwt";
const INACTIVE: &[u8] = b"{\"active\":false}";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house.client("api", Some(SECRET), |c| c.introspect = Introspect::Any).await;
    house
}

async fn by_password(house: &House) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid read")];
    house.token(("app", SECRET), &form).await.ok()
}

fn asking(client: &str, token: &str) -> Ask {
    Ask::post("/introspect").basic(client, SECRET).form(&[("token", token)])
}

async fn plain(house: &House, client: &str, token: &str) -> Reply {
    let reply = asking(client, token).send(house).await.ok();
    assert_eq!(reply.header("content-type"), Some("application/json"));
    reply
}

async fn signed(house: &House, client: &str, token: &str) -> String {
    let reply = asking(client, token).header("accept", JWT).send(house).await.ok();
    assert_eq!(reply.header("content-type"), Some(JWT));
    reply.text().to_owned()
}

#[tokio::test]
async fn the_jwt_holds_the_members_of_the_json_answer_for_its_reader() {
    let house = house().await;
    for format in [TokenFormat::Opaque, TokenFormat::Jwt] {
        house.change_client("app", |c| c.access_token_format = Some(format)).await;
        let first = by_password(&house).await;
        for token in [first.access(), first.refresh()] {
            let jwt = house.verified(&signed(&house, "api", &token).await).await;
            assert_eq!((&jwt.header["typ"], &jwt.header["alg"]), (&json!(TYP), &json!("RS256")));
            let expected = json!({
                "iss": ISSUER, "aud": "api", "iat": sample::T0.seconds(),
                "token_introspection": plain(&house, "api", &token).await.json(),
            });
            assert_eq!(jwt.claims, expected, "no sub and no exp beside them (section 5)");
            assert_eq!(jwt.claims["token_introspection"]["active"], true);
        }
    }
}

#[tokio::test]
async fn only_who_asks_for_the_jwt_gets_it() {
    let house = house().await;
    house.change_client("api", |c| c.metadata.set("introspection_signed_response_alg", "ES256")).await;
    let token = by_password(&house).await.access();
    plain(&house, "api", &token).await;
    for accept in ["*/*", "application/*", "application/jwt", "application/json, */*", &format!("{JWT};q=0.1, */*")] {
        let reply = asking("api", &token).header("accept", accept).send(&house).await.ok();
        assert_eq!(reply.header("content-type"), Some("application/json"), "{accept}");
        assert_eq!(reply.json()["active"], true, "{accept}");
    }
    for accept in [JWT, &format!("application/json;q=0.5, {JWT};q=0.6"), &format!("{JWT}, */*")] {
        let reply = asking("api", &token).header("accept", accept).send(&house).await.ok();
        assert_eq!(reply.header("content-type"), Some(JWT), "{accept}");
        assert_eq!(house.verified(reply.text()).await.header["alg"], "ES256", "{accept}");
    }
}

#[tokio::test]
async fn an_inactive_token_is_exactly_that() {
    let house = house().await;
    let first = by_password(&house).await;
    house.change_client("api", |c| c.introspect = Introspect::Own).await;
    let inactive = async |token: &str| {
        assert_eq!(plain(&house, "api", token).await.body, INACTIVE);
        let jwt = house.verified(&signed(&house, "api", token).await).await;
        assert_eq!(jwt.claims["token_introspection"], json!({ "active": false }));
        assert_eq!(jwt.claims["aud"], "api");
    };
    inactive("unknown").await;
    inactive(&first.access()).await;
    house.wait(100_000);
    inactive(&first.access()).await;

    // A client of the profile `classic` reads the record of an ended token as JSON, never in a JWT.
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    assert_eq!(plain(&house, "app", &first.access()).await.json()["client_id"], "app");
    let jwt = house.verified(&signed(&house, "app", &first.access()).await).await;
    assert_eq!(jwt.claims["token_introspection"], json!({ "active": false }));
    let unknown = asking("app", "unknown").header("accept", JWT).send(&house).await;
    assert_eq!(house.refusal(&unknown), "token_unknown");
}

/// RFC 9701 section 5; what is refused is told in JSON.
#[tokio::test]
async fn callers_that_are_not_authenticated_are_refused() {
    let house = house().await;
    let token = by_password(&house).await.access();
    let form = [("token", token.as_str())];
    let unproven = [("token", token.as_str()), ("client_id", "api")];
    for ask in [
        Ask::post("/introspect").form(&form),
        Ask::post("/introspect").form(&unproven),
        Ask::post("/introspect").basic("api", "wrong").form(&form),
        Ask::post("/introspect").bearer(&token).form(&form),
    ] {
        let reply = ask.clone().header("accept", JWT).send(&house).await;
        let usual = ask.send(&house).await;
        assert_eq!((reply.status, reply.header("content-type")), (usual.status, Some("application/json")));
        assert_eq!(house.refusal(&reply), house.refusal(&usual));
        assert!(matches!(reply.status, 401 | 403), "{}", reply.show());
    }
}

/// A response names its reader: a bearer token without a client stands for no resource server.
#[tokio::test]
async fn a_bearer_token_without_a_client_gets_no_jwt() {
    let house = house().await;
    let token = by_password(&house).await.access();
    let body = json!({ "username": USER, "format": "opaque", "scope": "uma_protection" });
    let made = Ask::post("/admin/v1/tokens").local_owner().json(&body).answered(&house).await.member("token");
    let ask = Ask::post("/introspect").bearer(&made).form(&[("token", &token)]);
    assert_eq!(ask.clone().send(&house).await.ok().body, INACTIVE);
    let refused = ask.header("accept", JWT).send(&house).await;
    assert_eq!((refused.status, house.refusal(&refused)), (401, "bearer_invalid"));
}

#[tokio::test]
async fn the_jwt_is_encrypted_for_a_reader_that_registered_for_that() {
    let house = house().await;
    let token = by_password(&house).await.access();
    let own = DecryptionKey::generate(KeyAlgorithm::EcdhEs).unwrap();
    house.change_client("api", |c| c.metadata.set("introspection_encrypted_response_alg", "ECDH-ES")).await;
    let ask = asking("api", &token).header("accept", JWT);
    let refused = ask.clone().send(&house).await;
    refused.refused(400, "invalid_request", "no key of the client can be encrypted to");
    plain(&house, "api", &token).await;

    let set = json!({ "keys": [own.public_jwk()] });
    house.change_client("api", |c| c.metadata.set("jwks", set)).await;
    let text = signed(&house, "api", &token).await;
    let parsed = jwe::parse_compact(&text).unwrap();
    assert_eq!((parsed.header().enc().as_str(), parsed.header().cty()), ("A128CBC-HS256", Some("JWT")));
    let inner = String::from_utf8(jwe::decrypt(&parsed, &own).unwrap().to_vec()).unwrap();
    let jwt = house.verified(&inner).await;
    assert_eq!((&jwt.header["typ"], &jwt.claims["aud"]), (&json!(TYP), &json!("api")));
    assert_eq!(jwt.claims["token_introspection"]["active"], true);
}

/// A JWT with the `typ` of a response, or another one, and these claims; signed with the issuer's own key.
async fn typed(house: &House, typ: &'static str, claims: &Map<String, Value>) -> String {
    let signed = house.jeton.ledger.sign_jwt((house.service, None), Algorithm::ES256, typ, claims).await;
    signed.unwrap().expose().to_owned()
}

/// RFC 9701 section 8.1. Each place is tried with a real response, and with what it accepts under the `typ` of a response.
#[tokio::test]
async fn a_response_is_no_token_and_no_hint() {
    let house = house().await;
    let mut browser = Browser::default();
    let code = browser.code(&house, &code_params("app", "openid read")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let first = house.token(("app", SECRET), &form).await.ok();
    let claims = |jwt: jeton_served::Jwt| jwt.claims.as_object().unwrap().clone();
    let real = signed(&house, "app", &first.access()).await;

    let of_access = claims(house.verified(&first.access()).await);
    for text in [&real, &typed(&house, TYP, &of_access).await] {
        assert_eq!(Ask::get("/userinfo").bearer(text).send(&house).await.status, 401);
        assert_eq!(plain(&house, "api", text).await.body, INACTIVE);
        for kind in ["access_token", "refresh_token", "jwt"] {
            refused_as_subject(&house, text, kind).await;
        }
    }

    let of_id = claims(house.verified(&first.member("id_token")).await);
    exchange(&house, &typed(&house, "JWT", &of_id).await, "id_token").await.ok();
    for text in [&real, &typed(&house, TYP, &of_id).await] {
        refused_as_subject(&house, text, "id_token").await;
    }

    // An ID token of somebody else is a hint that this person is not meant.
    let mut of_bob = of_id.clone();
    of_bob.insert("sub".into(), "sub-of-bob".into());
    for (text, error) in [
        (&typed(&house, "JWT", &of_bob).await, "login_required"),
        (&typed(&house, TYP, &of_bob).await, "invalid_request"),
        (&real, "invalid_request"),
    ] {
        let mut params = code_params("app", "openid");
        params.extend([("prompt", "none"), ("id_token_hint", text.as_str())]);
        assert_eq!(back(&browser.open(&house, &params).await)["error"], error);
    }
    // An ID token of this person signs out without a question.
    for (text, is_hint) in
        [(&real, false), (&typed(&house, TYP, &of_id).await, false), (&first.member("id_token"), true)]
    {
        let page = browser.send(&house, Ask::get(&format!("/end_session?id_token_hint={text}"))).await.ok();
        assert_eq!(page.text().contains("name=\"decision\""), !is_hint, "{}", page.text());
    }
}

async fn exchange(house: &House, subject: &str, kind: &str) -> Reply {
    let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject), ("subject_token_type", kind.as_str())];
    house.token(("app", SECRET), &form).await
}

async fn refused_as_subject(house: &House, subject: &str, kind: &str) {
    exchange(house, subject, kind).await.refused(400, "invalid_request", "the subject token is not valid");
}

#[tokio::test]
async fn a_response_is_no_client_assertion() {
    let house = house().await;
    let token = by_password(&house).await.access();
    let own = key(Algorithm::ES256);
    let set = jwks(&[&own]);
    house
        .client("signs", None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.metadata.set("jwks", set);
        })
        .await;
    for typ in [TYP, "application/token-introspection+jwt", "AT+JWT", "logout+jwt"] {
        let assertion = Assertion::of(&house, "signs", &own).head("typ", typ).sign(&own);
        let reply = Ask::asserting(&assertion).send(&house).await;
        reply.refused(400, "invalid_client", "the received JWT is not a client assertion");
        assert_eq!(house.refusal(&reply), "assertion_kind");
    }
    for typ in ["JWT", "jwt", "JOSE", "client-authentication+jwt", "application/client-authentication+jwt"] {
        let assertion = Assertion::of(&house, "signs", &own).head("typ", typ).sign(&own);
        Ask::asserting(&assertion).send(&house).await.ok();
    }
    let real = signed(&house, "api", &token).await;
    let reply = Ask::asserting_with(&real, &[("client_id", "signs")]).send(&house).await;
    assert_eq!((reply.status, reply.has("access_token")), (400, false));
}
