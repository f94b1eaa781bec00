//! `/iam/api/client-registration`: who may register what (section 7.7).

use serde_json::{Value, json};

use jeton_served::{Ask, House, PASSWORD, Reply, TOKEN_EXCHANGE, USER, oidc_agent};

const PATH: &str = "/iam/api/client-registration";
const SECRET: &str = "s3cret";

pub(super) async fn house() -> House {
    let house = House::new().await;
    house.set(|s| s.registration.open = true).await;
    house
}

fn with(changes: Value) -> Value {
    let mut metadata = oidc_agent();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => metadata.as_object_mut().unwrap().remove(name),
            value => metadata.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    metadata
}

pub(super) async fn register(house: &House, bearer: Option<&str>, metadata: &Value) -> Reply {
    let ask = Ask::post(PATH).at("192.0.2.1").json(metadata);
    match bearer {
        Some(token) => ask.bearer(token),
        None => ask,
    }
    .send(house)
    .await
}

#[track_caller]
fn assert_description(reply: &Reply, text: &str) {
    assert_eq!((reply.status, reply.json()), (400, json!({ "error": text })), "{}", reply.show());
}

/// A token of alice's with a scope; without `person`: of a client for itself.
async fn token(house: &House, scope: &str, person: bool) -> String {
    house.client("tool", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope(scope)).await;
    let form = match person {
        true => vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)],
        false => vec![("grant_type", "client_credentials"), ("scope", scope)],
    };
    house.token(("tool", SECRET), &form).await.ok().access()
}

#[tokio::test]
async fn oidc_agent_s_request_makes_a_client_that_works() {
    let house = house().await;
    let reply = register(&house, None, &oidc_agent()).await;
    assert_eq!(reply.status, 201, "{}", reply.show());
    let made = reply.json();
    let id = reply.member("client_id");
    assert_eq!(made["registration_client_uri"], format!("https://id.example{PATH}/{id}"));
    assert_eq!(made["scope"], "openid profile offline_access");
    for same in ["client_name", "redirect_uris", "grant_types"] {
        assert_eq!(made[same], oidc_agent()[same], "{same}");
    }
    assert_eq!(made["response_types"], json!([]), "no grant of the client leads to a token in a redirect");
    assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
    assert!(made["registration_access_token"].is_string());
    let secret = reply.member("client_secret");
    Ask::post("/devicecode").basic(&id, &secret).form(&[("client_id", &id)]).send(&house).await.ok();
    let client = house.jeton.administration.show_client(house.service, &id).await.unwrap();
    assert!(client.self_registered && client.registered_by.is_none());
    assert_eq!(client.registered_from.as_deref(), Some("192.0.2.1"));
    assert_eq!(client.rotation, Some(jeton_core::model::Rotation::Public), "it keeps the refresh token it has");
}

#[tokio::test]
async fn nobody_in_particular_gets_only_grants_in_which_a_person_decides() {
    let house = house().await;
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    for grant in ["password", exchange, "client_credentials", "implicit", "urn:example:none"] {
        let reply = register(&house, None, &with(json!({ "grant_types": ["refresh_token", grant] }))).await;
        assert_description(&reply, &format!("Grant type not allowed: {grant}"));
    }
}

#[tokio::test]
async fn a_person_gets_more_and_the_client_is_his() {
    let house = house().await;
    let alice = token(&house, "openid", true).await;
    for grant in ["password", "urn:ietf:params:oauth:grant-type:token-exchange"] {
        let reply = register(&house, Some(&alice), &with(json!({ "grant_types": [grant] }))).await;
        assert_description(&reply, &format!("Grant type not allowed: {grant}"));
    }
    let reply = register(&house, Some(&alice), &with(json!({ "grant_types": ["client_credentials"] }))).await;
    assert_eq!(reply.status, 201, "{}", reply.show());
    let client = house.jeton.administration.show_client(house.service, &reply.member("client_id")).await.unwrap();
    let person = house.jeton.administration.show_user(house.service, USER).await.unwrap();
    assert_eq!((client.registered_by, client.registered_from), (Some(person.key), None));
    assert!(client.self_registered, "its addresses are still a stranger's");
}

