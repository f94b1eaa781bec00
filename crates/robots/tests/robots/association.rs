//! Owners: the first association, the same owner again, another owner, more apps, and none any more.

use jeton_core::ledger::Inactive;
use jeton_core::refusals::{ROBOT_BANNED, ROBOT_JWT, ROBOT_OWNER_MISMATCH, ROBOT_SESSION};
use jeton_core::robots::calls::{Association, ClientName};
use jeton_core::robots::{Presented, timestamp_text};
use jeton_core::store::Page;

use crate::house::{ADMIN_APP, FIXED, House, Vector, claims, part, refused};

#[tokio::test]
async fn a_robot_gets_a_jwt_of_exactly_six_claims_and_a_client_token() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let bundle = house.associate(&mut robot, &house.alice).await.unwrap();
    let jwt = robot.jwt();
    assert!(jwt.len() < 2000, "{}", jwt.len());
    assert_eq!(part(jwt, 0), serde_json::json!({ "alg": "RS512", "typ": "JWT" }));
    let claims = claims(jwt);
    let mut members: Vec<_> = claims.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["expires", "iat", "requestor_id", "token_id", "token_type", "user_id"]);
    let now = house.jeton.ledger.now();
    assert_eq!((claims["token_type"].as_str(), claims["user_id"].as_str()), (Some("user+robot"), Some("sub-of-alice")));
    assert_eq!(claims["requestor_id"], robot.name);
    assert_eq!(claims["iat"], timestamp_text(now.whole_second()));
    let day = std::time::Duration::from_secs(86_400);
    assert_eq!(claims["expires"], timestamp_text((now + day).whole_second()));
    assert_eq!(claims["token_id"].as_str().unwrap().len(), 36);
    assert_eq!(bundle.client_token.unwrap().expose().len(), 24);
    assert_eq!(house.verdict(jwt).await, Ok(()), "it introspects");
    house.clock.advance(day);
    assert_eq!(house.verdict(jwt).await, Err(Inactive::Expired));
}

#[tokio::test]
async fn the_wanted_lifetime_is_kept_within_its_bounds() {
    let house = House::new().await;
    for (minutes, hours) in [(0, 24), (1, 4), (6 * 60, 6), (u32::MAX, 30 * 24)] {
        let mut robot = Vector::new("00601b50");
        house.robots().forget(&jeton_core::administration::Caller::local(), &robot.name).await.ok();
        let asked = Association { expiration_minutes: minutes, ..Association::default() };
        house.associate_as(&mut robot, &house.alice, asked).await.unwrap();
        let row = house.jeton.ledger.find(house.service, robot.jwt()).await.unwrap().unwrap();
        assert_eq!(row.expires.unwrap().since(row.issued).as_secs(), hours * 3600, "{minutes}");
    }
}

#[tokio::test]
async fn the_same_owner_again_keeps_the_apps_and_ends_the_jwts() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let old = robot.clone();
    house.associate(&mut robot, &house.alice).await.unwrap();
    assert_eq!(house.verdict(old.jwt()).await, Err(Inactive::Revoked));
    refused(house.renew(&old).await, &ROBOT_JWT);
    assert_eq!(house.apps(&robot).await.unwrap().len(), 2);
    let asked = Association { revoke_client_tokens: true, ..Association::default() };
    house.associate_as(&mut robot, &house.alice, asked).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
    let asked = Association { revoke_client_tokens: true, skip_client_token: true, ..Association::default() };
    let bundle = house.associate_as(&mut robot, &house.alice, asked).await.unwrap();
    assert!(bundle.client_token.is_none());
    assert_eq!(house.read(&robot, "vic.AppTokens").await.unwrap().json, r#"{"client_tokens":[]}"#);
}

