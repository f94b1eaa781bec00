//! UMA's discovery document (`docs/contracts/oauth-token-endpoint.md` section 12.2).

use serde_json::json;

use jeton_served::{Ask, House};

const UMA: &str = "/.well-known/uma2-configuration";

#[tokio::test]
async fn the_uma_document_lists_what_is_served() {
    let house = House::new().await;
    let reply = Ask::get(UMA).send(&house).await.ok();
    assert!(reply.header("cache-control").unwrap().contains("max-age"));
    let document = house.metadata_at(UMA).await;
    assert_eq!(document["issuer"], "https://id.example");
    for (name, path) in [
        ("token_endpoint", "/token"),
        ("jwks_uri", "/jwks"),
        ("introspection_endpoint", "/introspect"),
        ("revocation_endpoint", "/token/revoke"),
        ("resource_registration_endpoint", "/rs/resource_set"),
        ("permission_endpoint", "/perm"),
        ("policies_endpoint", "/policies"),
        ("policy_endpoint", "/policies"),
    ] {
        assert_eq!(document[name], format!("https://id.example{path}"), "{name}");
        let (got, posted) = (Ask::get(path).send(&house).await, Ask::post(path).send(&house).await);
        assert!(got.status != 404 && posted.status != 404, "{name}");
    }
    assert!(document.texts("grant_types_supported").contains(&"uma_ticket".to_owned()));
    assert_eq!(document["authorization_endpoint"], "https://id.example/authorization");
    assert_eq!(document["registration_endpoint"], "https://id.example/registration");
    assert_eq!(document["scopes_supported"], json!(["uma_protection"]));
    assert_eq!(
        document["claim_token_profiles_supported"],
        json!(["http://openid.net/specs/openid-connect-core-1_0.html#IDToken"])
    );
    assert_eq!(document["uma_profiles_supported"], json!([]));
}

#[tokio::test]
async fn every_document_lists_both_names_of_the_uma_grant() {
    let house = House::new().await;
    for path in [UMA, "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let document = Ask::get(path).send(&house).await.ok().json();
        let grants = document["grant_types_supported"].as_array().unwrap().clone();
        for name in ["uma_ticket", "urn:ietf:params:oauth:grant-type:uma-ticket"] {
            assert!(grants.contains(&json!(name)), "{path}: {name}");
        }
    }
}
