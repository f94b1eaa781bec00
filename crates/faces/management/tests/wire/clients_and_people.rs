//! The management API (`docs/contracts/oauth-token-endpoint.md` section 14).

use http::Method;
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, code_params};

const SECRET: &str = "s3cret";

/// Every path of the API, with its methods.
const ROUTES: &[(&str, &str)] = &[
    ("/clients", "GET POST PUT"),
    ("/clients/.search", "POST"),
    ("/clients/app", "GET PUT DELETE"),
    ("/resource_owners", "GET POST"),
    ("/resource_owners/.search", "POST"),
    ("/resource_owners/password", "PUT"),
    ("/resource_owners/claims", "PUT"),
    ("/resource_owners/alice", "GET DELETE"),
    ("/scopes", "GET POST PUT"),
    ("/scopes/.search", "POST"),
    ("/scopes/email", "GET PUT DELETE"),
    ("/claims", "GET POST"),
    ("/claims/.search", "POST"),
    ("/claims/email", "GET DELETE"),
    ("/api/clients", "GET POST PUT"),
    ("/api/clients/.search", "POST"),
    ("/api/clients/app", "GET PUT DELETE"),
    ("/api/resource_owners", "GET POST"),
    ("/api/resource_owners/.search", "POST"),
    ("/api/resource_owners/password", "PUT"),
    ("/api/resource_owners/claims", "PUT"),
    ("/api/resource_owners/alice", "GET DELETE"),
    ("/api/scopes", "GET POST PUT"),
    ("/api/scopes/.search", "POST"),
    ("/api/scopes/email", "GET PUT DELETE"),
    ("/api/claims", "GET POST"),
    ("/api/claims/.search", "POST"),
    ("/api/claims/email", "GET DELETE"),
];

/// A house, the client `app`, and a manager's token.
async fn house() -> (House, String) {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("openid email read manager")).await;
    let token = credentials(&house, "manager").await;
    (house, token)
}

async fn credentials(house: &House, scope: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok().access()
}

async fn of_alice(house: &House, scope: &str) -> String {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok().access()
}

async fn call(house: &House, token: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
    let ask = Ask::new(method.parse::<Method>().unwrap(), path).bearer(token);
    let ask = if let Some(body) = &body { ask.json(body) } else { ask };
    let reply = ask.send(house).await;
    if reply.status != 405 {
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        let text = String::from_utf8_lossy(&reply.body);
        assert!(!text.contains("$argon2"), "{path}: a password's hash");
    }
    reply
}

#[tokio::test]
async fn only_managers_come_in() {
    let (house, token) = house().await;
    let other = credentials(&house, "read").await;
    let person = of_alice(&house, "openid").await;
    for (path, methods) in ROUTES {
        for method in methods.split(' ') {
            let ask = || Ask::new(method.parse().unwrap(), path);
            ask().send(&house).await.refused(401, "invalid_request", "an access token is needed");
            for wrong in ["x", &format!("{token}x")] {
                let reply = ask().bearer(wrong).send(&house).await;
                reply.refused(401, "invalid_token", "the access token is not valid");
            }
            for short in [&other, &person] {
                let reply = ask().bearer(short).send(&house).await;
                reply.refused(401, "insufficient_scope", "the access token lacks the scope manager");
            }
            assert_eq!(ask().basic("app", SECRET).send(&house).await.status, 401, "{path}");
        }
    }
    assert!(house.jeton.administration.show_client(house.service, "app").await.is_ok());
}

