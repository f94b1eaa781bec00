//! The requested audience: `resource`, `aud`, `audience` (section 7.1).

use jeton_core::model::TokenFormat;
use serde_json::{Value, json};

use jeton_served::{Browser, House, PASSWORD, Reply, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Jwt)).await;
    house
}

async fn credentials(house: &House, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", "client_credentials"), ("scope", "read")];
    form.extend_from_slice(more);
    house.token(APP, &form).await
}

/// `aud` in the token and in its introspection.
async fn audience(house: &House, reply: &Reply) -> Value {
    let said = house.verified(&reply.access()).await.claims["aud"].clone();
    assert_eq!(house.introspected(&reply.access()).await["aud"], said);
    said
}

#[tokio::test]
async fn the_first_that_has_a_value_counts() {
    let house = house().await;
    for (more, aud) in [
        (&[("resource", "https://r"), ("aud", "a"), ("audience", "b")][..], json!("https://r")),
        (&[("audience", "b"), ("aud", "a")], json!("a")),
        (&[("audience", "b"), ("aud", " "), ("resource", "")], json!("b")),
        (&[("audience", "b  c b")], json!(["b", "c"])),
        (&[("aud", "https://a:8443/x?y#z")], json!("https://a:8443/x?y#z")),
        (&[("resource", "https://r https://s:1/p")], json!(["https://r", "https://s:1/p"])),
        (&[("resource", "https://r"), ("resource", "https://s")], json!(["https://r", "https://s"])),
    ] {
        let reply = credentials(&house, more).await.ok();
        assert_eq!(audience(&house, &reply).await, aud, "{more:?}");
    }
}

#[tokio::test]
async fn every_grant_takes_it() {
    let house = house().await;
    let password = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let reply = house.token(APP, &[&password[..], &[("audience", "storage")]].concat()).await.ok();
    assert_eq!(audience(&house, &reply).await, "storage");
    let mut params = code_params("app", "openid offline_access read");
    params.push(("audience", "one two"));
    let code = Browser::default().code(&house, &params).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let reply = house.token(APP, &form).await.ok();
    assert_eq!(audience(&house, &reply).await, json!(["one", "two"]));
}

/// Rights only shrink: the family's audience limits every refresh, whichever parameter names it.
#[tokio::test]
async fn a_refresh_stays_within_the_audience_of_its_grant() {
    let house = house().await;
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "read write"),
        ("resource", "https://one https://two"),
    ];
    let mut token = house.token(APP, &form).await.ok().refresh();
    for (more, aud) in [
        (&[][..], json!(["https://one", "https://two"])),
        (&[("resource", "https://two")], json!("https://two")),
        (&[("audience", "https://one"), ("scope", "read")], json!("https://one")),
        (&[("aud", "https://two https://one")], json!(["https://two", "https://one"])),
        (&[("resource", "https://one")], json!("https://one")),
        // Of a list that was granted in part, the granted part.
        (&[("audience", "three https://two")], json!("https://two")),
        (&[("resource", "https://three"), ("resource", "https://one")], json!("https://one")),
        // The first parameter with a value counts.
        (&[("resource", "https://one"), ("audience", "three")], json!("https://one")),
        (&[], json!(["https://one", "https://two"])),
    ] {
        let form = [&[("grant_type", "refresh_token"), ("refresh_token", token.as_str())][..], more].concat();
        let reply = house.token(APP, &form).await.ok();
        assert_eq!(audience(&house, &reply).await, aud, "{more:?}");
        token = reply.refresh();
    }
    let refused = async |token: &str, name: &str, value: &str| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), (name, value)];
        let reply = house.token(APP, &form).await;
        reply.refused(400, "invalid_target", "The requested resource was not originally granted");
    };
    for (name, value) in [("resource", "https://three"), ("audience", "three"), ("aud", "four five")] {
        refused(&token, name, value).await;
    }
    // The refusal used up nothing.
    house.token(APP, &[("grant_type", "refresh_token"), ("refresh_token", token.as_str())]).await.ok();

    // The same for a code, and for an audience named by `audience`.
    let mut params = code_params("app", "openid offline_access read");
    params.push(("audience", "one two"));
    let code = Browser::default().code(&house, &params).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let token = house.token(APP, &form).await.ok().refresh();
    refused(&token, "audience", "three").await;
    refused(&token, "resource", "https://one").await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("audience", "two")];
    let reply = house.token(APP, &form).await.ok();
    assert_eq!(audience(&house, &reply).await, "two");
}

