//! API tokens after creation, on the wire: their use, replacements, leaked tokens, imported tokens.

use std::time::Duration;

use crate::admin_house::{AdminHouse, Who};
use futures::future::join_all;
use http::Method;
use jeton_core::administration::{Caller, TokenName};
use jeton_core::ledger::RevocationScope;
use jeton_core::model::{EventKind, Reason};
use jeton_core::tokens::TokenList;
use jeton_jose::digest::sha256;
use serde_json::{Value, json};

async fn house() -> AdminHouse {
    let house = AdminHouse::open().await;
    house.person("alice", &["admin"]).await;
    let client = json!({ "client_id": "app", "client_secret": "a-secret-of-more-than-sixteen",
                         "grant_types": ["client_credentials"], "scope": "read write", "default_scope": "read" });
    assert_eq!(house.admin(Method::POST, "/admin/v1/clients", client).await.0, 201);
    house
}

/// Mints a token with these members: its number and its text.
async fn minted(house: &AdminHouse, members: Value) -> (u64, String) {
    let mut order = json!({ "kind": "api", "username": "alice", "name": "robot" });
    order.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let (status, minted) = house.admin(Method::POST, "/admin/v1/tokens", order).await;
    assert_eq!(status, 201, "{minted}");
    (minted["id"].as_u64().unwrap(), minted["token"].as_str().unwrap().to_owned())
}

async fn shown(house: &AdminHouse, id: u64) -> Value {
    house.admin(Method::GET, &format!("/admin/v1/tokens/{id}"), Value::Null).await.1
}

async fn state(house: &AdminHouse, text: &str) -> String {
    let (_, seen) = house.admin(Method::POST, "/admin/v1/tokens/inspect", json!({ "token": text })).await;
    seen["state"].as_str().or(seen["error"].as_str()).unwrap().to_owned()
}

#[tokio::test]
async fn the_use_of_a_token_is_shown_coarsely_and_with_the_scopes_nobody_needed() {
    let house = house().await;
    let (id, text) = minted(&house, json!({ "scope": "jeton:tokens jeton:admin read" })).await;
    let before = shown(&house, id).await;
    assert_eq!((&before["last_used_at"], &before["use_count"]), (&Value::Null, &json!(0)), "{before}");
    assert_eq!(before["unused_scopes"], "jeton:tokens jeton:admin read");
    house.ask(Who::Bearer(&text, "192.0.2.77"), Method::GET, "/account/v1/tokens", None).await;
    let after = shown(&house, id).await;
    assert_eq!((&after["last_used_from"], &after["use_count"]), (&json!("192.0.2.0/24"), &json!(1)), "{after}");
    assert_eq!((&after["last_used_at"], &after["unused_scopes"]), (&after["issued_at"], &json!("jeton:admin read")));
    house.clock.advance(Duration::from_secs(60));
    // Written in between: the stored count and the count in memory add up.
    assert_eq!(house.jeton.ledger.uses().flush().await.unwrap(), 1);
    let (_, own) = house.ask(Who::Bearer(&text, "2001:db8:1:2::3"), Method::GET, "/account/v1/tokens", None).await;
    let listed = &own["items"][0];
    assert_eq!((&listed["last_used_from"], &listed["use_count"]), (&json!("2001:db8:1::/48"), &json!(2)), "{own}");
    assert_eq!(listed["last_used_at"].as_i64().unwrap(), after["last_used_at"].as_i64().unwrap() + 60);
    house.ask(Who::Bearer(&text, "192.0.2.77"), Method::GET, "/admin/v1/clients", None).await;
    assert_eq!(shown(&house, id).await["unused_scopes"], "read");
}

