//! Reports of leaked JWTs: what a text can still renew ends, and nothing else does.

use std::time::Duration;

use jeton_core::refusals::ROBOT_JWT;
use jeton_core::{RequestSource, Secret};

use crate::house::{House, Vector, refused};

const DAY: Duration = Duration::from_secs(86_400);

async fn report(house: &House, text: &str) {
    let api_tokens = &house.jeton.administration.api_tokens;
    api_tokens.report_leaked(&[Secret::new(text)], &RequestSource::default(), None).await.unwrap();
}

async fn associated() -> (House, Vector) {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    (house, robot)
}

/// It was renewed a moment ago, and would be renewed again until its successor is used.
#[tokio::test]
async fn a_jwt_that_was_renewed_ends_what_it_can_renew() {
    let (house, mut robot) = associated().await;
    let before = robot.clone();
    house.refresh(&mut robot).await.unwrap();
    report(&house, before.jwt()).await;
    assert!(house.verdict(robot.jwt()).await.is_err());
    for robot in [&before, &robot] {
        refused(house.renew(robot).await, &ROBOT_JWT);
    }
    let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap().len();
    report(&house, before.jwt()).await;
    assert_eq!(house.jeton.ledger.events(Some(house.service), 100).await.unwrap().len(), events, "told once");
}

/// A robot renews it for a year, whether its row is there or not.
#[tokio::test]
async fn a_jwt_that_has_expired_ends_what_it_can_renew() {
    for swept in [false, true] {
        let (house, robot) = associated().await;
        house.clock.advance(DAY * 60);
        while swept && house.store.sweep(house.jeton.ledger.now(), 1000).await.unwrap() > 0 {}
        report(&house, robot.jwt()).await;
        refused(house.renew(&robot).await, &ROBOT_JWT);
    }
}

/// Whoever finds one from last year must not take the robot from its owner.
#[tokio::test]
async fn a_jwt_that_renews_nothing_ends_nothing() {
    let (house, mut robot) = associated().await;
    let before = robot.clone();
    house.refresh(&mut robot).await.unwrap();
    house.apps(&robot).await.unwrap();
    let mut junk = before.jwt().rsplit_once('.').unwrap().0.to_owned();
    junk.push_str(".AAAA");
    for text in [before.jwt(), &junk, "a.b.c", "..", "x"] {
        report(&house, text).await;
    }
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}
