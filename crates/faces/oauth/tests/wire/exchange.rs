//! Token exchange, RFC 8693: the request, the answer, and what the new token inherits.

use jeton_core::administration::Caller;
use jeton_core::exchange::{Acts, ClientMatch, ExchangeRule};
use jeton_core::model::CompatibilityMode;
use serde_json::json;

use jeton_served::{Ask, Browser, House, Made, Maker, PASSWORD, Reply, TOKEN_EXCHANGE, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);
const GATE: (&str, &str) = ("gate", SECRET);
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ID: &str = "urn:ietf:params:oauth:token-type:id_token";

async fn house() -> House {
    let house = House::new().await;
    for name in ["app", "gate", "files"] {
        house.client(name, Some(SECRET), |_| ()).await;
    }
    house
}

async fn rule(house: &House, name: &str, rule: ExchangeRule) {
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, name, &rule).await.unwrap();
}

fn gate_for_app() -> ExchangeRule {
    ExchangeRule {
        origin: ClientMatch::ById("app".into()),
        client: ClientMatch::ById("gate".into()),
        audience: vec!["files".into(), "https://files.example/".into()],
        ..ExchangeRule::default()
    }
}

async fn by_password(house: &House, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(APP, &form).await.ok()
}

async fn exchange(house: &House, client: (&str, &str), subject: (&str, &str), more: &[(&str, &str)]) -> Reply {
    let mut form =
        vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", subject.0), ("subject_token_type", subject.1)];
    form.extend_from_slice(more);
    house.token(client, &form).await
}

#[tokio::test]
async fn a_client_narrows_its_own_token_without_a_rule() {
    let house = house().await;
    let first = by_password(&house, "openid read write").await;
    let reply = exchange(&house, APP, (&first.access(), ACCESS), &[("scope", "read")]).await.ok();
    let json = reply.json();
    assert_eq!((json["issued_token_type"].as_str(), json["token_type"].as_str()), (Some(ACCESS), Some("Bearer")));
    assert_eq!(json["scope"], "read");
    assert!(!reply.has("refresh_token") && !reply.has("id_token"));
    let jwt = house.verified(&reply.access()).await;
    assert_eq!((jwt.claims["sub"].as_str(), jwt.claims["client_id"].as_str()), (Some("sub-of-alice"), Some("app")));
    assert_eq!(jwt.claims.get("act"), None);
    for (form, asked) in [("read admin", "admin"), ("profile", "profile")] {
        let refused = exchange(&house, APP, (&first.access(), ACCESS), &[("scope", form)]).await;
        let text = format!("the scopes {asked} are not allowed or invalid");
        refused.refused(400, "invalid_scope", &text);
    }
    let again = exchange(&house, APP, (&reply.access(), ACCESS), &[("scope", "read write")]).await;
    again.refused(400, "invalid_scope", "the scopes write are not allowed or invalid");
}

#[tokio::test]
async fn without_a_scope_everything_that_is_left_is_given() {
    let house = house().await;
    house.client("gate", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("read email")).await;
    rule(&house, "a", gate_for_app()).await;
    let first = by_password(&house, "read write").await;
    let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.ok();
    assert_eq!(reply.member("scope"), "read");
}

#[tokio::test]
async fn a_delegated_token_says_who_acts() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let first = by_password(&house, "read").await;
    let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[("audience", "files")]).await.ok();
    let claims = house.verified(&reply.access()).await.claims;
    assert_eq!(claims["sub"], "sub-of-alice");
    assert_eq!((&claims["client_id"], &claims["aud"]), (&json!("gate"), &json!("files")));
    assert_eq!(claims["act"], json!({"sub": "gate"}));
    assert_eq!(house.introspected(&reply.access()).await["act"], json!({"sub": "gate"}));

    // The next exchange in the chain.
    let next = ExchangeRule {
        origin: ClientMatch::ById("gate".into()),
        client: ClientMatch::ById("files".into()),
        ..ExchangeRule::default()
    };
    rule(&house, "b", next).await;
    let second = exchange(&house, ("files", SECRET), (&reply.access(), ACCESS), &[]).await.ok();
    let claims = house.verified(&second.access()).await.claims;
    assert_eq!(claims["act"], json!({"sub": "files", "act": {"sub": "gate"}}));
}

