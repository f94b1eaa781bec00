//! Services that the configuration file describes: reading the file again keeps what calls wrote, and no call can make the file
//! impossible to apply.

use jeton_core::Secret;
use jeton_core::administration::Caller;
use jeton_core::backend::access::ServiceCredentials;
use jeton_core::backend::services::{DeclaredService, ServiceDocument};
use jeton_core::ids::ServiceId;
use jeton_core::model::Settings;
use jeton_served::{House, Reply};
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, bearer, call};

const ISSUER: &str = "https://shop.example";
const ID: u64 = 2001;

/// What the file says.
fn file(issuer: &str, members: Value) -> DeclaredService {
    let Value::Object(members) = members else { panic!("{members} is no object") };
    DeclaredService {
        id: ServiceId::new(ID),
        name: None,
        usual_name: "shop.example".to_owned(),
        issuer: issuer.to_owned(),
        usual: Settings::default(),
        document: ServiceDocument::new(members),
    }
}

/// A server that has read its file.
async fn started(members: Value) -> House {
    let house = House::on_the_model().await;
    let service = ServiceCredentials { service: ServiceId::new(ID), access_token: None, api_secret: None };
    house.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[service]);
    house.jeton.backend.declare_service(&Caller::configuration(), &file(ISSUER, members)).await.unwrap();
    house
}

async fn asked(house: &House, method: &str, path: &str, body: Option<Value>) -> Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), (method, &format!("/api/{ID}{path}")), body).await
}

#[tokio::test]
async fn reading_the_file_again_keeps_what_calls_wrote_and_sets_what_the_file_says() {
    let said = json!({ "accessTokenDuration": 600 });
    let house = started(said.clone()).await;
    let written = json!({
        "serviceName": "the shop", "issuer": ISSUER, "pkceRequired": true, "parRequired": true,
        "supportedScopes": [{ "name": "pay", "defaultEntry": false }], "accessTokenSignAlg": "ES256",
    });
    let changed = asked(&house, "POST", "/service/update", Some(written.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    house.jeton.backend.declare_service(&Caller::configuration(), &file(ISSUER, said)).await.unwrap();
    let shown = asked(&house, "GET", "/service/get", None).await.json();
    for name in ["serviceName", "issuer", "pkceRequired", "parRequired", "supportedScopes", "accessTokenSignAlg"] {
        assert_eq!(shown[name], written[name], "{name} in {shown}");
    }
    assert_eq!(shown["accessTokenDuration"], 600, "{shown}");
    let service = house.jeton.ledger.entities().service(ServiceId::new(ID)).unwrap();
    assert!(service.settings.backend.pkce_required && service.settings.require_pushed_authorization_requests);
    assert!(service.settings.signed_copy);
}

/// A call cannot change what the file says: reading the file again would change it back.
#[tokio::test]
async fn a_member_of_the_file_is_kept_where_a_call_has_none_and_refused_where_it_differs() {
    let house = started(json!({ "accessTokenDuration": 600, "supportedScopes": [{ "name": "pay" }] })).await;
    for wrong in [json!({ "accessTokenDuration": 700 }), json!({ "supportedScopes": [{ "name": "read" }] })] {
        let refused = asked(&house, "POST", "/service/update", Some(wrong.clone())).await;
        assert!(refused.status == 400 && refused.text().contains("[[service]]"), "{wrong}: {}", refused.text());
    }
    let same = json!({ "accessTokenDuration": 600, "pkceRequired": true });
    for body in [same, json!({ "pkceRequired": true })] {
        let changed = asked(&house, "POST", "/service/update", Some(body)).await.json();
        assert_eq!((&changed["accessTokenDuration"], &changed["pkceRequired"]), (&json!(600), &json!(true)));
        assert_eq!(changed["supportedScopes"], json!([{ "name": "pay", "defaultEntry": false }]), "{changed}");
    }
    let shown = asked(&house, "GET", "/service/get", None).await.json();
    let said = json!({ "accessTokenDuration": 600, "supportedScopes": [{ "name": "pay" }] });
    house.jeton.backend.declare_service(&Caller::configuration(), &file(ISSUER, said)).await.unwrap();
    assert_eq!(
        asked(&house, "GET", "/service/get", None).await.json(),
        shown,
        "reading the file again changes nothing"
    );
}

#[tokio::test]
async fn the_issuer_of_the_file_cannot_be_changed_or_taken_by_a_call() {
    let house = started(json!({})).await;
    let moved = asked(&house, "POST", "/service/update", Some(json!({ "issuer": "https://moved.example" }))).await;
    assert_eq!(moved.status, 400, "{}", moved.text());
    assert!(moved.text().contains("[[service]]"), "{}", moved.text());
    let other = json!({ "serviceName": "other", "issuer": ISSUER });
    let taken = call(&house, &bearer(ORGANIZATION_TOKEN), ("POST", "/api/service/create"), Some(other)).await;
    assert!(taken.status >= 400, "{}", taken.text());
    house.jeton.backend.declare_service(&Caller::configuration(), &file(ISSUER, json!({}))).await.unwrap();
}

#[tokio::test]
async fn an_issuer_of_the_file_that_another_service_has_is_named_with_its_owner() {
    let house = started(json!({})).await;
    let other = json!({ "serviceName": "other", "issuer": "https://other.example" });
    let made = call(&house, &bearer(ORGANIZATION_TOKEN), ("POST", "/api/service/create"), Some(other)).await.json();
    let declared = file("https://other.example", json!({}));
    let refusal = house.jeton.backend.declare_service(&Caller::configuration(), &declared).await.unwrap_err();
    let text = refusal.to_string();
    assert!(text.contains("https://other.example") && text.contains(&made["apiKey"].to_string()), "{text}");
}

#[tokio::test]
async fn a_service_of_the_file_is_not_deleted_and_a_deleted_one_never_comes_back() {
    let house = started(json!({})).await;
    let refused = asked(&house, "DELETE", "/service/delete", None).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(asked(&house, "GET", "/service/get", None).await.status, 200);
    // Taken out of the file, it can be deleted.
    house.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[]);
    assert_eq!(asked(&house, "DELETE", "/service/delete", None).await.status, 204);
    // Neither the file nor an administrator brings it back, with its clients and tokens.
    let refusal = house.jeton.backend.declare_service(&Caller::configuration(), &file(ISSUER, json!({}))).await;
    assert!(refusal.unwrap_err().to_string().contains("deleted"));
    let enabled = house.jeton.administration.enable_service(&Caller::local(), ServiceId::new(ID), true).await;
    assert_eq!(enabled.unwrap_err().kind().id, "not_found");
    assert_eq!(asked(&house, "GET", "/service/get", None).await.status, 404);
}
