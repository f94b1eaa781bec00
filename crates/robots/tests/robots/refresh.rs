//! Renewing JWTs: until a newer one was used, and up to a year after their end.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::ledger::Inactive;
use jeton_core::refusals::{ROBOT_JWT, ROBOT_JWT_FOREIGN, ROBOT_JWT_MISSING, ROBOT_STS_OFF};
use jeton_core::robots::calls::Refresh;

use crate::house::{House, Vector, claims, refused};

const DAY: Duration = Duration::from_secs(86_400);

async fn associated() -> (House, Vector) {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    (house, robot)
}

#[tokio::test]
async fn a_renewed_jwt_replaces_the_one_before() {
    let (house, mut robot) = associated().await;
    let old = robot.clone();
    let new = house.refresh(&mut robot).await.unwrap();
    assert_ne!(old.jwt(), new);
    assert_ne!(claims(old.jwt())["token_id"], claims(&new)["token_id"]);
    assert_eq!(house.verdict(old.jwt()).await, Err(Inactive::Revoked));
    assert_eq!(house.verdict(&new).await, Ok(()));
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1, "apps stay");
    let shown = house.robots().robot(&Caller::local(), &robot.name).await.unwrap();
    assert_eq!(shown.last_refresh, Some(house.jeton.ledger.now()));
}

/// The answer was lost: the robot comes with the JWT before, and gets the same answer until it used that.
#[tokio::test]
async fn a_lost_answer_is_given_again_until_it_was_used() {
    let (house, mut robot) = associated().await;
    let before = robot.clone();
    let lost = house.renew(&robot).await.unwrap();
    for _ in 0..3 {
        assert_eq!(house.renew(&robot).await.unwrap(), lost);
    }
    robot.jwt = Some(lost);
    house.apps(&robot).await.unwrap();
    refused(house.renew(&before).await, &ROBOT_JWT);
    refused(house.apps(&before).await, &ROBOT_JWT);
    refused(house.add_app(&before, &house.alice, "laptop").await, &ROBOT_JWT);
    house.refresh(&mut robot).await.unwrap();
}

/// Each call that shows it is a use.
#[tokio::test]
async fn adding_an_app_and_renewing_are_uses() {
    for adds in [true, false] {
        let (house, mut robot) = associated().await;
        let before = robot.clone();
        house.refresh(&mut robot).await.unwrap();
        if adds {
            house.add_app(&robot, &house.alice, "laptop").await.unwrap();
        } else {
            house.renew(&robot).await.unwrap();
        }
        refused(house.renew(&before).await, &ROBOT_JWT);
    }
}

/// The lost answer itself has grown old: the robot gets another.
#[tokio::test]
async fn a_lost_answer_that_would_be_renewed_at_once_is_replaced() {
    let (house, mut robot) = associated().await;
    let lost = house.renew(&robot).await.unwrap();
    house.clock.advance(DAY - Duration::from_secs(3 * 3600));
    let new = house.refresh(&mut robot).await.unwrap();
    assert_ne!(new, lost);
    assert_eq!(house.verdict(&lost).await, Err(Inactive::Revoked));
    house.apps(&robot).await.unwrap();
}

#[tokio::test]
async fn a_jwt_renews_for_a_year_after_its_end_whatever_was_swept() {
    let (house, mut robot) = associated().await;
    let lost = house.renew(&robot).await.unwrap();
    house.clock.advance(DAY * 365);
    while house.store.sweep(house.jeton.ledger.now(), 1000).await.unwrap() > 0 {}
    let other = house.another().await;
    assert_eq!(other.verdict(&lost).await, Err(Inactive::Unknown), "its row is gone");
    // The one before, and the lost one as well.
    let mut with_lost = Vector { jwt: Some(lost), ..robot.clone() };
    other.refresh(&mut robot).await.unwrap();
    other.refresh(&mut with_lost).await.unwrap();
    assert_eq!(other.apps(&with_lost).await.unwrap().len(), 1, "apps do not expire");
    other.clock.advance(DAY * 366 + Duration::from_secs(1));
    refused(other.renew(&with_lost).await, &ROBOT_JWT);
}

