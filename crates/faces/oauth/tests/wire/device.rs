//! Device authorization at the endpoints that the device calls: RFC 8628 sections 3.1, 3.2, 3.4, 3.5.

use jeton_core::administration::Caller;
use jeton_core::model::CompatibilityMode;

use jeton_served::{Ask, Browser, DEVICE_CODE, Device, House, ISSUER, USER};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

#[tokio::test]
async fn a_device_gets_its_codes() {
    let house = house().await;
    let ask = Ask::post("/device_authorization").basic("app", SECRET).form(&[("scope", "openid read")]);
    let reply = ask.send(&house).await.ok();
    let user_code = reply.member("user_code");
    assert_eq!(reply.member("verification_uri"), format!("{ISSUER}/device"));
    assert_eq!(reply.member("verification_uri_complete"), format!("{ISSUER}/device?user_code={user_code}"));
    let json = reply.json();
    assert_eq!((json["expires_in"].as_u64(), json["interval"].as_u64()), (Some(600), Some(5)));
    assert_eq!(json.as_object().unwrap().len(), 6);
    assert!(reply.member("device_code").starts_with("jtn_dc_"));
    let letters = user_code.replace('-', "");
    assert_eq!((user_code.len(), letters.len(), &user_code[4..5]), (9, 8, "-"));
    assert!(letters.chars().all(|c| c.is_ascii_uppercase() && !"AEIOUY".contains(c)), "{user_code}");
}

#[tokio::test]
async fn tokens_come_after_the_person_said_yes() {
    let house = house().await;
    let device = Device::start(&house, APP, "openid offline_access read").await;
    let pending = "the person has not answered yet";
    device.poll(&house).await.refused(400, "authorization_pending", pending);
    let done = device.answered(&house, &mut Browser::default(), "approve").await.ok();
    assert!(done.text().contains("Your device is connected"));
    let reply = device.poll(&house).await.ok();
    assert!(house.is_active(&reply.access()).await && reply.has("refresh_token"));
    let id_token = house.verified(&reply.member("id_token")).await;
    assert_eq!(id_token.claims["sub"], "sub-of-alice");
    assert_eq!(id_token.claims["amr"], serde_json::json!(["pwd"]));
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh())];
    house.token(APP, &refreshed).await.ok();
}

#[tokio::test]
async fn the_family_says_how_it_came_to_be() {
    let house = house().await;
    let device = Device::start(&house, APP, "offline_access read").await;
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    device.poll(&house).await.ok();
    let all = house.store.tokens(&Default::default(), jeton_core::store::Page::first(9)).await.unwrap();
    let family = all.items.iter().find_map(|t| t.grant).unwrap();
    let family = house.store.grant(family).await.unwrap().unwrap();
    assert_eq!(&*family.grant_type, DEVICE_CODE);
    assert!(family.authentication.unwrap().session.is_some());
}

#[tokio::test]
async fn a_no_is_told_each_time() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    let done = device.answered(&house, &mut Browser::default(), "deny").await.ok();
    assert!(done.text().contains("Your device was denied"));
    for _ in 0..2 {
        device.poll(&house).await.refused(400, "access_denied", "the resource owner denied the request");
    }
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    let answered = Device::start(&house, APP, "read").await;
    house.wait(599);
    answered.answered(&house, &mut Browser::default(), "approve").await.ok();
    device.poll(&house).await.refused(400, "authorization_pending", "the person has not answered yet");
    house.wait(1);
    for late in [&device, &answered] {
        late.poll(&house).await.refused(400, "expired_token", "the device code has expired");
    }
}

#[tokio::test]
async fn a_device_that_hurries_is_slowed_down() {
    let house = house().await;
    let (device, other) = (Device::start(&house, APP, "read").await, Device::start(&house, APP, "read").await);
    let pending = ("authorization_pending", "the person has not answered yet");
    let slow = ("slow_down", "the device asks too often: wait 5 seconds longer between requests");
    for (wait, (error, text)) in [(0, pending), (5, pending), (4, slow), (9, slow), (15, pending)] {
        house.wait(wait);
        device.poll(&house).await.refused(400, error, text);
    }
    other.poll(&house).await.refused(400, pending.0, pending.1);
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    device.poll(&house).await.ok();
}