/// User data was cleared: the same factory key comes with another account. No release is needed.
#[tokio::test]
async fn another_owner_takes_the_robot_and_nothing_of_the_first_remains() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let certificate = |name: &str| Association { session_certificate: name.into(), ..Association::default() };
    let bundle = house.associate_as(&mut robot, &house.alice, certificate("first")).await.unwrap();
    let (old, app) = (robot.clone(), bundle.client_token.unwrap());
    house.associate_as(&mut robot, &house.bob, certificate("second")).await.unwrap();
    assert_eq!(house.verdict(old.jwt()).await, Err(Inactive::GrantEnded));
    assert_eq!(house.verdict(app.expose()).await, Err(Inactive::GrantEnded));
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
    refused(house.renew(&old).await, &ROBOT_JWT);
    refused(house.add_app(&robot, &house.alice, "laptop").await, &ROBOT_OWNER_MISMATCH);
    assert_eq!(house.robots().session_certificate("00601B50").await.unwrap().unwrap(), b"second");
    // Without one, an owner's certificate is not served for the next.
    house.associate(&mut robot, &house.alice).await.unwrap();
    assert_eq!(house.robots().session_certificate("00601b50").await.unwrap(), None);
}

#[tokio::test]
async fn one_more_app_of_the_owner_gets_a_token_and_nobody_elses_does() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let text = house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    let apps = house.apps(&robot).await.unwrap();
    assert_eq!((apps.len(), &apps[1]["client_name"], &apps[1]["app_id"]), (2, &"laptop".into(), &"SDK".into()));
    assert_eq!(house.verdict(&text).await, Ok(()));
    refused(house.add_app(&robot, &house.bob, "laptop").await, &ROBOT_OWNER_MISMATCH);
    // A slow clock: the JWT has expired, certificate and session agree.
    house.clock.advance(std::time::Duration::from_secs(3 * 86_400));
    house.add_app(&robot, &house.alice, "telephone").await.unwrap();
}

/// The robot does not store the JWT of this call: the one that it holds stays renewable, also if it is the one before.
#[tokio::test]
async fn the_owner_again_gets_a_jwt_and_the_robots_own_stays_renewable() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let lost = house.renew(&robot).await.unwrap();
    for _ in 0..5 {
        let bundle = house.reassociate(&robot, &house.alice).await.unwrap();
        let spare = bundle.token.unwrap();
        assert_eq!(house.verdict(spare.expose()).await, Ok(()));
        assert_eq!(house.verdict(&lost).await, Err(Inactive::Revoked), "those before have ended");
        assert!(bundle.client_token.is_some());
    }
    refused(house.reassociate(&robot, &house.bob).await, &ROBOT_OWNER_MISMATCH);
    let mut with_lost = Vector { jwt: Some(lost), ..robot.clone() };
    house.refresh(&mut robot).await.unwrap();
    house.refresh(&mut with_lost).await.unwrap();
    assert_eq!(house.apps(&with_lost).await.unwrap().len(), 6);
}

/// A robot that stores it all the same is not stranded.
#[tokio::test]
async fn the_jwt_of_a_reassociation_renews_too() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let spare = house.reassociate(&robot, &house.alice).await.unwrap().token.unwrap();
    robot.jwt = Some(spare.expose().to_owned());
    house.refresh(&mut robot).await.unwrap();
    house.apps(&robot).await.unwrap();
}

#[tokio::test]
async fn a_robot_without_an_owner_is_associated_by_a_reassociation() {
    let house = House::new().await;
    let robot = Vector::new("00601b50");
    house.reassociate(&robot, &house.alice).await.unwrap();
    refused(house.reassociate(&robot, &house.bob).await, &ROBOT_OWNER_MISMATCH);
}

/// An account that was deleted owns nothing: the robot does not say "wrong account" to everybody else.
#[tokio::test]
async fn a_robot_whose_owners_account_is_gone_is_associated_by_a_reassociation() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    refused(house.reassociate(&robot, &house.bob).await, &ROBOT_OWNER_MISMATCH);
    let caller = jeton_core::administration::Caller::local();
    house.jeton.administration.delete_user(&caller, house.service, "alice").await.unwrap();
    let spare = house.reassociate(&robot, &house.bob).await.unwrap().token.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
    let mut robot = Vector { jwt: Some(spare.expose().to_owned()), ..robot };
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_disassociated_robot_has_no_owner_no_jwt_and_no_apps() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let app = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
    house.robots().disassociate_primary(&robot.presented()).await.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
    refused(house.apps(&robot).await, &ROBOT_JWT);
    refused(house.robots().disassociate_primary(&robot.presented()).await, &ROBOT_JWT);
    assert!(house.verdict(app.expose()).await.is_err());
    let caller = jeton_core::administration::Caller::local();
    let shown = house.robots().robots(&caller, Page::first(10)).await.unwrap().items.remove(0);
    assert_eq!((shown.owner, shown.apps), (None, 0));
    house.associate(&mut robot, &house.bob).await.unwrap();
}

