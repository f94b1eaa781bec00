//! Robots that hold another issuer's JWT: an administrator opens adoption, and a valid session takes the robot over.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::refusals::{INVALID, NOT_FOUND, ROBOT_JWT, ROBOT_SECOND_SESSION};

use crate::house::{House, Vector, refused};

const HOUR: Duration = Duration::from_secs(3600);

/// A robot with a JWT that was made elsewhere.
fn foreign() -> Vector {
    Vector { jwt: Some("eyJhbGciOiJSUzI1NiJ9.eyJ0b2tlbl9pZCI6IjEifQ.c2lnbmF0dXJl".into()), ..Vector::new("00601b50") }
}

#[tokio::test]
async fn an_adopted_robot_gets_an_owner_then_a_jwt_of_ours() {
    let house = House::new().await;
    let mut robot = foreign();
    refused(house.add_app(&robot, &house.alice, "laptop").await, &ROBOT_JWT);
    house.robots().adopt(&Caller::local(), "00601B50", HOUR).await.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
    refused(house.add_app(&robot, "nobody", "laptop").await, &ROBOT_SECOND_SESSION);
    house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    // The document is refused, which makes the robot renew.
    refused(house.apps(&robot).await, &ROBOT_JWT);
    let before = robot.clone();
    let lost = house.renew(&robot).await.unwrap();
    assert_eq!(house.refresh(&mut robot).await.unwrap(), lost, "a lost answer is given again");
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
    // It was used: adoption is over.
    refused(house.renew(&before).await, &ROBOT_JWT);
    refused(house.add_app(&foreign_of(&robot, "x.y.z"), &house.bob, "telephone").await, &ROBOT_JWT);
    house.refresh(&mut robot).await.unwrap();
}

fn foreign_of(robot: &Vector, jwt: &str) -> Vector {
    Vector { jwt: Some(jwt.into()), ..robot.clone() }
}

#[tokio::test]
async fn adoption_ends_with_its_time_and_can_be_closed() {
    let house = House::new().await;
    let robot = foreign();
    let caller = Caller::local();
    house.robots().adopt(&caller, &robot.name, HOUR).await.unwrap();
    house.clock.advance(HOUR);
    refused(house.add_app(&robot, &house.alice, "laptop").await, &ROBOT_JWT);
    house.robots().adopt(&caller, &robot.name, HOUR).await.unwrap();
    house.robots().adopt(&caller, &robot.name, Duration::ZERO).await.unwrap();
    refused(house.add_app(&robot, &house.alice, "laptop").await, &ROBOT_JWT);
    refused(house.robots().adopt(&caller, &robot.name, HOUR * 24 * 8).await, &INVALID);
    refused(house.robots().adopt(&caller, "Vector-A1B2", HOUR).await, &NOT_FOUND);
}

/// A restored backup does not know the JWT that we made: adoption helps, also for the same owner.
#[tokio::test]
async fn a_robot_whose_jwt_was_ended_comes_back_by_adoption() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    house.revoke(robot.jwt()).await;
    refused(house.add_app(&robot, &house.alice, "laptop").await, &ROBOT_JWT);
    house.robots().adopt(&Caller::local(), &robot.name, HOUR).await.unwrap();
    let mut robot = foreign_of(&robot, "a.b.c");
    house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}