#[tokio::test]
async fn a_device_code_works_once_and_ends_nothing_when_it_comes_back() {
    let house = house().await;
    let device = Device::start(&house, APP, "offline_access read").await;
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    let reply = device.poll(&house).await.ok();
    for _ in 0..2 {
        device.poll(&house).await.refused(400, "invalid_grant", "the device code is not correct");
    }
    assert!(house.is_active(&reply.access()).await && house.is_active(&reply.refresh()).await);
}

#[tokio::test]
async fn another_client_cannot_redeem_it() {
    let house = house().await;
    house.client("thief", Some(SECRET), |_| ()).await;
    let device = Device::start(&house, APP, "read").await;
    let stolen = Device { client: ("thief".into(), SECRET.into()), ..device.clone() };
    let text = "the device code was issued to another client";
    stolen.poll(&house).await.refused(400, "invalid_grant", text);
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    stolen.poll(&house).await.refused(400, "invalid_grant", text);
    device.poll(&house).await.ok();
}

#[tokio::test]
async fn another_issuers_code_is_none() {
    let house = house().await;
    let other = self::house().await;
    let device = Device::start(&other, APP, "read").await;
    device.poll(&house).await.refused(400, "invalid_grant", "the device code is not correct");
    let text = "This code is not right";
    assert!(Browser::default().device(&house, &device.user_code).await.text().contains(text));
}

#[tokio::test]
async fn what_no_device_code_is_gets_nothing() {
    let house = house().await;
    let good = Device::start(&house, APP, "read").await;
    let user_code = good.user_code.clone();
    let cut = good.device_code[..good.device_code.len() - 1].to_owned();
    for code in [user_code, cut, format!("{} ", good.device_code), good.device_code.to_uppercase(), "x".into()] {
        let form = [("grant_type", DEVICE_CODE), ("device_code", code.as_str())];
        house.token(APP, &form).await.refused(400, "invalid_grant", "the device code is not correct");
    }
    for form in [vec![("grant_type", DEVICE_CODE)], vec![("grant_type", DEVICE_CODE), ("device_code", " ")]] {
        house.token(APP, &form).await.refused(400, "invalid_request", "the parameter device_code is missing");
    }
    let twice = [("grant_type", DEVICE_CODE), ("device_code", "a"), ("device_code", "b")];
    house.token(APP, &twice).await.refused(400, "invalid_request", "the parameter device_code is repeated");
}

#[tokio::test]
async fn a_device_code_is_no_token_and_no_authorization_code() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    assert!(!house.is_active(&device.device_code).await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", device.device_code.as_str())];
    house.token(APP, &form).await.refused(400, "invalid_grant", "the refresh token is not valid");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", device.device_code.as_str()),
        ("redirect_uri", "https://app.example/cb"),
    ];
    house.token(APP, &form).await.refused(400, "invalid_grant", "the authorization code is not correct");
}

