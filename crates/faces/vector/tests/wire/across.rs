//! A robot's tokens in the other faces, and what is ended there.

use jeton_face_vector::proto::jdocs::{ReadDocsReq, ReadDocsResp, read_docs_req};
use jeton_served::{Ask, House};
use serde_json::Value;

use crate::grpc::call;
use crate::robot::{APP, Robot, house};

/// The tokens of a kind, as administrators list them.
async fn listed(house: &House, kind: &str) -> Vec<Value> {
    let path = format!("/admin/v1/tokens?kind={kind}&live=true&limit=100");
    let page = Ask::get(&path).local_owner().answered(house).await.json();
    page["items"].as_array().unwrap().clone()
}

async fn apps(house: &House, robot: &Robot) -> usize {
    let claims = robot.jwt.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&jeton_jose::base64url::decode(claims).unwrap()).unwrap();
    let item = read_docs_req::Item { doc_name: "vic.AppTokens".to_owned(), my_doc_version: 0 };
    let user_id = claims["user_id"].as_str().unwrap().to_owned();
    let asked = ReadDocsReq { user_id, thing: "vic:00601b50".to_owned(), items: vec![item] };
    let metadata = [("anki-app-key", APP), ("anki-access-token", robot.jwt.as_str())];
    let read: ReadDocsResp = call(house, "/jdocspb.Jdocs/ReadDocs", &asked, &metadata, None).await.message();
    let document: Value = serde_json::from_str(&read.items[0].doc.clone().unwrap().json_doc).unwrap();
    document["client_tokens"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_administrators_end_a_robot_sees_with_its_next_call() {
    let house = house().await;
    let mut robot = Robot::at_home(&house).await;
    robot.jwt = robot.refreshed(&house).await;
    assert_eq!(apps(&house, &robot).await, 1);
    let of_apps = listed(&house, "robot_client").await;
    assert_eq!(of_apps.len(), 1, "{of_apps:?}");
    let id = &of_apps[0]["id"];
    assert_eq!(Ask::post(&format!("/admin/v1/tokens/{id}/revoke")).local_owner().answered(&house).await.status, 200);
    assert_eq!(apps(&house, &robot).await, 0);

    let of_robots = listed(&house, "robot").await;
    assert!(!of_robots.is_empty());
    for token in &of_robots {
        let path = format!("/admin/v1/tokens/{}/revoke", token["id"]);
        Ask::post(&path).local_owner().answered(&house).await;
    }
    assert_eq!(robot.refresh(&house, &robot.jwt).await.status, 7);
}
