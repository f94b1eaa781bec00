//! Whether texts of tokens are stored and shown (section 3.6).

use http::Method;
use jeton_core::model::{Client, EventKind, Settings, TokenKind};
use jeton_face_iam::IamRules;
use jeton_testkit::sample;
use serde_json::json;

use crate::iam::{HOUR, Iam};

async fn showing() -> Iam {
    let settings = Settings { show_values: true, show_values_to: vec!["auditor".into()], ..Settings::default() };
    let house = Iam::with(IamRules::default(), settings).await;
    house.person("vera", &["admin", "auditor"]).await;
    house
}

/// The events in the audit trail about texts that were shown.
async fn readings(house: &Iam) -> Vec<String> {
    let events = house.jeton.ledger.events(Some(house.service), 1000).await.unwrap();
    let read = events.into_iter().filter(|event| event.kind == EventKind::ValuesRead);
    read.map(|event| event.detail.unwrap()).collect()
}

#[tokio::test]
async fn off_means_nothing_is_kept_and_nothing_is_shown() {
    let settings = Settings { show_values_to: vec!["admin".into()], ..Settings::default() };
    let house = Iam::with(IamRules::default(), settings).await;
    let (access, refresh) = house.family("app", "rosa", "read").await;
    assert!(house.row(access.id).await.details.is_none() && house.row(refresh.id).await.details.is_none());
    let session = house.session("root").await;
    for path in ["/iam/api/access-tokens", "/access-tokens", "/iam/api/refresh-tokens", "/refresh-tokens"] {
        let reply = house.send(Method::GET, path, &[("cookie", &session)]).await;
        assert!(!reply.text().contains("value") && reply.text().contains("rosa"), "{}", reply.text());
    }
    assert!(readings(&house).await.is_empty());
}

#[tokio::test]
async fn on_shows_texts_to_the_named_roles_and_records_each_reading() {
    let house = showing().await;
    let (access, refresh) = house.family("app", "rosa", "read").await;
    let api = house.kind(TokenKind::Api, "app", "rosa", "read", Some(HOUR * 2)).await;
    let stored = house.row(access.id).await.details.clone().unwrap();
    assert!(!stored.sealed_value.as_deref().unwrap().contains(&access.text), "the copy is sealed");
    let session = house.session("vera").await;
    let get = async |path: &str| house.send(Method::GET, path, &[("cookie", &session)]).await.json();
    for (path, expected) in [
        ("/iam/api/access-tokens?userId=rosa", [&access.text, &api.text].as_slice()),
        ("/iam/api/refresh-tokens?userId=rosa", &[&refresh.text]),
    ] {
        let page = get(path).await;
        let tokens = page.get("Resources").or(page.get("resources")).unwrap().as_array().unwrap();
        let values: Vec<_> = tokens.iter().map(|token| token["value"].as_str().unwrap()).collect();
        assert_eq!(values, expected.iter().map(|text| text.as_str()).collect::<Vec<_>>(), "{path}");
    }
    assert_eq!(get(&format!("/iam/api/access-tokens/{}", access.id)).await["value"], access.text);
    let details = readings(&house).await;
    assert_eq!(details.len(), 3, "one for each reading");
    assert!(details.iter().all(|detail| !detail.contains(&access.text) && !detail.contains(&refresh.text)));
    assert!(details.iter().filter(|detail| detail.contains(&access.id.to_string())).count() == 2, "{details:?}");
    get("/iam/api/access-tokens?userId=rosa&attributes=scopes").await;
    get("/iam/api/access-tokens?count=0").await;
    assert_eq!(readings(&house).await.len(), 3, "what is not shown is not recorded");
}

#[tokio::test]
async fn on_shows_nothing_to_others() {
    let house = showing().await;
    let (access, _) = house.family("app", "rosa", "read").await;
    let operator = house.operator().await;
    let path = format!("/iam/api/access-tokens/{}", access.id);
    assert!(house.get(&path, &operator).await.json().get("value").is_none(), "a client has no role");
    let root = house.session("root").await;
    let reply = house.send(Method::GET, &path, &[("cookie", &root)]).await;
    assert!(reply.status == 200 && reply.json().get("value").is_none(), "an administrator without the role");
    let vera = house.token("ops", "vera", "iam:admin.read", Some(HOUR)).await.text;
    assert_eq!(house.get(&path, &vera).await.json()["value"], access.text, "a token of someone with it");
    assert_eq!(readings(&house).await.len(), 1);
}

#[tokio::test]
async fn a_person_sees_the_texts_of_his_own_tokens_where_they_are_kept() {
    let house = showing().await;
    let (access, refresh) = house.family("app", "rosa", "read").await;
    let session = house.session("rosa").await;
    let own = async |path: &str| house.send(Method::GET, path, &[("cookie", &session)]).await.json();
    assert_eq!(own("/api/tokens/access").await[0]["value"], access.text);
    assert_eq!(own("/api/tokens/refresh").await[0]["value"], refresh.text);
    assert_eq!(own(&format!("/api/tokens/access/{}", access.id)).await["value"], access.text);
    assert_eq!(readings(&house).await.len(), 3);
    let itself = |client: &mut Client| {
        (client.self_registered, client.scope) = (true, sample::scope("openid jeton:tokens"));
    };
    house.client("stranger", itself).await;
    let unauthenticated = house.token("stranger", "rosa", "jeton:tokens", Some(HOUR)).await.text;
    let seen = house.get("/api/tokens/access", &unauthenticated).await.json();
    assert_eq!(seen[0]["value"], json!(null), "a client that registered itself gets no other client's tokens");
}

#[tokio::test]
async fn the_seeds_paths_show_no_texts_while_a_role_opens_them() {
    let house = showing().await;
    let (access, refresh) = house.family("app", "rosa", "read").await;
    let paths = [
        "/access-tokens?userId=rosa".to_owned(),
        "/refresh-tokens?userId=rosa".to_owned(),
        format!("/access-tokens/{}", access.id),
        format!("/refresh-tokens/{}", refresh.id),
    ];
    let session = house.session("vera").await;
    let token = house.token("ops", "vera", "iam:admin.read", Some(HOUR)).await.text;
    let bearer = format!("Bearer {token}");
    for path in &paths {
        for headers in [("cookie", session.as_str()), ("authorization", &bearer)] {
            let reply = house.send(Method::GET, path, &[headers]).await;
            assert!(
                reply.status == 200 && reply.text().contains("rosa") && !reply.text().contains("value"),
                "{reply:?}"
            );
        }
    }
    assert!(readings(&house).await.is_empty());
    house.set(|settings| settings.role_doors.bare_paths_closed = true).await;
    let reply = house.send(Method::GET, &paths[2], &[("authorization", &bearer)]).await;
    assert_eq!(reply.json()["value"], access.text, "closed, they are as the others");
}