#[tokio::test]
async fn refused_uses_and_administrators_looks_do_not_count() {
    let house = house().await;
    let (id, text) = minted(&house, json!({ "scope": "read" })).await;
    let (status, _) = house.ask(Who::Bearer(&text, "192.0.2.77"), Method::GET, "/account/v1/tokens", None).await;
    assert_eq!(status, 403);
    state(&house, &text).await;
    house.admin(Method::GET, "/admin/v1/tokens", Value::Null).await;
    assert_eq!(shown(&house, id).await["use_count"], 0);
}

#[tokio::test]
async fn a_rotated_token_lives_on_for_the_overlap_and_names_its_successor() {
    let house = house().await;
    let members = json!({ "client_id": "app", "scope": "read write", "lifetime": 1000, "description": "words",
                          "address_ranges": ["10.0.0.0/8"] });
    let (id, old) = minted(&house, members).await;
    house.clock.advance(Duration::from_secs(100));
    let rotate = format!("/admin/v1/tokens/{id}/rotate");
    let (status, new) = house.admin(Method::POST, &rotate, json!({ "overlap": 60 })).await;
    assert_eq!(status, 201, "{new}");
    for (member, value) in [("name", json!("robot")), ("description", json!("words")), ("scope", json!("read write"))] {
        assert_eq!(new[member], value);
    }
    assert_eq!((&new["client_id"], &new["username"]), (&json!("app"), &json!("alice")));
    assert_eq!((&new["address_ranges"], &new["parent"]), (&json!(["10.0.0.0/8"]), &json!(id)));
    assert_eq!(new["expires_at"].as_i64().unwrap() - new["issued_at"].as_i64().unwrap(), 1000);
    let before = shown(&house, id).await;
    assert_eq!((&before["state"], &before["rotated_to"]), (&json!("live"), &new["id"]), "{before}");
    assert_eq!(before["expires_at"].as_i64().unwrap(), new["issued_at"].as_i64().unwrap() + 60);
    let again = house.admin(Method::POST, &rotate, json!({ "overlap": 600 })).await;
    assert_eq!((again.0, &again.1["error"]), (409, &json!("token_not_rotatable")));
    let text = new["token"].as_str().unwrap();
    assert_eq!((state(&house, &old).await, state(&house, text).await), ("live".into(), "live".into()));
    house.clock.advance(Duration::from_secs(60));
    assert_eq!((state(&house, &old).await, state(&house, text).await), ("expired".into(), "live".into()));
}

#[tokio::test]
async fn an_overlap_lengthens_no_life_and_is_bounded() {
    let house = house().await;
    let (id, old) = minted(&house, json!({ "lifetime": 30 })).await;
    let rotate = format!("/admin/v1/tokens/{id}/rotate");
    for (overlap, status) in
        [(json!(7 * 86_400 + 1), 400), (json!(-1), 400), (json!("soon"), 400), (json!(7 * 86_400), 201)]
    {
        let (answered, answer) = house.admin(Method::POST, &rotate, json!({ "overlap": overlap })).await;
        assert_eq!(answered, status, "{answer}");
    }
    house.clock.advance(Duration::from_secs(30));
    assert_eq!(state(&house, &old).await, "expired");
    let (id, old) = minted(&house, json!({})).await;
    house.admin(Method::POST, &format!("/admin/v1/tokens/{id}/rotate"), json!({})).await;
    assert_eq!(state(&house, &old).await, "expired", "without an overlap it ends at once");
}

#[tokio::test]
async fn what_has_ended_or_is_no_api_token_is_not_rotated() {
    let house = house().await;
    let (revoked, _) = minted(&house, json!({})).await;
    house.admin(Method::POST, &format!("/admin/v1/tokens/{revoked}/revoke"), Value::Null).await;
    let (expired, _) = minted(&house, json!({ "lifetime": 1 })).await;
    house.clock.advance(Duration::from_secs(1));
    let (access, _) = minted(&house, json!({ "kind": "access", "format": "opaque" })).await;
    let (jwt, _) = minted(&house, json!({ "format": "jwt", "audience": "https://api.example" })).await;
    let (of_client, _) = minted(&house, json!({ "client_id": "app" })).await;
    let mut app = house.admin(Method::GET, "/admin/v1/clients/app", Value::Null).await.1;
    app["enabled"] = false.into();
    assert_eq!(house.admin(Method::PUT, "/admin/v1/clients/app", app).await.0, 200);
    for id in [revoked, expired, access, jwt, of_client] {
        let (status, answer) = house.admin(Method::POST, &format!("/admin/v1/tokens/{id}/rotate"), json!({})).await;
        assert_eq!((status, &answer["error"]), (409, &json!("token_not_rotatable")), "{answer}");
    }
    assert_eq!(house.admin(Method::POST, "/admin/v1/tokens/999999/rotate", json!({})).await.0, 404);
}