#[tokio::test]
async fn an_actor_token_names_the_actor() {
    let house = house().await;
    house.person("bob", "builder").await;
    rule(&house, "a", gate_for_app()).await;
    let first = by_password(&house, "read").await;
    let form = [("grant_type", "password"), ("username", "bob"), ("password", "builder"), ("scope", "openid read")];
    let bobs = house.token(GATE, &form).await.ok();
    for (token, kind) in [(bobs.access(), ACCESS), (bobs.access(), JWT), (bobs.member("id_token"), ID)] {
        let actor = [("actor_token", token.as_str()), ("actor_token_type", kind)];
        let reply = exchange(&house, GATE, (&first.access(), ACCESS), &actor).await.ok();
        let act = house.verified(&reply.access()).await.claims["act"].clone();
        assert_eq!(act, json!({"sub": "sub-of-bob", "client_id": "gate"}), "{kind}");
    }
    let text = "the actor token is not valid";
    for (token, kind) in
        [(first.access(), ACCESS), (bobs.refresh(), REFRESH), (bobs.access(), ID), ("x".into(), ACCESS)]
    {
        let actor = [("actor_token", token.as_str()), ("actor_token_type", kind)];
        exchange(&house, GATE, (&first.access(), ACCESS), &actor).await.refused(400, "invalid_request", text);
    }
}

#[tokio::test]
async fn the_new_token_never_outlives_the_old_and_dies_with_its_family() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let first = by_password(&house, "read").await;
    house.wait(3000);
    let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.ok();
    assert_eq!(reply.json()["expires_in"], 600);
    let revoke = jeton_served::Ask::post("/token/revoke").basic("app", SECRET);
    revoke.form(&[("token", first.refresh().as_str())]).send(&house).await.ok();
    assert!(!house.is_active(&reply.access()).await);
}

#[tokio::test]
async fn a_clients_own_token_stays_its_own_and_ends_its_children() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let first = house.token(APP, &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
    let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.ok();
    let claims = house.verified(&reply.access()).await.claims;
    assert_eq!((&claims["sub"], &claims["act"]), (&json!("app"), &json!({"sub": "gate"})));
    assert!(house.is_active(&reply.access()).await);
    let revoke = jeton_served::Ask::post("/token/revoke").basic("app", SECRET);
    revoke.form(&[("token", first.access().as_str())]).send(&house).await.ok();
    assert!(!house.is_active(&reply.access()).await);
}

#[tokio::test]
async fn a_disabled_client_or_person_ends_what_was_exchanged() {
    for what in ["app", "gate", USER] {
        let house = house().await;
        rule(&house, "a", gate_for_app()).await;
        let first = by_password(&house, "read").await;
        let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.ok();
        if what == USER {
            house.change_person(USER, |u| u.enabled = false).await;
        } else {
            house.change_client(what, |c| c.enabled = false).await;
        }
        assert!(!house.is_active(&reply.access()).await, "{what}");
        let (status, error, _) = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.refusal();
        let expected = if what == "gate" { (401, "invalid_client") } else { (400, "invalid_request") };
        assert_eq!((status, error.as_str()), expected, "{what}");
    }
}

#[tokio::test]
async fn audiences_are_the_subject_tokens_or_the_rules() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "read"),
        ("resource", "https://mail.example/"),
    ];
    let first = house.token(APP, &form).await.ok();
    let aud = async |more: &[(&str, &str)]| {
        let reply = exchange(&house, GATE, (&first.access(), ACCESS), more).await.ok();
        house.verified(&reply.access()).await.claims["aud"].clone()
    };
    assert_eq!(aud(&[]).await, json!("https://mail.example/"), "the subject token's own");
    assert_eq!(aud(&[("audience", "files")]).await, json!("files"));
    assert_eq!(aud(&[("resource", "https://mail.example/")]).await, json!("https://mail.example/"));
    let all = [("audience", "files"), ("audience", "https://mail.example/"), ("resource", "https://files.example/")];
    assert_eq!(aud(&all).await, json!(["files", "https://mail.example/", "https://files.example/"]));
    for (name, value, text) in [
        ("audience", "bank", "the audience is not known or not allowed"),
        ("audience", "gate", "the audience is not known or not allowed"),
        ("resource", "https://bank.example/", "the resource is not valid or not allowed"),
        ("resource", "files", "Not a valid URI: files"),
    ] {
        let reply = exchange(&house, GATE, (&first.access(), ACCESS), &[(name, value)]).await;
        reply.refused(400, "invalid_target", text);
    }
    let own = exchange(&house, APP, (&first.access(), ACCESS), &[("audience", "files")]).await;
    own.refused(400, "invalid_target", "the audience is not known or not allowed");
    let twice = [("grant_type", "client_credentials"), ("scope", "read"), ("audience", "a"), ("audience", "b")];
    house.token(APP, &twice).await.refused(400, "invalid_request", "the parameter audience is repeated");
}

