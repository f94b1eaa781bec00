use std::time::Duration;

use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, Secret, SigningKey, VerifyingKey, base64url};
use serde_json::{Value, json};

use super::{Assertion, AssertionError as E};
use crate::trusted_keys::KeySet;
use jeton_model::clock::Timestamp;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::ES256).unwrap()
}

fn keys(key: &SigningKey) -> KeySet {
    KeySet::new(key.public_jwk().into_iter().collect()).unwrap()
}

fn signed(key: &SigningKey, payload: &[u8]) -> Assertion {
    parse(&sign_compact(&Header::for_key(key).prepare(), payload, key).unwrap()).unwrap()
}

fn parse(text: &str) -> Result<Assertion, E> {
    Assertion::parse(Secret::new(text))
}

fn of(claims: Value) -> Assertion {
    signed(&key(), claims.to_string().as_bytes())
}

#[test]
fn a_signature_by_a_trusted_key_is_accepted_and_by_no_other() {
    let (own, other) = (key(), key());
    let assertion = signed(&own, b"{}");
    assert_eq!(assertion.verify(&keys(&own), |_| true), Ok(()));
    assert_eq!(assertion.verify(&keys(&other), |_| true), Err(E::UnknownKey), "a foreign kid");
    assert_eq!(assertion.verify(&KeySet::default(), |_| true), Err(E::UnknownKey));
    assert_eq!(assertion.verify(&keys(&own), |alg| alg != Algorithm::ES256), Err(E::Algorithm));
    // Another key with this key's `kid` is still another key.
    let header = Header::new(Algorithm::ES256).kid(own.kid());
    let text = sign_compact(
        &header.prepare(),
        b"{}",
        &SigningKey::from_private_bytes(Algorithm::ES256, Some(own.kid()), &other.private_bytes().unwrap()).unwrap(),
    )
    .unwrap();
    assert_eq!(parse(&text).unwrap().verify(&keys(&own), |_| true), Err(E::Signature));
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let own = key();
    let public = serde_json::to_vec(&own.public_jwk()).unwrap();
    let hmac = SigningKey::from_private_bytes(Algorithm::HS256, Some(own.kid()), &public).unwrap();
    let text = sign_compact(&Header::for_key(&hmac).prepare(), b"{}", &hmac).unwrap();
    assert_eq!(parse(&text).unwrap().verify(&keys(&own), |_| true), Err(E::UnknownKey));
    let secret = KeySet::of(VerifyingKey::from_secret(Algorithm::HS256, &public).unwrap());
    assert_eq!(signed(&own, b"{}").verify(&secret, |_| true), Err(E::UnknownKey));
}

