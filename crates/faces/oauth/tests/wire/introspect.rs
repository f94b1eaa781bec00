//! `/introspect`: RFC 7662 and `docs/contracts/oauth-token-endpoint.md` section 9.

use jeton_core::administration::{Caller, NewToken};
use jeton_core::api_tokens::AddressRanges;
use jeton_core::api_tokens::Lifetime;
use jeton_core::model::{CompatibilityMode, Introspect, ResponseScope, TokenDetails, TokenFormat, TokenKind};
use jeton_testkit::sample;
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, code_params};

const SECRET: &str = "s3cret";
const NOW: i64 = sample::T0.seconds();

async fn begun(house: &House, format: TokenFormat) -> Reply {
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(format)).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read write")];
    house.token(("app", SECRET), &form).await.ok()
}

async fn ask(house: &House, client: &str, token: &str) -> Reply {
    Ask::post("/introspect").basic(client, SECRET).form(&[("token", token)]).send(house).await
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[tokio::test]
async fn an_opaque_token() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    let record = ask(&house, "app", &first.access()).await.ok().json();
    let jti = &record["jti"];
    assert!(jti.is_string());
    let expected = json!({
        "active": true, "scope": "read write", "client_id": "app", "username": "alice", "token_type": "Bearer",
        "exp": NOW + 3600, "iat": NOW, "sub": "sub-of-alice", "iss": "https://id.example", "jti": jti,
        "user_id": "alice",
    });
    assert_eq!(record, expected);
}

#[tokio::test]
async fn a_jwt_says_the_same_as_its_record() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Jwt).await;
    let record = ask(&house, "app", &first.access()).await.ok().json();
    let claims = house.verified(&first.access()).await.claims;
    for name in ["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti"] {
        assert_eq!(record[name], claims[name], "{name}");
        assert!(!record[name].is_null(), "{name}");
    }
    assert!(record["aud"].is_string(), "one value as a plain string");
}

#[tokio::test]
async fn a_clients_own_token_has_the_client_as_sub_and_no_username() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let token = house.token(("app", SECRET), &form).await.ok().access();
    let record = ask(&house, "app", &token).await.ok().json();
    assert_eq!((record["sub"].as_str(), record.get("username")), (Some("app"), None));
}

#[tokio::test]
async fn a_refresh_token_is_no_bearer_token() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    let record = ask(&house, "app", &first.refresh()).await.ok().json();
    assert_eq!(record["active"], true);
    assert_eq!(record.get("token_type"), None, "it must not look like an access token");
}

#[tokio::test]
async fn times_are_whole_seconds_of_the_epoch() {
    let house = House::new().await;
    house.clock.advance(std::time::Duration::from_millis(999));
    let first = begun(&house, TokenFormat::Opaque).await;
    let record = ask(&house, "app", &first.access()).await.ok().json();
    assert_eq!((record["iat"].as_i64(), record["exp"].as_i64()), (Some(NOW), Some(NOW + 3600)));
}

#[tokio::test]
async fn who_may_see_whose_token() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    house.client("app", Some(SECRET), |c| c.audience = Some("https://x.example api other".into())).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let meant = house.token(("app", SECRET), &form).await.ok().access();
    house.client("api", Some(SECRET), |_| ()).await;
    for (rule, sees_meant, sees_any) in
        [(Introspect::Own, false, false), (Introspect::Audience, true, false), (Introspect::Any, true, true)]
    {
        house.change_client("api", |c| c.introspect = rule).await;
        for (token, seen) in [(&meant, sees_meant), (&first.access(), sees_any), (&first.refresh(), sees_any)] {
            let record = ask(&house, "api", token).await.ok();
            if seen {
                assert_eq!(record.json()["active"], true, "{rule:?}");
            } else {
                assert_eq!(record.body, b"{\"active\":false}", "{rule:?}");
            }
        }
    }
    // An audience is compared as a whole word.
    house.client("ap", Some(SECRET), |c| c.introspect = Introspect::Audience).await;
    assert_eq!(ask(&house, "ap", &meant).await.ok().json(), inactive());
}

#[tokio::test]
async fn whatever_the_reason_inactive_is_exactly_that() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Jwt).await;
    for unknown in ["x", "jtn_at_x", "a.b.c", "\u{0}\u{1}", &"y".repeat(10_000)] {
        assert_eq!(ask(&house, "app", unknown).await.ok().body, b"{\"active\":false}");
    }
    house.wait(3600);
    assert_eq!(ask(&house, "app", &first.access()).await.ok().body, b"{\"active\":false}");
    Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &first.refresh())]).send(&house).await;
    assert_eq!(ask(&house, "app", &first.refresh()).await.ok().body, b"{\"active\":false}");
}

#[tokio::test]
async fn classic_clients_hear_of_unknown_and_ended_tokens() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    ask(&house, "app", "x").await.refused(400, "invalid_token", "the token doesn't exist");
    let record = ask(&house, "app", &first.access()).await.ok().json();
    assert_eq!((&record["active"], &record["scope"]), (&json!(true), &json!(["read", "write"])));
    assert_eq!(record["username"], "Alice Doe", "section 9: the person's name");
    house.wait(3600);
    let record = ask(&house, "app", &first.access()).await.ok().json();
    assert_eq!((&record["active"], &record["scope"]), (&json!(false), &json!(["read", "write"])));
    assert_eq!(record["exp"], NOW + 3600, "never the lifetime");
    assert_eq!((&record["client_id"], &record["sub"]), (&json!("app"), &json!("sub-of-alice")), "the full record");
}

