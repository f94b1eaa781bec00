//! What introspection returns to grid services in addition to the RFC's members (section 7.4).

use jeton_core::model::TokenFormat;
use serde_json::{Value, json};

use jeton_served::{Ask, House, PASSWORD, USER};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    house.change_person(USER, |user| user.groups = vec!["/atlas".into(), "/atlas/production".into()]).await;
    house
}

async fn seen(house: &House, scope: &str) -> Value {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    let token = house.token(("app", SECRET), &form).await.ok().access();
    house.introspected(&token).await
}

#[tokio::test]
async fn the_scopes_of_the_token_open_what_is_said_of_the_person() {
    let house = house().await;
    let bare = seen(&house, "read").await;
    assert_eq!((&bare["user_id"], &bare["username"]), (&json!("alice"), &json!("alice")));
    assert_eq!((&bare["sub"], &bare["token_type"]), (&json!("sub-of-alice"), &json!("Bearer")));
    for closed in ["name", "preferred_username", "groups", "email"] {
        assert!(bare.get(closed).is_none(), "{closed}");
    }
    let profile = seen(&house, "profile").await;
    assert_eq!(profile["groups"], json!(["atlas", "atlas/production"]));
    assert_eq!((&profile["name"], &profile["preferred_username"]), (&json!("Alice Doe"), &json!("alice")));
    assert!(profile.get("email").is_none());
    let email = seen(&house, "email").await;
    assert_eq!(email["email"], "alice@example.org");
    assert!(email.get("groups").is_none() && email.get("name").is_none());
    house.change_person(USER, |user| user.groups.clear()).await;
    assert!(seen(&house, "profile").await.get("groups").is_none());
}

#[tokio::test]
async fn a_client_that_acts_for_itself_is_no_person() {
    let house = house().await;
    let form = [("grant_type", "client_credentials"), ("scope", "profile email")];
    let token = house.token(("app", SECRET), &form).await.ok().access();
    let seen = house.introspected(&token).await;
    assert_eq!(seen["sub"], "app");
    for closed in ["user_id", "username", "name", "preferred_username", "groups", "email"] {
        assert!(seen.get(closed).is_none(), "{closed}");
    }
}

#[tokio::test]
async fn a_protector_of_resources_learns_nothing_of_the_person() {
    let house = house().await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "profile email")];
    let token = house.token(("app", SECRET), &form).await.ok().access();
    let guard = |c: &mut jeton_core::model::Client| {
        c.scope = jeton_testkit::sample::scope("uma_protection");
        c.introspect = jeton_core::model::Introspect::Any;
    };
    house.client("guard", Some(SECRET), guard).await;
    let form = [("grant_type", "client_credentials"), ("scope", "uma_protection")];
    let pat = house.token(("guard", SECRET), &form).await.ok().access();
    let seen = Ask::post("/introspect").bearer(&pat).form(&[("token", &token)]).send(&house).await.ok();
    assert_eq!(seen.json()["active"], true);
    assert!(!seen.has("email") && !seen.has("groups") && !seen.has("user_id"), "{}", seen.show());
}