#[tokio::test]
async fn an_administrator_s_token_is_a_manager_s_where_the_operator_says_so_unless_a_stranger_holds_it() {
    let (house, _) = house().await;
    let token = of_alice(&house, "openid").await;
    house.change_person(USER, |u| u.roles = vec!["administrator".into()]).await;
    let reply = call(&house, &token, "GET", "/clients", None).await;
    reply.refused(401, "insufficient_scope", "the access token lacks the scope manager");
    house.set(|s| s.role_doors.management = true).await;
    assert_eq!(call(&house, &token, "GET", "/clients", None).await.status, 200);
    house.change_person(USER, |u| u.roles = vec!["administrators".into()]).await;
    assert_eq!(call(&house, &token, "GET", "/clients", None).await.status, 401);

    house.change_person(USER, |u| u.roles = vec!["administrator".into()]).await;
    house.set(|s| s.registration.open = true).await;
    let metadata = json!({ "redirect_uris": ["https://app.example/cb"] });
    let made = Ask::post("/registration").json(&metadata).send(&house).await;
    let id = made.member("client_id");
    let code = Browser::default().code(&house, &code_params(&id, "openid")).await;
    let form =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", jeton_served::VERIFIER)];
    let theirs = house.token((&id, &made.member("client_secret")), &form).await.ok().access();
    assert_eq!(call(&house, &theirs, "GET", "/clients", None).await.status, 401);
}

#[tokio::test]
async fn clients_are_made_shown_changed_and_deleted() {
    let (house, token) = house().await;
    for prefix in ["", "/api"] {
        let go = |method: &'static str, path: &str, body| {
            let (house, token, path) = (&house, &token, format!("{prefix}{path}"));
            async move { call(house, token, method, &path, body).await }
        };
        let new = json!({ "client_id": "made", "client_name": "Made", "grant_types": ["client_credentials"], "scope": "read" });
        let made = go("POST", "/clients", Some(new.clone())).await;
        assert_eq!(made.status, 201, "{}", made.show());
        let secret = made.member("client_secret");
        let form = [("grant_type", "client_credentials"), ("scope", "read")];
        house.token(("made", &secret), &form).await.ok();
        assert_eq!(go("POST", "/clients", Some(new)).await.refusal().1, "invalid_request", "the name is taken");

        let shown = go("GET", "/clients/made", None).await.ok();
        assert_eq!(shown.member("client_name"), "Made");
        assert!(!shown.has("client_secret") && shown.json()["update_datetime"].is_i64());
        for path in ["/clients", "/clients/made"] {
            let changed = json!({ "client_id": "made", "client_name": path, "grant_types": ["client_credentials"], "scope": "read" });
            let changed = go("PUT", path, Some(changed)).await.ok();
            assert_eq!(changed.member("client_name"), path);
            assert!(!changed.has("client_secret"), "it keeps its secret");
        }
        house.token(("made", &secret), &form).await.ok();
        let other = go("PUT", "/clients/made", Some(json!({ "client_id": "app" }))).await;
        assert_eq!(other.status, 400);
        assert_eq!(go("PUT", "/clients", Some(json!({ "client_id": "nobody" }))).await.refusal().1, "invalid_request");
        let missing = json!({ "client_id": "nobody", "redirect_uris": ["https://app.example/cb"] });
        go("PUT", "/clients", Some(missing)).await.refused(404, "not_found", "there is no such client");

        let ids: Vec<Value> = go("GET", "/clients", None)
            .await
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["client_id"].clone())
            .collect();
        assert_eq!(ids, ["app", "made"]);
        assert_eq!(go("DELETE", "/clients/made", None).await.status, 204);
        go("GET", "/clients/made", None).await.refused(404, "not_found", "there is no such client");
        go("DELETE", "/clients/made", None).await.refused(404, "not_found", "there is no such client");
    }
    let unnamed = json!({ "redirect_uris": ["https://app.example/cb"] });
    let made = call(&house, &token, "POST", "/clients", Some(unnamed)).await;
    assert_eq!((made.status, made.member("client_id").len()), (201, 36));
}

