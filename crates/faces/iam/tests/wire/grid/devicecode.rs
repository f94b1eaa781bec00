//! `/devicecode` (section 7.3); the polls are those of RFC 8628.

use jeton_served::{Ask, Browser, DEVICE_CODE, Device, House, Reply};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("openid offline_access read")).await;
    house
}

fn device(reply: &Reply) -> Device {
    Device {
        client: ("app".into(), SECRET.into()),
        device_code: reply.member("device_code"),
        user_code: reply.member("user_code"),
    }
}

#[tokio::test]
async fn the_proof_may_be_left_out_until_the_code_is_redeemed() {
    let house = house().await;
    let asks = [
        Ask::post("/devicecode").form(&[("client_id", "app"), ("scope", "read")]),
        Ask::post("/devicecode").basic("app", SECRET).form(&[("client_id", "app"), ("scope", "read")]),
        Ask::post("/devicecode").basic("app", SECRET).form(&[("scope", "read")]),
    ];
    for ask in asks {
        let codes = ask.send(&house).await.ok();
        assert_eq!(codes.member("verification_uri"), "https://id.example/device");
        assert!(codes.member("verification_uri_complete").ends_with(&codes.member("user_code")));
        assert_eq!((codes.json()["expires_in"].as_u64(), codes.json()["interval"].as_u64()), (Some(600), Some(5)));
        let device = device(&codes);
        device.poll(&house).await.refused(400, "authorization_pending", "the person has not answered yet");
        device.answered(&house, &mut Browser::default(), "approve").await.ok();
        let form = [("grant_type", DEVICE_CODE), ("device_code", &device.device_code), ("client_id", "app")];
        assert_eq!(Ask::post("/token").form(&form).send(&house).await.member("error"), "invalid_client");
        assert_eq!(device.poll(&house).await.ok().member("scope"), "read");
    }
}

#[tokio::test]
async fn a_client_that_names_no_scope_gets_all_it_may_have() {
    let house = house().await;
    let codes = Ask::post("/devicecode").form(&[("client_id", "app")]).send(&house).await.ok();
    let device = device(&codes);
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    let reply = device.poll(&house).await.ok();
    assert_eq!(reply.member("scope"), "openid offline_access read");
    assert!(reply.has("refresh_token") && reply.has("id_token"));
}

#[tokio::test]
async fn a_proof_that_is_sent_must_be_right() {
    let house = house().await;
    for ask in [Ask::post("/devicecode").basic("app", "wrong"), Ask::post("/devicecode").basic("app", "")] {
        let reply = ask.form(&[("client_id", "app"), ("client_secret", "wrong")]).send(&house).await;
        assert!(matches!(reply.status, 400 | 401), "{}", reply.show());
    }
    let reply = Ask::post("/devicecode").basic("app", "wrong").form(&[("scope", "read")]).send(&house).await;
    reply.refused(401, "invalid_client", "the client cannot be authenticated with secret basic");
    let reply = Ask::post("/devicecode").basic("app", SECRET).form(&[("client_id", "other")]).send(&house).await;
    reply.refused(400, "invalid_request", "the client must authenticate in one way, as one client");
    house.client("other", Some(SECRET), |_| ()).await;
    let reply = Ask::post("/devicecode").basic("app", "").form(&[("client_id", "other")]).send(&house).await;
    reply.refused(400, "invalid_request", "the client must authenticate in one way, as one client");
}

#[tokio::test]
async fn an_unknown_client_is_not_found() {
    let house = house().await;
    house.client("off", Some(SECRET), |c| c.enabled = false).await;
    for name in ["nobody", "off", "' or 1=1 --"] {
        let reply = Ask::post("/devicecode").form(&[("client_id", name), ("scope", "read")]).send(&house).await;
        assert_eq!((reply.status, reply.body.len()), (404, 0), "{name}");
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    }
    let reply = Ask::post("/devicecode").form(&[("scope", "read")]).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter client_id is missing");
}

