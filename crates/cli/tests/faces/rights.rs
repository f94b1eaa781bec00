//! An administrative scope has an effect only while its person has the role and its client is registered for it: every
//! administrative endpoint of every face, with every way to lose that.

use std::sync::Arc;

use jeton_core::Scope;
use jeton_core::administration::{Caller, NewClient};
use jeton_core::ids::ClientId;
use jeton_core::ledger::{Amendment, Plan, TokenPlan};
use jeton_core::model::{Actor, Client, TokenFormat, TokenKind};
use serde_json::json;

use crate::faces::Faces;

const SCOPES: &str = "read jeton:admin manager iam:admin.read iam:admin.write scim:read scim:write";

/// Whether a route is for administrators alone.
fn is_administrative(path: &str) -> bool {
    let below = |roots: &[&str]| roots.iter().any(|root| path == *root || path.starts_with(&format!("{root}/")));
    let of_managers = ["/clients", "/resource_owners", "/scopes", "/claims"];
    let is_own = below(&["/iam/api/tokens", "/iam/api/approved", "/iam/api/client-registration"]);
    let of_iam =
        ["/iam", "/access-tokens", "/refresh-tokens", "/scim/Users", "/api/tokens/client", "/api/tokens/registration"];
    below(&["/admin"])
        || below(&of_managers)
        || of_managers.iter().any(|root| below(&[&format!("/api{root}")]))
        || (below(&of_iam) && !is_own)
}

/// Each method of each door, with a path that leads to something or to nothing.
fn doors() -> Vec<(&'static str, String)> {
    let mut doors = Vec::new();
    for route in jeton_served::routes().filter(|route| is_administrative(route.path)) {
        let path: Vec<_> = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        doors.extend(route.methods.split(' ').map(|method| (method, path.join("/"))));
    }
    assert!(doors.len() > 90, "only {} doors are found", doors.len());
    doors
}

async fn client(faces: &Faces, name: &str, scope: &str) -> Arc<Client> {
    let shown = faces.jeton.administration.show_client(faces.service(), "ops").await.unwrap();
    let (client_id, scope) = (ClientId::new(name), Scope::parse(scope).unwrap());
    let client = Client { client_id, scope, default_scope: None, ..shown };
    faces.jeton.administration.put_client(&Caller::local(), NewClient { client, secret: None }, true).await.unwrap()
}

async fn put(faces: &Faces, name: &str, roles: &[&str], enabled: bool) {
    let user = json!({ "username": name, "roles": roles, "enabled": enabled });
    let reply = faces.admin("PUT", &format!("/users/{name}"), Some(user.clone())).await;
    let reply = if reply.status == 404 { faces.admin("POST", "/users", Some(user)).await } else { reply };
    assert!(matches!(reply.status, 200 | 201), "{reply:?}");
}

/// A token with every administrative scope, of any kind, of a client and possibly a person, who may lack the role.
async fn token(faces: &Faces, kind: TokenKind, client: Option<&Arc<Client>>, user: Option<&str>) -> String {
    let service = faces.jeton.ledger.entities().service(faces.service()).unwrap();
    let life = Some(std::time::Duration::from_secs(3600));
    let plan = Plan::new(service, client.cloned());
    let plan = match user {
        Some(name) => {
            plan.of_user(Arc::new(faces.jeton.administration.show_user(faces.service(), name).await.unwrap()))
        }
        None => plan,
    };
    let token = TokenPlan::new(kind, TokenFormat::Opaque, Scope::parse("read").unwrap(), life);
    let issued = faces.jeton.ledger.mint(Plan { tokens: vec![token], ..plan }).await.unwrap();
    let row = faces.jeton.ledger.token_by_number(faces.service(), issued.tokens[0].id).await.unwrap().unwrap();
    // Bypassing the checks of minting, as a row of an older version may.
    let scope = Some(Scope::parse(SCOPES).unwrap());
    faces.jeton.ledger.amend(&row, Amendment { scope, ..Amendment::default() }, Actor::System).await.unwrap();
    issued.tokens[0].text.expose().to_owned()
}

const BOTH: [&str; 2] = ["admin", "administrator"];

