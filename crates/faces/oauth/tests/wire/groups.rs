//! `groups`, and claims that managers made: in user info by their scope, in ID tokens where the request or the client asks for them.

use jeton_core::administration::{Caller, read_scope};
use jeton_core::catalog::OPTIONAL_GROUP;
use jeton_served::{Ask, Browser, House, Reply, USER, VERIFIER, back, code_params};
use jeton_testkit::sample;
use serde_json::{Value, json};

const SECRET: &str = "s3cret";

async fn house(scope: &str) -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.scope = sample::scope(scope)).await;
    house
        .change_person(USER, |user| {
            user.groups = ["/atlas", "/atlas/production", "/atlas/pilots"].map(str::to_owned).to_vec();
        })
        .await;
    let labels = [OPTIONAL_GROUP.to_owned()];
    house.jeton.administration.put_group(&Caller::local(), house.service, "/atlas/pilots", &labels).await.unwrap();
    house
}

async fn redeemed(house: &House, scope: &str, claims: Option<&str>) -> Reply {
    let mut params = code_params("app", scope);
    params.extend(claims.map(|claims| ("claims", claims)));
    let code = Browser::default().code(house, &params).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn told(house: &House, reply: &Reply) -> (Value, Value) {
    let userinfo = Ask::get("/userinfo").bearer(&reply.access()).send(house).await.ok().json();
    (userinfo, house.verified(&reply.member("id_token")).await.claims)
}

#[tokio::test]
async fn the_scope_groups_tells_groups_but_optional_ones() {
    let house = house("openid groups offline_access").await;
    let (userinfo, id) = told(&house, &redeemed(&house, "openid groups", None).await).await;
    assert_eq!(userinfo["groups"], json!(["atlas", "atlas/production"]));
    assert_eq!(id.get("groups"), None, "claims are in user info");
    let (userinfo, _) = told(&house, &redeemed(&house, "openid", None).await).await;
    assert_eq!(userinfo.get("groups"), None);
    house.change_person(USER, |user| user.groups.clear()).await;
    let (userinfo, _) = told(&house, &redeemed(&house, "openid groups", None).await).await;
    assert_eq!(userinfo.get("groups"), None, "no empty list");
}

/// `docs/contracts/indigo-iam.md` section 7.4: introspection gives `groups` with `profile`; the scope `groups` gives what it gives in
/// user info.
#[tokio::test]
async fn introspection_tells_them_too() {
    let house = house("openid profile groups").await;
    for (scope, groups) in [
        ("openid groups", json!(["atlas", "atlas/production"])),
        ("openid profile", json!(["atlas", "atlas/production", "atlas/pilots"])),
        ("openid", Value::Null),
    ] {
        let access = redeemed(&house, scope, None).await.access();
        let ask = Ask::post("/introspect").basic("app", SECRET).form(&[("token", access.as_str())]);
        assert_eq!(ask.send(&house).await.ok().json()["groups"], groups, "{scope}");
    }
}

#[tokio::test]
async fn an_id_token_has_them_where_they_are_asked_for() {
    let house = house("openid groups offline_access").await;
    let asked = Some(r#"{"id_token":{"groups":null}}"#);
    let groups = json!(["atlas", "atlas/production"]);
    let reply = redeemed(&house, "openid offline_access", asked).await;
    assert_eq!(told(&house, &reply).await.1["groups"], groups);
    house.change_client("app", |c| c.metadata.set("id_token_claims", json!(["groups", "email"]))).await;
    let reply = redeemed(&house, "openid groups offline_access", None).await;
    let id = told(&house, &reply).await.1;
    assert_eq!((&id["groups"], id.get("email")), (&groups, None), "as far as the scope releases them");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &reply.refresh())];
    let again = house.token(("app", SECRET), &form).await.ok();
    assert_eq!(told(&house, &again).await.1["groups"], groups);
    assert_eq!(told(&house, &redeemed(&house, "openid", None).await).await.1.get("groups"), None);
}

#[tokio::test]
async fn the_form_is_that_of_the_clients_profile() {
    for (profile, first) in
        [("wlcg", "/atlas"), ("iam", "atlas"), ("kc", "atlas"), ("aarc", "urn:geant:id.example:group:atlas#id.example")]
    {
        let house = house(&format!("openid groups {profile}")).await;
        let (userinfo, _) = told(&house, &redeemed(&house, "openid groups", None).await).await;
        assert_eq!(userinfo["groups"][0], first, "{profile}");
    }
}

/// `docs/contracts/indigo-iam.md` section 8.1: each token has `wlcg.ver` and `jti`.
#[tokio::test]
async fn id_tokens_of_the_wlcg_have_a_version_and_an_id() {
    let house = house("openid wlcg").await;
    house
        .change_client("app", |c| {
            c.grant_types.push("implicit".into());
            c.response_types = vec!["code".into(), "code id_token".into()];
        })
        .await;
    let (_, id) = told(&house, &redeemed(&house, "openid", None).await).await;
    assert_eq!((&id["wlcg.ver"], id["jti"].is_string()), (&json!("1.0"), true), "{id}");
    let mut params = code_params("app", "openid");
    params[0].1 = "code id_token";
    let mut browser = Browser::default();
    let page = browser.open(&house, &params).await;
    let members = back(&browser.finish(&house, page).await);
    let id = house.verified(&members["id_token"]).await.claims;
    assert_eq!((&id["wlcg.ver"], id["jti"].as_str().map(str::len)), (&json!("1.0"), Some(22)), "{id}");
}

#[tokio::test]
async fn a_claim_and_a_scope_that_managers_made_work_the_same_way() {
    let house = house("openid staff").await;
    let (administration, caller) = (&house.jeton.administration, Caller::local());
    administration.put_claim(&caller, house.service, "desk").await.unwrap();
    let scope = json!({ "name": "staff", "claims": ["desk"], "is_exposed": true });
    let scope = read_scope(scope.as_object().unwrap().clone()).unwrap();
    administration.put_scope(&caller, house.service, scope, false).await.unwrap();
    house.change_person(USER, |user| drop(user.claims.insert("desk".into(), json!("4-17")))).await;
    let (userinfo, id) = told(&house, &redeemed(&house, "openid staff", None).await).await;
    assert_eq!((&userinfo["desk"], id.get("desk")), (&json!("4-17"), None));
    let asked = Some(r#"{"id_token":{"desk":null},"userinfo":{"desk":null}}"#);
    let (userinfo, id) = told(&house, &redeemed(&house, "openid", asked).await).await;
    assert_eq!((&userinfo["desk"], &id["desk"]), (&json!("4-17"), &json!("4-17")));
    house.change_client("app", |c| c.scope = sample::scope("openid")).await;
    let (userinfo, id) = told(&house, &redeemed(&house, "openid", asked).await).await;
    assert_eq!((userinfo.get("desk"), id.get("desk")), (None, None), "the client may not have the scope");
}