#[tokio::test]
async fn of_32_rotations_at_once_one_is_made() {
    let house = house().await;
    let (id, _) = minted(&house, json!({})).await;
    let path = format!("/admin/v1/tokens/{id}/rotate");
    let answers = join_all((0..32).map(|_| house.admin(Method::POST, &path, json!({ "overlap": 60 })))).await;
    let mut statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    let (_, listed) = house.admin(Method::GET, &format!("/admin/v1/tokens?parent={id}"), Value::Null).await;
    assert_eq!(listed["total"], 1);
}

#[tokio::test]
async fn a_person_rotates_his_own_and_gains_nothing_by_it() {
    let house = house().await;
    let (strong, _) = minted(&house, json!({ "scope": "jeton:tokens jeton:admin" })).await;
    let (unbound, _) = minted(&house, json!({ "scope": "read" })).await;
    let (weak, text) =
        minted(&house, json!({ "scope": "jeton:tokens read", "address_ranges": ["192.0.2.0/24"] })).await;
    let rotate = async |id: u64| {
        let who = Who::Bearer(&text, "192.0.2.7");
        house.ask(who, Method::POST, &format!("/account/v1/tokens/{id}/rotate"), Some(json!({ "overlap": 60 }))).await
    };
    assert_eq!(rotate(strong).await.1["error"], "scope_not_allowed");
    assert_eq!(rotate(unbound).await.1["error"], "token_not_rotatable", "from anywhere is more than from there");
    let (status, own) = rotate(weak).await;
    assert_eq!((status, &own["address_ranges"]), (201, &json!(["192.0.2.0/24"])), "{own}");
    let cookie = house.session("alice").await;
    let who = Who::Browser(&cookie, "same-origin");
    let path = format!("/account/v1/tokens/{strong}/rotate");
    assert_eq!(house.ask(who, Method::POST, &path, Some(json!({}))).await.0, 201);
}

#[tokio::test]
async fn a_leaked_text_ends_its_token_and_nobody_learns_what_it_was() {
    let house = house().await;
    let (id, text) = minted(&house, json!({})).await;
    let (_, other) =
        minted(&house, json!({ "kind": "access", "format": "jwt", "audience": "https://api.example" })).await;
    let (_, third) = minted(&house, json!({ "kind": "access", "format": "opaque" })).await;
    let cookie = house.session("alice").await;
    let session = cookie.split_once('=').unwrap().1.to_owned();
    let report = async |body: Value| house.ask(Who::Nobody, Method::POST, "/leaked", Some(body)).await;
    let nonsense = report(json!({ "token": "nonsense" })).await;
    assert_eq!(nonsense, (202, Value::Null));
    assert_eq!(report(json!({ "token": text })).await, nonsense);
    assert_eq!(report(json!({ "token": text })).await, nonsense, "again");
    assert_eq!(report(json!([other, "", third, session, "x".repeat(20_000)])).await, nonsense);
    for ended in [&text, &other, &third, &session] {
        assert_eq!(state(&house, ended).await, "revoked");
    }
    assert_eq!(shown(&house, id).await["revoked_why"], "leaked");
    let events = house.jeton.ledger.events(None, 100).await.unwrap();
    let leaked: Vec<_> = events.iter().filter(|event| event.kind == EventKind::TokenLeaked).collect();
    assert_eq!(leaked.len(), 4, "one each: {leaked:?}");
    assert!(leaked.iter().all(|event| event.detail.as_deref() == Some("reported from an unknown address")));
}

