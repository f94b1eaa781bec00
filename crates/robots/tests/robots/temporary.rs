//! What counts again later is never refused as final: a robot that hears "wrong account" or "permission denied" gives up.

use std::time::Duration;

use jeton_core::administration::{Caller, NewUser};
use jeton_core::filter::FilterWords;
use jeton_core::model::User;
use jeton_core::refusals::{ROBOT_OWNER_DISABLED, ROBOT_SUSPENDED, SERVICE_DISABLED};
use jeton_core::robots::Presented;
use jeton_core::suspension::SuspensionRequest;
use jeton_core::{Refusal, Secret};

use crate::house::{APP, FIXED, House, SERVICE_APP, Vector, refused};

/// Every call that shows the robot's JWT or its owner's session.
async fn all_are_refused(house: &House, robot: &Vector, expected: &Refusal) {
    let robots = house.robots();
    refused(house.renew(robot).await, expected);
    refused(house.add_app(robot, &house.alice, "laptop").await, expected);
    refused(house.associate(&mut robot.clone(), &house.alice).await, expected);
    refused(house.reassociate(robot, &house.alice).await, expected);
    refused(robots.disassociate_primary(&robot.presented()).await, expected);
    for document in ["vic.AppTokens", "vic.RobotSettings"] {
        refused(house.read(robot, document).await, expected);
    }
    let with_session = Presented { app_key: Some(APP), session: Some(&house.alice), ..Presented::default() };
    refused(robots.renew_session(&with_session).await, expected);
    refused(robots.end_session(&with_session, &house.alice, false).await, expected);
    let service = Presented { app_key: Some(SERVICE_APP), ..Presented::default() };
    refused(robots.validate_session(&service, APP, &Secret::new(house.alice.as_str())).await, expected);
}

async fn all_is_well(house: &House, robot: &mut Vector) {
    house.apps(robot).await.unwrap();
    house.add_app(robot, &house.alice, "laptop").await.unwrap();
    house.refresh(robot).await.unwrap();
    house.apps(robot).await.unwrap();
}

async fn associated() -> (House, Vector) {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    (house, robot)
}

async fn enable(house: &House, enabled: bool) {
    let administration = &house.jeton.administration;
    let alice = administration.show_user(house.service, "alice").await.unwrap();
    let new = NewUser { user: User { enabled, ..alice }, password: None };
    administration.put_user(&Caller::local(), new, true).await.unwrap();
}

#[tokio::test]
async fn a_suspension_ends_nothing_for_good() {
    let (house, mut robot) = associated().await;
    let suspensions = &house.jeton.administration.suspensions;
    let words = FilterWords::read([("user", "alice")], house.jeton.ledger.now()).unwrap();
    let asked = SuspensionRequest { words, all: false, undo_window: Duration::from_secs(900), expect: None };
    let caller = Caller::local();
    let suspension = suspensions.suspend(&caller, house.service, asked, "looked into").await.unwrap();
    all_are_refused(&house, &robot, &ROBOT_SUSPENDED).await;
    // Adoption does not pass it.
    house.robots().adopt(&caller, &robot.name, Duration::from_secs(60)).await.unwrap();
    refused(house.add_app(&robot, FIXED, "laptop").await, &ROBOT_SUSPENDED);
    suspensions.undo(&caller, house.service, suspension.id).await.unwrap();
    all_is_well(&house, &mut robot).await;
}

#[tokio::test]
async fn a_disabled_owner_may_come_back() {
    let (house, mut robot) = associated().await;
    enable(&house, false).await;
    all_are_refused(&house, &robot, &ROBOT_OWNER_DISABLED).await;
    enable(&house, true).await;
    all_is_well(&house, &mut robot).await;
    // Long after the JWT has ended, too.
    house.clock.advance(Duration::from_secs(86_400 * 2));
    enable(&house, false).await;
    refused(house.renew(&robot).await, &ROBOT_OWNER_DISABLED);
    enable(&house, true).await;
    house.refresh(&mut robot).await.unwrap();
}

/// Somebody else gets the robot when an administrator lets them.
#[tokio::test]
async fn a_robot_of_a_disabled_owner_can_be_adopted() {
    let (house, mut robot) = associated().await;
    enable(&house, false).await;
    refused(house.add_app(&robot, &house.bob, "laptop").await, &ROBOT_OWNER_DISABLED);
    house.robots().adopt(&Caller::local(), &robot.name, Duration::from_secs(60)).await.unwrap();
    house.add_app(&robot, &house.bob, "laptop").await.unwrap();
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_service_that_is_switched_off_says_so_and_nothing_more() {
    let (house, mut robot) = associated().await;
    let (administration, caller) = (&house.jeton.administration, Caller::local());
    administration.enable_service(&caller, house.service, false).await.unwrap();
    all_are_refused(&house, &robot, &SERVICE_DISABLED).await;
    let service = Presented { app_key: Some(SERVICE_APP), ..Presented::default() };
    refused(house.robots().revoked_tokens(&service, "").await, &SERVICE_DISABLED);
    administration.enable_service(&caller, house.service, true).await.unwrap();
    all_is_well(&house, &mut robot).await;
}

/// The clock was set back to before the key of JWTs was made: it signs, and others can verify.
#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_robot_from_signing() {
    let (house, mut robot) = associated().await;
    let now = house.jeton.ledger.now();
    house.clock.set(now - Duration::from_secs(3 * 86_400));
    for house in [&house, &house.another().await] {
        house.refresh(&mut robot).await.unwrap();
        assert_eq!(house.verdict(robot.jwt()).await, Ok(()));
        let service = house.jeton.ledger.entities().service(house.service).unwrap();
        let keys = house.jeton.ledger.keys_to_publish(&service).await.unwrap().published(house.jeton.ledger.now());
        assert!(keys.keys.iter().any(|key| key.alg.as_deref() == Some("RS512")), "the key is published");
    }
}
