//! Token objects, member by member (points 5 and 9 of the check list; sections 3.4 and 3.5).

use serde_json::{Value, json};

use crate::iam::{HOUR, Iam, Minted};

async fn house() -> (Iam, Minted, Minted, u64, String) {
    let house = Iam::new().await;
    let token = house.operator().await;
    let client = house
        .client("app", |client| {
            let body = json!({ "client_name": "Grid jobs", "contacts": ["ops@example.org"],
                               "client_uri": "https://jobs.example.org/about" });
            client.metadata = body.as_object().unwrap().clone().into();
        })
        .await;
    let (access, refresh) = house.family("app", "rosa", "openid read").await;
    (house, access, refresh, client.key.get(), token)
}

const SUB: &str = "73d0a0a1-5c0e-4d0b-8a55-00000000rosa";

#[tokio::test]
async fn an_access_token_of_a_person_is_told_whole_to_the_byte() {
    let (house, access, refresh, client, token) = house().await;
    let expected = format!(
        r#"{{"id":{},"scopes":["openid","read"],"expiration":1750003600000,"clientId":"app","client":{{"$ref":"https://jobs.example.org/about","clientId":"app","clientName":"Grid jobs","contacts":["ops@example.org"],"id":{client}}},"user":{{"$ref":"https://id.example/scim/Users/{SUB}","id":"{SUB}","userName":"rosa","username":"rosa"}},"refreshTokenId":{}}}"#,
        access.id, refresh.id
    );
    let one = house.get(&format!("/iam/api/access-tokens/{}", access.id), &token).await;
    assert_eq!((one.status, one.text()), (200, expected.as_str()));
    let page = house.get("/iam/api/access-tokens?userId=rosa", &token).await;
    let envelope = format!(r#"{{"totalResults":1,"itemsPerPage":1,"startIndex":1,"Resources":[{expected}]}}"#);
    assert_eq!(page.text(), envelope);
    let refreshed = house.get(&format!("/iam/api/refresh-tokens/{}", refresh.id), &token).await.json();
    assert_eq!(
        (&refreshed["expiration"], &refreshed["scopes"]),
        (&json!(1_750_086_400_000_u64), &json!(["openid", "read"]))
    );
    assert!(refreshed.get("refreshTokenId").is_none(), "{refreshed}");
}

#[tokio::test]
async fn the_seeds_paths_answer_in_the_seeds_form() {
    let (house, access, refresh, client, token) = house().await;
    let expected = format!(
        r#"{{"id":{},"scopes":["openid","read"],"expiration":"2025-06-15T16:06:40+0000","clientId":"app","client":{{"clientId":"app","clientName":"Grid jobs","contacts":["ops@example.org"],"id":{client},"ref":"https://id.example/iam/api/clients/app"}},"user":{{"id":"{SUB}","ref":"https://id.example/scim/Users/{SUB}","userName":"rosa"}},"refreshTokenId":{}}}"#,
        access.id, refresh.id
    );
    assert_eq!(house.get(&format!("/access-tokens/{}", access.id), &token).await.text(), expected);
    let page = house.get("/access-tokens?clientId=app", &token).await;
    let envelope = format!(r#"{{"totalResults":1,"itemsPerPage":1,"startIndex":1,"resources":[{expected}]}}"#);
    assert_eq!(page.text(), envelope);
    let one = house.get(&format!("/refresh-tokens/{}", refresh.id), &token).await.json();
    assert_eq!(one["expiration"], "2025-06-16T15:06:40+0000");
    assert_eq!(house.get("/refresh-tokens?userId=rosa", &token).await.json()["resources"][0], one);
    assert_eq!(house.get("/iam/api/clients/app", &token).await.status, 200, "where `ref` leads");
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let house = Iam::new().await;
    let token = house.operator().await;
    let id = house.token("app", "", "", Some(HOUR)).await.id;
    let key = house.jeton.administration.show_client(house.service, "app").await.unwrap().key;
    let body = house.get(&format!("/iam/api/access-tokens/{id}"), &token).await.json();
    let expected = json!({ "id": id, "expiration": 1_750_003_600_000_u64, "clientId": "app",
                           "client": { "id": key, "clientId": "app" } });
    assert_eq!(body, expected, "a client that acts for itself is behind no user");
    let unlimited = house.kind(jeton_core::model::TokenKind::Refresh, "app", "rosa", "read", None).await.id;
    let body = house.get(&format!("/iam/api/refresh-tokens/{unlimited}"), &token).await.json();
    assert!(body.get("expiration").is_none(), "{body}");
}

#[tokio::test]
async fn only_the_members_asked_for_are_told() {
    let (house, access, _, _, token) = house().await;
    for list in ["/iam/api/access-tokens", "/access-tokens"] {
        let names = async |asked: &str| {
            let reply = house.get(&format!("{list}?clientId=app&attributes={asked}"), &token).await;
            let body = reply.json();
            assert_eq!(body["totalResults"], 1, "the envelope is whole: {body}");
            let items = body.get("Resources").or(body.get("resources")).unwrap();
            items[0].as_object().unwrap().keys().cloned().collect::<Vec<String>>()
        };
        assert_eq!(names("").await, ["id"]);
        assert_eq!(names("scopes").await, ["id", "scopes"]);
        assert_eq!(names("scopes,expiration").await, ["expiration", "id", "scopes"]);
        assert_eq!(names("client.clientId").await, ["client", "clientId", "id"]);
        assert_eq!(names("%20user%20,,%20idToken,.nothing").await, ["id", "user"]);
        assert_eq!(names("refreshTokenId").await, ["id", "refreshTokenId"]);
    }
    let page = house.get("/iam/api/access-tokens?clientId=app&attributes=user", &token).await.json();
    assert_eq!(page["Resources"][0]["user"]["userName"], "rosa", "a kept member comes whole");
    let one = house.get(&format!("/iam/api/access-tokens/{}?attributes=id", access.id), &token).await.json();
    assert!(one.get("scopes").is_some(), "a single token ignores it: {one}");
    assert_ne!(one, Value::Null);
}