#[tokio::test]
async fn lists_are_searched_ordered_and_cut() {
    let (house, token) = house().await;
    for name in ["c", "a", "b"] {
        house.wait(10);
        house.client(name, Some(SECRET), |_| ()).await;
    }
    let ids = async |body: Value| {
        let found = call(&house, &token, "POST", "/clients/.search", Some(body)).await.ok().json();
        let ids: Vec<_> =
            found["content"].as_array().unwrap().iter().map(|c| c["client_id"].as_str().unwrap().to_owned()).collect();
        (ids.join(" "), found["start_index"].as_u64().unwrap(), found["count"].as_u64().unwrap())
    };
    let order = |target: &str, kind: u8| json!({ "target": target, "type": kind });
    assert_eq!(ids(json!({})).await, ("app c a b".into(), 0, 4));
    assert_eq!(ids(json!({ "start_index": 1, "count": 2 })).await, ("c a".into(), 1, 4));
    assert_eq!(ids(json!({ "order": order("client_id", 0) })).await, ("a app b c".into(), 0, 4));
    assert_eq!(ids(json!({ "order": order("update_datetime", 1), "count": 1 })).await, ("b".into(), 0, 4));
    assert_eq!(ids(json!({ "client_ids": ["b", "c"], "order": order("client_id", 1) })).await, ("c b".into(), 0, 2));
    assert_eq!(ids(json!({ "start_index": 99 })).await, ("".into(), 99, 4));
    for bad in [
        json!({ "count": -1 }),
        json!({ "start_index": "0" }),
        json!({ "order": {} }),
        json!({ "order": order("client_id", 2) }),
        json!({ "order": order("secret", 0) }),
        json!({ "unknown": 1 }),
    ] {
        let reply = call(&house, &token, "POST", "/clients/.search", Some(bad.clone())).await;
        assert_eq!((reply.status, reply.refusal().1.as_str()), (400, "invalid_request"), "{bad}");
    }
    for path in ["/resource_owners/.search", "/scopes/.search", "/claims/.search"] {
        let found = call(&house, &token, "POST", path, Some(json!({ "count": 1 }))).await.ok().json();
        assert_eq!(found["content"].as_array().unwrap().len(), 1, "{path}");
        let reply = call(&house, &token, "POST", path, None).await;
        reply.refused(400, "invalid_request", "no parameter in body request");
    }
    let by_code = json!({ "codes": ["email", "nothing"] });
    let found = call(&house, &token, "POST", "/claims/.search", Some(by_code)).await.ok().json();
    assert_eq!(found["content"], json!([{ "code": "email", "is_identifier": false }]));
}

#[tokio::test]
async fn people_are_made_shown_and_deleted() {
    let (house, token) = house().await;
    for prefix in ["", "/api"] {
        let at = |path: &str| format!("{prefix}{path}");
        let new = json!({ "login": "bob", "password": "builder", "claims": [{ "key": "name", "value": "Bob" }, { "type": "role", "value": "mason" }] });
        let made = call(&house, &token, "POST", &at("/resource_owners"), Some(new.clone())).await;
        assert_eq!(made.status, 201, "{}", made.show());
        assert_eq!((made.member("login"), made.json()["roles"].clone()), ("bob".into(), json!(["mason"])));
        assert!(!made.has("password") && !made.text().contains("builder"));
        assert_eq!(call(&house, &token, "POST", &at("/resource_owners"), Some(new)).await.status, 400);
        let shown = call(&house, &token, "GET", &at("/resource_owners/bob"), None).await.ok();
        assert_eq!(shown.json()["claims"], json!({ "name": "Bob" }));
        let list = call(&house, &token, "GET", &at("/resource_owners"), None).await.ok().json();
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(call(&house, &token, "DELETE", &at("/resource_owners/bob"), None).await.status, 204);
        let gone = call(&house, &token, "GET", &at("/resource_owners/bob"), None).await;
        gone.refused(404, "not_found", "there is no such user");
    }
    let bad = json!({ "login": "eve", "password": "x", "claims": { "nothing": 1 } });
    assert_eq!(call(&house, &token, "POST", "/resource_owners", Some(bad)).await.status, 400);
    assert_eq!(call(&house, &token, "GET", "/resource_owners/eve", None).await.status, 404, "nobody was half made");
}

