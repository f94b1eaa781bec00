//! `/revoke` (section 7.5). `/token/revoke` keeps its own answers.

use jeton_core::model::CompatibilityMode;

use jeton_served::{Ask, House, PASSWORD, Reply, USER};

const SECRET: &str = "s3cret";

async fn begun(house: &House) -> Reply {
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

async fn revoke(house: &House, token: &str) -> (u16, usize) {
    let reply = Ask::post("/revoke").basic("app", SECRET).form(&[("token", token)]).send(house).await;
    (reply.status, reply.body.len())
}

#[tokio::test]
async fn an_end_and_nothing_to_end_are_answered_alike() {
    let house = House::new().await;
    let first = begun(&house).await;
    assert_eq!(revoke(&house, &first.access()).await, (200, 0));
    assert!(!house.is_active(&first.access()).await && house.is_active(&first.refresh()).await);
    assert_eq!(revoke(&house, &first.access()).await, (200, 0), "again");
    house.wait(40 * 86_400);
    for token in [first.refresh().as_str(), "x", "a.b.c", "jtn_rt_x"] {
        assert_eq!(revoke(&house, token).await, (200, 0), "{token}");
    }
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    assert_eq!(revoke(&house, "x").await, (200, 0), "whatever the client's profile");
}

#[tokio::test]
async fn a_refresh_token_takes_its_access_tokens_along() {
    let house = House::new().await;
    let first = begun(&house).await;
    assert_eq!(revoke(&house, &first.refresh()).await, (200, 0));
    assert!(!house.is_active(&first.access()).await && !house.is_active(&first.refresh()).await);
}

#[tokio::test]
async fn without_client_authentication_it_is_401() {
    let house = House::new().await;
    let first = begun(&house).await;
    let asks = [
        Ask::post("/revoke"),
        Ask::post("/revoke").basic("app", "wrong"),
        Ask::post("/revoke").basic("nobody", "x"),
        Ask::post("/revoke").bearer(&first.access()),
    ];
    for ask in asks {
        let reply = ask.form(&[("token", &first.access())]).send(&house).await;
        assert_eq!((reply.status, reply.member("error").as_str()), (401, "invalid_client"), "{}", reply.show());
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"jeton\""));
        assert!(reply.header("jeton-refusal").is_some());
    }
    let by_form = [("token", first.access()), ("client_id", "app".into()), ("client_secret", "wrong".into())];
    let by_form = by_form.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(Ask::post("/revoke").form(&by_form).send(&house).await.status, 401);
    assert!(house.is_active(&first.access()).await);
}

#[tokio::test]
async fn another_client_s_token_is_403_and_lives_on() {
    let house = House::new().await;
    let first = begun(&house).await;
    house.client("thief", Some("x"), |_| ()).await;
    for token in [first.access(), first.refresh()] {
        let reply = Ask::post("/revoke").basic("thief", "x").form(&[("token", &token)]).send(&house).await;
        assert_eq!((reply.status, reply.text()), (403, r#"{"error":"unauthorized_client"}"#));
        assert!(house.is_active(&token).await);
        let usual = Ask::post("/token/revoke").basic("thief", "x").form(&[("token", &token)]).send(&house).await;
        assert_eq!((usual.status, usual.member("error").as_str()), (400, "invalid_grant"), "only on this path");
    }
}

#[tokio::test]
async fn a_token_must_be_named() {
    let house = House::new().await;
    begun(&house).await;
    let reply = Ask::post("/revoke").basic("app", SECRET).form(&[("x", "y")]).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter token is missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_all_are_told_it_is_done() {
    let house = House::on_sqlite().await;
    let first = begun(&house).await;
    let all = (0..32).map(|_| {
        let (knocker, token) = (house.knocker(), first.refresh());
        tokio::spawn(async move { revoke(&knocker, &token).await })
    });
    for answer in futures::future::join_all(all).await {
        assert_eq!(answer.unwrap(), (200, 0));
    }
    assert!(!house.is_active(&first.access()).await);
}
