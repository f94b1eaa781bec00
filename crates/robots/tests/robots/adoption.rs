//! Robots that hold another issuer's JWT: an administrator opens adoption, and a valid session takes the robot over.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::refusals::{
    INVALID, NOT_FOUND, ROBOT_JWT, ROBOT_JWT_FOREIGN, ROBOT_OWNER_MISMATCH, ROBOT_SECOND_SESSION,
};
use jeton_core::robots::Presented;

use crate::house::{ADMIN_APP, House, Vector, refused};

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

/// The robot is switched off, or the way to it is lost, until the adoption has ended: it has its owner, so it gets its JWT.
#[tokio::test]
async fn an_adopted_robot_renews_whenever_it_comes() {
    let house = House::new().await;
    let mut robot = foreign();
    house.robots().adopt(&Caller::local(), &robot.name, HOUR).await.unwrap();
    house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    house.clock.advance(HOUR * 24 * 90);
    // Its owner's apps come in, others' do not.
    house.add_app(&robot, &house.alice, "telephone").await.unwrap();
    refused(house.add_app(&robot, &house.bob, "telephone").await, &ROBOT_OWNER_MISMATCH);
    // Only with the JWT that it showed.
    refused(house.renew(&foreign_of(&robot, "x.y.z")).await, &ROBOT_JWT);
    let lost = house.renew(&robot).await.unwrap();
    assert_eq!(house.another().await.refresh(&mut robot).await.unwrap(), lost, "a lost answer is given again");
    assert_eq!(house.apps(&robot).await.unwrap().len(), 2);
}

/// The wrong account logged in first: while adoption is open, the next one gets the robot.
#[tokio::test]
async fn until_it_ends_an_adoption_can_go_to_another_account() {
    let house = House::new().await;
    let mut robot = foreign();
    house.robots().adopt(&Caller::local(), &robot.name, HOUR).await.unwrap();
    let first = house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    house.add_app(&robot, &house.bob, "laptop").await.unwrap();
    assert!(house.verdict(&first).await.is_err());
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}

/// Whatever ended the JWT that a robot holds, it can be adopted with it: it never asks for another by itself.
#[tokio::test]
async fn a_robot_that_holds_an_ended_jwt_of_ours_is_adopted_with_it() {
    for way in ["revoked", "superseded", "forgotten", "disassociated", "too old", "deleted owner", "barred"] {
        let house = House::new().await;
        let (caller, mut robot) = (Caller::local(), Vector::new("00601b50"));
        house.associate(&mut robot, &house.alice).await.unwrap();
        match way {
            "revoked" => house.revoke(robot.jwt()).await,
            "superseded" => {
                let mut newer = robot.clone();
                house.refresh(&mut newer).await.unwrap();
                house.refresh(&mut newer).await.unwrap();
            }
            "forgotten" => house.robots().forget(&caller, &robot.name).await.unwrap(),
            "disassociated" => house.robots().disassociate_primary(&robot.presented()).await.unwrap(),
            "too old" => _ = house.clock.advance(HOUR * 24 * 367),
            "deleted owner" => house.jeton.administration.delete_user(&caller, house.service, "alice").await.unwrap(),
            _ => {
                let tool = Presented { app_key: Some(ADMIN_APP), jwt: None, ..robot.presented() };
                house.robots().revoke_factory_certificate(&tool, &robot.name).await.unwrap();
                house.robots().unban(&caller, &robot.name, "it was found").await.unwrap();
            }
        }
        refused(house.renew(&robot).await, &ROBOT_JWT);
        let bob = house.sign_in("bob").await;
        house.robots().adopt(&caller, &robot.name, HOUR).await.unwrap();
        house.add_app(&robot, &bob, "laptop").await.unwrap_or_else(|refusal| panic!("{way}: {refusal:?}"));
        house.clock.advance(HOUR * 2);
        refused(house.apps(&robot).await, &ROBOT_JWT);
        house.refresh(&mut robot).await.unwrap_or_else(|refusal| panic!("{way}: {refusal:?}"));
        assert_eq!(house.apps(&robot).await.unwrap().len(), 1, "{way}");
    }
}

/// Each robot presents its own JWT, also when it is adopted.
#[tokio::test]
async fn no_robot_is_adopted_with_the_jwt_of_another() {
    let house = House::new().await;
    let (mut one, other) = (Vector::new("00000001"), Vector::new("00000002"));
    house.associate(&mut one, &house.alice).await.unwrap();
    house.robots().adopt(&Caller::local(), &other.name, HOUR).await.unwrap();
    refused(house.add_app(&foreign_of(&other, one.jwt()), &house.alice, "x").await, &ROBOT_JWT_FOREIGN);
}