#[tokio::test]
async fn a_leaked_form_is_read_too_and_what_is_no_report_is_refused() {
    let house = house().await;
    let (_, text) = minted(&house, json!({})).await;
    assert_eq!(house.form("/leaked", &format!("token={text}&hint=x")).await, 202);
    assert_eq!(state(&house, &text).await, "revoked");
    for wrong in [json!({}), json!({ "token": 1 }), json!([]), json!([1]), json!(1), json!(vec!["x"; 101])] {
        let (status, answer) = house.ask(Who::Nobody, Method::POST, "/leaked", Some(wrong.clone())).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid")), "{wrong}");
    }
    let huge = json!({ "token": "x".repeat(1_100_000) });
    assert_eq!(house.ask(Who::Nobody, Method::POST, "/leaked", Some(huge)).await.0, 413);
}

#[tokio::test]
async fn one_address_reports_a_thousand_texts_and_must_wait() {
    let house = house().await;
    let report = async |count: usize| {
        house.ask(Who::Nobody, Method::POST, "/leaked", Some(json!(vec!["nonsense"; count]))).await
    };
    for _ in 0..10 {
        assert_eq!(report(100).await.0, 202);
    }
    let (status, answer) = report(1).await;
    assert_eq!((status, &answer["error"]), (429, &json!("leak_reports_limit")));
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(report(10).await.0, 202);
}

fn hex(text: &str) -> String {
    sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn imported_tokens_are_valid_by_their_old_text() {
    let house = house().await;
    let expires = house.jeton.ledger.now().seconds() + 3600;
    let body = json!({ "tokens": [
        { "hash": hex("ghp_old"), "name": "one", "username": "alice", "scope": "jeton:tokens", "expires_at": expires },
        { "hash": hex("ghp_two"), "name": "two", "client_id": "app", "address_ranges": ["10.0.0.0/8"] },
    ] });
    let (status, answer) = house.admin(Method::POST, "/admin/v1/tokens/import", body).await;
    assert_eq!((status, &answer["imported"]), (200, &json!(2)), "{answer}");
    let one = shown(&house, answer["results"][0]["id"].as_u64().unwrap()).await;
    assert_eq!((&one["kind"], &one["format"], &one["name"]), (&json!("api"), &json!("foreign"), &json!("one")));
    assert_eq!((&one["username"], &one["expires_at"]), (&json!("alice"), &json!(expires)));
    let two = shown(&house, answer["results"][1]["id"].as_u64().unwrap()).await;
    assert_eq!((&two["scope"], &two["address_ranges"]), (&json!("read"), &json!(["10.0.0.0/8"])), "{two}");
    let used = house.ask(Who::Bearer("ghp_old", "192.0.2.1"), Method::GET, "/account/v1/tokens", None).await;
    assert_eq!((used.0, &used.1["total"]), (200, &json!(1)));
    assert_eq!(house.ask(Who::Bearer("ghp_Old", "192.0.2.1"), Method::GET, "/account/v1/tokens", None).await.0, 401);
    let kinds: Vec<_> =
        house.jeton.ledger.events(None, 10).await.unwrap().into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::TokenImported).count(), 2);
    assert_eq!(house.ask(Who::Nobody, Method::POST, "/leaked", Some(json!({ "token": "ghp_old" }))).await.0, 202);
    assert_eq!(state(&house, "ghp_old").await, "revoked");
    let id = answer["results"][1]["id"].as_u64().unwrap();
    let (status, rotated) = house.admin(Method::POST, &format!("/admin/v1/tokens/{id}/rotate"), json!({})).await;
    assert_eq!((status, &rotated["format"]), (201, &json!("opaque")), "a new text of ours takes its place");
}