#[test]
fn what_is_no_jws_or_no_claims_set_is_told_apart() {
    let part = |text: &str| base64url::encode(text);
    let (head, body) = (part(r#"{"alg":"ES256"}"#), part("{}"));
    for (text, error) in [
        ("", E::NotJws),
        ("a.b", E::NotJws),
        (&format!("{head}.{body}"), E::NotJws),
        (&format!("{head}.{body}.AA.AA"), E::NotJws),
        (&format!("{}.{body}.AA", part("[]")), E::NotJws),
        (&format!("{}.{body}.", part(r#"{"alg":"none"}"#)), E::NotJws),
        (&format!("{}.{body}.AA", part(r#"{"alg":"ES256","crit":["exp"],"exp":1}"#)), E::NotJws),
        (&format!("{}.{body}.AA", part(r#"{"alg":"ES256","alg":"ES256"}"#)), E::NotJws),
        (&format!("!{head}.{body}.AA"), E::NotJws),
        (&format!("{head}.!{body}.AA"), E::Payload),
        (&format!("{head}.{}.AA", part("[]")), E::Payload),
        (&format!("{head}.{}.AA", part(r#"{"iss":"a","iss":"a"}"#)), E::Payload),
        (&format!("{head}.{body}.!"), E::Signature),
    ] {
        assert_eq!(parse(text).err(), Some(error), "{text}");
    }
}

#[test]
fn an_audience_is_met_exactly() {
    let accepted = ["https://id.example", "https://id.example/token"];
    for aud in [json!("https://id.example"), json!(["x", "https://id.example/token"])] {
        assert_eq!(of(json!({ "aud": aud })).is_for(&accepted), Ok(()), "{aud}");
    }
    for aud in [
        json!("https://id.example/"),
        json!("https://ID.example"),
        json!("https://id.example/token/"),
        json!("https://id.example/tok"),
        json!("xhttps://id.example"),
        json!(["https://id.example", 1]),
        json!([["https://id.example"]]),
        json!({"https://id.example": 1}),
        json!([]),
        json!(""),
        Value::Null,
    ] {
        assert_eq!(of(json!({ "aud": aud })).is_for(&accepted), Err(E::Audience), "{aud}");
    }
    assert_eq!(of(json!({})).is_for(&accepted), Err(E::Audience));
    let one = of(json!({"aud": ["https://id.example"]}));
    assert_eq!(one.is_only_for("https://id.example"), Err(E::Audience), "not a single string");
    assert_eq!(of(json!({"aud": "https://id.example"})).is_only_for("https://id.example"), Ok(()));
}

#[test]
fn times_are_held_to_with_thirty_seconds_of_grace() {
    let now = NOW.seconds();
    let check = |claims: Value| of(claims).check_times(NOW, HOUR);
    assert_eq!(check(json!({"exp": now + 60})), Ok(Timestamp::from_seconds(now + 90)));
    assert!(check(json!({"exp": now - 29})).is_ok());
    assert!(check(json!({"exp": now as f64 + 0.5, "iat": now as f64 - 0.5})).is_ok());
    for exp in [json!(now - 30), json!(0), json!(-1), json!("1900000000"), json!(1e300), Value::Null] {
        assert_eq!(check(json!({ "exp": exp })), Err(E::Expired), "{exp}");
    }
    assert_eq!(check(json!({})), Err(E::Expired));
    assert!(check(json!({"exp": now + 3600})).is_ok());
    assert_eq!(check(json!({"exp": now + 3700})), Err(E::LongLived));
    for name in ["nbf", "iat"] {
        assert!(check(json!({"exp": now + 60, name: now + 30})).is_ok(), "{name}");
        for bad in [json!(now + 31), json!("0"), Value::Null, json!(true)] {
            assert_eq!(check(json!({"exp": now + 60, name: bad})), Err(E::NotYet), "{name}");
        }
    }
}

#[test]
fn names_are_strings_or_absent() {
    let claims = json!({"iss": 1, "sub": "s", "jti": null});
    let assertion = of(claims);
    assert!(assertion.claims().iss().is_err() && assertion.claims().jti().is_err());
    assert_eq!(assertion.claims().sub(), Ok(Some("s")));
    assert_eq!(of(json!({})).claims().iss(), Ok(None));
}

#[test]
fn a_type_is_checked_where_it_is_asked_for() {
    let key = key();
    let text = sign_compact(&Header::for_key(&key).typ("oauth-authz-req+jwt").prepare(), b"{}", &key).unwrap();
    let assertion = parse(&text).unwrap();
    assert_eq!(assertion.check_type("oauth-authz-req+jwt"), Ok(()));
    assert_eq!(assertion.check_type("at+jwt"), Err(E::Type));
    assert_eq!(signed(&key, b"{}").check_type("at+jwt"), Err(E::Type));
    assert_eq!(assertion.check_not_another_kind("oauth-authz-req+jwt"), Ok(()));
    assert_eq!(assertion.check_not_another_kind("at+jwt"), Err(E::Type));
    assert_eq!(signed(&key, b"{}").check_not_another_kind("at+jwt"), Ok(()));
}
