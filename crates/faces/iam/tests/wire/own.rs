//! A person's own tokens (section 4).

use http::Method;
use jeton_core::model::TokenKind;
use serde_json::json;

use crate::iam::{HOUR, Iam, denied};

#[tokio::test]
async fn a_person_sees_his_own_tokens_and_no_others() {
    for house in Iam::everywhere().await {
        let (access, refresh) = house.family("app", "rosa", "openid read").await;
        house.family("app", "otto", "read").await;
        let session = house.session("rosa").await;
        for (accesses, refreshes) in
            [("/api/tokens/access", "/api/tokens/refresh"), ("/iam/api/tokens/access", "/iam/api/tokens/refresh")]
        {
            let reply = house.send(Method::GET, accesses, &[("cookie", &session)]).await;
            assert_eq!((reply.status, reply.header("content-type").unwrap_or_default()), (200, "application/json"));
            let expected = format!(
                r#"[{{"value":null,"id":{},"refreshTokenId":{},"scopes":["openid","read"],"clientId":"app","userId":"rosa","expiration":"2025-06-15T16:06:40+0000"}}]"#,
                access.id, refresh.id
            );
            assert_eq!(reply.text(), expected);
            let reply = house.get(refreshes, &access.text).await;
            let expected = format!(
                r#"[{{"value":null,"id":{},"scopes":["openid","read"],"clientId":"app","userId":"rosa","expiration":"2025-06-16T15:06:40+0000"}}]"#,
                refresh.id
            );
            assert_eq!(reply.text(), expected);
            let one = house.get(&format!("{accesses}/{}", access.id), &access.text).await;
            assert_eq!((one.status, one.json()["id"].as_u64()), (200, Some(access.id)));
            assert_eq!(house.get(&format!("{refreshes}/{}", refresh.id), &access.text).await.status, 200);
        }
        let endless = house.kind(TokenKind::Api, "app", "rosa", "", None).await;
        let one = house.get(&format!("/api/tokens/access/{}", endless.id), &access.text).await.json();
        let nulls = json!({ "value": null, "id": endless.id, "refreshTokenId": null, "scopes": [], "clientId": "app",
                            "userId": "rosa", "expiration": null });
        assert_eq!(one, nulls, "nulls are written");
    }
}

#[tokio::test]
async fn a_person_ends_his_own_tokens_and_no_others() {
    for house in Iam::everywhere().await {
        let (access, refresh) = house.family("app", "rosa", "read").await;
        let caller = house.token("app", "rosa", "read", Some(HOUR)).await.text;
        let (his, his_refresh) = house.family("app", "otto", "read").await;
        for path in [format!("/api/tokens/access/{}", his.id), format!("/api/tokens/refresh/{}", his_refresh.id)] {
            for method in [Method::GET, Method::DELETE] {
                let reply = house.ask(method, &path, &caller).await;
                let error = json!({ "error": "mitreid_error",
                                   "error_description": "You do not have permission to view this token" });
                assert_eq!((reply.status, reply.json()), (403, error));
            }
        }
        assert!(house.is_live(&his).await);
        let path = format!("/iam/api/tokens/access/{}", access.id);
        let ended = house.delete(&path, &caller).await;
        assert_eq!((ended.status, ended.text()), (200, ""));
        let again = house.delete(&path, &caller).await;
        let text = format!("The requested token with id {} could not be found.", access.id);
        assert_eq!((again.status, again.json()), (404, json!({ "error": "mitreid_error", "error_description": text })));
        let (_, other) = house.family("app", "rosa", "read").await;
        for (path, refresh) in [("/iam/api/tokens/refresh", &refresh), ("/api/tokens/refresh", &other)] {
            assert_eq!(house.delete(&format!("{path}/{}", refresh.id), &caller).await.status, 200);
            assert!(!house.is_live(refresh).await, "{path}");
        }
        assert!(!house.is_live(&access).await);
        assert_eq!(house.get("/api/tokens/access/abc", &caller).await.status, 400);
        let kind = house.get(&format!("/api/tokens/refresh/{}", his.id), &caller).await;
        assert_eq!(kind.status, 404, "an access token is no refresh token");
    }
}

#[tokio::test]
async fn a_client_that_acts_for_itself_has_no_tokens_of_its_own_here() {
    let house = Iam::new().await;
    let client = house.operator().await;
    for path in ["/api/tokens/access", "/api/tokens/refresh", "/iam/api/approved", "/scim/Me"] {
        let reply = house.get(path, &client).await;
        assert_eq!((reply.status, reply.json()), (403, denied()), "{path}");
        assert_eq!(house.refusal(&reply), "role_needed");
        assert_eq!(house.send(Method::GET, path, &[]).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn administrators_see_a_clients_tokens_and_renew_its_registration_token() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let (access, _) = house.family("app", "rosa", "read").await;
        let person = house.token("app", "otto", "read", Some(HOUR)).await;
        let listed = house.get("/api/tokens/client/app", &caller).await;
        assert_eq!((listed.status, listed.ids()), (200, vec![access.id, person.id]));
        let unknown = house.get("/api/tokens/client/nobody", &caller).await;
        let text = "The requested client with id nobody could not be found.";
        assert_eq!((unknown.status, unknown.json()["error_description"].as_str()), (404, Some(text)));
        let path = "/api/tokens/registration/app";
        assert_eq!(house.get(path, &caller).await.status, 404, "it has none yet");
        let made = house.ask(Method::PUT, path, &caller).await;
        let (first, id) = (made.json()["value"].as_str().unwrap().to_owned(), made.json()["id"].as_u64().unwrap());
        assert_eq!(made.status, 200);
        let shown = house.get(path, &caller).await.json();
        assert_eq!((shown["id"].as_u64(), &shown["value"]), (Some(id), &json!(null)), "nobody keeps its text");
        let second = house.ask(Method::PUT, path, &caller).await.json()["id"].as_u64().unwrap();
        assert_ne!(id, second);
        let first = crate::iam::Minted { id, text: first };
        assert!(!house.is_live(&first).await, "the old one has ended");
        for path in [path, "/api/tokens/client/app"] {
            assert_eq!(house.get(path, &person.text).await.status, 403);
        }
        assert_eq!(house.ask(Method::PUT, path, &person.text).await.status, 403);
    }
}
