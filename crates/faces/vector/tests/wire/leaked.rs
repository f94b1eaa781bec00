//! A robot's JWT that is reported as leaked.

use jeton_served::{Ask, House};
use serde_json::json;

use crate::robot::{Robot, house};

async fn report(house: &House, text: &str) {
    let reported = Ask::post("/leaked").json(&json!({ "token": text })).send(house).await;
    assert_eq!(reported.status, 202, "{}", reported.text());
}

/// One that was renewed a moment ago still renews, so its report ends what it renews.
#[tokio::test]
async fn a_leaked_jwt_ends_what_it_can_renew() {
    let house = house().await;
    let mut robot = Robot::at_home(&house).await;
    let before = robot.jwt.clone();
    robot.jwt = robot.refreshed(&house).await;
    report(&house, &before).await;
    for jwt in [&before, &robot.jwt] {
        let called = robot.refresh(&house, jwt).await;
        assert_eq!((called.status, house.refusal(&called.reply)), (7, "robot_jwt"));
    }
}
