//! What administrators see of robots and do with them, over the administration face.

use jeton_core::scope::Scope;
use jeton_face_vector::proto::token::RevokeFactoryCertificateRequest;
use jeton_served::{Ask, House, Reply};
use serde_json::{Value, json};

use crate::grpc::call;
use crate::robot::{ADMIN, Robot, house};

async fn asked(house: &House, token: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
    let ask = Ask::new(method.parse().unwrap(), path).bearer(token);
    match body {
        Some(body) => ask.json(&body).answered(house).await,
        None => ask.answered(house).await,
    }
}

#[tokio::test]
async fn administrators_see_adopt_release_and_forget_robots() {
    let house = house().await;
    let robot = Robot::at_home(&house).await;
    house.client("chief", Some("s3cret"), |client| client.scope = Scope::parse("jeton:admin").unwrap()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "jeton:admin")];
    let token = house.token(("chief", "s3cret"), &form).await.ok().access();

    let listed = asked(&house, &token, "GET", "/admin/v1/robots", None).await.json();
    assert_eq!((&listed["total"], &listed["items"][0]["name"]), (&json!(1), &json!("vic:00601b50")), "{listed}");
    let one = "/admin/v1/robots/00601b50";
    let shown = asked(&house, &token, "GET", one, None).await;
    assert_eq!((shown.status, &shown.json()["name"]), (200, &json!("vic:00601b50")), "{}", shown.text());
    let apps = asked(&house, &token, "GET", &format!("{one}/apps"), None).await;
    assert_eq!(apps.status, 200, "{}", apps.text());
    for (path, body) in [("adopt", json!({ "seconds": 60 })), ("release", json!({}))] {
        let done = asked(&house, &token, "POST", &format!("{one}/{path}"), Some(body)).await;
        assert!((200..300).contains(&done.status), "{path}: {}", done.text());
    }
    let unban = format!("{one}/unban");
    let reason = || Some(json!({ "reason": "it was found" }));
    let refused = asked(&house, &token, "POST", &unban, reason()).await;
    assert_eq!((refused.status, house.refusal(&refused)), (409, "robot_not_banned"), "{}", refused.text());
    let ban = RevokeFactoryCertificateRequest { certificate_id: "vic:00601b50".to_owned() };
    let path = "/tokenpb.Token/RevokeFactoryCertificate";
    assert_eq!(call(&house, path, &ban, &[("anki-app-key", ADMIN)], Some(&robot.der)).await.status, 0);
    for (path, body) in [("adopt", json!({ "seconds": 60 })), ("release", json!({}))] {
        let refused = asked(&house, &token, "POST", &format!("{one}/{path}"), Some(body)).await;
        assert_eq!(
            (refused.status, house.refusal(&refused)),
            (409, "robot_still_banned"),
            "{path}: {}",
            refused.text()
        );
    }
    let refused = asked(&house, &token, "POST", &unban, Some(json!({}))).await;
    assert_eq!((refused.status, house.refusal(&refused)), (400, "parameter_missing"), "{}", refused.text());
    let admitted = asked(&house, &token, "POST", &unban, reason()).await;
    assert_eq!((admitted.status, &admitted.json()["enabled"]), (200, &json!(true)), "{}", admitted.text());
    let forgotten = asked(&house, &token, "DELETE", one, None).await;
    assert!((200..300).contains(&forgotten.status), "{}", forgotten.text());
    assert_eq!(asked(&house, &token, "GET", "/admin/v1/robots/ffffffff", None).await.status, 404);
}
