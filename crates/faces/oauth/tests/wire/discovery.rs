//! The discovery documents and `/jwks`: everything they list works, and everything that works is listed.

use jeton_core::client_auth::ASSERTION_TYPE;
use jeton_core::model::AuthMethod;
use jeton_jose::{Algorithm, SigningKey};
use serde_json::json;

use jeton_served::{
    Ask, Assertion, Browser, DEVICE_CODE, Device, House, JWT_BEARER, Maker, OtherIssuer, PASSWORD, TOKEN_EXCHANGE,
    USER, VERIFIER, bring, code_params, key,
};

const SECRET: &str = "s3cret";
const LONG: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn both_documents_are_one() {
    let house = House::new().await;
    let other = Ask::get("/.well-known/oauth-authorization-server").send(&house).await.ok();
    assert_eq!(*house.metadata().await.whole(), other.json());
    let kept = other.header("cache-control").unwrap();
    assert!(kept.contains("max-age"), "{kept}");
}

#[tokio::test]
async fn what_must_be_there_is_there() {
    let house = House::new().await;
    let document = house.metadata().await;
    assert_eq!(document["issuer"], "https://id.example");
    for required in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "introspection_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
        "userinfo_endpoint",
        "code_challenge_methods_supported",
    ] {
        assert!(!document[required].is_null(), "{required}");
    }
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["version"], "1.0");
    assert!(!document.whole().to_string().contains("attacker.example"), "the issuer never comes from the Host header");
}

#[tokio::test]
async fn every_endpoint_is_routed() {
    let house = House::new().await;
    let document = house.metadata().await;
    for (name, url) in document.whole().as_object().unwrap() {
        if !name.ends_with("_endpoint") && !name.ends_with("_uri") {
            continue;
        }
        let path = url.as_str().unwrap().strip_prefix("https://id.example").unwrap();
        let (got, posted) = (Ask::get(path).send(&house).await, Ask::post(path).send(&house).await);
        assert!(got.status != 404 && posted.status != 404, "{name}");
        assert!(got.status != 405 || posted.status != 405, "{name}");
    }
    assert_eq!(document.whole().get("scim_endpoint"), None, "it is not served");
}

#[tokio::test]
async fn each_grant_works() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let code = Browser::default().code(&house, &code_params("app", "openid offline_access")).await;
    let by_code = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let first = house.token(("app", SECRET), &by_code).await.ok();
    let refresh = first.refresh();
    let mut works = vec!["authorization_code"];
    for form in [
        vec![("grant_type", "client_credentials"), ("scope", "read")],
        vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")],
        vec![("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())],
    ] {
        house.token(("app", SECRET), &form).await.ok();
        works.push(form[0].1);
    }
    let device = Device::start(&house, ("app", SECRET), "read").await;
    device.answered(&house, &mut Browser::default(), "approve").await.ok();
    device.poll(&house).await.ok();
    works.push(DEVICE_CODE);
    let issuer = OtherIssuer::trusted(&house, |_| ()).await;
    let brought = bring(&house, ("app", SECRET), &issuer.assertion(&house, "1"), "read").await.ok();
    works.push(JWT_BEARER);
    let subject = brought.access();
    let kind = ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject.as_str()), kind];
    house.token(("app", SECRET), &form).await.ok();
    works.push(TOKEN_EXCHANGE);
    // The grant of permission tickets is tested in `crates/faces/uma/tests/wire/grant.rs`, under both names.
    works.extend(["uma_ticket", "urn:ietf:params:oauth:grant-type:uma-ticket"]);
    let mut listed = house.metadata().await.texts("grant_types_supported");
    listed.sort();
    // Not at `/token`: `implicit` means tokens from the authorization endpoint, tested there.
    works.push("implicit");
    works.sort_unstable();
    assert_eq!(listed, works);
}

