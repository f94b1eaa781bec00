//! Assertions as authorization grants, RFC 7523 section 2.1.

use futures::future::join_all;
use jeton_core::trusted_issuers::SubjectMapping;
use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use jeton_served::{House, JWT_BEARER, OtherIssuer, Reply, USER, bring, on_every_store};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

async fn trusting() -> (House, OtherIssuer) {
    let house = house().await;
    let issuer = OtherIssuer::trusted(&house, |_| ()).await;
    (house, issuer)
}

#[track_caller]
fn not_valid(reply: &Reply, reason: &str) {
    reply.refused(400, "invalid_grant", &format!("the assertion is not valid: {reason}"));
}

on_every_store! {
    thirty_two_uses_of_one_assertion_yield_one_success
}

mod run {
    use super::*;

    pub(super) async fn thirty_two_uses_of_one_assertion_yield_one_success(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let issuer = OtherIssuer::trusted(house, |_| ()).await;
        for (at, jti) in [json!("j"), Value::Null].into_iter().enumerate() {
            let assertion = issuer.altered(house, "j", json!({"jti": jti, "round": at}));
            let rows = house.rows().await;
            let tasks = (0..32).map(|_| {
                let (house, assertion) = (house.knocker(), assertion.clone());
                tokio::spawn(async move { bring(&house, APP, &assertion, "read").await })
            });
            let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|r| r.status == 200);
            assert_eq!(won.len(), 1);
            for reply in lost {
                reply.refused(400, "invalid_grant", "the assertion has been used before");
            }
            assert_eq!(house.rows().await, rows + 1);
        }
    }
}

#[tokio::test]
async fn a_trusted_issuers_word_is_worth_an_access_token() {
    let (house, issuer) = trusting().await;
    let reply = bring(&house, APP, &issuer.assertion(&house, "1"), "read").await.ok();
    assert!(!reply.has("refresh_token") && !reply.has("issued_token_type"));
    let claims = house.verified(&reply.access()).await.claims;
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!("sub-of-alice"), &json!("app")));
    assert!(house.is_active(&reply.access()).await);
    house.change_person(USER, |u| u.enabled = false).await;
    assert!(!house.is_active(&reply.access()).await);
    let again = bring(&house, APP, &issuer.assertion(&house, "2"), "read").await;
    again.refused(400, "invalid_grant", "the assertion is about nobody known here");
}

#[tokio::test]
async fn an_assertion_is_used_once_by_whatever_client() {
    let (house, issuer) = trusting().await;
    house.client("other", Some(SECRET), |_| ()).await;
    let assertion = issuer.assertion(&house, "1");
    bring(&house, APP, &assertion, "read").await.ok();
    let same_jti = issuer.altered(&house, "1", json!({"more": true}));
    for (client, text) in [("app", &assertion), ("other", &assertion), ("app", &same_jti)] {
        let reply = bring(&house, (client, SECRET), text, "read").await;
        reply.refused(400, "invalid_grant", "the assertion has been used before");
    }
}

#[tokio::test]
async fn a_wrong_request_does_not_use_it_up() {
    let (house, issuer) = trusting().await;
    let assertion = issuer.assertion(&house, "1");
    let beyond = bring(&house, APP, &assertion, "read write").await;
    beyond.refused(400, "invalid_scope", "the scopes write are not allowed or invalid");
    bring(&house, APP, &assertion, "read").await.ok();
}

#[tokio::test]
async fn each_claim_altered_in_turn_is_refused() {
    let (house, issuer) = trusting().await;
    let now = house.jeton.ledger.now().seconds();
    let meant = "it is meant for somebody else";
    let (expired, early) = ("it has expired", "it is not valid yet");
    for (change, reason) in [
        (json!({"aud": null}), meant),
        (json!({"aud": "https://else.example"}), meant),
        (json!({"aud": "https://id.example/"}), meant),
        (json!({"aud": ["https://id.example/tokens"]}), meant),
        (json!({"aud": []}), meant),
        (json!({"aud": 1}), meant),
        (json!({"exp": null}), expired),
        (json!({"exp": now - 31}), expired),
        (json!({"exp": "soon"}), expired),
        (json!({"exp": now + 7200}), "it is valid for too long"),
        (json!({"nbf": now + 60}), early),
        (json!({"iat": now + 60}), early),
        (json!({"sub": null}), "it has no sub"),
        (json!({"sub": ""}), "it has no sub"),
        (json!({"sub": 7}), "it has no sub"),
    ] {
        let reply = bring(&house, APP, &issuer.altered(&house, "1", change.clone()), "read").await;
        assert_eq!(reply.refusal().2, format!("the assertion is not valid: {reason}"), "{change}");
    }
    for (change, text) in [
        (json!({"iss": null}), "the issuer of the assertion is not trusted for this client"),
        (json!({"iss": "https://idp.example/"}), "the issuer of the assertion is not trusted for this client"),
        (json!({"iss": ["https://idp.example"]}), "the issuer of the assertion is not trusted for this client"),
        (json!({"sub": "nobody"}), "the assertion is about nobody known here"),
        (json!({"sub": "x".repeat(300)}), "the assertion is about nobody known here"),
    ] {
        bring(&house, APP, &issuer.altered(&house, "1", change), "read").await.refused(400, "invalid_grant", text);
    }
    for aud in [json!("https://id.example/token"), json!(["https://else.example", "https://id.example"])] {
        bring(&house, APP, &issuer.altered(&house, &aud.to_string(), json!({"aud": aud})), "read").await.ok();
    }
}