#[tokio::test]
async fn a_jwt_may_be_asked_for_and_other_kinds_not() {
    let house = house().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(jeton_core::model::TokenFormat::Opaque)).await;
    let first = by_password(&house, "read").await;
    let reply = exchange(&house, APP, (&first.access(), ACCESS), &[("requested_token_type", JWT)]).await.ok();
    assert_eq!(reply.member("issued_token_type"), JWT);
    house.verified(&reply.access()).await;
    let opaque = exchange(&house, APP, (&first.access(), ACCESS), &[]).await.ok();
    assert!(opaque.access().starts_with("jtn_at_"));
    for kind in [ID, "urn:ietf:params:oauth:token-type:saml2", "jwt"] {
        let reply = exchange(&house, APP, (&first.access(), ACCESS), &[("requested_token_type", kind)]).await;
        reply.refused(400, "invalid_request", "the parameter requested_token_type is not valid");
    }
}

#[tokio::test]
async fn a_refresh_token_comes_only_where_a_rule_says_so() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let first = by_password(&house, "read").await;
    let not_allowed = "no policy allows this exchange";
    let asked = [("requested_token_type", REFRESH)];
    for client in [APP, GATE] {
        let reply = exchange(&house, client, (&first.access(), ACCESS), &asked).await;
        reply.refused(400, "invalid_request", not_allowed);
    }
    rule(&house, "a", ExchangeRule { refresh: true, ..gate_for_app() }).await;
    let reply = exchange(&house, GATE, (&first.access(), ACCESS), &asked).await.ok();
    assert_eq!((reply.member("issued_token_type"), reply.member("token_type")), (REFRESH.into(), "N_A".into()));
    let refreshed =
        house.token(GATE, &[("grant_type", "refresh_token"), ("refresh_token", &reply.access())]).await.ok();
    assert_eq!(refreshed.member("scope"), "read");
    let both = exchange(&house, GATE, (&first.access(), ACCESS), &[("scope", "read offline_access")]).await.ok();
    assert!(both.has("refresh_token") && both.member("scope") == "read");
    // Also if the subject token has the scope `offline_access`, which the new scope then keeps.
    let offline = by_password(&house, "read offline_access").await.access();
    let kept = exchange(&house, GATE, (&offline, ACCESS), &[("scope", "read offline_access")]).await.ok();
    assert!(kept.has("refresh_token") && kept.member("scope") == "read offline_access");
    let alone = exchange(&house, GATE, (&offline, ACCESS), &[("scope", "read")]).await.ok();
    assert!(!alone.has("refresh_token"));
    let own = house.token(APP, &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
    exchange(&house, GATE, (&own.access(), ACCESS), &asked).await.refused(400, "invalid_request", not_allowed);
}

