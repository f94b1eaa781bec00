//! `client_secret_jwt` inside a JWE, for SimpleIdServer clients (`docs/contracts/oauth-token-endpoint.md` section 3).

use jeton_core::model::{AuthMethod, CompatibilityMode, TokenFormat};
use jeton_jose::jwe::{self, ContentEncryption, EncryptionKey, KeyAlgorithm};
use jeton_jose::{Algorithm, Secret, SigningKey};

use jeton_served::{Ask, Assertion, House, key};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

async fn house() -> (House, SigningKey) {
    let house = House::new().await;
    house
        .client("mac", Some(SECRET), |c| {
            c.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
            c.access_token_format = Some(TokenFormat::Opaque);
            c.profile = CompatibilityMode::Classic;
            c.response_types = vec!["token".into()];
        })
        .await;
    (house, SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), SECRET.as_bytes()).unwrap())
}

fn encrypted(text: &str, secret: &str, alg: KeyAlgorithm, enc: ContentEncryption) -> String {
    let bytes = jwe::symmetric_key_from_secret(&Secret::new(secret), alg, enc).unwrap();
    let key = EncryptionKey::from_shared(alg, &bytes).unwrap();
    jwe::encrypt_compact(jwe::Header::new().cty("JWT"), text.as_bytes(), &key, enc).unwrap()
}

fn ask(text: &str) -> Ask {
    Ask::asserting_with(text, &[("client_id", "mac")])
}

#[tokio::test]
async fn every_symmetric_algorithm_works_and_once() {
    let (house, own) = house().await;
    for alg in KeyAlgorithm::ALL.into_iter().filter(|alg| alg.is_symmetric()) {
        for enc in ContentEncryption::ALL {
            let inner = Assertion::of(&house, "mac", &own).sign(&own);
            ask(&encrypted(&inner, SECRET, alg, enc)).send(&house).await.ok();
            // Encrypted again, it is still the same assertion.
            let again = ask(&encrypted(&inner, SECRET, alg, enc)).send(&house).await;
            again.refused(400, "invalid_client", "the received JWT has been used before");
        }
    }
}

#[tokio::test]
async fn the_body_names_the_client_of_what_cannot_be_read() {
    let (house, own) = house().await;
    let inner = Assertion::of(&house, "mac", &own).sign(&own);
    let text = encrypted(&inner, SECRET, KeyAlgorithm::A128KW, ContentEncryption::A128CBCHS256);
    Ask::asserting(&text).send(&house).await.refused(400, "invalid_client", "the client doesn't exist");
}

#[tokio::test]
async fn what_does_not_open_is_message_14() {
    let (house, own) = house().await;
    let (alg, enc) = (KeyAlgorithm::Dir, ContentEncryption::A128CBCHS256);
    let inner = Assertion::of(&house, "mac", &own).sign(&own);
    let right = encrypted(&inner, SECRET, alg, enc);
    let damaged = format!("{}A{}", &right[..right.len() - 30], &right[right.len() - 29..]);
    let public = key(Algorithm::RS256).public_jwk().unwrap();
    let public = jeton_jose::Jwk { usage: None, alg: None, ..public };
    let to_public = EncryptionKey::from_jwk(&public, KeyAlgorithm::ALL[0]).unwrap();
    let to_public = jwe::encrypt_compact(jwe::Header::new(), inner.as_bytes(), &to_public, enc).unwrap();
    for text in [encrypted(&inner, "another secret of enough bytes..", alg, enc), damaged, to_public] {
        assert_ne!(text, right);
        ask(&text).send(&house).await.refused(400, "invalid_client", "the jwe token cannot be decrypted");
    }
}

#[tokio::test]
async fn what_is_inside_is_held_to_the_same() {
    let (house, own) = house().await;
    let foreign = SigningKey::from_private_bytes(Algorithm::HS256, Some("x"), &[b'y'; 32]).unwrap();
    let asymmetric = key(Algorithm::RS256);
    let right = || Assertion::of(&house, "mac", &own);
    for (inner, message) in [
        ("no JWS".to_owned(), "the client assertion is not a JWS token"),
        (String::new(), "the client assertion is not a JWS token"),
        (right().head("alg", "none").sign(&own), "the client assertion is not a JWS token"),
        (right().sign(&foreign), "the JWS payload cannot be extracted"),
        (Assertion::of(&house, "mac", &asymmetric).sign(&asymmetric), "the JWS payload cannot be extracted"),
        (right().claim("iss", "other").claim("sub", "other").sign(&own), "the client id passed in JWT is not correct"),
        (right().claim("aud", "x").sign(&own), "the audience passed in JWT is not correct"),
        (right().claim("exp", 1).sign(&own), "the received JWT has expired"),
    ] {
        let text = encrypted(&inner, SECRET, KeyAlgorithm::A256KW, ContentEncryption::A256GCM);
        ask(&text).send(&house).await.refused(400, "invalid_client", message);
    }
}