/// The same rule when a code is redeemed: what was granted of a list, and any audience where none was granted.
#[tokio::test]
async fn a_redemption_stays_within_the_audience_of_its_authorization() {
    let house = house().await;
    let redeem = async |granted: &[(&'static str, &'static str)], asked: &[(&str, &str)]| {
        let mut params = code_params("app", "openid offline_access read");
        params.extend_from_slice(granted);
        let code = Browser::default().code(&house, &params).await;
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
        house.token(APP, &[&form[..], asked].concat()).await
    };
    for (granted, asked, aud) in [
        (&[("audience", "one two")][..], &[("audience", "two")][..], json!("two")),
        (&[("audience", "one two")], &[("audience", "three two")], json!("two")),
        (
            &[("resource", "https://one")],
            &[("resource", "https://one"), ("resource", "https://two")],
            json!("https://one"),
        ),
        (&[], &[("audience", "three four")], json!(["three", "four"])),
    ] {
        let reply = redeem(granted, asked).await.ok();
        assert_eq!(audience(&house, &reply).await, aud, "{granted:?} {asked:?}");
    }
    let text = "The requested resource was not originally granted";
    for (granted, asked) in [
        (&[("audience", "one two")][..], &[("audience", "three")][..]),
        (&[("resource", "https://one")], &[("resource", "https://two")]),
        (&[], &[("resource", "https://one")]),
    ] {
        redeem(granted, asked).await.refused(400, "invalid_target", text);
    }
}

/// Grid clients get families without an audience and name one at each refresh (section 7.1).
#[tokio::test]
async fn a_family_for_nobody_in_particular_may_name_an_audience() {
    let house = house().await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let mut token = house.token(APP, &form).await.ok().refresh();
    for aud in [json!("three"), json!(["four", "five"])] {
        let asked = aud.as_array().map_or("three", |_| "four five");
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("audience", asked)];
        let reply = house.token(APP, &form).await.ok();
        assert_eq!(audience(&house, &reply).await, aud);
        token = reply.refresh();
    }
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("resource", "https://one")];
    let text = "The requested resource was not originally granted";
    house.token(APP, &form).await.refused(400, "invalid_target", text);
}

#[tokio::test]
async fn a_resource_is_a_url_without_a_fragment() {
    let house = house().await;
    for (value, text) in [
        ("files", "Not a valid URI: files"),
        ("https://ok.example /x", "Not a valid URI: /x"),
        ("https://a.example/#f", "The resource indicator contains a fragment component: https://a.example/#f"),
        ("https://a.example/#", "The resource indicator contains a fragment component: https://a.example/#"),
    ] {
        credentials(&house, &[("resource", value)]).await.refused(400, "invalid_target", text);
    }
    // A query is discouraged and allowed (RFC 8707 section 2).
    let reply = credentials(&house, &[("resource", "https://a.example/?x=1")]).await.ok();
    assert_eq!(audience(&house, &reply).await, "https://a.example/?x=1");
    let long = format!("https://a.example/{}", "x".repeat(5000));
    let text = "the resource is not valid or not allowed";
    credentials(&house, &[("resource", &long)]).await.refused(400, "invalid_target", text);
    credentials(&house, &[("audience", "caf\u{e9}")]).await.refused(400, "invalid_target", text);
    credentials(&house, &[("audience", "a\u{0}b")]).await.refused(400, "invalid_target", text);
    let twice = credentials(&house, &[("audience", "a"), ("audience", "b")]).await;
    twice.refused(400, "invalid_request", "the parameter audience is repeated");
    let twice = credentials(&house, &[("aud", "a"), ("aud", "b")]).await;
    twice.refused(400, "invalid_request", "the parameter aud is repeated");
}

#[tokio::test]
async fn where_audiences_are_configured_no_other_is_given() {
    let house = house().await;
    house.change_client("app", |c| c.audience = Some("https://se.example https://ce.example".into())).await;
    let text = "the resource is not valid or not allowed";
    for name in ["resource", "aud", "audience"] {
        let reply = credentials(&house, &[(name, "https://ce.example")]).await.ok();
        assert_eq!(audience(&house, &reply).await, "https://ce.example");
        credentials(&house, &[(name, "https://bank.example")]).await.refused(400, "invalid_target", text);
    }
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let token = house.token(APP, &form).await.ok().refresh();
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("audience", "https://bank.example")];
    let text = "The requested resource was not originally granted";
    house.token(APP, &form).await.refused(400, "invalid_target", text);
}

#[tokio::test]
async fn a_client_may_ask_for_a_shorter_life_and_gets_no_longer_one() {
    let house = house().await;
    for (asked, life) in [("60", 60), ("3600", 3600), ("7200", 3600), ("99999999999999999999999999", 3600), ("007", 7)]
    {
        let reply = credentials(&house, &[("expires_in", asked)]).await.ok();
        assert_eq!(reply.json()["expires_in"], life, "{asked}");
        let claims = house.verified(&reply.access()).await.claims;
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), life);
    }
    for bad in ["0", "000", "-1", "1.5", "1h", "+60", "six"] {
        let reply = credentials(&house, &[("expires_in", bad)]).await;
        reply.refused(400, "invalid_request", "the parameter expires_in is not valid");
    }
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "read"),
        ("expires_in", "60"),
    ];
    let first = house.token(APP, &form).await.ok();
    house.wait(61);
    assert!(!house.is_active(&first.access()).await && house.is_active(&first.refresh()).await, "only access tokens");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh()), ("expires_in", "30")];
    assert_eq!(house.token(APP, &form).await.ok().json()["expires_in"], 30);
}
