//! A person decides about a device on a page of the caller.

use std::time::Duration;

use jeton_core::device::{UserCode, decide, look_up};
use jeton_core::refusals::USER_CODE_INVALID;
use serde_json::json;

use jeton_served::Device;

use super::{APP, bob, house};

#[tokio::test]
async fn a_device_gets_tokens_for_somebody_elses_person() {
    let house = house().await;
    let (oauth, service) = (&house.jeton.oauth, house.service());
    let device = Device::start(&house, APP, "openid offline_access read").await;
    let UserCode::Open(question, ends) = look_up(oauth, &service, &device.user_code.to_lowercase()).await.unwrap()
    else {
        panic!("it is open")
    };
    assert_eq!(
        (question.scope.as_str(), ends),
        ("openid offline_access read", house.jeton.ledger.now() + Duration::from_secs(600))
    );
    decide(oauth, &service, question.key, Some(&bob(&house).await)).await.unwrap();
    assert!(matches!(look_up(oauth, &service, &device.user_code).await.unwrap(), UserCode::Unknown));
    let again = decide(oauth, &service, question.key, None).await.unwrap_err();
    assert!(again.is(&USER_CODE_INVALID));
    let reply = device.poll(&house).await.ok();
    let claims = house.verified(&reply.member("id_token")).await.claims;
    assert_eq!(json!([claims["sub"], claims["acr"]]), json!(["pairwise-bob", "urn:acr:2"]));
    let form = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh())];
    let refreshed = house.token(APP, &form).await.ok();
    assert_eq!(house.verified(&refreshed.member("id_token")).await.claims["sub"], "pairwise-bob");
    assert_eq!(house.introspected(&refreshed.access()).await["sub"], "bob");
}

#[tokio::test]
async fn a_device_is_denied_or_comes_too_late() {
    let house = house().await;
    let (oauth, service) = (&house.jeton.oauth, house.service());
    let device = Device::start(&house, APP, "read").await;
    let UserCode::Open(question, _) = look_up(oauth, &service, &device.user_code).await.unwrap() else {
        panic!("it is open")
    };
    decide(oauth, &service, question.key, None).await.unwrap();
    assert_eq!(device.poll(&house).await.json()["error"], "access_denied");

    let late = Device::start(&house, APP, "read").await;
    house.wait(600);
    assert!(matches!(look_up(oauth, &service, &late.user_code).await.unwrap(), UserCode::Expired));
    for unknown in ["BCDF-GHJK", "nonsense"] {
        assert!(matches!(look_up(oauth, &service, unknown).await.unwrap(), UserCode::Unknown));
    }
}
