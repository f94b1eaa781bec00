//! JWT profiles of the grid: the claims in a client's tokens (`docs/contracts/indigo-iam.md` section 8).

use jeton_core::administration::Caller;
use jeton_core::catalog::OPTIONAL_GROUP;
use jeton_core::model::{Client, TokenFormat};
use jeton_jose::base64url;
use jeton_testkit::sample;
use serde_json::{Value, json};

use jeton_served::{Ask, House, PASSWORD, Reply, USER};

const SECRET: &str = "s3cret";
const SCOPES: &str = "openid profile email offline_access compute.read storage.read:/ wlcg.groups";
const ANYBODY: &str = "https://wlcg.cern.ch/jwt/v1/any";

async fn house(profile: &str) -> House {
    let house = House::new().await;
    client(&house, profile, |_| ()).await;
    house.change_person(USER, |u| u.groups = vec!["/atlas".into(), "/atlas/pilots".into(), "/cms".into()]).await;
    house
}

async fn client(house: &House, profile: &str, change: impl FnOnce(&mut Client)) {
    let scope = sample::scope(&format!("{SCOPES} {profile}"));
    house
        .client("job", Some(SECRET), |c| {
            c.scope = scope;
            change(c);
        })
        .await;
}

async fn by_password(house: &House, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("job", SECRET), &form).await
}

async fn alone(house: &House, scope: &str) -> Reply {
    house.token(("job", SECRET), &[("grant_type", "client_credentials"), ("scope", scope)]).await
}

