//! AWS credentials for the upload of logs: all of them, or an error.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::refusals::ROBOT_STS_UNAVAILABLE;
use jeton_core::robots::calls::Refresh;
use jeton_core::robots::{StsOptions, StsSettings};
use jeton_core::{Refusal, Secret};
use jeton_testkit::{FakeOutbound, TestLedger};
use serde_json::Value;

use crate::house::{House, Vector, refused};

const URL: &str = "https://sts.example/";
const WHOLE: &str = "<R><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s3cr3t</SecretAccessKey>\
    <SessionToken>t0ken</SessionToken><Expiration>2026-11-30T12:00:00Z</Expiration></Credentials></R>";

fn settings(role: Option<&str>) -> StsSettings {
    let read = StsSettings::read(StsOptions {
        endpoint: URL.into(),
        region: "us-west-2".into(),
        access_key_id: "AKID".into(),
        secret_access_key: Secret::new("the secret"),
        role: role.map(str::to_owned),
        logfiles: "s3://logs/robots".into(),
        lifetime: Duration::from_hours(1),
    });
    read.unwrap()
}

async fn house(role: Option<&str>) -> (House, Arc<FakeOutbound>, Vector) {
    let network = Arc::new(FakeOutbound::default());
    let house = House::open(TestLedger { outbound: network.clone(), ..TestLedger::default() }).await;
    house.configure(|changed| changed.sts = Some(settings(role)));
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    (house, network, robot)
}

async fn asked(house: &House, robot: &Vector, jwt: bool) -> Result<jeton_core::robots::Bundle, Refusal> {
    house.robots().refresh(&robot.presented(), Refresh { sts: true, jwt, expiration_minutes: 0 }).await
}

#[tokio::test]
async fn a_robot_gets_credentials_for_its_owners_folder() {
    for (role, action, name) in
        [(None, "GetFederationToken", "Name"), (Some("arn:aws:iam::1:role/logs"), "AssumeRole", "RoleSessionName")]
    {
        let (house, network, robot) = house(role).await;
        network.answer(URL, 200, WHOLE, None);
        let bundle = asked(&house, &robot, false).await.unwrap();
        let sts = bundle.sts.unwrap();
        assert_eq!((&*sts.access_key_id, sts.secret_access_key.expose()), ("ASIA1", "s3cr3t"));
        assert_eq!((sts.session_token.expose(), &*sts.expiration), ("t0ken", "2026-11-30T12:00:00Z"));
        assert_eq!(bundle.token.unwrap().expose(), robot.jwt(), "a robot throws another one away");

        let sent = network.asked().remove(0);
        let body = sent.body.unwrap();
        let form: std::collections::BTreeMap<_, _> =
            url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!((&*form["Action"], &*form[name]), (action, "uid=sub-of-alice"));
        assert_eq!((form.get("RoleArn").map(String::as_str), &*form["DurationSeconds"]), (role, "3600"));
        let policy: Value = serde_json::from_str(&form["Policy"]).unwrap();
        assert_eq!(policy["Statement"][0]["Resource"], "arn:aws:s3:::logs/robots/sub-of-alice/*");
        let signature = sent.signature.unwrap();
        assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{signature}");
        assert!(!body.contains("the secret"));
    }
}

/// A robot ends its process on a good answer without them, and one that is refused keeps its JWT.
#[tokio::test]
async fn without_all_of_them_the_call_fails_and_the_jwt_stays() {
    let (house, network, robot) = house(None).await;
    let part = WHOLE.replace("<SessionToken>t0ken</SessionToken>", "");
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>".to_owned();
    for (status, body) in [(200, part), (200, String::new()), (403, denied), (500, WHOLE.to_owned())] {
        network.answer(URL, status, body, None);
        for jwt in [false, true] {
            refused(asked(&house, &robot, jwt).await, &ROBOT_STS_UNAVAILABLE);
        }
    }
    network.gone(URL);
    refused(asked(&house, &robot, true).await, &ROBOT_STS_UNAVAILABLE);
    network.answer(URL, 200, WHOLE, None);
    let bundle = asked(&house, &robot, true).await.unwrap();
    assert!(bundle.sts.is_some() && bundle.token.unwrap().expose() != robot.jwt());
}
