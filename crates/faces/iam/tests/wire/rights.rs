//! Administrative requests never give callers more rights than they have.

use http::Method;
use jeton_core::administration::{Caller, NewUser};
use jeton_core::model::{Client, EventKind, Introspect, User};
use jeton_face_iam::IamRules;
use jeton_testkit::sample;
use serde_json::json;

use crate::iam::{HOUR, Iam, denied};

/// A client by name, and what gives it more rights than others.
type Named = (&'static str, fn(&mut Client));

/// Each way to change a client.
const CHANGES: [(Method, &str); 5] = [
    (Method::PATCH, "reset-client"),
    (Method::PATCH, "disable"),
    (Method::PATCH, "enable"),
    (Method::POST, "secret"),
    (Method::POST, "rat"),
];

#[tokio::test]
async fn a_writer_changes_no_client_that_holds_more() {
    let house = Iam::new().await;
    let more: [Named; 5] = [
        ("chief", |client| client.scope = sample::scope("read jeton:admin")),
        ("keeper", |client| client.scope = sample::scope("manager")),
        ("reader", |client| client.scope = sample::scope("iam:admin.read")),
        ("usual", |client| {
            client.scope = sample::scope("read scim:read");
            client.default_scope = Some(sample::scope("scim:read"));
        }),
        ("seer", |client| (client.scope, client.introspect) = (sample::scope("read"), Introspect::Any)),
    ];
    for (name, change) in more {
        house.client(name, change).await;
    }
    house.client("plain", |client| client.scope = sample::scope("read iam:admin.write")).await;
    let by_itself = house.token("ops", "", "iam:admin.write", Some(HOUR)).await.text;
    let by_root = house.token("ops", "root", "iam:admin.write", Some(HOUR)).await.text;
    for writer in [&by_itself, &by_root] {
        for (name, _) in more {
            for (method, change) in CHANGES {
                let reply = house.ask(method, &format!("/iam/api/clients/{name}/{change}"), writer).await;
                assert_eq!((reply.status, reply.json()), (403, denied()), "{name} {change}");
                assert_eq!(house.refusal(&reply), "authority_exceeded");
            }
            let path = format!("/api/tokens/registration/{name}");
            assert_eq!(house.ask(Method::PUT, &path, writer).await.status, 403, "{name}");
        }
        for (method, change) in CHANGES {
            let reply = house.ask(method, &format!("/iam/api/clients/plain/{change}"), writer).await;
            assert!(reply.status < 300, "{change}: {reply:?}");
        }
        // Revoking tokens of any client is allowed: it gives nobody rights.
        let path = "/iam/api/clients/chief/revoke-access-tokens";
        assert!(house.ask(Method::PATCH, path, writer).await.status < 300);
    }
    let session = house.session("root").await;
    let reply = house.send(Method::PATCH, "/iam/api/clients/chief/enable", &[("cookie", &session)]).await;
    assert!(reply.status < 300, "an administrator by session holds everything: {reply:?}");
}

#[tokio::test]
async fn the_administrators_paths_about_a_client_ask_for_a_scope() {
    let house = Iam::new().await;
    let root = house.token("app", "root", "read", Some(HOUR)).await.text;
    let paths = [
        (Method::GET, "/api/tokens/client/app"),
        (Method::GET, "/api/tokens/registration/app"),
        (Method::PUT, "/api/tokens/registration/app"),
    ];
    for (method, path) in paths.clone() {
        let reply = house.ask(method, path, &root).await;
        assert_eq!((reply.status, house.refusal(&reply)), (403, "bearer_scope"), "{path}");
    }
    let rules = IamRules { accept_admin_role: true, ..IamRules::default() };
    let house = Iam::with(rules, Default::default()).await;
    let root = house.token("app", "root", "read", Some(HOUR)).await.text;
    for (method, path) in paths {
        assert_ne!(house.ask(method, path, &root).await.status, 403, "the switch: {path}");
    }
}

#[tokio::test]
async fn the_seeds_paths_take_the_role_until_they_are_closed_and_record_each_application() {
    let house = Iam::new().await;
    let root = house.token("app", "root", "read", Some(HOUR)).await;
    let used = async || {
        let events = house.jeton.ledger.events(Some(house.service), 1000).await.unwrap();
        events.into_iter().filter(|event| event.kind == EventKind::BarePathUsed).collect::<Vec<_>>()
    };
    assert_eq!(house.get("/access-tokens", &root.text).await.status, 200);
    assert_eq!(house.delete("/refresh-tokens/999999", &root.text).await.status, 404);
    let events = used().await;
    assert_eq!(events.len(), 2);
    let app = house.jeton.administration.show_client(house.service, "app").await.unwrap().key;
    for event in &events {
        assert_eq!((event.client, event.token.map(|id| id.get())), (Some(app), Some(root.id)), "{event:?}");
        assert!(event.detail.as_ref().is_some_and(|text| text.contains("role")), "{event:?}");
    }
    let session = house.session("root").await;
    assert_eq!(house.send(Method::GET, "/access-tokens", &[("cookie", &session)]).await.status, 200);
    assert_eq!(house.get("/iam/api/access-tokens", &house.operator().await).await.status, 200);
    assert_eq!(used().await.len(), 2, "a person at a page is no application, and the other paths ask for a scope");

    house.set(|settings| settings.role_doors.bare_paths_closed = true).await;
    for path in ["/access-tokens", "/refresh-tokens"] {
        let reply = house.get(path, &root.text).await;
        assert_eq!((reply.status, house.refusal(&reply)), (403, "bearer_scope"), "{path}");
        assert_eq!(house.get(path, &house.operator().await).await.status, 200, "{path}");
    }
    assert_eq!(used().await.len(), 2);
}

#[tokio::test]
async fn a_client_that_registered_itself_needs_jeton_tokens_to_see_and_end_what_others_hold() {
    let house = Iam::new().await;
    let itself = |client: &mut Client| {
        (client.self_registered, client.scope) = (true, sample::scope("openid profile email jeton:tokens"));
    };
    house.client("stranger", itself).await;
    let (access, refresh) = house.family("app", "rosa", "read").await;
    let lists = ["/api/tokens/access", "/iam/api/tokens/access", "/api/tokens/refresh", "/iam/api/tokens/refresh"];
    let ones = [format!("/api/tokens/access/{}", access.id), format!("/iam/api/tokens/refresh/{}", refresh.id)];
    let weak = house.token("stranger", "rosa", "openid profile", Some(HOUR)).await.text;
    for path in lists.iter().map(|path| (*path).to_owned()).chain(ones.clone()).chain(["/iam/api/approved".into()]) {
        let reply = house.get(&path, &weak).await;
        assert_eq!((reply.status, house.refusal(&reply)), (403, "bearer_scope"), "{path}");
    }
    for path in ones.iter().map(String::as_str).chain(["/api/approved/1"]) {
        let reply = house.delete(path, &weak).await;
        assert_eq!((reply.status, house.refusal(&reply)), (403, "bearer_scope"), "{path}");
    }
    assert!(house.is_live(&access).await && house.is_live(&refresh).await);
    // For other clients the contract applies.
    let usual = house.token("app", "rosa", "openid", Some(HOUR)).await.text;
    assert_eq!(house.get("/api/tokens/access", &usual).await.status, 200);
    let strong = house.token("stranger", "rosa", "jeton:tokens", Some(HOUR)).await.text;
    assert_eq!(house.get("/api/tokens/access", &strong).await.status, 200);
    assert_eq!(house.get("/iam/api/approved", &strong).await.status, 200);
    assert_eq!(house.delete(&ones[0], &strong).await.status, 200);
    assert!(!house.is_live(&access).await);
}

#[tokio::test]
async fn a_client_that_registered_itself_is_told_of_a_person_what_its_scopes_open() {
    let house = Iam::new().await;
    let itself = |client: &mut Client| {
        (client.self_registered, client.scope) = (true, sample::scope("openid profile email"));
    };
    house.client("stranger", itself).await;
    let mut user = User::clone(&*house.user("rosa").await);
    user.claims = json!({ "name": "Rosa", "email": "rosa@example.org" }).as_object().unwrap().clone();
    house.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    let members = async |client: &str, scope: &str| {
        let text = house.token(client, "rosa", scope, Some(HOUR)).await.text;
        let members = house.get("/scim/Me", &text).await.json();
        ["displayName", "emails"].map(|name| members.get(name).is_some())
    };
    assert_eq!(members("app", "openid").await, [true, true]);
    assert_eq!(members("stranger", "openid").await, [false, false]);
    assert_eq!(members("stranger", "openid profile").await, [true, false]);
    assert_eq!(members("stranger", "openid email").await, [false, true]);
}