/// The payload as text.
fn payload(text: &str) -> String {
    String::from_utf8(base64url::decode(text.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// Its members in order.
fn members(text: &str) -> Vec<String> {
    let text = payload(text);
    let parts = text.trim_matches(['{', '}']).split(",\"").map(|part| part.trim_start_matches('"'));
    parts.filter_map(|part| part.split_once("\":")).map(|(name, _)| name.to_owned()).collect()
}

#[tokio::test]
async fn a_wlcg_token_has_the_claims_of_the_contract_in_its_order() {
    let house = house("wlcg").await;
    let reply = by_password(&house, "openid storage.read:/atlas wlcg.groups").await.ok();
    let jwt = house.verified(&reply.access()).await;
    let now = house.clock_seconds();
    let jti = jwt.claims["jti"].as_str().unwrap();
    let text = format!(
        "{{\"wlcg.ver\":\"1.0\",\"iss\":\"https://id.example\",\"sub\":\"sub-of-alice\",\"aud\":\"{ANYBODY}\",\"iat\":{now},\
         \"nbf\":{},\"exp\":{},\"jti\":\"{jti}\",\"client_id\":\"job\",\
         \"scope\":\"openid storage.read:/atlas wlcg.groups\",\"auth_time\":{now},\
         \"wlcg.groups\":[\"/atlas\",\"/atlas/pilots\",\"/cms\"]}}",
        now - 60,
        now + 3600
    );
    assert_eq!(payload(&reply.access()), text);
    assert_eq!((jti.len(), &jti[14..15]), (36, "4"));

    let seen = house.introspected(&reply.access()).await;
    assert_eq!((&seen["wlcg.ver"], &seen["aud"]), (&json!("1.0"), &json!(ANYBODY)));
    assert_eq!(seen["wlcg.groups"], json!(["/atlas", "/atlas/pilots", "/cms"]));
    let info = Ask::get("/userinfo").bearer(&reply.access()).send(&house).await.ok().json();
    assert_eq!(info["wlcg.groups"], json!(["/atlas", "/atlas/pilots", "/cms"]));
    let id = house.verified(&reply.member("id_token")).await.claims;
    assert_eq!((&id["wlcg.groups"], &id["aud"]), (&json!(["/atlas", "/atlas/pilots", "/cms"]), &json!("job")));
}

#[tokio::test]
async fn a_wlcg_token_of_a_client_alone_has_no_groups() {
    let house = house("wlcg").await;
    let reply = alone(&house, "storage.read:/ wlcg.groups:/atlas").await.ok();
    let claims = house.verified(&reply.access()).await.claims;
    assert_eq!((&claims["sub"], &claims["scope"]), (&json!("job"), &json!("storage.read:/ wlcg.groups:/atlas")));
    assert_eq!((claims.get("wlcg.groups"), claims.get("auth_time")), (None, None));
}

#[tokio::test]
async fn an_optional_group_is_told_to_who_asks_for_it_by_name() {
    let house = house("wlcg").await;
    let labels = [OPTIONAL_GROUP.to_owned()];
    house.jeton.administration.put_group(&Caller::local(), house.service, "/atlas/pilots", &labels).await.unwrap();
    let groups = async |scope: &str| {
        let reply = by_password(&house, scope).await.ok();
        house.verified(&reply.access()).await.claims["wlcg.groups"].clone()
    };
    assert_eq!(groups("wlcg.groups").await, json!(["/atlas", "/cms"]));
    assert_eq!(groups("wlcg.groups:/atlas/pilots").await, json!(["/atlas/pilots", "/atlas", "/cms"]));
    assert_eq!(groups("wlcg.groups:/lhcb").await, json!(["/atlas", "/cms"]));
    house.jeton.administration.put_group(&Caller::local(), house.service, "/atlas/pilots", &[]).await.unwrap();
    assert_eq!(groups("wlcg.groups").await, json!(["/atlas", "/atlas/pilots", "/cms"]));
    for bad in ["wlcg.groups:atlas", "wlcg.groups:/atlas/", "wlcg.groups:", "wlcg.groups:/a/../b"] {
        let text = format!("the scopes {bad} are not allowed or invalid");
        by_password(&house, bad).await.refused(400, "invalid_scope", &text);
    }
}

#[tokio::test]
async fn a_refresh_tells_the_groups_of_that_moment() {
    let house = house("wlcg").await;
    let first = by_password(&house, "openid offline_access wlcg.groups").await.ok();
    house.change_person(USER, |u| u.groups = vec!["/cms".into()]).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
    let second = house.token(("job", SECRET), &form).await.ok();
    assert_eq!(house.verified(&second.access()).await.claims["wlcg.groups"], json!(["/cms"]));
}

#[tokio::test]
async fn an_audience_that_was_asked_for_takes_the_place_of_the_profiles() {
    let house = house("wlcg").await;
    let form =
        [("grant_type", "client_credentials"), ("scope", "storage.read:/"), ("resource", "https://dcache.example/")];
    let one = house.token(("job", SECRET), &form).await.ok();
    assert_eq!(house.verified(&one.access()).await.claims["aud"], "https://dcache.example/");
    client(&house, "wlcg", |c| c.audience = Some("https://a.example https://b.example".into())).await;
    let two = alone(&house, "storage.read:/").await.ok();
    assert_eq!(house.verified(&two.access()).await.claims["aud"], json!(["https://a.example", "https://b.example"]));
}

#[tokio::test]
async fn each_profile_has_its_own_members() {
    for (profile, expected) in [
        ("iam", "iss sub iat exp jti client_id"),
        ("kc", "iss sub iat nbf exp jti client_id scope roles"),
        ("aarc", "iss sub iat exp jti client_id eduperson_entitlement entitlements voperson_id"),
    ] {
        let house = house(profile).await;
        let reply = by_password(&house, "openid profile email").await.ok();
        assert_eq!(members(&reply.access()).join(" "), expected, "{profile}: {}", payload(&reply.access()));
        let seen = house.introspected(&reply.access()).await;
        assert_eq!((seen.get("aud"), &seen["scope"]), (None, &json!("openid profile email")), "{profile}");
        let info = Ask::get("/userinfo").bearer(&reply.access()).send(&house).await.ok().json();
        let groups = match profile {
            "iam" => &info["groups"],
            "kc" => &info["roles"],
            _ => &info["entitlements"],
        };
        assert_eq!(groups.as_array().map(Vec::len), Some(3), "{profile}: {info}");
    }
}

#[tokio::test]
async fn the_switches_of_the_iam_profile_add_scope_nbf_and_the_person() {
    let house = house("iam").await;
    house
        .set(|s| {
            s.grid.scope = true;
            s.grid.nbf = true;
            s.grid.user_data = true;
        })
        .await;
    let reply = by_password(&house, "openid profile email").await.ok();
    let claims = house.verified(&reply.access()).await.claims;
    assert_eq!((&claims["scope"], &claims["nbf"]), (&json!("openid profile email"), &claims["iat"]));
    assert_eq!(claims["groups"], json!(["atlas", "atlas/pilots", "cms"]));
    assert_eq!((&claims["email"], &claims["name"]), (&json!("alice@example.org"), &json!("Alice Doe")));
}

/// A client without a profile gets tokens by RFC 9068, byte for byte.
#[tokio::test]
async fn without_a_profile_tokens_are_those_of_rfc_9068() {
    let house = house("").await;
    let plain = by_password(&house, "openid wlcg.groups").await.ok();
    let now = house.clock_seconds();
    let jti = house.verified(&plain.access()).await.claims["jti"].clone();
    let text = format!(
        "{{\"iss\":\"https://id.example\",\"sub\":\"sub-of-alice\",\"aud\":\"job\",\"client_id\":\"job\",\
         \"scope\":\"openid wlcg.groups\",\"iat\":{now},\"exp\":{},\"jti\":{jti},\"auth_time\":{now}}}",
        now + 3600
    );
    assert_eq!(payload(&plain.access()), text);
    // Two profiles count as none.
    client(&house, "wlcg iam", |_| ()).await;
    let both = by_password(&house, "openid").await.ok();
    assert_eq!(members(&both.access()).join(" "), "iss sub aud client_id scope iat exp jti auth_time");
    house.set(|s| s.grid.default_profile = Some("wlcg".into())).await;
    let default = by_password(&house, "openid").await.ok();
    assert_eq!(house.verified(&default.access()).await.claims["wlcg.ver"], "1.0");
}

/// For an opaque token, introspection returns the profile's claims.
#[tokio::test]
async fn a_reference_token_has_its_profile_in_introspection() {
    let house = house("wlcg").await;
    client(&house, "wlcg", |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let reply = by_password(&house, "openid wlcg.groups:/cms").await.ok();
    let seen = house.introspected(&reply.access()).await;
    assert_eq!((&seen["wlcg.ver"], &seen["aud"]), (&json!("1.0"), &json!(ANYBODY)));
    assert_eq!(seen["wlcg.groups"], json!(["/cms", "/atlas", "/atlas/pilots"]));
    assert_ne!(seen["active"], Value::Bool(false));
}
