//! Clients can be registered for everything that discovery lists, and for nothing else.

use jeton_jose::Algorithm;
use serde_json::{Value, json};

use crate::registration::{house, register};
use jeton_served::{Ask, jwks, key};

/// Metadata with a signing key and an encryption key, and these members.
fn with(members: Value) -> Value {
    let mut keys = jwks(&[&key(Algorithm::ES256)]);
    let rsa = key(Algorithm::RS256).public_jwk().unwrap();
    let mut rsa = serde_json::to_value(rsa).unwrap();
    rsa.as_object_mut().unwrap().remove("alg");
    rsa.as_object_mut().unwrap().remove("use");
    // ECDH-ES needs an elliptic curve key that is not for signatures only.
    let mut ec = keys["keys"][0].clone();
    for name in ["alg", "use", "kid"] {
        ec.as_object_mut().unwrap().remove(name);
    }
    keys["keys"].as_array_mut().unwrap().extend([rsa, ec]);
    let mut metadata = json!({ "redirect_uris": ["https://app.example/cb"], "jwks": keys });
    metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    metadata
}

#[tokio::test]
async fn every_listed_algorithm_can_be_registered_and_no_other() {
    let (house, token) = house().await;
    let document = house.metadata().await;
    for (list, member) in [
        ("id_token_signing_alg_values_supported", "id_token_signed_response_alg"),
        ("userinfo_signing_alg_values_supported", "userinfo_signed_response_alg"),
        ("introspection_signing_alg_values_supported", "introspection_signed_response_alg"),
        ("request_object_signing_alg_values_supported", "request_object_signing_alg"),
    ] {
        for alg in document.texts(list) {
            let reply = register(&house, &token, &with(json!({ member: alg }))).await;
            assert_eq!(reply.status, 201, "{list} {alg}: {}", reply.show());
            assert_eq!(reply.member(member), alg);
        }
        for alg in ["ES999", "HS999"] {
            let reply = register(&house, &token, &with(json!({ member: alg }))).await;
            // What the client would rely on for its safety is refused, the rest is left out.
            match member {
                "request_object_signing_alg" => assert_eq!(reply.status, 400, "{member} {alg}"),
                _ => assert_ne!(reply.json().get(member), Some(&json!(alg)), "{}", reply.show()),
            }
        }
    }
    for list in [
        "token_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
    ] {
        for alg in document.texts(list) {
            let method = if alg.starts_with("HS") { "client_secret_jwt" } else { "private_key_jwt" };
            let members = json!({ "token_endpoint_auth_method": method, "token_endpoint_auth_signing_alg": alg });
            let reply = register(&house, &token, &with(members)).await;
            assert_eq!(reply.status, 201, "{list} {alg}: {}", reply.show());
        }
        assert!(!document.texts(list).contains(&"none".to_owned()), "{list}");
    }
}

#[tokio::test]
async fn every_listed_encryption_can_be_registered() {
    let (house, token) = house().await;
    let document = house.metadata().await;
    for (algs, encs, stem) in [
        (
            "id_token_encryption_alg_values_supported",
            "id_token_encryption_enc_values_supported",
            "id_token_encrypted_response",
        ),
        (
            "userinfo_encryption_alg_values_supported",
            "userinfo_encryption_enc_values_supported",
            "userinfo_encrypted_response",
        ),
        (
            "introspection_encryption_alg_values_supported",
            "introspection_encryption_enc_values_supported",
            "introspection_encrypted_response",
        ),
    ] {
        let (algs, encs) = (document.texts(algs), document.texts(encs));
        assert!(!algs.is_empty() && !encs.is_empty(), "{stem}");
        for enc in encs {
            let members = json!({ format!("{stem}_alg"): "RSA-OAEP-256", format!("{stem}_enc"): enc });
            let reply = register(&house, &token, &with(members)).await;
            assert_eq!(reply.status, 201, "{stem} {enc}: {}", reply.show());
        }
        for weak in ["RSA1_5", "RSA-OAEP", "none"] {
            assert!(!algs.contains(&weak.to_owned()), "{weak}");
            let members = json!({ format!("{stem}_alg"): weak, format!("{stem}_enc"): "A256GCM" });
            assert_eq!(register(&house, &token, &with(members)).await.status, 400, "{stem} {weak}");
        }
    }
}

#[tokio::test]
async fn the_switches_say_what_holds() {
    let (house, token) = house().await;
    let document = house.metadata().await;
    for (member, value) in [
        ("registration_endpoint", json!("https://id.example/registration")),
        ("device_authorization_endpoint", json!("https://id.example/device_authorization")),
        ("check_session_iframe", json!("https://id.example/check_session")),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(true)),
        ("request_uri_parameter_supported", json!(true)),
        ("require_request_uri_registration", json!(true)),
        ("require_signed_request_object", json!(false)),
        ("claim_types_supported", json!(["normal"])),
        ("display_values_supported", json!(["page"])),
        ("ui_locales_supported", json!(["en"])),
    ] {
        assert_eq!(document[member], value, "{member}");
    }
    assert_eq!(document.texts("acr_values_supported").len(), 1);
    Ask::get("/check_session").send(&house).await.ok();
    let logout =
        json!({ "backchannel_logout_uri": "https://app.example/out", "backchannel_logout_session_required": true });
    assert_eq!(register(&house, &token, &with(logout)).await.status, 201);
    assert_eq!(register(&house, &token, &with(json!({ "subject_type": "pairwise" }))).await.status, 400);
    for kind in ["client_secret_jwt", "tls_client_auth"] {
        assert!(document.texts("token_endpoint_auth_methods_supported").contains(&kind.to_owned()), "{kind}");
    }
}
