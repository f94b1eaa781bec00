//! A token that a refresh has replaced names no record (sections 2.3 to 2.5 and 4.1 of the contract).

use serde_json::{Value, json};

use crate::api::{house, made, own, post, set_service};

#[tokio::test]
async fn what_a_refresh_replaced_ends_and_changes_nothing() {
    let house = house().await;
    set_service(&house, json!({ "supportedScopes": [{ "name": "read" }, { "name": "write" }] })).await;
    let client = made(&house, json!({})).await;
    let (id, secret) = (client["clientId"].to_string(), client["clientSecret"].clone());
    let by_client = async |path: &str, parameters: String| -> Value {
        let body = json!({ "parameters": parameters, "clientId": id, "clientSecret": secret });
        post(&house, path, body).await.json()
    };
    let record = json!({ "grantType": "AUTHORIZATION_CODE", "clientId": client["clientId"], "subject": "joe", "scopes": ["read", "write"] });
    let old = post(&house, "/auth/token/create", record).await.json();
    let refresh = |token: &Value| format!("grant_type=refresh_token&refresh_token={}", token.as_str().unwrap());
    let new = by_client("/auth/token", refresh(&old["refreshToken"])).await;
    assert_eq!(new["action"], "OK", "{new}");
    house.wait(120);

    let revoked = by_client("/auth/revocation", format!("token={}", old["accessToken"].as_str().unwrap())).await;
    assert_eq!((&revoked["action"], &revoked["resultCode"]), (&json!("OK"), &json!("A113001")));
    for (member, identifier) in [("accessToken", "accessTokenIdentifier"), ("refreshToken", "refreshTokenIdentifier")] {
        let text = old[member].as_str().unwrap();
        let ended = post(&house, "/auth/token/revoke", json!({ identifier: text })).await;
        assert_eq!((ended.status, &ended.json()["count"]), (200, &json!(0)), "{member}");
        assert_eq!(own(&house, "DELETE", &format!("/auth/token/delete/{text}"), None).await.status, 204);
        for change in [json!({ "scopes": ["read"] }), json!({ "accessTokenValueUpdated": true })] {
            let mut body = change.clone();
            body["accessToken"] = text.into();
            let updated = post(&house, "/auth/token/update", body).await.json();
            assert_eq!((&updated["action"], &updated["resultCode"]), (&json!("NOT_FOUND"), &json!("A134202")));
            assert_eq!(updated.get("accessToken"), None, "{member} {change}");
        }
    }
    let seen = post(&house, "/auth/introspection", json!({ "token": new["accessToken"] })).await.json();
    assert_eq!((&seen["action"], &seen["scopes"]), (&json!("OK"), &json!(["read", "write"])), "{seen}");
    let again = by_client("/auth/token", refresh(&new["refreshToken"])).await;
    assert_eq!(again["action"], "OK", "{again}");
}