#[tokio::test]
async fn only_a_valid_token_of_its_type_is_a_subject() {
    let house = house().await;
    rule(&house, "a", ExchangeRule { scope: Some(jeton_testkit::sample::scope("read")), ..gate_for_app() }).await;
    let first = by_password(&house, "openid read offline_access").await;
    let (access, refresh, id) = (first.access(), first.refresh(), first.member("id_token"));
    for (token, kind) in [(&access, ACCESS), (&access, JWT), (&id, ID)] {
        let reply = exchange(&house, GATE, (token, kind), &[]).await.ok();
        assert_eq!(reply.member("scope"), "read", "{kind}");
        assert_eq!(house.verified(&reply.access()).await.claims["sub"], "sub-of-alice");
    }
    exchange(&house, APP, (&refresh, REFRESH), &[("scope", "read")]).await.ok();
    let text = "the subject token is not valid";
    let other = self::house().await;
    let foreign = by_password(&other, "read").await;
    let expired = by_password(&house, "openid read").await;
    let cut = access[..access.len() - 1].to_owned();
    for (token, kind) in [
        (refresh.as_str(), REFRESH),
        (&refresh, ACCESS),
        (&access, REFRESH),
        (&access, ID),
        (&id, ACCESS),
        (&id, JWT),
        (&foreign.refresh(), REFRESH),
        (&cut, ACCESS),
        ("x", JWT),
        ("x", ID),
    ] {
        exchange(&house, GATE, (token, kind), &[]).await.refused(400, "invalid_request", text);
    }
    house.wait(3600);
    for (token, kind) in [(expired.access(), ACCESS), (expired.member("id_token"), ID)] {
        exchange(&house, GATE, (&token, kind), &[]).await.refused(400, "invalid_request", text);
    }
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_named() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let house = house().await;
        house
            .client("app", Some(SECRET), |c| {
                c.profile = profile;
                c.response_types = vec!["code token id_token".into()];
            })
            .await;
        let first = by_password(&house, "read").await.access();
        let t = first.as_str();
        let grant = ("grant_type", TOKEN_EXCHANGE);
        for (form, text) in [
            (vec![grant, ("subject_token_type", ACCESS)], "the parameter subject_token is missing"),
            (vec![grant, ("subject_token", t)], "the parameter subject_token_type is missing"),
            (
                vec![grant, ("subject_token", t), ("subject_token_type", "x")],
                "the parameter subject_token_type is not valid",
            ),
            (
                vec![grant, ("subject_token", t), ("subject_token_type", ACCESS), ("actor_token", t)],
                "the parameter actor_token_type is missing",
            ),
            (
                vec![grant, ("subject_token", t), ("subject_token_type", ACCESS), ("actor_token_type", ACCESS)],
                "the parameter actor_token is missing",
            ),
            (
                vec![grant, ("subject_token", t), ("subject_token", t), ("subject_token_type", ACCESS)],
                "the parameter subject_token is repeated",
            ),
        ] {
            house.token(APP, &form).await.refused(400, "invalid_request", text);
        }
        house.change_client("app", |c| c.grant_types.retain(|g| g != TOKEN_EXCHANGE)).await;
        let error = if profile == CompatibilityMode::Classic { "invalid_client" } else { "unauthorized_client" };
        let text = format!("the client app doesn't support the grant type {TOKEN_EXCHANGE}");
        exchange(&house, APP, (t, ACCESS), &[]).await.refused(400, error, &text);
    }
}

#[tokio::test]
async fn a_public_client_exchanges_nothing() {
    let house = house().await;
    house.client("tv", None, |_| ()).await;
    let mut params = code_params("tv", "openid read");
    params.retain(|(name, _)| *name != "nonce");
    let code = Browser::default().code(&house, &params).await;
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER), ("client_id", "tv")];
    let first = house.public_token(&form).await.ok();
    let form = [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", &first.access()),
        ("subject_token_type", ACCESS),
        ("client_id", "tv"),
    ];
    house.public_token(&form).await.refused(400, "invalid_client", "the client doesn't exist");
}

#[tokio::test]
async fn an_impersonation_names_nobody_but_keeps_who_acted_before() {
    let house = house().await;
    rule(&house, "a", gate_for_app()).await;
    let quiet = ExchangeRule {
        origin: ClientMatch::ById("gate".into()),
        client: ClientMatch::ById("files".into()),
        acts: Acts::Impersonation,
        ..ExchangeRule::default()
    };
    rule(&house, "b", quiet).await;
    let first = by_password(&house, "read").await;
    let second = exchange(&house, GATE, (&first.access(), ACCESS), &[]).await.ok();
    let third = exchange(&house, ("files", SECRET), (&second.access(), ACCESS), &[]).await.ok();
    assert_eq!(house.verified(&third.access()).await.claims["act"], json!({"sub": "gate"}));
}

/// RFC 8705 section 3: a caller that cannot use a bound token cannot exchange it, and an exchange keeps the binding.
#[tokio::test]
async fn a_bound_token_is_exchanged_over_its_own_certificate_only_and_stays_bound() {
    let house = house().await;
    let (own, other) = (Maker::app().made(), Maker::app().made());
    let bound = |c: &mut jeton_core::model::Client| {
        c.metadata.set("tls_client_certificate_bound_access_tokens", true);
    };
    house.client("app", Some(SECRET), bound).await;
    let send = async |form: &[(&str, &str)], made: Option<&Made>| {
        let ask = Ask::post("/token").basic("app", SECRET).form(form);
        let ask = if let Some(made) = made { ask.certificate(&made.der, false) } else { ask };
        ask.send(&house).await
    };
    let first = send(&[("grant_type", "client_credentials"), ("scope", "read")], Some(&own)).await.ok().access();
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", first.as_str()), ("subject_token_type", ACCESS)];
    for wrong in [None, Some(&other)] {
        send(&form, wrong).await.refused(400, "invalid_request", "the subject token is not valid");
    }
    let reply = send(&form, Some(&own)).await.ok();
    assert_eq!(house.introspected(&reply.access()).await["cnf"]["x5t#S256"], own.print());
}