#[tokio::test]
async fn a_client_without_the_grant_is_unauthorized() {
    let house = house().await;
    house.client("cc", Some(SECRET), |c| c.grant_types = vec!["client_credentials".into()]).await;
    let text = "Unauthorized grant type: urn:ietf:params:oauth:grant-type:device_code";
    for ask in [Ask::post("/devicecode"), Ask::post("/devicecode").basic("cc", SECRET)] {
        let reply = ask.form(&[("client_id", "cc"), ("scope", "read")]).send(&house).await;
        reply.refused(401, "invalid_client", text);
    }
}

#[tokio::test]
async fn a_scope_beyond_the_client_is_refused() {
    let house = house().await;
    let reply = Ask::post("/devicecode").form(&[("client_id", "app"), ("scope", "read write")]).send(&house).await;
    reply.refused(400, "invalid_scope", "the scopes write are not allowed or invalid");
}

#[tokio::test]
async fn the_audience_asked_for_is_the_token_s() {
    let house = house().await;
    let form = [("client_id", "app"), ("scope", "read"), ("audience", "https://a:8443 b")];
    let device = device(&Ask::post("/devicecode").form(&form).send(&house).await.ok());
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    let reply = device.poll(&house).await.ok();
    let seen = house.introspected(&reply.access()).await;
    assert_eq!(seen["aud"], serde_json::json!(["https://a:8443", "b"]));
}

/// Grid clients name the audience when they poll, not before (section 7.1): it is the access token's. A refresh names its own.
#[tokio::test]
async fn a_poll_may_name_an_audience_where_the_device_named_none() {
    let house = house().await;
    let start = async |more: &[(&str, &str)]| {
        let form = [&[("client_id", "app"), ("scope", "offline_access read")][..], more].concat();
        let device = device(&Ask::post("/devicecode").form(&form).send(&house).await.ok());
        device.answered(&house, &mut Browser::default(), "approve").await.ok();
        device
    };
    let aud = async |reply: &Reply| house.introspected(&reply.access()).await["aud"].clone();
    let first = start(&[]).await;
    // The refusal used up nothing.
    let text = "The requested resource was not originally granted";
    first.poll_with(&house, &[("resource", "https://a.example")]).await.refused(400, "invalid_target", text);
    let reply = first.poll_with(&house, &[("audience", "https://a:8443 b")]).await.ok();
    assert_eq!(aud(&reply).await, serde_json::json!(["https://a:8443", "b"]));
    let form = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh()), ("audience", "c")];
    assert_eq!(aud(&house.token(("app", SECRET), &form).await.ok()).await, "c");

    // What the device named limits the poll; of a list, the granted part is left.
    let named = start(&[("audience", "a b")]).await;
    named.poll_with(&house, &[("audience", "c")]).await.refused(400, "invalid_target", text);
    assert_eq!(aud(&named.poll_with(&house, &[("aud", "c b")]).await.ok()).await, "b");

    // So does what is configured for the client.
    house.change_client("app", |c| c.audience = Some("https://se.example".into())).await;
    let limited = start(&[]).await;
    limited.poll_with(&house, &[("audience", "https://bank.example")]).await.refused(400, "invalid_target", text);
    let reply = limited.poll_with(&house, &[("audience", "https://se.example")]).await.ok();
    assert_eq!(aud(&reply).await, "https://se.example");
}

#[tokio::test]
async fn a_no_and_a_hurry_are_told_as_the_device_standard_says() {
    let house = house().await;
    let codes = Ask::post("/devicecode").form(&[("client_id", "app"), ("scope", "read")]).send(&house).await.ok();
    let device = device(&codes);
    device.poll(&house).await.refused(400, "authorization_pending", "the person has not answered yet");
    assert_eq!(device.poll(&house).await.member("error"), "slow_down");
    device.answered(&house, &mut Browser::default(), "deny").await.ok();
    device.poll(&house).await.refused(400, "access_denied", "the resource owner denied the request");
}
