//! Forms as grid clients write them: nothing is percent-encoded (section 7.2).

use jeton_core::model::TokenFormat;

use jeton_served::{Ask, House, PASSWORD, USER};

const SECRET: &str = "s3cret";
const SCOPE: &str = "openid profile offline_access storage.read:/ storage.read:/atlas";

async fn house() -> House {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.scope = jeton_testkit::sample::scope(SCOPE);
            c.access_token_format = Some(TokenFormat::Opaque);
        })
        .await;
    house
}

async fn refresh_token(house: &House) -> String {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", SCOPE)];
    house.token(("app", SECRET), &form).await.ok().refresh()
}

#[tokio::test]
async fn a_refresh_is_read_as_it_is_meant() {
    let house = house().await;
    let token = refresh_token(&house).await;
    let body = format!(
        "grant_type=refresh_token&refresh_token={token}&scope=openid profile storage.read:/&audience=https://a:8443 b"
    );
    let ask = Ask::post("/token").basic("app", SECRET).header("accept", "*/*").raw_form(body);
    let reply = ask.send(&house).await.ok();
    assert_eq!(reply.member("scope"), "openid profile storage.read:/");
    let seen = house.introspected(&reply.access()).await;
    assert_eq!(seen["aud"], serde_json::json!(["https://a:8443", "b"]));
}

#[tokio::test]
async fn every_form_endpoint_reads_raw_values() {
    let house = house().await;
    let code = Ask::post("/devicecode")
        .basic("app", SECRET)
        .raw_form("client_id=app&scope=openid storage.read:/atlas offline_access&audience=https://se.example:8443/x y");
    code.send(&house).await.ok();
    let code = Ask::post("/device_authorization").basic("app", SECRET).raw_form("scope=openid storage.read:/atlas");
    code.send(&house).await.ok();
    let pushed = Ask::post("/par").basic("app", SECRET).raw_form(
        "response_type=code&redirect_uri=https://app.example/cb&scope=openid storage.read:/&code_challenge_method=S256\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
    assert_eq!(pushed.send(&house).await.status, 201);
    let token = refresh_token(&house).await;
    for path in ["/introspect", "/revoke", "/token/revoke"] {
        let body = format!("token_type_hint=refresh_token&token={token}&note=a b:/c");
        assert_eq!(Ask::post(path).basic("app", SECRET).raw_form(body).send(&house).await.status, 200, "{path}");
    }
    assert!(!house.is_active(&token).await);
}

#[tokio::test]
async fn raw_values_loosen_no_other_rule() {
    let house = house().await;
    for path in ["/token", "/devicecode", "/revoke", "/introspect"] {
        let body = "grant_type=client_credentials&scope=openid profile&token=a b&scope=storage.read:/";
        let reply = Ask::post(path).basic("app", SECRET).raw_form(body).send(&house).await;
        reply.refused(400, "invalid_request", "the parameter scope is repeated");
        let reply = Ask::post(path).basic("app", SECRET).raw_form("").send(&house).await;
        reply.refused(400, "invalid_request", "no parameter in body request");
    }
}

#[tokio::test]
async fn a_public_client_sends_basic_with_an_empty_password() {
    let house = house().await;
    house.client("pub", None, |c| c.scope = jeton_testkit::sample::scope(SCOPE)).await;
    Ask::post("/devicecode").basic("pub", "").raw_form("client_id=pub&scope=openid profile").send(&house).await.ok();
    let ask = Ask::post("/token").basic("pub", "").raw_form("grant_type=refresh_token&refresh_token=x&client_id=pub");
    ask.send(&house).await.refused(400, "invalid_grant", "the refresh token is not valid");
    assert_eq!(Ask::post("/revoke").basic("pub", "").raw_form("token=x").send(&house).await.status, 200);
}