/// `docs/contracts/oauth-token-endpoint.md` section 9: `scope` is an array for SimpleIdServer clients where "section 6's
/// setting applies".
#[tokio::test]
async fn the_form_of_scope_follows_the_setting() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    for (profile, setting, expected) in [
        (CompatibilityMode::Standard, None, json!("read write")),
        (CompatibilityMode::Classic, None, json!(["read", "write"])),
        (CompatibilityMode::Classic, Some(ResponseScope::String), json!("read write")),
        (CompatibilityMode::Standard, Some(ResponseScope::Array), json!(["read", "write"])),
    ] {
        house.change_client("app", |c| (c.profile, c.token_response_scope) = (profile, setting)).await;
        let record = ask(&house, "app", &first.access()).await.ok().json();
        assert_eq!(record["scope"], expected, "{profile:?} {setting:?}");
    }
}

#[tokio::test]
async fn refusals() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    house.client("public", None, |_| ()).await;
    let token = first.access();
    for form in [&[("x", "y")][..], &[("token", " ")]] {
        let reply = Ask::post("/introspect").basic("app", SECRET).form(form).send(&house).await;
        reply.refused(400, "invalid_request", "the parameter token is missing");
    }
    let (wrong, unknown) = ("the client cannot be authenticated with secret basic", "the client doesn't exist");
    let form = [("token", token.as_str()), ("client_id", "public")];
    let reply = Ask::post("/introspect").basic("app", "no").form(&form[..1]).send(&house).await;
    reply.refused(401, "invalid_client", wrong);
    // RFC 7662 section 2.3: 401 with a challenge, also if nothing was sent.
    let reply = Ask::post("/introspect").form(&form[..1]).send(&house).await;
    reply.refused(401, "invalid_client", unknown);
    assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"jeton\""));
    // A client without authentication may not probe tokens (RFC 7662 section 4).
    Ask::post("/introspect").form(&form).send(&house).await.refused(401, "invalid_client", unknown);
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    let reply = Ask::post("/introspect").basic("app", "no").form(&form[..1]).send(&house).await;
    reply.refused(400, "invalid_client", wrong);
    assert_eq!(reply.header("www-authenticate"), None);
}

#[tokio::test]
async fn a_bearer_with_uma_protection_sees_what_its_client_sees() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    house.client("rs", Some(SECRET), |c| c.scope = sample::scope("uma_protection read")).await;
    let get = |scope: &'static str| {
        let house = &house;
        async move {
            let form = [("grant_type", "client_credentials"), ("scope", scope)];
            house.token(("rs", SECRET), &form).await.ok().access()
        }
    };
    let by = |bearer: String, token: String| {
        let house = &house;
        async move { Ask::post("/introspect").bearer(&bearer).form(&[("token", &token)]).send(house).await }
    };
    let pat = get("uma_protection").await;
    assert_eq!(by(pat.clone(), pat.clone()).await.ok().json()["active"], true);
    for others in [first.access(), first.refresh()] {
        assert_eq!(by(pat.clone(), others).await.ok().json(), inactive(), "no RPT, and not for this client");
    }
    house.change_client("rs", |c| c.introspect = Introspect::Any).await;
    assert_eq!(by(pat.clone(), first.access()).await.ok().json()["active"], true);
    assert_eq!(by(pat.clone(), "x".into()).await.ok().json(), inactive());
    let reply = by(get("read").await, first.access()).await;
    reply.refused(403, "insufficient_scope", "the access token lacks the scope uma_protection");
    assert!(reply.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
    let reply = by("x".into(), first.access()).await;
    reply.refused(401, "invalid_token", "the access token is not valid");
    assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer realm=\"jeton\", error=\"invalid_token\""));
    house.wait(3600);
    by(pat, first.refresh()).await.refused(401, "invalid_token", "the access token is not valid");
}

/// RFC 6749 section 1.5: refresh tokens "are intended for use only with authorization servers and are never sent to
/// resource servers", and are no bearer tokens.
#[tokio::test]
async fn a_refresh_token_is_no_credential_here() {
    let house = House::new().await;
    let first = begun(&house, TokenFormat::Opaque).await;
    house.client("rs", Some(SECRET), |c| c.scope = sample::scope("uma_protection")).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "uma_protection")];
    let refresh = house.token(("rs", SECRET), &form).await.ok().refresh();
    let reply = Ask::post("/introspect").bearer(&refresh).form(&[("token", &first.access())]).send(&house).await;
    reply.refused(401, "invalid_token", "the access token is not valid");
}

/// A resource server that accepts everything `active` would accept a browser's session cookie as an access token.
#[tokio::test]
async fn a_browser_session_is_nothing_to_a_resource_server() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let session = browser.cookies["__Host-jeton_session"].clone();
    assert_eq!(house.introspected(&session).await, inactive());
}

