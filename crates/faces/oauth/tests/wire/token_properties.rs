//! Visible properties in token responses, and the signed copy as `access_token`.

use jeton_core::ledger::FamilyAmendment;
use jeton_core::model::{Actor, Property};
use jeton_served::{Ask, House, PASSWORD, USER};
use serde_json::json;

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

fn property(key: &str, hidden: bool) -> Property {
    Property { key: key.into(), value: format!("<{key}>"), hidden }
}

#[tokio::test]
async fn visible_properties_are_members_of_the_answer_and_replace_none() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let begun = house.token(APP, &form).await.ok();
    let ledger = &house.jeton.ledger;
    let row = ledger.find(house.service, &begun.access()).await.unwrap().unwrap();
    let family = ledger.grant(row.grant.unwrap()).await.unwrap().unwrap();
    let names = ["tenant", "access_token", "expires_in", "scope", "id_token", "error"];
    let mut properties: Vec<_> = names.map(|key| property(key, false)).to_vec();
    properties.push(property("internal", true));
    let change = FamilyAmendment { properties: Some(properties), ..FamilyAmendment::default() };
    ledger.amend_family(&family, change, Actor::System).await.unwrap();

    let refresh = begun.refresh();
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let again = house.token(APP, &form).await.ok();
    let body = again.json();
    assert_eq!(
        (&body["tenant"], &body["scope"], &body["expires_in"]),
        (&json!("<tenant>"), &json!("read"), &json!(3600))
    );
    for name in ["internal", "id_token", "error"] {
        assert!(!again.has(name), "{}", again.text());
    }
    assert_eq!(again.text().matches("\"access_token\"").count(), 1);
    assert_eq!(house.token(APP, &form).await.ok().body, again.body, "repeated byte for byte");
}

#[tokio::test]
async fn the_client_gets_the_signed_copy_and_uses_it() {
    let house = House::new().await;
    house.set(|settings| settings.signed_copy = true).await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let begun = house.token(APP, &form).await.ok();
    let (access, refresh) = (begun.access(), begun.refresh());
    assert_eq!(access.split('.').count(), 3);
    let introspect = async |text: &str| {
        Ask::post("/introspect").basic("app", SECRET).form(&[("token", text)]).send(&house).await.ok().json()
    };
    assert_eq!(introspect(&access).await["active"], true);
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let one = house.token(APP, &form).await.ok();
    assert_eq!(house.token(APP, &form).await.ok().body, one.body, "the same JWT again");
    let revoke = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &one.access())]);
    assert_eq!(revoke.send(&house).await.status, 200);
    assert_eq!(introspect(&one.access()).await["active"], false);
}