#[tokio::test]
async fn another_password_signs_a_person_out_everywhere() {
    let (house, token) = house().await;
    let access = of_alice(&house, "read").await;
    let body = json!({ "login": USER, "password": "another one" });
    call(&house, &token, "PUT", "/resource_owners/password", Some(body)).await.ok();
    assert!(!house.is_active(&access).await);
    let form = |password| [("grant_type", "password"), ("username", USER), ("password", password), ("scope", "read")];
    assert_eq!(house.token(("app", SECRET), &form(PASSWORD)).await.status, 400);
    house.wait(1);
    let fresh = house.token(("app", SECRET), &form("another one")).await.ok().access();
    assert!(house.is_active(&fresh).await);
    let again = json!({ "login": USER, "password": "another one" });
    call(&house, &token, "PUT", "/resource_owners/password", Some(again)).await.ok();
    assert!(house.is_active(&fresh).await, "the same password is no change");
    let kept = json!({ "login": USER, "password": "a third one", "keep_tokens": "all" });
    call(&house, &token, "PUT", "/resource_owners/password", Some(kept)).await.ok();
    assert!(house.is_active(&fresh).await);
    for bad in [
        json!({ "login": USER, "password": "x", "keep_tokens": "some" }),
        json!({ "login": USER }),
        json!({ "password": "x" }),
        json!({ "login": USER, "password": "" }),
        json!({ "login": USER, "password": "x".repeat(1025) }),
        json!({ "login": USER, "password": "x", "more": 1 }),
    ] {
        assert_eq!(call(&house, &token, "PUT", "/api/resource_owners/password", Some(bad)).await.status, 400);
    }
    let nobody = json!({ "login": "nobody", "password": "x" });
    assert_eq!(call(&house, &token, "PUT", "/resource_owners/password", Some(nobody)).await.status, 404);
    assert!(house.is_active(&fresh).await);
}

#[tokio::test]
async fn a_claim_that_managers_made_reaches_user_info_by_a_scope_that_they_made() {
    let (house, token) = house().await;
    let put =
        async |method: &'static str, path: &'static str, body| call(&house, &token, method, path, Some(body)).await;
    let scope = json!({ "name": "staff", "description": "See where you work", "is_exposed": true, "type": 1, "claims": ["desk"] });
    let early = put("POST", "/scopes", scope.clone()).await;
    early.refused(400, "invalid_request", "`claims`: there is no claim desk");
    assert_eq!(put("POST", "/claims", json!({ "code": "desk" })).await.status, 201);
    assert_eq!(put("POST", "/claims", json!({ "code": "desk" })).await.status, 400, "it is there");
    assert_eq!(put("POST", "/scopes", scope.clone()).await.status, 201);
    assert_eq!(put("POST", "/scopes", scope).await.status, 400, "it is there");
    let claims = json!({ "login": USER, "claims": { "desk": "4.2", "email": "a@b.example" } });
    assert_eq!(put("PUT", "/api/resource_owners/claims", claims).await.status, 200);
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid staff role manager")).await;

    let discovery = house.metadata().await;
    assert!(discovery["scopes_supported"].as_array().unwrap().contains(&json!("staff")));
    assert!(discovery["claims_supported"].as_array().unwrap().contains(&json!("desk")));
    assert!(!discovery["scopes_supported"].as_array().unwrap().contains(&json!("manager")));
    let access = of_alice(&house, "openid staff").await;
    let claims = Ask::get("/userinfo").bearer(&access).send(&house).await.ok().json();
    assert_eq!(claims, json!({ "sub": "sub-of-alice", "desk": "4.2" }));
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid staff")).await;
    let page = browser.sign_in(&house, &page).await;
    assert!(page.text().contains("See where you work"), "{}", page.text());

    let hidden = json!({ "description": "See where you work", "is_displayed_in_consent": false });
    let changed = call(&house, &token, "PUT", "/scopes/staff", Some(hidden)).await.ok();
    assert_eq!(changed.json()["is_exposed"], false);
    let page = browser.open(&house, &code_params("app", "openid staff")).await;
    assert!(!page.text().contains("See where you work"));
    let claims = Ask::get("/userinfo").bearer(&access).send(&house).await.ok().json();
    assert_eq!(claims, json!({ "sub": "sub-of-alice" }), "the scope opens nothing any more");
    assert_eq!(call(&house, &token, "DELETE", "/scopes/staff", None).await.status, 204);
    assert_eq!(call(&house, &token, "DELETE", "/claims/desk", None).await.status, 204);
    assert_eq!(call(&house, &token, "GET", "/claims/desk", None).await.status, 404);

    house.change_person(USER, |u| u.roles = vec!["mason".into()]).await;
    let access = of_alice(&house, "openid role").await;
    let claims = Ask::get("/userinfo").bearer(&access).send(&house).await.ok().json();
    assert_eq!(claims["role"], json!(["mason"]));
}