#[tokio::test]
async fn only_a_jws_by_a_key_of_the_issuer_counts() {
    let (house, issuer) = trusting().await;
    let claims = OtherIssuer::claims(&house, "1");
    let sign =
        |header: Header, key: &SigningKey| sign_compact(&header.prepare(), claims.to_string().as_bytes(), key).unwrap();
    let foreign = SigningKey::generate(Algorithm::ES256).unwrap();
    not_valid(&bring(&house, APP, &sign(Header::for_key(&foreign), &foreign), "read").await, "its key is not known");
    for typ in ["at+jwt", "token-introspection+jwt"] {
        let typed = sign(Header::for_key(&issuer.key).typ(typ), &issuer.key);
        not_valid(&bring(&house, APP, &typed, "read").await, "it is another type of JWT");
    }
    let good = issuer.sign(&claims);
    let (signed, _) = good.rsplit_once('.').unwrap();
    for broken in ["x", "a.b", &format!("{signed}."), &format!("{good}.x"), "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(bring(&house, APP, broken, "read").await.refusal().1, "invalid_grant", "{broken}");
    }
    let long = "x".repeat(17 * 1024);
    not_valid(&bring(&house, APP, &long, "read").await, "it is too long");
    let own = house.token(APP, &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok().access();
    assert_eq!(bring(&house, APP, &own, "read").await.refusal().1, "invalid_grant", "a token of ours is no assertion");
    bring(&house, APP, &good, "read").await.ok();
}

#[tokio::test]
async fn people_are_found_by_the_claim_that_is_configured() {
    let house = house().await;
    house.person("alice@example.org", "x").await;
    let by_email = |i: &mut jeton_core::trusted_issuers::TrustedIssuer| {
        (i.claim, i.finds) = (Some("email".into()), SubjectMapping::Username);
    };
    let issuer = OtherIssuer::trusted(&house, by_email).await;
    let nobody = "the assertion is about nobody known here";
    let email = |verified: Value| json!({"email": "alice@example.org", "email_verified": verified});
    for verified in [json!(false), json!("true"), Value::Null] {
        let reply = bring(&house, APP, &issuer.altered(&house, "1", email(verified)), "read").await;
        reply.refused(400, "invalid_grant", nobody);
    }
    let reply = bring(&house, APP, &issuer.altered(&house, "1", email(json!(true))), "read").await.ok();
    assert_eq!(house.verified(&reply.access()).await.claims["sub"], "sub-of-alice@example.org");

    let issuer = OtherIssuer::trusted(&house, |i| i.finds = SubjectMapping::External).await;
    let reply = bring(&house, APP, &issuer.assertion(&house, "2"), "read").await.ok();
    let sub = house.verified(&reply.access()).await.claims["sub"].clone();
    assert_eq!(sub, "https://idp.example|sub-of-alice", "nobody's sub here");
}

#[tokio::test]
async fn an_issuer_speaks_of_its_subjects_to_its_clients_only() {
    let house = house().await;
    house.client("tv", None, |_| ()).await;
    house.client("other", Some(SECRET), |_| ()).await;
    let untrusted = "the issuer of the assertion is not trusted for this client";
    let public = async |assertion: &str| {
        let form = [("grant_type", JWT_BEARER), ("assertion", assertion), ("scope", "read"), ("client_id", "tv")];
        house.public_token(&form).await
    };
    let issuer = OtherIssuer::trusted(&house, |_| ()).await;
    public(&issuer.assertion(&house, "1")).await.refused(400, "invalid_grant", untrusted);
    let issuer = OtherIssuer::trusted(&house, |i| i.clients = vec!["tv".into()]).await;
    public(&issuer.assertion(&house, "1")).await.ok();
    let reply = bring(&house, ("other", SECRET), &issuer.assertion(&house, "2"), "read").await;
    reply.refused(400, "invalid_grant", untrusted);
    let issuer = OtherIssuer::trusted(&house, |i| i.enabled = false).await;
    bring(&house, APP, &issuer.assertion(&house, "3"), "read").await.refused(400, "invalid_grant", untrusted);
    let issuer = OtherIssuer::trusted(&house, |i| i.subjects = vec!["sub-of-bob".into()]).await;
    let reply = bring(&house, APP, &issuer.assertion(&house, "3"), "read").await;
    reply.refused(400, "invalid_grant", "the assertion is about nobody known here");
    let missing = house.token(APP, &[("grant_type", JWT_BEARER), ("scope", "read")]).await;
    missing.refused(400, "invalid_request", "the parameter assertion is missing");
}
