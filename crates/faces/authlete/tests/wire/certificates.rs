//! Clients that authenticate with a certificate of an authority (RFC 8705 section 2.1), which the authorization server sends on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_served::{Authority, House, Made, Maker, Reply};
use serde_json::{Value, json};

use crate::api::{house, made, post, set_service};

fn pem(made: &Made) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&made.der))
}

fn document() -> Value {
    json!({
        "tokenAuthMethod": "TLS_CLIENT_AUTH", "tlsClientAuthSubjectDn": "CN=app,O=Example\\, Inc.,C=FR",
        "grantTypes": ["CLIENT_CREDENTIALS"], "clientType": "CONFIDENTIAL",
    })
}

async fn asked(house: &House, client: &Value, certificate: &str, path: &[String]) -> Reply {
    let body = json!({
        "parameters": format!("grant_type=client_credentials&client_id={}", client["clientId"]),
        "clientCertificate": certificate, "clientCertificatePath": path,
    });
    post(house, "/auth/token", body).await
}

#[tokio::test]
async fn a_client_authenticates_with_a_certificate_of_an_authority_that_its_service_names() {
    let house = house().await;
    let (root, stranger) = (Authority::root("root"), Authority::root("root"));
    let between = root.below("between");
    set_service(&house, json!({ "trustedRootCertificates": [root.pem()] })).await;
    let client = made(&house, document()).await;
    assert_eq!(client["tokenAuthMethod"], "TLS_CLIENT_AUTH", "{client}");

    let good = Maker::app().signed_by(&root);
    for certificate in [pem(&good), STANDARD.encode(&good.der)] {
        let reply = asked(&house, &client, &certificate, &[]).await;
        assert_eq!(reply.json()["action"], "OK", "{}", reply.text());
    }
    // By way of another authority; the client may send the root and its own certificate with the path.
    let through = Maker::app().signed_by(&between);
    for path in [vec![between.pem()], vec![pem(&through), between.pem(), root.pem()]] {
        let reply = asked(&house, &client, &pem(&through), &path).await;
        assert_eq!(reply.json()["action"], "OK", "{}", reply.text());
    }
    let server = Maker::app().for_servers().signed_by(&root);
    let other = Maker::called("other").signed_by(&root);
    for (what, certificate, path) in [
        ("no path", pem(&through), vec![]),
        ("a path of others", pem(&through), vec![stranger.pem()]),
        ("a path that is too long", pem(&through), vec![between.pem(); 21]),
        ("another authority of this name", pem(&Maker::app().signed_by(&stranger)), vec![]),
        ("a path that brings its own root", pem(&Maker::app().signed_by(&stranger)), vec![stranger.pem()]),
        ("self-signed", pem(&Maker::app().made()), vec![]),
        ("expired", pem(&Maker::app().lives(2000, 2001).signed_by(&root)), vec![]),
        ("not valid yet", pem(&Maker::app().lives(2090, 2100).signed_by(&root)), vec![]),
        ("another subject", pem(&other), vec![]),
        ("for servers", pem(&server), vec![]),
        ("no certificate", STANDARD.encode("nothing"), vec![]),
    ] {
        let reply = asked(&house, &client, &certificate, &path).await;
        assert_eq!(
            (house.refusal(&reply), &reply.json()["action"]),
            ("tls_invalid", &json!("INVALID_CLIENT")),
            "{what}"
        );
    }
    let unread = asked(&house, &client, &pem(&good), &["no certificate!".to_owned()]).await;
    assert_eq!(house.refusal(&unread), "invalid");

    // The service takes its trust back.
    set_service(&house, json!({})).await;
    assert_eq!(house.refusal(&asked(&house, &client, &pem(&good), &[]).await), "tls_invalid");
}

#[tokio::test]
async fn a_service_names_its_authorities_before_clients_can_use_them() {
    let house = house().await;
    set_service(&house, json!({ "dynamicRegistrationSupported": true })).await;
    let metadata = json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=app",
                           "grant_types": ["client_credentials"], "response_types": [] });
    let register = json!({ "json": metadata.to_string() });
    let refused = post(&house, "/client/create", document()).await;
    assert_eq!((refused.status, house.refusal(&refused)), (400, "invalid"), "{}", refused.text());
    assert!(refused.text().contains("trustedRootCertificates"), "{}", refused.text());
    let refused = post(&house, "/client/registration", register.clone()).await;
    assert!(refused.text().contains("trustedRootCertificates"), "{}", refused.text());

    for wrong in
        [json!(["no certificate"]), json!([""]), json!("text"), json!([7]), json!([STANDARD.encode("nothing")])]
    {
        let reply = post(&house, "/service/update", json!({ "trustedRootCertificates": wrong })).await;
        assert_eq!((reply.status, house.refusal(&reply)), (400, "invalid"), "{wrong}");
    }
    let roots = json!([Authority::root("one").pem(), Authority::root("two").pem()]);
    set_service(&house, json!({ "trustedRootCertificates": roots, "dynamicRegistrationSupported": true })).await;
    made(&house, document()).await;
    let mut nameless = document();
    nameless.as_object_mut().unwrap().remove("tlsClientAuthSubjectDn");
    assert_eq!(post(&house, "/client/create", nameless).await.status, 400);
}
