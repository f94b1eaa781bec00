//! `/userinfo`: OIDC Core section 5.3 and RFC 6750.

use serde_json::json;

use jeton_served::{Ask, House, PASSWORD, Reply, USER};

const SECRET: &str = "s3cret";

async fn token(house: &House, scope: &str) -> Reply {
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok()
}

#[tokio::test]
async fn each_scope_opens_its_claims() {
    let house = House::new().await;
    let now = jeton_testkit::sample::T0.seconds();
    for (scope, claims) in [
        ("openid", json!({ "sub": "sub-of-alice" })),
        ("openid email", json!({ "sub": "sub-of-alice", "email": "alice@example.org", "email_verified": true })),
        (
            "openid profile",
            json!({ "sub": "sub-of-alice", "name": "Alice Doe", "preferred_username": "alice", "updated_at": now }),
        ),
    ] {
        let text = token(&house, scope).await.access();
        for ask in [
            Ask::get("/userinfo").bearer(&text),
            Ask::post("/userinfo").bearer(&text),
            Ask::post("/userinfo").form(&[("access_token", &text)]),
        ] {
            assert_eq!(ask.send(&house).await.ok().json(), claims);
        }
    }
}

#[track_caller]
fn unauthorized(reply: &Reply) {
    assert_eq!(reply.status, 401, "{}", reply.show());
    assert_eq!(reply.member("error"), "invalid_token");
    let challenge = reply.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""), "{challenge}");
}

#[tokio::test]
async fn a_bad_token_is_401() {
    let house = House::new().await;
    let good = token(&house, "openid read offline_access").await;
    for bad in ["x", &good.refresh(), &good.member("id_token"), &format!("{}x", good.access())] {
        unauthorized(&Ask::get("/userinfo").bearer(bad).send(&house).await);
    }
    let form = [("grant_type", "client_credentials"), ("scope", "openid")];
    let own = house.token(("app", SECRET), &form).await.ok().access();
    unauthorized(&Ask::get("/userinfo").bearer(&own).send(&house).await);
    house.wait(3600);
    unauthorized(&Ask::get("/userinfo").bearer(&good.access()).send(&house).await);
}

#[tokio::test]
async fn no_token_is_401_without_an_error_code() {
    let house = House::new().await;
    for ask in [Ask::get("/userinfo"), Ask::post("/userinfo"), Ask::get("/userinfo").basic("app", "x")] {
        let reply = ask.send(&house).await;
        assert_eq!(reply.status, 401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"jeton\""), "RFC 6750 section 3.1");
    }
}

#[tokio::test]
async fn a_token_in_the_url_is_not_read() {
    let house = House::new().await;
    let text = token(&house, "openid").await.access();
    assert_eq!(Ask::get(&format!("/userinfo?access_token={text}")).send(&house).await.status, 401);
}

#[tokio::test]
async fn a_token_twice_is_a_bad_request() {
    let house = House::new().await;
    let text = token(&house, "openid").await.access();
    let reply = Ask::post("/userinfo").bearer(&text).form(&[("access_token", &text)]).send(&house).await;
    assert_eq!((reply.status, reply.member("error")), (400, "invalid_request".into()));
}

#[tokio::test]
async fn without_openid_the_scope_is_insufficient() {
    let house = House::new().await;
    let text = token(&house, "profile").await.access();
    let reply = Ask::get("/userinfo").bearer(&text).send(&house).await;
    reply.refused(403, "insufficient_scope", "the access token lacks the scope openid");
    assert!(reply.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
}

#[tokio::test]
async fn a_person_gone_is_401() {
    let house = House::new().await;
    let text = token(&house, "openid").await.access();
    house.change_person(USER, |u| u.enabled = false).await;
    unauthorized(&Ask::get("/userinfo").bearer(&text).send(&house).await);
}