#[tokio::test]
async fn each_method_works_where_it_is_listed() {
    let house = House::new().await;
    house.client("client_secret_basic", Some(SECRET), |_| ()).await;
    house
        .client("client_secret_post", Some(SECRET), |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretPost)
        .await;
    house.client("none", None, |_| ()).await;
    let (own, made) = (key(Algorithm::ES256), Maker::app().made());
    let mac = SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), LONG.as_bytes()).unwrap();
    let asserting = [
        ("client_secret_jwt", Some(LONG), AuthMethod::ClientSecretJwt),
        ("private_key_jwt", None, AuthMethod::PrivateKeyJwt),
        ("tls_client_auth", None, AuthMethod::TlsClientAuth),
        ("self_signed_tls_client_auth", None, AuthMethod::SelfSignedTlsClientAuth),
    ];
    for (name, secret, method) in asserting {
        let metadata = json!({
            "jwks": {"keys": [own.public_jwk(), made.jwk()]},
            "tls_client_auth_subject_dn": "CN=app,O=Example\\, Inc.,C=FR",
        });
        house
            .client(name, secret, |c| {
                c.token_endpoint_auth_method = method;
                c.metadata = metadata.as_object().unwrap().clone().into();
            })
            .await;
    }
    let document = house.metadata().await;
    for (list, path) in [
        ("token_endpoint_auth_methods_supported", "/token"),
        ("revocation_endpoint_auth_methods_supported", "/token/revoke"),
        ("introspection_endpoint_auth_methods_supported", "/introspect"),
    ] {
        let mut works = Vec::new();
        for method in [
            "client_secret_basic",
            "client_secret_post",
            "client_secret_jwt",
            "private_key_jwt",
            "tls_client_auth",
            "self_signed_tls_client_auth",
            "none",
        ] {
            let assertion = match method {
                "private_key_jwt" => Assertion::of(&house, method, &own).sign(&own),
                _ => Assertion::of(&house, method, &mac).sign(&mac),
            };
            let mut form = vec![("token", "x"), ("grant_type", "refresh_token"), ("refresh_token", "x")];
            let mut ask = Ask::post(path);
            match method {
                "client_secret_basic" => ask = ask.basic(method, SECRET),
                "client_secret_post" => form.extend([("client_id", method), ("client_secret", SECRET)]),
                "client_secret_jwt" | "private_key_jwt" => {
                    form.extend([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &*assertion)]);
                }
                "tls_client_auth" | "self_signed_tls_client_auth" => {
                    form.push(("client_id", method));
                    ask = ask.certificate(&made.der, true);
                }
                _ => form.push(("client_id", method)),
            }
            ask = ask.form(&form);
            let reply = ask.send(&house).await;
            if reply.status == 200 || reply.member("error") == "invalid_grant" {
                works.push(method);
            }
        }
        assert_eq!(document[list], json!(works), "{list}");
    }
}

/// RFC 8414 section 2 and RFC 8705 section 5.
#[tokio::test]
async fn what_assertions_and_certificates_need_is_told() {
    let house = House::new().await;
    let document = house.metadata().await;
    for endpoint in ["token", "revocation", "introspection"] {
        let listed = &document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(*listed, json!(Algorithm::ALL), "none is not among them");
        let member = format!("{endpoint}_endpoint");
        assert_eq!(document["mtls_endpoint_aliases"][&member], document[&member]);
    }
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
}

#[tokio::test]
async fn each_response_mode_and_prompt_works() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let document = house.metadata().await;
    for (list, name) in [("response_modes_supported", "response_mode"), ("prompt_values_supported", "prompt")] {
        for value in document[list].as_array().unwrap() {
            let mut params = code_params("app", "openid");
            params.push((name, value.as_str().unwrap()));
            let reply = Browser::default().open(&house, &params).await;
            let refused = reply.header("location").is_some_and(|l| l.contains("invalid_request"));
            assert!(!refused && !reply.text().contains("invalid_request"), "{value}");
        }
    }
}

#[tokio::test]
async fn each_algorithm_is_published_and_signs() {
    let house = House::new().await;
    for alg in [Algorithm::RS256, Algorithm::EdDSA, Algorithm::ES384] {
        house.jeton.administration.ensure_key(house.service, alg).await.unwrap();
    }
    let document = house.metadata().await;
    let algs: Vec<Algorithm> =
        serde_json::from_value(document["id_token_signing_alg_values_supported"].clone()).unwrap();
    let macs = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
    let signatures: Vec<_> = algs.iter().copied().filter(|alg| !macs.contains(alg)).collect();
    assert_eq!((signatures.len(), algs.len()), (4, 7));
    for alg in signatures {
        house.client("app", Some(SECRET), |c| c.id_token_signed_response_alg = Some(alg)).await;
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "openid")];
        let id = house.token(("app", SECRET), &form).await.ok().member("id_token");
        assert_eq!(house.verified(&id).await.header["alg"], alg.as_str());
    }
}