#[tokio::test]
async fn without_a_wish_for_another_the_same_jwt_comes_back() {
    let (house, robot) = associated().await;
    let bundle = house.robots().refresh(&robot.presented(), Refresh::default()).await.unwrap();
    assert_eq!(bundle.token.unwrap().expose(), robot.jwt());
    assert_eq!(house.verdict(robot.jwt()).await, Ok(()));
}

/// A robot crashes on a good answer without credentials.
#[tokio::test]
async fn aws_credentials_are_refused_whatever_else_is_asked() {
    let (house, robot) = associated().await;
    for jwt in [false, true] {
        let asked = Refresh { sts: true, jwt, expiration_minutes: 0 };
        refused(house.robots().refresh(&robot.presented(), asked).await, &ROBOT_STS_OFF);
    }
    house.renew(&robot).await.unwrap();
}

#[tokio::test]
async fn jwts_of_others_and_junk_are_refused() {
    let (house, robot) = associated().await;
    let mut other = Vector::new("00000002");
    house.associate(&mut other, &house.bob).await.unwrap();
    let with = |jwt: &str| Vector { jwt: Some(jwt.to_owned()), ..robot.clone() };
    refused(house.renew(&with(other.jwt())).await, &ROBOT_JWT_FOREIGN);
    refused(house.add_app(&with(other.jwt()), &house.alice, "x").await, &ROBOT_JWT_FOREIGN);
    let mut parts: Vec<_> = robot.jwt().split('.').collect();
    let (header, signature) = (jeton_jose::base64url::encode(br#"{"alg":"none"}"#), parts[2]);
    parts[2] = "";
    let unsigned = parts.join(".");
    let none = format!("{header}.{}.{signature}", parts[1]);
    let long = "a".repeat(100_000);
    for junk in ["x", "a.b.c", "....", &unsigned, &none, &long, "jtn_rob_x", "\u{0}", &robot.jwt()[1..]] {
        refused(house.renew(&with(junk)).await, &ROBOT_JWT);
        refused(house.apps(&with(junk)).await, &ROBOT_JWT);
        refused(house.add_app(&with(junk), &house.alice, "x").await, &ROBOT_JWT);
        refused(house.robots().disassociate_primary(&with(junk).presented()).await, &ROBOT_JWT);
    }
    refused(house.renew(&with("")).await, &ROBOT_JWT_MISSING);
    refused(house.renew(&Vector { jwt: None, ..robot.clone() }).await, &ROBOT_JWT_MISSING);
    house.renew(&robot).await.unwrap();
}

/// Of many that come with the same JWT at once, all get the same answer.
#[tokio::test]
async fn parallel_renewals_get_one_answer() {
    let (house, robot) = associated().await;
    let all = (0..12).map(|_| house.renew(&robot));
    let answers = futures::future::join_all(all).await;
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first));
}

/// The owner changed the password: with a session of the new one the robot goes on, and keeps its JWT.
#[tokio::test]
async fn after_a_new_password_a_new_session_lets_the_robot_go_on() {
    let (house, mut robot) = associated().await;
    house.clock.advance(Duration::from_secs(1));
    let user = house.jeton.administration.show_user(house.service, "alice").await.unwrap();
    let password = jeton_core::Secret::new("another password");
    let keep = jeton_core::administration::KeepTokens::None;
    let caller = Caller::local();
    let administration = &house.jeton.administration;
    administration.set_password(&caller, house.service, &user.username, &password, keep).await.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
    refused(house.apps(&robot).await, &ROBOT_JWT);
    refused(house.add_app(&robot, &house.alice, "x").await, &jeton_core::refusals::ROBOT_SECOND_SESSION);
    house.clock.advance(Duration::from_secs(1));
    let session = house.sign_in("alice").await;
    house.add_app(&robot, &session, "laptop").await.unwrap();
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1, "the apps of the old password's time are out");
}
