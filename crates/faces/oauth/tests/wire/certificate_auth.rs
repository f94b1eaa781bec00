//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705 section 2): what is accepted, and `tls_invalid`.

use jeton_core::model::{AuthMethod, Client, CompatibilityMode, TokenFormat};
use rcgen::{DnType, SanType};
use serde_json::{Value, json};

use jeton_served::{Ask, House, Made, Maker, Reply};

const FORM: [(&str, &str); 3] = [("grant_type", "client_credentials"), ("scope", "read"), ("client_id", "app")];
const MESSAGE: &str = "the client cannot be authenticated with TLS";

async fn house(method: AuthMethod, metadata: Value) -> House {
    let house = House::new().await;
    house.client("app", None, |c| registered(c, method, metadata)).await;
    house
}

fn registered(client: &mut Client, method: AuthMethod, metadata: Value) {
    client.token_endpoint_auth_method = method;
    client.access_token_format = Some(TokenFormat::Opaque);
    client.response_types = vec!["token".into()];
    client.metadata.extend(metadata.as_object().unwrap().clone());
}

async fn ask(house: &House, made: &Made, verified: bool) -> Reply {
    Ask::post("/token").form(&FORM).certificate(&made.der, verified).send(house).await
}

#[track_caller]
fn refused(reply: &Reply) {
    reply.refused(400, "invalid_client", MESSAGE);
}

#[tokio::test]
async fn a_subject_is_compared_as_a_name_not_as_text() {
    let app = Maker::app().made();
    for (name, works) in [
        ("CN=app,O=Example\\, Inc.,C=FR", true),
        ("cn=APP, o=\"example,  inc.\", c=fr", true),
        ("2.5.4.3=app,2.5.4.10=Example\\2C Inc.,2.5.4.6=FR", true),
        ("C=FR,O=Example\\, Inc.,CN=app", false),
        ("CN=app,O=Example\\, Inc.", false),
        ("CN=app", false),
        ("CN=ap,O=Example\\, Inc.,C=FR", false),
        ("CN=app,O=Example\\, Inc.,C=FR,DC=x", false),
        ("not a name", false),
        ("", false),
    ] {
        let house = house(AuthMethod::TlsClientAuth, json!({ "tls_client_auth_subject_dn": name })).await;
        let reply = ask(&house, &app, true).await;
        if works {
            reply.ok();
        } else {
            refused(&reply);
        }
    }
}

#[tokio::test]
async fn an_alternative_name_of_the_registered_kind_counts() {
    let named = Maker::app()
        .named(SanType::DnsName("app.example".try_into().unwrap()))
        .named(SanType::URI("https://app.example/id".try_into().unwrap()))
        .named(SanType::Rfc822Name("app@mail.example".try_into().unwrap()))
        .named(SanType::IpAddress("192.0.2.1".parse().unwrap()))
        .named(SanType::IpAddress("2001:db8::1".parse().unwrap()))
        .made();
    for (kind, name, works) in [
        ("dns", "app.example", true),
        ("dns", "APP.example", true),
        ("dns", "*.example", false),
        ("dns", "sub.app.example", false),
        ("dns", "192.0.2.1", false),
        ("uri", "https://app.example/id", true),
        ("uri", "https://app.example/ID", false),
        ("uri", "https://app.example/id/", false),
        ("email", "app@mail.example", true),
        ("email", "app@MAIL.example", true),
        ("email", "APP@mail.example", false),
        ("ip", "192.0.2.1", true),
        ("ip", "2001:0db8:0::1", true),
        ("ip", "192.0.2.2", false),
        ("ip", "::ffff:192.0.2.1", false),
    ] {
        let house = house(AuthMethod::TlsClientAuth, json!({ format!("tls_client_auth_san_{kind}"): name })).await;
        let reply = ask(&house, &named, true).await;
        if works {
            reply.ok();
        } else {
            refused(&reply);
        }
        refused(&ask(&house, &Maker::app().made(), true).await);
    }
}

#[tokio::test]
async fn without_an_authority_or_in_the_wrong_time_a_name_is_nothing() {
    let name = json!({"tls_client_auth_subject_dn": "CN=app,O=Example\\, Inc.,C=FR"});
    let house = house(AuthMethod::TlsClientAuth, name).await;
    ask(&house, &Maker::app().made(), true).await.ok();
    refused(&ask(&house, &Maker::app().made(), false).await);
    refused(&ask(&house, &Maker::app().lives(2000, 2001).made(), true).await);
    refused(&ask(&house, &Maker::app().lives(2090, 2100).made(), true).await);
    refused(&Ask::post("/token").form(&FORM).send(&house).await);
    refused(&Ask::post("/token").form(&FORM).certificate(b"not DER", true).send(&house).await);
    let with_more = [&Maker::app().made().der[..], &[0]].concat();
    refused(&Ask::post("/token").form(&FORM).certificate(&with_more, true).send(&house).await);
    // With another method as well, or instead.
    let made = Maker::app().made();
    let form = [FORM.as_slice(), &[("client_secret", "x")]].concat();
    refused(&Ask::post("/token").form(&form).certificate(&made.der, true).send(&house).await);
    let reply = Ask::post("/token").form(&FORM).basic("app", "x").certificate(&made.der, true).send(&house).await;
    reply.refused(401, "invalid_client", MESSAGE);
    // Without a registered name to compare with.
    house.change_client("app", |c| c.metadata.remove("tls_client_auth_subject_dn")).await;
    refused(&ask(&house, &made, true).await);
}