#[tokio::test]
async fn a_client_that_registered_itself_needs_a_scope_to_register_for_its_person() {
    let house = house().await;
    let made = register(&house, None, &oidc_agent()).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let scope = jeton_testkit::sample::scope("openid profile jeton:tokens");
    house
        .change_client(&id, |c| {
            c.grant_types.push("password".into());
            c.scope = scope;
        })
        .await;
    let alone = with(json!({ "grant_types": ["client_credentials"] }));
    let alice = async |scope: &str| {
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
        house.token((&id, &secret), &form).await.ok().access()
    };
    let weak = alice("openid profile").await;
    assert_description(&register(&house, Some(&weak), &alone).await, "Grant type not allowed: client_credentials");
    let reply = register(&house, Some(&weak), &oidc_agent()).await;
    assert_eq!(reply.status, 201, "{}", reply.show());
    let as_anyone = house.jeton.administration.show_client(house.service, &reply.member("client_id")).await.unwrap();
    assert_eq!((as_anyone.registered_by, as_anyone.registered_from.as_deref()), (None, Some("192.0.2.1")));
    house
        .set(|s| {
            s.registration.open = false;
            s.registration.users = true;
        })
        .await;
    let reply = register(&house, Some(&weak), &oidc_agent()).await;
    assert_eq!(reply.status, 403);
    assert!(reply.text().contains("lacks the scope jeton:tokens"), "{}", reply.show());
    let strong = alice("openid jeton:tokens").await;
    let reply = register(&house, Some(&strong), &alone).await;
    assert_eq!((reply.status, reply.json()["scope"].as_str()), (201, Some("openid")), "{}", reply.show());
    let client = house.jeton.administration.show_client(house.service, &reply.member("client_id")).await.unwrap();
    assert_eq!(
        client.registered_by,
        Some(house.jeton.administration.show_user(house.service, USER).await.unwrap().key)
    );
}

#[tokio::test]
async fn what_a_person_s_token_registers_to_act_alone_has_no_scope_beyond_the_token_s() {
    let house = house().await;
    let wide = token(&house, "openid profile", true).await;
    house.change_client("tool", |c| c.grant_types.push(TOKEN_EXCHANGE.into())).await;
    let form = [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", &*wide),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("scope", "openid"),
    ];
    let exchanged = house.token(("tool", SECRET), &form).await.ok().access();
    let alone = with(json!({ "grant_types": ["client_credentials"] }));
    for (bearer, scope) in [(&wide, "openid profile"), (&exchanged, "openid")] {
        for metadata in [alone.clone(), with(json!({ "grant_types": ["client_credentials"], "scope": null }))] {
            let made = register(&house, Some(bearer), &metadata).await;
            assert_eq!((made.status, made.json()["scope"].as_str()), (201, Some(scope)), "{}", made.show());
            let path = format!("{PATH}/{}", made.member("client_id"));
            let put = Ask::put(&path).bearer(&made.member("registration_access_token")).json(&alone);
            assert_eq!(put.send(&house).await.ok().json()["scope"], scope, "its registration token widens nothing");
        }
    }
    // If a person is asked each time, the token limits nothing, but such a client may not later get tokens by itself.
    let made = register(&house, Some(&exchanged), &oidc_agent()).await;
    assert_eq!(made.json()["scope"], "openid profile offline_access");
    let path = format!("{PATH}/{}", made.member("client_id"));
    let put = Ask::put(&path).bearer(&made.member("registration_access_token")).json(&alone);
    assert_description(&put.send(&house).await, "Grant type not allowed: client_credentials");
}

#[tokio::test]
async fn an_administrator_gets_any_grant_and_any_scope() {
    let house = house().await;
    house.set(|s| s.registration.open = false).await;
    let admin = token(&house, "iam:admin.write", false).await;
    let metadata = with(json!({ "grant_types": ["password", "client_credentials"], "scope": "openid storage.read:/" }));
    let reply = register(&house, Some(&admin), &metadata).await;
    assert_eq!((reply.status, reply.member("scope").as_str()), (201, "openid storage.read:/"), "{}", reply.show());
    let reading = token(&house, "iam:admin.read", false).await;
    assert_eq!(register(&house, Some(&reading), &metadata).await.status, 403);
}

