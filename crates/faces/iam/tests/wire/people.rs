//! Requests of the web interface about people (section 6).

use http::Method;
use jeton_core::model::{Document, DocumentKind};
use jeton_testkit::sample;
use serde_json::json;

use crate::iam::{HOUR, Iam};

#[tokio::test]
async fn people_are_listed_to_readers_only() {
    for house in Iam::everywhere().await {
        let reader = house.token("ops", "", "scim:read", Some(HOUR)).await.text;
        let all = house.get("/scim/Users", &reader).await;
        assert_eq!((all.status, all.total()), (200, 3));
        assert_eq!(all.header("content-type").unwrap_or_default(), "application/scim+json");
        let rosa = all.json()["Resources"][0].clone();
        assert_eq!((rosa["userName"].as_str(), rosa["active"].as_bool()), (Some("rosa"), Some(true)));
        let sub = rosa["id"].as_str().unwrap();
        assert_eq!(rosa["meta"]["location"], format!("https://id.example/scim/Users/{sub}"));
        let one = house.get(&format!("/scim/Users/{sub}"), &reader).await;
        assert_eq!((one.status, one.json()), (200, rosa));
        assert_eq!(house.get("/scim/Users/nobody", &reader).await.status, 404);
        assert_eq!(house.get("/scim/Users/%00", &reader).await.status, 404);
        let part = house.get("/scim/Users?count=1&startIndex=2", &reader).await.json();
        assert_eq!((&part["itemsPerPage"], &part["totalResults"]), (&json!(1), &json!(3)));
        for weak in [house.operator().await, house.token("app", "rosa", "read", Some(HOUR)).await.text] {
            assert_eq!(house.get("/scim/Users", &weak).await.status, 403);
            assert_eq!(house.get(&format!("/scim/Users/{}", "x"), &weak).await.status, 403);
        }
    }
}

#[tokio::test]
async fn a_person_learns_who_he_is_and_what_he_may() {
    let house = Iam::new().await;
    for (name, roles) in [("rosa", json!(["ROLE_USER"])), ("root", json!(["ROLE_USER", "ROLE_ADMIN"]))] {
        let session = house.session(name).await;
        let me = house.send(Method::GET, "/scim/Me", &[("cookie", &session)]).await;
        assert_eq!((me.status, me.json()["userName"].as_str()), (200, Some(name)));
        assert_eq!(me.json()["urn:indigo-dc:scim:schemas:IndigoUser"]["authorities"], roles);
    }
}

#[tokio::test]
async fn a_person_takes_a_consent_back_and_the_clients_tokens_end() {
    let house = Iam::new().await;
    let (client, user) =
        (house.jeton.administration.show_client(house.service, "app").await.unwrap(), house.user("rosa").await);
    let document = Document {
        id: jeton_core::ids::DocumentId::new(7_000_000),
        service: house.service,
        kind: DocumentKind::Consent,
        owner: user.key.to_string(),
        name: client.key.to_string(),
        body: json!({ "scope": "openid read" }),
        ..sample::document(0)
    };
    house.write(document).await;
    let (hers, his) = (house.family("app", "rosa", "read").await.0, house.family("app", "otto", "read").await.0);
    let session = house.session("rosa").await;
    let listed = house.send(Method::GET, "/iam/api/approved", &[("cookie", &session)]).await;
    let expected = json!([{ "id": 7_000_000, "userId": "rosa", "clientId": "app", "allowedScopes": ["openid", "read"],
                            "creationDate": "2025-06-15T15:06:40+0000", "accessDate": "2025-06-15T15:06:40+0000",
                            "timeoutDate": null }]);
    assert_eq!((listed.status, listed.json()), (200, expected));
    let others = house.session("otto").await;
    let path = "/api/approved/7000000";
    assert_eq!(house.send(Method::DELETE, path, &[("cookie", &others)]).await.status, 403);
    assert_eq!(house.send(Method::DELETE, path, &[("cookie", &session)]).await.status, 200);
    assert_eq!(house.send(Method::DELETE, path, &[("cookie", &session)]).await.status, 404);
    assert_eq!(house.send(Method::DELETE, "/api/approved/x", &[("cookie", &session)]).await.status, 400);
    assert!(!house.is_live(&hers).await && house.is_live(&his).await);
}