#[tokio::test]
async fn what_is_wrong_with_one_import_costs_the_others_nothing() {
    let house = house().await;
    let good = |name: &str| json!({ "hash": hex(name), "name": name });
    let with = |name: &str, members: Value| {
        let mut token = good(name);
        token.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        token
    };
    let tokens = vec![
        good("a"),
        good("a"),
        json!({ "hash": "00", "name": "b" }),
        with("c", json!({ "username": "nobody" })),
        with("d", json!({ "client_id": "app", "scope": "admin" })),
        with("e", json!({ "expires_at": "never" })),
        with("f", json!({ "expires_at": 1 })),
        with("g", json!({ "name": "" })),
        with("h", json!({ "token": "text" })),
        json!({ "hash": hex("i") }),
        good("j"),
    ];
    let (status, answer) = house.admin(Method::POST, "/admin/v1/tokens/import", json!({ "tokens": tokens })).await;
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    let errors: Vec<_> = results.iter().map(|result| result["error"].as_str().unwrap_or("")).collect();
    assert_eq!(errors[0], "", "{answer}");
    let invalid = "invalid";
    let expected = [
        "conflict",
        invalid,
        "not_found",
        "scope_not_allowed",
        "api_token_lifetime",
        invalid,
        invalid,
        invalid,
        "parameter_missing",
        "",
    ];
    assert_eq!(errors[1..], expected, "{answer}");
    assert_eq!(answer["imported"], 2);
    let (_, listed) = house.admin(Method::GET, "/admin/v1/tokens?kind=api", Value::Null).await;
    assert_eq!(listed["total"], 2);
    for wrong in
        [json!({}), json!({ "tokens": [] }), json!({ "tokens": [1] }), json!({ "tokens": vec![good("x"); 1001] })]
    {
        assert_eq!(house.admin(Method::POST, "/admin/v1/tokens/import", wrong).await.0, 400);
    }
    assert_eq!(house.ask(Who::Nobody, Method::POST, "/admin/v1/tokens/import", Some(json!({}))).await.0, 401);
}

#[tokio::test]
async fn a_leaked_refresh_token_ends_its_family() {
    use jeton_core::ledger::{Family, NewGrant, Plan, TokenPlan};
    use jeton_core::model::{TokenFormat, TokenKind};
    let house = house().await;
    let service = house.jeton.ledger.entities().service(house.service).unwrap();
    let scope = jeton_core::Scope::parse("read").unwrap();
    let life = Some(Duration::from_secs(60));
    let of = |kind| TokenPlan::new(kind, TokenFormat::Opaque, scope.clone(), life);
    let client = house.jeton.administration.show_client(house.service, "app").await.unwrap();
    let plan = Plan {
        family: Family::New(Box::new(NewGrant::new("test", scope.clone(), "".into()))),
        tokens: vec![of(TokenKind::Access), of(TokenKind::Refresh)],
        ..Plan::new(service, Some(client.into()))
    };
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    let texts: Vec<_> = issued.tokens.iter().map(|token| token.text.expose().to_owned()).collect();
    house.ask(Who::Nobody, Method::POST, "/leaked", Some(json!({ "token": texts[1] }))).await;
    assert_eq!(
        (state(&house, &texts[0]).await, state(&house, &texts[1]).await),
        ("grant_ended".into(), "grant_ended".into())
    );
    let (tokens, name) = (&house.jeton.administration.tokens, TokenName::Number(issued.tokens[0].id));
    tokens.end(&Caller::local(), house.service, TokenList::EVERY, &name, RevocationScope::Family).await.unwrap();
    let events = house.jeton.ledger.events(None, 100).await.unwrap();
    assert!(events.iter().any(|event| event.kind == EventKind::TokenLeaked && event.grant == issued.grant));
    assert!(!events.iter().any(|event| format!("{event:?}").contains(&texts[1])), "{:?}", Reason::Leaked);
}