#[tokio::test]
async fn a_classic_client_needs_thumbprint_and_name() {
    let (app, other) = (Maker::app().made(), Maker::app().made());
    let sha1: String = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &app.der)
        .as_ref()
        .iter()
        .map(|b| format!("{b:02X}"))
        .collect();
    let sha256: String = jeton_jose::digest::sha256(&app.der).iter().map(|b| format!("{b:02x}:")).collect();
    let name = "CN=app, O=\"Example, Inc.\", C=FR";
    for (print, name, works) in [
        (&*sha1, name, true),
        (&sha256, name, true),
        (&*sha1, "CN=other", false),
        (&sha1.replace('A', "B"), name, !sha1.contains('A')),
        (&sha1[2..], name, false),
        ("", name, false),
    ] {
        let metadata = json!({"tls_client_auth_thumbprint": print, "tls_client_auth_name": name});
        let house = house(AuthMethod::TlsClientAuth, metadata).await;
        house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
        // Any signer is accepted: the thumbprint identifies the certificate.
        for verified in [true, false] {
            let reply = ask(&house, &app, verified).await;
            if works {
                reply.ok();
            } else {
                refused(&reply);
            }
            refused(&ask(&house, &other, verified).await);
        }
        // A standard client cannot authenticate this way.
        house.change_client("app", |c| c.profile = CompatibilityMode::Standard).await;
        refused(&ask(&house, &app, true).await);
    }
    let house = house(AuthMethod::TlsClientAuth, json!({ "tls_client_auth_thumbprint": sha1 })).await;
    house.change_client("app", |c| c.profile = CompatibilityMode::Classic).await;
    refused(&ask(&house, &app, true).await);
}

#[tokio::test]
async fn a_registered_key_or_certificate_is_the_clients_own() {
    use base64::Engine as _;
    let (app, other) = (Maker::app().made(), Maker::app().made());
    let x5c = base64::engine::general_purpose::STANDARD.encode(&app.der);
    let mut with_certificate = app.jwk();
    with_certificate["x5c"] = json!([x5c]);
    for keys in [json!([app.jwk()]), json!([with_certificate]), json!([{"kty": "RSA"}, app.jwk()])] {
        let house = house(AuthMethod::SelfSignedTlsClientAuth, json!({"jwks": {"keys": keys}})).await;
        for verified in [true, false] {
            ask(&house, &app, verified).await.ok();
            refused(&ask(&house, &other, verified).await);
        }
        refused(&Ask::post("/token").form(&FORM).send(&house).await);
    }
    // Another certificate with the same key.
    let renewed = rcgen::CertificateParams::new(vec!["x.example".into()]).unwrap().self_signed(&app.key).unwrap();
    for (keys, works) in [(json!([app.jwk()]), true), (json!([with_certificate]), false)] {
        let house = house(AuthMethod::SelfSignedTlsClientAuth, json!({"jwks": {"keys": keys}})).await;
        let reply = Ask::post("/token").form(&FORM).certificate(renewed.der(), false).send(&house).await;
        assert_eq!(reply.status == 200, works, "{}", reply.show());
    }
    let old = Maker::new(&[(DnType::CommonName, "app")]).lives(2000, 2001).made();
    let house = house(AuthMethod::SelfSignedTlsClientAuth, json!({"jwks": {"keys": [old.jwk()]}})).await;
    refused(&ask(&house, &old, false).await);
}

#[tokio::test]
async fn a_new_certificate_is_found_at_the_clients_address() {
    let (old, new) = (Maker::app().made(), Maker::app().made());
    let url = "https://app.example/jwks";
    let house = house(AuthMethod::SelfSignedTlsClientAuth, json!({ "jwks_uri": url })).await;
    house.network.json(url, &json!({"keys": [old.jwk()]}));
    ask(&house, &old, false).await.ok();
    house.network.json(url, &json!({"keys": [new.jwk()]}));
    ask(&house, &new, false).await.ok();
    refused(&ask(&house, &old, false).await);
    assert_eq!(house.network.count(url), 3);
}
