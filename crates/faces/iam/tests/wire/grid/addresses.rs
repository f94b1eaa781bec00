//! The paths that grid clients use, and an issuer with a trailing slash (section 2).

use jeton_core::model::{RegistrationPolicy, Settings, TokenFormat};
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, House, PASSWORD, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";

#[tokio::test]
async fn discovery_names_iam_s_paths_where_the_operator_says_so() {
    let house = House::new().await;
    let usual = house.metadata().await;
    house.set(|s| s.registration.indigo_paths = true).await;
    let indigo = house.metadata().await;
    for (member, path) in [
        ("jwks_uri", "/jwk"),
        ("registration_endpoint", "/iam/api/client-registration"),
        ("revocation_endpoint", "/revoke"),
        ("device_authorization_endpoint", "/devicecode"),
        ("introspection_endpoint", "/introspect"),
        ("userinfo_endpoint", "/userinfo"),
        ("token_endpoint", "/token"),
        ("scim_endpoint", "/scim"),
    ] {
        assert_eq!(indigo[member], format!("https://id.example{path}"), "{member}");
    }
    for same in ["issuer", "scopes_supported", "grant_types_supported", "authorization_endpoint"] {
        assert_eq!(indigo[same], usual[same], "{same}");
    }
    assert!(indigo["scopes_supported"].as_array().is_some_and(|all| all.contains(&json!("openid"))));
}

#[tokio::test]
async fn an_issuer_with_a_slash_at_its_end_is_the_same_everywhere() {
    const ISSUER: &str = "https://id.example/";
    let registration = RegistrationPolicy { open: true, ..RegistrationPolicy::default() };
    let house = House::with(ISSUER, Settings { registration, ..Settings::default() }).await;
    let found = house.metadata().await;
    assert_eq!(found["issuer"], ISSUER);
    for (member, value) in found.whole().as_object().unwrap() {
        let addresses = value.as_object().into_iter().flat_map(|all| all.values()).chain([value]);
        for address in addresses.filter_map(Value::as_str).filter(|text| text.starts_with("https://id.example")) {
            assert!(!address[8..].contains("//"), "{member}: {address}");
        }
    }
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Jwt)).await;
    let code = Browser::default().code(&house, &code_params("app", "openid offline_access")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let first = house.token(("app", SECRET), &form).await.ok();
    for token in [first.access(), first.member("id_token")] {
        assert_eq!(house.verified(&token).await.claims["iss"], ISSUER);
    }
    assert_eq!(house.introspected(&first.access()).await["iss"], ISSUER);
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let by_password = house.token(("app", SECRET), &form).await.ok();
    assert_eq!(house.introspected(&by_password.access()).await["iss"], ISSUER);
    let codes = Ask::post("/devicecode").form(&[("client_id", "app"), ("scope", "read")]).send(&house).await.ok();
    assert_eq!(codes.member("verification_uri"), "https://id.example/device");
    let made =
        Ask::post("/iam/api/client-registration").at("192.0.2.1").json(&jeton_served::oidc_agent()).send(&house).await;
    let address = made.member("registration_client_uri");
    assert!(address.starts_with("https://id.example/iam/api/client-registration/"), "{address}");
}