#[tokio::test]
async fn who_may_register_is_the_operator_s_choice() {
    let house = house().await;
    house.set(|s| s.registration.open = false).await;
    let (alice, tool) = (token(&house, "openid", true).await, token(&house, "read", false).await);
    assert_eq!(register(&house, None, &oidc_agent()).await.status, 401);
    assert_eq!(register(&house, Some("x"), &oidc_agent()).await.status, 401);
    assert_eq!(register(&house, Some(&alice), &oidc_agent()).await.status, 403, "neither anyone nor people");
    house.set(|s| s.registration.users = true).await;
    let alice_again = token(&house, "openid", true).await;
    for (bearer, status) in [(Some(&alice_again), 201), (Some(&tool), 403), (None, 401)] {
        let reply = register(&house, bearer.map(String::as_str), &oidc_agent()).await;
        assert_eq!(reply.status, status, "{}", reply.show());
    }
    let initial = token(&house, "register_client", false).await;
    assert_eq!(register(&house, Some(&initial), &oidc_agent()).await.status, 201);
    // The standard path does not have this rule.
    let usual = Ask::post("/registration").bearer(&alice_again).json(&oidc_agent()).send(&house).await;
    assert!(matches!(usual.status, 401 | 403), "{}", usual.show());
}

#[tokio::test]
async fn a_person_s_clients_are_counted_too() {
    let house = house().await;
    house.set(|s| s.registration.quota_per_address = 2).await;
    let alice = token(&house, "openid", true).await;
    for status in [201, 201, 429, 429] {
        assert_eq!(register(&house, Some(&alice), &oidc_agent()).await.status, status);
    }
    assert_eq!(register(&house, None, &oidc_agent()).await.status, 201, "another budget");
}

#[tokio::test]
async fn restricted_scopes_are_left_out_silently() {
    let house = house().await;
    for (asked, given) in [
        (json!("openid storage.read:/ manager offline_access iam:admin.write jeton:admin"), "openid offline_access"),
        (Value::Null, "openid profile email address phone offline_access"),
    ] {
        let reply = register(&house, None, &with(json!({ "scope": asked }))).await;
        assert_eq!((reply.status, reply.member("scope").as_str()), (201, given), "{}", reply.show());
    }
    assert_description(
        &register(&house, None, &with(json!({ "scope": "a\"b" }))).await,
        "scope is not a list of scopes",
    );
}

#[tokio::test]
async fn a_name_is_needed_and_id_and_secret_are_not_for_the_client_to_choose() {
    let house = house().await;
    let name = "client_name must have 4 to 256 characters";
    for bad in [Value::Null, json!("abc"), json!("x".repeat(257)), json!(7), json!("    ")] {
        assert_description(&register(&house, None, &with(json!({ "client_name": bad }))).await, name);
    }
    for good in ["abcd".to_owned(), "\u{fc}".repeat(256)] {
        assert_eq!(register(&house, None, &with(json!({ "client_name": good }))).await.status, 201);
    }
    for chosen in ["client_id", "client_secret"] {
        let reply = register(&house, None, &with(json!({ chosen: "mine" }))).await;
        assert_description(&reply, "client_id and client_secret must be left out");
    }
}

#[tokio::test]
async fn code_needs_a_redirect_uri_that_is_safe() {
    let house = house().await;
    let code = json!({ "grant_types": ["authorization_code", "refresh_token"], "response_types": ["token"] });
    let reply = register(&house, None, &with(code.clone())).await;
    assert_eq!((reply.status, &reply.json()["response_types"]), (201, &json!(["code"])), "{}", reply.show());
    let mut without = with(code.clone());
    without.as_object_mut().unwrap().remove("redirect_uris");
    assert_description(&register(&house, None, &without).await, "redirect_uris: is missing");
    for bad in ["http://evil.example/cb", "javascript:alert(1)", "https://a.example/#f"] {
        let mut metadata = with(code.clone());
        metadata["redirect_uris"] = json!([bad]);
        let reply = register(&house, None, &metadata).await;
        assert_eq!(reply.status, 400, "{bad}");
        assert_eq!(reply.json().as_object().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let house = house().await;
    for body in ["", "[]", "{", "{\"client_name\":\"a\",\"client_name\":\"b\"}"] {
        let reply = Ask::post(PATH).header("content-type", "application/json").body(body).send(&house).await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.has("error") && !reply.has("error_description"), "{}", reply.show());
    }
}
