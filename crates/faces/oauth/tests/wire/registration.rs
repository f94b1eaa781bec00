//! `POST /registration`: with an initial access token (RFC 7591 section 3).

use jeton_core::model::CompatibilityMode;
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, Reply, VERIFIER, code_params};

const SECRET: &str = "s3cret";

/// A house with an initial access token.
pub(crate) async fn house() -> (House, String) {
    let house = House::new().await;
    let token = initial_token(&house).await;
    (house, token)
}

pub(crate) async fn initial_token(house: &House) -> String {
    let scope = jeton_testkit::sample::scope("register_client read");
    house.client("registrar", Some(SECRET), |c| c.scope = scope).await;
    let form = [("grant_type", "client_credentials"), ("scope", "register_client")];
    house.token(("registrar", SECRET), &form).await.ok().access()
}

pub(crate) async fn register(house: &House, token: &str, metadata: &Value) -> Reply {
    Ask::post("/registration").bearer(token).json(metadata).send(house).await
}

pub(crate) fn minimal() -> Value {
    json!({ "redirect_uris": ["https://app.example/cb"] })
}

#[tokio::test]
async fn a_client_gets_the_defaults_and_can_be_used_at_once() {
    let (house, token) = house().await;
    let reply = register(&house, &token, &minimal()).await;
    assert_eq!(reply.status, 201, "{}", reply.show());
    let made = reply.json();
    let id = made["client_id"].as_str().unwrap();
    assert_eq!(made["grant_types"], json!(["authorization_code"]));
    assert_eq!(made["response_types"], json!(["code"]));
    assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(made["redirect_uris"], json!(["https://app.example/cb"]));
    assert_eq!(made["scope"], "openid profile email address phone offline_access");
    assert_eq!(made["client_secret_expires_at"], 0);
    assert!(made["client_id_issued_at"].is_i64());
    assert!(made["registration_access_token"].as_str().unwrap().starts_with("jtn_reg_"));
    assert_eq!(made["registration_client_uri"], format!("https://id.example/registration/{id}"));
    for ours in ["enabled", "has_secret", "profile", "introspect", "skip_consent", "changed_at", "require_pkce"] {
        assert!(made.get(ours).is_none(), "{ours} is not for registrants to see");
    }
    let code = Browser::default().code(&house, &code_params(id, "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token((id, made["client_secret"].as_str().unwrap()), &form).await.ok();
    let client = house.jeton.administration.show_client(house.service, id).await.unwrap();
    assert!(client.self_registered, "its addresses are a stranger's");
    assert_eq!(client.registered_from, None, "somebody vouched for it");
}

#[tokio::test]
async fn all_registered_metadata_comes_back() {
    let (house, token) = house().await;
    let metadata = json!({
        "redirect_uris": ["https://app.example/cb", "https://app.example/cb2"],
        "post_logout_redirect_uris": ["https://app.example/bye"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post",
        "application_type": "web",
        "client_name": "Füchse & Söhne",
        "client_uri": "https://app.example",
        "logo_uri": "https://app.example/logo.png",
        "tos_uri": "https://app.example/tos",
        "policy_uri": "https://app.example/policy",
        "contacts": ["ops@app.example"],
        "scope": "openid email",
        "software_id": "4NRB1",
        "software_version": "2.0",
        "default_max_age": 3600,
        "require_auth_time": true,
        "default_acr_values": ["1"],
        "initiate_login_uri": "https://app.example/login",
        "id_token_signed_response_alg": "ES256",
        "jwks": { "keys": [{ "kty": "EC", "crv": "P-256", "x": "a", "y": "b" }] },
        "subject_type": "public",
    });
    let made = register(&house, &token, &metadata).await.json();
    for (name, value) in metadata.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
}

/// RFC 6749 section 3.3; the rest gives access to this server or outlives the visit, and is asked for by name.
#[tokio::test]
async fn a_registered_client_that_names_no_scope_gets_what_it_registered() {
    let (house, token) = house().await;
    let mut metadata = minimal();
    metadata["grant_types"] = json!(["authorization_code", jeton_served::DEVICE_CODE]);
    let made = register(&house, &token, &metadata).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let scope = "openid profile email api jeton:tokens jeton:admin iam:admin.read scim:read manager offline_access";
    house.change_client(&id, |c| c.scope = jeton_testkit::sample::scope(scope)).await;
    let mut params = code_params(&id, "");
    params.retain(|(name, _)| *name != "scope");
    let code = Browser::default().code(&house, &params).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    assert_eq!(house.token((&id, &secret), &form).await.ok().member("scope"), "openid profile email api");
    let device = Ask::post("/device_authorization").basic(&id, &secret).form(&[("client_id", &id)]);
    device.send(&house).await.ok();

    house.change_client(&id, |c| c.scope = jeton_testkit::sample::scope("offline_access jeton:tokens")).await;
    let refused = Ask::post("/device_authorization").basic(&id, &secret).form(&[("client_id", &id)]);
    refused.send(&house).await.refused(400, "invalid_scope", "the parameter scope is missing");
}

#[tokio::test]
async fn a_client_that_names_no_method_sends_its_secret_either_way() {
    let (house, token) = house().await;
    let made = register(&house, &token, &minimal()).await;
    assert_eq!(made.member("token_endpoint_auth_method"), "client_secret_basic");
    let id = made.member("client_id");
    let own = made.member("registration_access_token");
    let revoke = async |secret: &str, in_body: bool| {
        let ask = Ask::post("/token/revoke");
        let ask = match in_body {
            true => ask.form(&[("token", "x"), ("client_id", &id), ("client_secret", secret)]),
            false => ask.basic(&id, secret).form(&[("token", "x")]),
        };
        ask.send(&house).await
    };
    let secret = made.member("client_secret");
    for in_body in [false, true] {
        revoke(&secret, in_body).await.ok();
        assert_eq!(revoke("wrong", in_body).await.member("error"), "invalid_client");
    }
    let text = "the client cannot be authenticated with secret post";
    assert_eq!(revoke("wrong", true).await.member("error_description"), text);
    let twice = Ask::post("/token/revoke").basic(&id, &secret).form(&[("token", "x"), ("client_secret", &secret)]);
    assert_eq!(twice.send(&house).await.member("error"), "invalid_request", "RFC 6749 section 2.3: one method");

    // A record that is read and sent back as it was shown is the same.
    let path = format!("/registration/{id}");
    let shown = Ask::get(&path).bearer(&own).send(&house).await.ok().json();
    Ask::put(&path).bearer(&own).json(&shown).send(&house).await.ok();
    revoke(&secret, true).await.ok();

    let mut named = minimal();
    named["token_endpoint_auth_method"] = "client_secret_basic".into();
    let made = register(&house, &token, &named).await;
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let form = [("token", "x"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let text = "the client cannot be authenticated with secret basic";
    Ask::post("/token/revoke").form(&form).send(&house).await.refused(401, "invalid_client", text);
}

#[tokio::test]
async fn only_methods_with_a_secret_get_one() {
    let (house, token) = house().await;
    let mut metadata = minimal();
    metadata["token_endpoint_auth_method"] = "none".into();
    let made = register(&house, &token, &metadata).await;
    assert_eq!(made.status, 201);
    assert!(!made.has("client_secret") && !made.has("client_secret_expires_at"), "{}", made.show());
    let id = made.member("client_id");
    let code = Browser::default().code(&house, &code_params(&id, "openid")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("client_id", id.as_str()),
    ];
    house.public_token(&form).await.ok();
}

#[tokio::test]
async fn the_classic_answer_is_200_with_a_text() {
    let (house, token) = house().await;
    house.set(|s| s.profile = CompatibilityMode::Classic).await;
    let reply = register(&house, &token, &minimal()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.member("client_id_issued_at"), house.clock_seconds().to_string());
    let client = house.jeton.administration.show_client(house.service, &reply.member("client_id")).await.unwrap();
    assert_eq!(client.profile, CompatibilityMode::Classic);
}

#[tokio::test]
async fn the_token_must_be_good_and_have_the_scope() {
    let (house, token) = house().await;
    let before = clients(&house).await;
    for path in ["/registration", "/register"] {
        let none = Ask::post(path).json(&minimal()).send(&house).await;
        none.refused(401, "invalid_request", "an access token is needed");
        assert_eq!(none.header("www-authenticate"), Some("Bearer realm=\"jeton\""));
    }
    register(&house, "x", &minimal()).await.refused(401, "invalid_token", "the access token is not valid");
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let other = house.token(("registrar", SECRET), &form).await.ok().access();
    let reply = register(&house, &other, &minimal()).await;
    reply.refused(403, "insufficient_scope", "the access token lacks the scope register_client");
    let made = register(&house, &token, &minimal()).await;
    let own = made.member("registration_access_token");
    register(&house, &own, &minimal()).await.refused(401, "invalid_token", "the access token is not valid");
    let twice = Ask::post("/registration").bearer(&token).bearer(&token).json(&minimal()).send(&house).await;
    assert_eq!(twice.status, 401);
    let basic = Ask::post("/registration").basic("registrar", SECRET).json(&minimal()).send(&house).await;
    assert_eq!(basic.status, 401);
    assert_eq!(clients(&house).await, before + 1);
    // Both paths lead to the same endpoint.
    let made = Ask::post("/register").bearer(&token).json(&minimal()).send(&house).await;
    assert_eq!(made.status, 201, "{}", made.show());
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let (house, token) = house().await;
    let ask = || Ask::post("/registration").bearer(&token);
    let message = "no parameter in body request";
    ask().send(&house).await.refused(400, "invalid_request", message);
    ask().form(&[("redirect_uris", "https://app.example/cb")]).send(&house).await.refused(
        400,
        "invalid_request",
        message,
    );
    ask().header("content-type", "application/json").body(" ").send(&house).await.refused(
        400,
        "invalid_request",
        message,
    );
    for body in
        ["[]", "1", "{", "{\"scope\":\"a\",\"scope\":\"b\"}", "{\"jwks\":{\"keys\":[],\"keys\":[]}}", "\u{feff}{}"]
    {
        let reply = ask().header("content-type", "application/json").body(body).send(&house).await;
        let text = "the body must be one JSON object, each member once";
        reply.refused(400, "invalid_request", text);
    }
}

async fn clients(house: &House) -> u64 {
    house.jeton.administration.clients(house.service, jeton_core::store::Page::first(0)).await.unwrap().total
}