/// The same handlers answer at both paths: what is written at one is found at the other.
#[tokio::test]
async fn everything_is_served_below_api_too() {
    let (house, token) = house().await;
    let call = async |method: &str, path: &str, body: Option<Value>| call(&house, &token, method, path, body).await;
    let scope = |text: &str| json!({ "name": "staff", "description": text, "claims": ["desk"] });
    assert_eq!(call("POST", "/api/claims", Some(json!({ "code": "desk" }))).await.status, 201);
    assert_eq!(call("POST", "/api/scopes", Some(scope("a"))).await.status, 201);
    for path in ["/scopes", "/scopes/staff"] {
        call("PUT", &format!("/api{path}"), Some(scope(path))).await.ok();
        assert_eq!(call("GET", "/scopes/staff", None).await.ok().json()["description"], path);
    }
    let password = json!({ "login": USER, "password": "another of more than sixteen" });
    call("PUT", "/api/resource_owners/password", Some(password)).await.ok();
    for (path, words) in [
        ("/clients/.search", json!({ "client_ids": ["app"] })),
        ("/resource_owners/.search", json!({ "logins": [USER] })),
        ("/scopes/.search", json!({ "names": ["staff"] })),
        ("/claims/.search", json!({ "codes": ["desk"] })),
    ] {
        let below = call("POST", &format!("/api{path}"), Some(words.clone())).await.ok().json();
        assert_eq!(below, call("POST", path, Some(words)).await.ok().json(), "{path}");
        assert_eq!(below["count"], 1, "{path}: {below}");
    }
    for path in ["/scopes/staff", "/claims/desk"] {
        let below = format!("/api{path}");
        assert_eq!(call("GET", &below, None).await.ok().json(), call("GET", path, None).await.ok().json());
        assert_eq!(call("DELETE", &below, None).await.status, 204);
        assert_eq!(call("GET", path, None).await.status, 404);
    }
}

