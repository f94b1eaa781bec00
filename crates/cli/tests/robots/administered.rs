//! What administrators see of robots, and do with them.

use crate::home::{Home, SESSION};
use crate::robot::Robot;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_see_and_end_what_robots_have() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let page = home.json(&["vector", "robots"]);
    assert_eq!((page["total"].as_u64(), page["items"][0]["name"].as_str()), (Some(1), Some("vic:00601b50")), "{page}");
    let apps = home.json(&["vector", "apps", "00601b50"]);
    assert_eq!(apps["items"].as_array().map(Vec::len), Some(1), "{apps}");

    // An app's token that is ended there is gone from the document before the answer leaves.
    let app = apps["items"][0]["token"].as_u64().unwrap().to_string();
    let ended = home.run(&["token", "revoke", &app]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(robot.app_tokens().await.len(), 0);

    let forgotten = home.run(&["vector", "forget", "vic:00601b50"]);
    assert!(forgotten.status.success(), "{}", String::from_utf8_lossy(&forgotten.stderr));
    assert_eq!(robot.refresh(&robot.jwt).await.unwrap_err().code(), tonic::Code::PermissionDenied);
    let page = home.json(&["vector", "robots"]);
    assert!(page["items"][0]["owner"].is_null() && page["items"][0]["key_pinned"] == false, "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_with_another_key_is_refused_until_it_is_released() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let mut repaired = Robot::new(&home, "00601b50");
    let status = repaired.refresh(&robot.jwt).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unauthenticated, "{status:?}");
    let released = home.run(&["vector", "release", "00601b50"]);
    assert!(released.status.success(), "{}", String::from_utf8_lossy(&released.stderr));
    repaired.associate().await;
    assert_eq!(robot.refresh(&robot.jwt).await.unwrap_err().code(), tonic::Code::Unauthenticated, "the old key is out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_robot_of_another_server_is_adopted_when_an_administrator_opens_the_door() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    // Of the community's server: unsigned here, long expired.
    robot.jwt = "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl9pZCI6IjEifQ.AAAA".to_owned();
    assert_eq!(robot.second_client(SESSION).await.unwrap_err().code(), tonic::Code::PermissionDenied);
    let opened = home.run(&["vector", "adopt", "00601b50", "--for", "10m"]);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    let bundle = robot.second_client(SESSION).await.unwrap();
    assert_eq!((bundle.token.as_str(), bundle.client_token.len()), ("", 24));
    // Which makes it refresh.
    assert_eq!(robot.read(&["vic.AppTokens"]).await.unwrap_err().code(), tonic::Code::PermissionDenied);
    robot.jwt = robot.refresh(&robot.jwt).await.unwrap();
    assert_eq!(robot.app_tokens().await.len(), 1);
}