/// Support does it with a certificate of its own.
#[tokio::test]
async fn support_disassociates_any_robot() {
    let house = House::new().await;
    let (mut robot, tool) = (Vector::new("00601b50"), Vector::new("00000001"));
    house.associate(&mut robot, &house.alice).await.unwrap();
    let presented = Presented { app_key: Some(ADMIN_APP), certificate: Some(&tool.certificate), ..robot.presented() };
    house.robots().disassociate_primary(&presented).await.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
}

#[tokio::test]
async fn a_configured_session_acts_for_the_household() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, FIXED).await.unwrap();
    house.add_app(&robot, FIXED, "laptop").await.unwrap();
    assert!(!claims(robot.jwt())["user_id"].as_str().unwrap().is_empty());
    refused(house.associate(&mut robot, "another").await, &ROBOT_SESSION);
    house.configure(|settings| settings.session_tokens.clear());
    refused(house.associate(&mut robot, FIXED).await, &ROBOT_SESSION);
}

/// A browser's session is the person's own, and is given to no robot.
#[tokio::test]
async fn sessions_of_browsers_and_of_accounts_are_not_the_same() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let service = house.jeton.ledger.entities().service(house.service).unwrap();
    let alice = house.jeton.ledger.entities().user_by_name(house.service, "alice").await.unwrap().unwrap();
    let browser = jeton_core::people::start_session(&house.jeton.ledger, &service, alice).await.unwrap();
    refused(house.associate(&mut robot, browser.expose()).await, &ROBOT_SESSION);
    let found = jeton_core::people::find_session(&house.jeton.ledger, &service, &house.alice).await.unwrap();
    assert!(found.is_none(), "an account session signs no browser in");
}

#[tokio::test]
async fn a_revoked_factory_certificate_bars_the_robot_for_good() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let tool = Presented { app_key: Some(ADMIN_APP), jwt: None, ..robot.presented() };
    house.robots().revoke_factory_certificate(&tool, &robot.name).await.unwrap();
    assert!(house.verdict(robot.jwt()).await.is_err());
    refused(house.renew(&robot).await, &ROBOT_BANNED);
    refused(house.associate(&mut robot.clone(), &house.alice).await, &ROBOT_BANNED);
    refused(house.apps(&robot).await, &ROBOT_JWT);
    // One that nobody has seen yet, too.
    house.robots().revoke_factory_certificate(&tool, "vic:00000002").await.unwrap();
    refused(house.associate(&mut Vector::new("00000002"), &house.alice).await, &ROBOT_BANNED);
}

/// Whatever these are, they are no error.
#[tokio::test]
async fn odd_certificates_and_names_are_taken() {
    let house = House::new().await;
    for (junk, name) in [(vec![], ""), (vec![0xff; 40], "\u{1}\"\\"), (vec![7; 100_000], "ä"), (b"PEM".to_vec(), "x")]
    {
        let mut robot = Vector::new("00601b50");
        house.robots().forget(&jeton_core::administration::Caller::local(), &robot.name).await.ok();
        let client = ClientName { client_name: name.repeat(200), app_id: name.to_owned() };
        let asked = Association { session_certificate: junk.clone(), client, ..Association::default() };
        house.associate_as(&mut robot, &house.alice, asked).await.unwrap();
        assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
        let served = house.robots().session_certificate("00601b50").await.unwrap();
        assert_eq!(served, (1..1000).contains(&junk.len()).then_some(junk));
    }
}