/// OIDC Discovery section 3: for ID tokens "the algorithm RS256 MUST be included"; Core section 15.1 makes it mandatory.
#[tokio::test]
async fn rs256_is_among_the_algorithms() {
    let house = House::new().await;
    let algs = house.metadata().await["id_token_signing_alg_values_supported"].clone();
    assert!(algs.as_array().unwrap().contains(&json!("RS256")), "{algs}");
}

#[tokio::test]
async fn every_standard_scope_listed_can_be_had() {
    let house = House::new().await;
    let all = house.metadata().await.texts("scopes_supported").join(" ");
    house.client("app", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope(&all)).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", all.as_str())];
    assert_eq!(house.token(("app", SECRET), &form).await.ok().member("scope"), all);
}

#[tokio::test]
async fn the_key_set_shows_public_parts_only() {
    let house = House::new().await;
    for alg in [Algorithm::RS256, Algorithm::EdDSA, Algorithm::HS256] {
        house.jeton.administration.ensure_key(house.service, alg).await.unwrap();
    }
    let set = Ask::get("/jwks").send(&house).await.ok().json();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 3, "a shared secret is no public key: {set}");
    let mut kids = std::collections::BTreeSet::new();
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert_eq!(key.get(private), None, "{key}");
        }
        let public: jeton_jose::Jwk = serde_json::from_value(key.clone()).unwrap();
        assert_eq!(key["kid"], public.thumbprint().unwrap(), "RFC 7638: a name that no other key has");
        assert!(kids.insert(key["kid"].as_str().unwrap().to_owned()));
        assert_eq!(key["use"], "sig");
        assert!(key["alg"].is_string());
    }
}

#[tokio::test]
async fn rotation_publishes_ahead_and_keeps_what_signed() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let kids = async || {
        let set = Ask::get("/jwks").send(&house).await.ok().json();
        set["keys"].as_array().unwrap().iter().map(|k| k["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let old = house.token(("app", SECRET), &form).await.ok().access();
    let first = house.verified(&old).await.header["kid"].clone();
    let before = kids().await.len();
    let admin = jeton_core::administration::Caller::local();
    house.jeton.administration.rotate_key(&admin, house.service, None, None).await.unwrap();
    assert_eq!(kids().await.len(), before + 1, "published ahead");
    let still = house.verified(&house.token(("app", SECRET), &form).await.ok().access()).await;
    assert_eq!(still.header["kid"], first, "not yet signing");
    house.wait(3600);
    let new = house.verified(&house.token(("app", SECRET), &form).await.ok().access()).await;
    assert_ne!(new.header["kid"], first);
    house.verified(&old).await;
    house.wait(24 * 3600);
    assert_eq!(kids().await.len(), before, "the old one is gone after its grace");
}

#[tokio::test]
async fn an_issuer_with_a_path_names_its_endpoints_below_it() {
    let house = House::with("https://id.example/tenant/", Default::default()).await;
    let document = house.metadata().await;
    assert_eq!(document["issuer"], "https://id.example/tenant/", "to the letter");
    assert_eq!(document["token_endpoint"], "https://id.example/tenant/token");
}

#[tokio::test]
async fn each_response_type_works() {
    let house = House::new().await;
    let types = house.metadata().await.texts("response_types_supported");
    house
        .client("app", Some(SECRET), |c| {
            c.grant_types.push("implicit".into());
            c.response_types.clone_from(&types);
        })
        .await;
    for each in &types {
        let mut params = code_params("app", "openid");
        params[0].1 = each;
        let members = Browser::default().answered(&house, &params).await;
        assert!(!members.contains_key("error"), "{each}: {members:?}");
    }
}