#[tokio::test]
async fn an_administrative_scope_is_worth_nothing_without_the_role_or_the_registration_behind_it() {
    let faces = Faces::on_the_model().await;
    let boss = client(&faces, "boss", SCOPES).await;
    let mut refused = Vec::new();
    for kind in [TokenKind::Access, TokenKind::Api] {
        for (name, roles) in [("lost", &BOTH[..]), ("never", &[]), ("disabled", &BOTH), ("deleted", &BOTH)] {
            put(&faces, name, roles, true).await;
            for client in [Some(&boss), None] {
                let text = token(&faces, kind, client, Some(name)).await;
                refused.push((format!("{kind:?} of a person: {name}, client {}", client.is_some()), text));
            }
            let form = json!({ "username": name, "roles": ["reader"] });
            if name == "lost" {
                assert_eq!(faces.admin("PUT", "/users/lost", Some(form)).await.status, 200);
            }
        }
        // An older version let the owner of the machine make such tokens, and others import them.
        refused.push((format!("{kind:?} of nobody"), token(&faces, kind, None, None).await));
        put(&faces, "disabled", &BOTH, false).await;
        assert_eq!(faces.admin("DELETE", "/users/deleted", None).await.status, 204);
        let lessened = client(&faces, "lessened", SCOPES).await;
        put(&faces, "root", &BOTH, true).await;
        refused.push((
            format!("{kind:?} of a client that lost the scope"),
            token(&faces, kind, Some(&lessened), None).await,
        ));
        let of_root = token(&faces, kind, Some(&lessened), Some("root")).await;
        client(&faces, "lessened", "read").await;
        for (method, path) in doors() {
            // There the role alone is enough.
            if !path.starts_with("/access-tokens") && !path.starts_with("/refresh-tokens") {
                let reply = faces.ask(&of_root, method, &path).await;
                assert!(matches!(reply.status, 401 | 403), "{method} {path}: {reply:?}");
            }
        }
        // The endpoints work: a caller with both is authorized.
        for (client, user) in [(Some(&boss), None), (Some(&boss), Some("root")), (None, Some("root"))] {
            let good = token(&faces, kind, client, user).await;
            for (_, path) in doors().into_iter().filter(|(method, _)| *method == "GET") {
                let reply = faces.ask(&good, "GET", &path).await;
                assert!(!matches!(reply.status, 401 | 403), "GET {path}: {reply:?}");
            }
        }
        put(&faces, "disabled", &BOTH, true).await;
    }
    put(&faces, "disabled", &BOTH, false).await;
    for (who, text) in &refused {
        for (method, path) in doors() {
            let reply = faces.ask(text, method, &path).await;
            assert!(matches!(reply.status, 401 | 403), "{who}, {method} {path}: {reply:?}");
        }
    }
    assert_eq!(faces.admin("GET", "/clients/boss", None).await.status, 200, "nothing was deleted");
}

#[tokio::test]
async fn a_role_without_a_scope_opens_the_seeds_paths_alone() {
    let faces = Faces::on_the_model().await;
    put(&faces, "root", &BOTH, true).await;
    let boss = client(&faces, "boss", "read").await;
    let service = faces.jeton.ledger.entities().service(faces.service()).unwrap();
    let user = Arc::new(faces.jeton.administration.show_user(faces.service(), "root").await.unwrap());
    let life = Some(std::time::Duration::from_secs(3600));
    let token = TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, Scope::parse("read").unwrap(), life);
    let plan = Plan { tokens: vec![token], ..Plan::new(service, Some(boss)).of_user(user) };
    let text = faces.jeton.ledger.mint(plan).await.unwrap().tokens.remove(0).text;
    for (method, path) in doors() {
        let is_bare = path.starts_with("/access-tokens") || path.starts_with("/refresh-tokens");
        if !is_bare {
            let reply = faces.ask(text.expose(), method, &path).await;
            assert!(matches!(reply.status, 401 | 403), "{method} {path}: {reply:?}");
        } else if method == "GET" {
            let reply = faces.ask(text.expose(), method, &path).await;
            assert!(matches!(reply.status, 200 | 404), "{method} {path}: {reply:?}");
        }
    }
}