#[tokio::test]
async fn an_id_token_is_nothing_to_a_resource_server() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid")];
    let id_token = house.token(("app", SECRET), &form).await.ok().member("id_token");
    assert_eq!(house.introspected(&id_token).await, inactive());
    assert_eq!(Ask::get("/userinfo").bearer(&id_token).send(&house).await.status, 401);
}

#[tokio::test]
async fn a_token_with_address_ranges_is_active_only_where_they_say_and_the_ranges_are_told() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let mut details = TokenDetails::default();
    AddressRanges::parse(&["10.0.0.0/8"]).unwrap().put(&mut details);
    let order = NewToken {
        binding: None,
        kind: TokenKind::Api,
        format: None,
        client: Some("app".into()),
        user: None,
        scope: Some(sample::scope("read")),
        audience: None,
        lifetime: Lifetime::Usual,
        not_before: None,
        details,
    };
    let service = house.jeton.ledger.entities().service(house.service).unwrap();
    let issued = house.jeton.administration.mint_for(&Caller::local(), &service, order).await.unwrap();
    let text = issued.tokens[0].text.expose();
    let from = async |address: Option<&str>| {
        let mut form = vec![("token", text)];
        form.extend(address.map(|address| ("client_address", address)));
        Ask::post("/introspect").basic("app", SECRET).form(&form).send(&house).await
    };
    let untold = from(None).await.ok().json();
    assert_eq!((&untold["active"], &untold["address_ranges"]), (&json!(true), &json!(["10.0.0.0/8"])));
    assert_eq!(from(Some("10.1.2.3")).await.ok().json()["active"], true);
    assert_eq!(from(Some("::ffff:10.1.2.3")).await.ok().json()["active"], true);
    assert_eq!(from(Some("11.1.2.3")).await.ok().json(), inactive());
    let refused = from(Some("10.0.0.0/8")).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn a_right_that_is_worth_nothing_is_not_shown() {
    let house = House::new().await;
    let all = "read jeton:admin manager register_client jeton:tokens uma_protection";
    house.client("app", Some(SECRET), |c| c.scope = sample::scope(all)).await;
    house.change_person(USER, |user| user.roles = vec!["admin".into()]).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", all)];
    let token = house.token(("app", SECRET), &form).await.ok().access();
    let shown = async || ask(&house, "app", &token).await.ok().json()["scope"].as_str().unwrap().to_owned();
    assert_eq!(shown().await, all);
    // The person loses the role, gets a lesser one, gets it back.
    for (roles, scope) in [
        (vec![], "read register_client jeton:tokens uma_protection"),
        (vec!["administrator".into()], "read manager register_client jeton:tokens uma_protection"),
        (vec!["admin".into()], all),
    ] {
        house.change_person(USER, |user| user.roles = roles).await;
        assert_eq!(shown().await, scope);
    }
    // The client may no longer have them; the scope for another API stays.
    house.change_client("app", |c| c.scope = sample::scope("manager")).await;
    assert_eq!(shown().await, "read manager");
}

/// RFC 9068 section 3: what a request does not name is named by the client or the service, and does not limit other requests.
#[tokio::test]
async fn a_resource_server_sees_the_tokens_for_the_uris_that_it_is() {
    let house = House::new().await;
    house
        .client("api", Some(SECRET), |c| {
            c.introspect = Introspect::Audience;
            c.metadata.set("resources", json!(["https://api.example", "https://files.example/v1"]));
        })
        .await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Jwt)).await;
    let token = async |more: &[(&str, &str)]| {
        let form = [&[("grant_type", "client_credentials"), ("scope", "read")], more].concat();
        house.token(("app", SECRET), &form).await.ok().access()
    };
    let audience = async |text: &str| house.verified(text).await.claims["aud"].clone();
    let bare = token(&[]).await;
    assert_eq!(audience(&bare).await, "app");
    assert_eq!(ask(&house, "api", &bare).await.ok().json(), inactive());

    house.set(|settings| settings.default_audience = "https://api.example".into()).await;
    let named = token(&[]).await;
    assert_eq!(audience(&named).await, "https://api.example");
    assert_eq!(ask(&house, "api", &named).await.ok().json()["aud"], "https://api.example");
    house
        .change_client("app", |c| c.default_audience = Some("https://files.example/v1 https://x.example".into()))
        .await;
    let named = token(&[]).await;
    assert_eq!(audience(&named).await, json!(["https://files.example/v1", "https://x.example"]));
    assert_eq!(ask(&house, "api", &named).await.ok().json()["active"], true);

    for (resource, seen) in
        [("https://api.example", true), ("https://api.example/", false), ("https://other.example", false)]
    {
        let text = token(&[("resource", resource)]).await;
        assert_eq!(ask(&house, "api", &text).await.ok().json()["active"], seen, "{resource}");
    }
    // An audience that is configured limits what a request may name, and comes before the default.
    house.change_client("app", |c| c.audience = Some("https://only.example".into())).await;
    assert_eq!(audience(&token(&[]).await).await, "https://only.example");
}