#[tokio::test]
async fn the_standard_scopes_and_claims_are_there_and_stay() {
    let (house, token) = house().await;
    let all = call(&house, &token, "GET", "/api/scopes", None).await.ok().json();
    let names: Vec<&str> = all.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    let standard = [
        "address",
        "email",
        "groups",
        "manager",
        "offline_access",
        "openid",
        "phone",
        "profile",
        "register_client",
        "role",
        "uma_protection",
    ];
    assert_eq!(names, standard);
    let email = call(&house, &token, "GET", "/scopes/email", None).await.ok().json();
    assert_eq!(email["claims"], json!(["email", "email_verified"]));
    assert_eq!((&email["type"], &email["is_openid_scope"]), (&json!(1), &json!(true)));
    for path in ["/scopes/email", "/claims/email"] {
        assert_eq!(call(&house, &token, "DELETE", path, None).await.refusal().1, "invalid_request", "{path}");
    }
    let changed =
        json!({ "name": "email", "description": "Write to you", "claims": ["email"], "is_exposed": true, "type": 1 });
    call(&house, &token, "PUT", "/scopes", Some(changed)).await.ok();
    let access = of_alice(&house, "openid email").await;
    let claims = Ask::get("/userinfo").bearer(&access).send(&house).await.ok().json();
    assert!(claims.get("email").is_some() && claims.get("email_verified").is_none());
    assert_eq!(call(&house, &token, "DELETE", "/api/scopes/email", None).await.status, 204, "as before");
    let claims = Ask::get("/userinfo").bearer(&access).send(&house).await.ok().json();
    assert!(claims.get("email_verified").is_some());
    for (path, bad) in [
        ("/scopes", json!({ "name": "a b" })),
        ("/scopes", json!({ "name": "" })),
        ("/scopes", json!({ "name": "x", "type": 2 })),
        ("/scopes", json!({ "name": "x", "unknown": 2 })),
        ("/scopes", json!({ "name": "x", "description": "a\nb" })),
        ("/claims", json!({ "code": "a b" })),
        ("/claims", json!({ "code": "iss" })),
        ("/claims", json!({})),
    ] {
        let reply = call(&house, &token, "POST", path, Some(bad.clone())).await;
        assert_eq!((reply.status, reply.refusal().1.as_str()), (400, "invalid_request"), "{bad}");
    }
    let missing = call(&house, &token, "PUT", "/scopes", Some(json!({ "name": "nothing" }))).await;
    missing.refused(404, "not_found", "there is no such scope");
    for bad in [json!({ "login": USER, "claims": { "sub": "x" } }), json!({ "login": USER, "claims": { "iss": "x" } })]
    {
        assert_eq!(call(&house, &token, "PUT", "/resource_owners/claims", Some(bad)).await.status, 400);
    }
}

#[tokio::test]
async fn a_manager_hands_out_no_more_than_a_manager_holds() {
    let (house, token) = house().await;
    house.client("chief", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("read jeton:admin")).await;
    let exceeded = |reply: Reply, what: &str| {
        let text = format!("this needs {what}, which the caller does not hold");
        reply.refused(403, "insufficient_scope", &text);
    };
    for scope in ["jeton:admin", "iam:admin.read", "iam:admin.write", "scim:read", "scim:write"] {
        let made =
            json!({ "client_id": "new", "grant_types": ["client_credentials"], "scope": format!("read {scope}") });
        exceeded(call(&house, &token, "POST", "/clients", Some(made.clone())).await, scope);
        let app =
            json!({ "client_id": "app", "grant_types": ["client_credentials"], "scope": format!("read {scope}") });
        for path in ["/clients", "/clients/app", "/api/clients"] {
            exceeded(call(&house, &token, "PUT", path, Some(app.clone())).await, scope);
        }
    }
    let spy =
        json!({ "client_id": "spy", "grant_types": ["client_credentials"], "scope": "read", "introspect": "any" });
    exceeded(call(&house, &token, "POST", "/clients", Some(spy)).await, "jeton:admin");
    let lesser = json!({ "client_id": "chief", "grant_types": ["client_credentials"], "scope": "read",
        "client_secret": "a secret that the manager knows" });
    exceeded(call(&house, &token, "PUT", "/clients", Some(lesser)).await, "jeton:admin");
    exceeded(call(&house, &token, "DELETE", "/clients/chief", None).await, "jeton:admin");
    let manager = json!({ "client_id": "second", "grant_types": ["client_credentials"], "scope": "read manager" });
    assert_eq!(call(&house, &token, "POST", "/clients", Some(manager)).await.status, 201);

    house.person("root", PASSWORD).await;
    house.change_person("root", |u| u.roles = vec!["admin".into()]).await;
    let new = json!({ "login": "new", "password": PASSWORD, "roles": ["admin"] });
    exceeded(call(&house, &token, "POST", "/resource_owners", Some(new)).await, "jeton:admin");
    let new = json!({ "login": "new", "password": PASSWORD, "claims": { "role": "admin" } });
    exceeded(call(&house, &token, "POST", "/resource_owners", Some(new)).await, "jeton:admin");
    let raised = json!({ "login": USER, "claims": { "role": ["mason", "admin"] } });
    exceeded(call(&house, &token, "PUT", "/resource_owners/claims", Some(raised)).await, "jeton:admin");
    let lowered = json!({ "login": "root", "claims": { "role": "mason" } });
    exceeded(call(&house, &token, "PUT", "/resource_owners/claims", Some(lowered)).await, "jeton:admin");
    let known = json!({ "login": "root", "password": "a password that the manager knows" });
    exceeded(call(&house, &token, "PUT", "/resource_owners/password", Some(known)).await, "jeton:admin");
    exceeded(call(&house, &token, "DELETE", "/resource_owners/root", None).await, "jeton:admin");
    assert_eq!(
        house.jeton.administration.show_client(house.service, "chief").await.unwrap().scope.as_str(),
        "read jeton:admin"
    );
    assert!(house.jeton.administration.show_user(house.service, "root").await.unwrap().has_role("admin"));
    assert!(house.jeton.administration.show_user(house.service, "new").await.is_err(), "nothing is half-done");
}

