//! The life of a robot: association, apps, refreshes.

use crate::home::{Home, SESSION};
use crate::robot::{Robot, claims};

async fn lives(home: &Home) {
    let mut robot = Robot::new(home, "00601b50");
    let bundle = robot.associate().await;
    let about = claims(&bundle.token);
    assert_eq!(
        (about["token_type"].as_str(), about["requestor_id"].as_str()),
        (Some("user+robot"), Some("vic:00601b50"))
    );
    for name in ["token_id", "user_id", "iat", "expires"] {
        assert!(about[name].is_string(), "{about}");
    }
    assert!(bundle.token.len() < 2000 && bundle.client_token.len() == 24);
    assert_eq!(robot.app_tokens().await.len(), 1);
    robot.second_client(SESSION).await.unwrap();
    assert_eq!(robot.app_tokens().await.len(), 2);

    // A lost answer strands nobody: the one before refreshes until its successor was used.
    let first = robot.jwt.clone();
    let second = robot.refresh(&first).await.unwrap();
    let again = robot.refresh(&first).await.unwrap();
    robot.jwt = robot.refresh(&again).await.unwrap();
    assert_ne!(robot.jwt, second);
    assert_eq!(robot.app_tokens().await.len(), 2, "apps stay through refreshes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_lives_on_sqlite() {
    lives(&Home::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_lives_on_postgresql() {
    lives(&Home::on_postgresql().await).await;
}