#[tokio::test]
async fn the_client_is_checked_as_at_the_token_endpoint() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let house = House::new().await;
        house.client("app", Some(SECRET), |c| c.profile = profile).await;
        house
            .client("plain", Some(SECRET), |c| {
                c.profile = profile;
                c.grant_types.retain(|g| g != DEVICE_CODE);
            })
            .await;
        let ask = |id: &str, secret: &str, form: &[(&str, &str)]| {
            Ask::post("/device_authorization").basic(id, secret).form(form)
        };
        let (unauthenticated, unauthorized) = match profile {
            CompatibilityMode::Standard => (401, "unauthorized_client"),
            CompatibilityMode::Classic => (400, "invalid_client"),
        };
        let reply = ask("app", "wrong", &[("scope", "read")]).send(&house).await;
        reply.refused(unauthenticated, "invalid_client", "the client cannot be authenticated with secret basic");
        let reply = ask("nobody", SECRET, &[("scope", "read")]).send(&house).await;
        assert_eq!(reply.refusal().1, "invalid_client");
        let text = format!("the client plain doesn't support the grant type {DEVICE_CODE}");
        ask("plain", SECRET, &[("scope", "read")]).send(&house).await.refused(400, unauthorized, &text);
        let reply = ask("app", SECRET, &[("scope", "read admin root")]).send(&house).await;
        reply.refused(400, "invalid_scope", "the scopes admin,root are not allowed or invalid");
        let reply = ask("app", SECRET, &[("client_id", "app")]).send(&house).await;
        reply.refused(400, "invalid_scope", "the parameter scope is missing");
        let reply = ask("app", SECRET, &[("scope", "read"), ("scope", "write")]).send(&house).await;
        reply.refused(400, "invalid_request", "the parameter scope is repeated");
        let reply = ask("app", SECRET, &[("scope", "read"), ("resource", "here")]).send(&house).await;
        reply.refused(400, "invalid_target", "Not a valid URI: here");
        let reply = Ask::post("/device_authorization").basic("app", SECRET).send(&house).await;
        reply.refused(400, "invalid_request", "no parameter in body request");
    }
}

#[tokio::test]
async fn a_public_client_needs_its_name_only() {
    let house = House::new().await;
    house.client("tv", None, |c| c.default_scope = Some(c.scope.clone())).await;
    let reply = Ask::post("/device_authorization").form(&[("client_id", "tv")]).send(&house).await.ok();
    let (device_code, user_code) = (reply.member("device_code"), reply.member("user_code"));
    let device = Device { client: ("tv".into(), String::new()), device_code, user_code };
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    let form = [("grant_type", DEVICE_CODE), ("device_code", device.device_code.as_str()), ("client_id", "tv")];
    house.public_token(&form[..2]).await.refused(400, "invalid_client", "the client doesn't exist");
    house.public_token(&form).await.ok();
}

#[tokio::test]
async fn a_person_gone_meanwhile_gets_nothing() {
    for deleted in [false, true] {
        let house = house().await;
        let device = Device::start(&house, APP, "read").await;
        device.answered(&house, &mut Browser::default(), "approve").await.ok();
        let rows = house.rows().await;
        if deleted {
            house.jeton.administration.delete_user(&Caller::local(), house.service, USER).await.unwrap();
        } else {
            house.change_person(USER, |u| u.enabled = false).await;
        }
        device.poll(&house).await.refused(400, "invalid_grant", "the authorization has ended");
        assert_eq!(house.rows().await, rows);
    }
}

/// RFC 8707 section 2: named in the device authorization request, narrowed at the token endpoint.
#[tokio::test]
async fn resources_are_granted_with_the_code_and_narrowed_at_the_token_endpoint() {
    let house = house().await;
    let form = [("scope", "read"), ("resource", "https://a.example/"), ("resource", "https://b.example/")];
    let start = async || {
        let reply = Ask::post("/device_authorization").basic("app", SECRET).form(&form).send(&house).await.ok();
        let (device_code, user_code) = (reply.member("device_code"), reply.member("user_code"));
        let device = Device { client: ("app".into(), SECRET.into()), device_code, user_code };
        device.answered(&house, &mut Browser::default(), "approve").await.ok();
        device
    };
    let both = start().await.poll(&house).await.ok();
    let aud = house.verified(&both.access()).await.claims["aud"].clone();
    assert_eq!(aud, serde_json::json!(["https://a.example/", "https://b.example/"]));
    let device = start().await;
    let beyond = device.poll_with(&house, &[("resource", "https://c.example/")]).await;
    beyond.refused(400, "invalid_target", "The requested resource was not originally granted");
    let one = device.poll_with(&house, &[("resource", "https://b.example/")]).await.ok();
    assert_eq!(house.verified(&one.access()).await.claims["aud"], "https://b.example/");
    let refreshed =
        [("grant_type", "refresh_token"), ("refresh_token", &one.refresh()), ("resource", "https://a.example/")];
    let again = house.token(APP, &refreshed).await.ok();
    assert_eq!(house.verified(&again.access()).await.claims["aud"], "https://a.example/", "of all that was granted");
}