/// The scopes of this server's own endpoints that a manager does not hold.
const OF_THIS_SERVER: &[&str] = &[
    "jeton:admin",
    "jeton:tokens",
    "iam:admin.read",
    "iam:admin.write",
    "scim:read",
    "scim:write",
    "register_client",
    "uma_protection",
];

#[tokio::test]
async fn a_manager_describes_no_scope_of_this_server_that_they_do_not_hold() {
    let (house, token) = house().await;
    let exceeded = |reply: Reply, scope: &str| {
        reply.refused(403, "insufficient_scope", &format!("this needs {scope}, which the caller does not hold"));
    };
    for scope in OF_THIS_SERVER.iter().chain(&["backend:7"]) {
        let hidden = json!({ "name": scope, "description": "See your name", "is_displayed_in_consent": false });
        for prefix in ["", "/api"] {
            let (all, one) = (format!("{prefix}/scopes"), format!("{prefix}/scopes/{scope}"));
            exceeded(call(&house, &token, "POST", &all, Some(hidden.clone())).await, scope);
            exceeded(call(&house, &token, "PUT", &all, Some(hidden.clone())).await, scope);
            exceeded(call(&house, &token, "PUT", &one, Some(hidden.clone())).await, scope);
            exceeded(call(&house, &token, "DELETE", &one, None).await, scope);
        }
    }
    let own = json!({ "name": "manager", "description": "Manage applications and people" });
    call(&house, &token, "PUT", "/scopes", Some(own)).await.ok();
}

#[tokio::test]
async fn the_consent_page_shows_a_scope_of_this_server_even_if_its_description_hides_it() {
    let (house, _) = house().await;
    let scope = format!("read manager {}", OF_THIS_SERVER.join(" "));
    house.client("chief", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope(&scope)).await;
    house.change_person(USER, |u| u.roles = vec!["admin".into()]).await;
    let form = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
    let chief = house.token(("chief", SECRET), &form).await.ok().access();
    for scope in OF_THIS_SERVER.iter().chain(&["manager"]) {
        let hidden = json!({ "name": scope, "description": "See your name", "is_displayed_in_consent": false });
        let is_standard = ["manager", "register_client", "uma_protection"].contains(scope);
        let method = if is_standard { "PUT" } else { "POST" };
        let written = call(&house, &chief, method, "/scopes", Some(hidden)).await;
        assert!(written.status < 300, "{scope}: {}", written.show());
        let mut browser = Browser::default();
        let page = browser.open(&house, &code_params("chief", scope)).await;
        let page = browser.sign_in(&house, &page).await;
        let title = match *scope {
            "jeton:tokens" => "See, make and revoke your tokens",
            "register_client" => "Register applications at this server",
            "uma_protection" => "Protect resources at this server",
            _ => "Administer this server",
        };
        let text = page.text();
        assert!(text.contains(title) && text.contains("See your name"), "{scope}: {text}");
    }
}
