//! An assertion works once: across callers, endpoints, failed grants, and restarts.

use futures::future::join_all;
use jeton_core::model::{AuthMethod, TokenFormat};
use jeton_jose::{Algorithm, SigningKey, base64url};
use serde_json::Value;

use jeton_served::{Ask, Assertion, House, PASSWORD, Reply, USER, jwks, key, on_every_store};

const REPLAYED: &str = "the received JWT has been used before";

on_every_store! {
    of_thirty_two_callers_one_succeeds
    an_assertion_is_dead_after_a_failed_request_too
    it_is_dead_at_every_endpoint
    the_same_name_is_another_clients_own
    one_without_a_name_works_once_too
    what_makes_it_single_use_is_not_its_signature
    it_is_dead_until_it_has_expired
}

async fn client(house: &House, name: &str) -> SigningKey {
    let own = key(Algorithm::ES256);
    house
        .client(name, None, |c| {
            c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            c.access_token_format = Some(TokenFormat::Opaque);
            c.metadata.set("jwks", jwks(&[&own]));
        })
        .await;
    own
}

async fn together(house: &House, asks: Vec<Ask>) -> Vec<Reply> {
    let tasks = asks.into_iter().map(|ask| {
        let house = house.knocker();
        tokio::spawn(async move { ask.send(&house).await })
    });
    join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect()
}

/// The same assertion with its ES256 signature written as `(r, n - s)`.
fn other_signature(text: &str) -> String {
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
        0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    let mut borrow = 0;
    for (s, n) in signature[32..].iter_mut().zip(N).rev() {
        let difference = i16::from(n) - i16::from(*s) - borrow;
        borrow = i16::from(difference < 0);
        *s = difference.rem_euclid(256) as u8;
    }
    format!("{signed}.{}", base64url::encode(signature))
}

/// The same bytes with different unused bits in the last character: 64 bytes leave four.
fn trailing(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = DIGITS.iter().position(|digit| *digit == *text.as_bytes().last().unwrap()).unwrap();
    format!("{}{}", &text[..text.len() - 1], char::from(DIGITS[last | 1]))
}

#[track_caller]
fn replayed(reply: &Reply) {
    reply.refused(400, "invalid_client", REPLAYED);
}

/// The same at `/introspect` and `/token/revoke`, which answer a failed authentication with 401.
fn replayed_elsewhere(reply: &Reply) {
    reply.refused(401, "invalid_client", REPLAYED);
}

#[tokio::test]
async fn it_stays_dead_when_the_server_is_started_again() {
    let house = House::on_sqlite().await;
    let own = client(&house, "app").await;
    let text = Assertion::of(&house, "app", &own).sign(&own);
    Ask::asserting(&text).send(&house).await.ok();
    let house = house.restarted().await;
    replayed(&Ask::asserting(&text).send(&house).await);
    Ask::asserting(&Assertion::of(&house, "app", &own).sign(&own)).send(&house).await.ok();
}

mod run {
    use super::*;

    pub(super) async fn of_thirty_two_callers_one_succeeds(house: &House) {
        let own = client(house, "app").await;
        for _ in 0..8 {
            let text = Assertion::of(house, "app", &own).sign(&own);
            let before = house.rows().await;
            let replies = together(house, (0..32).map(|_| Ask::asserting(&text)).collect()).await;
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
            assert_eq!((won.len(), lost.len()), (1, 31));
            lost.iter().for_each(replayed);
            assert_eq!(house.rows().await, before + 1);
        }
        // Concurrent requests with other assertions succeed.
        let text = Assertion::of(house, "app", &own).sign(&own);
        let mixed = (0..32).map(|n| match n % 2 {
            0 => Ask::asserting(&text),
            _ => Ask::asserting(&Assertion::of(house, "app", &own).sign(&own)),
        });
        let replies = together(house, mixed.collect()).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 17);
    }

    pub(super) async fn an_assertion_is_dead_after_a_failed_request_too(house: &House) {
        let own = client(house, "app").await;
        let failing: [(&[(&str, &str)], &str); 4] = [
            (&[("grant_type", "client_credentials"), ("scope", "more")], "invalid_scope"),
            (&[("grant_type", "refresh_token"), ("refresh_token", "unknown")], "invalid_grant"),
            (
                &[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://a.example")],
                "invalid_grant",
            ),
            (
                &[("grant_type", "password"), ("username", USER), ("password", "wrong"), ("scope", "read")],
                "invalid_grant",
            ),
        ];
        for (form, error) in failing {
            let text = Assertion::of(house, "app", &own).sign(&own);
            let reply = Ask::asserting_at("/token", &text, form).send(house).await;
            assert_eq!(reply.member("error"), error, "{}", reply.show());
            replayed(&Ask::asserting(&text).send(house).await);
        }
    }

    pub(super) async fn it_is_dead_at_every_endpoint(house: &House) {
        let own = client(house, "app").await;
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
        let text = Assertion::of(house, "app", &own).sign(&own);
        let token = Ask::asserting_at("/token", &text, &form).send(house).await.ok();
        let (access, refresh) = (token.access(), token.refresh());
        for path in ["/introspect", "/token/revoke"] {
            replayed_elsewhere(&Ask::asserting_at(path, &text, &[("token", &access)]).send(house).await);
        }
        assert!(house.is_active(&access).await);
        let text = Assertion::of(house, "app", &own).sign(&own);
        let reply = Ask::asserting_at("/introspect", &text, &[("token", &access)]).send(house).await.ok();
        assert_eq!(reply.json()["active"], true);
        replayed_elsewhere(&Ask::asserting_at("/introspect", &text, &[("token", &access)]).send(house).await);
        // A replay performs no refresh, so the refresh token is still valid.
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
        replayed(&Ask::asserting_at("/token", &text, &form).send(house).await);
        let text = Assertion::of(house, "app", &own).sign(&own);
        Ask::asserting_at("/token", &text, &form).send(house).await.ok();
        // Nor does a replay get the stored answer of a refresh.
        replayed(&Ask::asserting_at("/token", &text, &form).send(house).await);
        let text = Assertion::of(house, "app", &own).sign(&own);
        Ask::asserting_at("/token", &text, &form).send(house).await.ok();
        replayed(&Ask::asserting_at("/token", &text, &form).send(house).await);
        let text = Assertion::of(house, "app", &own).sign(&own);
        Ask::asserting_at("/token/revoke", &text, &[("token", &access)]).send(house).await.ok();
        replayed(&Ask::asserting(&text).send(house).await);
    }

    pub(super) async fn the_same_name_is_another_clients_own(house: &House) {
        for name in ["one", "two"] {
            let own = client(house, name).await;
            let text = Assertion::of(house, name, &own).claim("jti", "a").sign(&own);
            Ask::asserting(&text).send(house).await.ok();
            let again = Assertion::of(house, name, &own).claim("jti", "a").claim("nonce", "x").sign(&own);
            replayed(&Ask::asserting(&again).send(house).await);
        }
    }

    pub(super) async fn one_without_a_name_works_once_too(house: &House) {
        let own = client(house, "app").await;
        let nameless = |n: u64| Assertion::of(house, "app", &own).claim("jti", Value::Null).claim("n", n).sign(&own);
        let (one, two) = (nameless(1), nameless(2));
        for text in [&one, &two] {
            Ask::asserting(text).send(house).await.ok();
        }
        for text in [&one, &two] {
            replayed(&Ask::asserting(text).send(house).await);
        }
    }

    /// From an ECDSA signature `(r, s)` anybody can compute `(r, n - s)` without the key, and both are valid.
    pub(super) async fn what_makes_it_single_use_is_not_its_signature(house: &House) {
        let own = client(house, "app").await;
        for jti in [Value::Null, "".into(), "named".into()] {
            let text = Assertion::of(house, "app", &own).claim("jti", jti).sign(&own);
            let other = other_signature(&text);
            assert_ne!(text, other);
            Ask::asserting(&other).send(house).await.ok();
            replayed(&Ask::asserting(&text).send(house).await);
            replayed(&Ask::asserting(&other).send(house).await);
        }
        // Other encodings are not accepted at all.
        let text = Assertion::of(house, "app", &own).claim("jti", Value::Null).claim("n", 1).sign(&own);
        for spelled in
            [format!("{text}="), format!("{text} "), format!(" {text}"), format!("{text}\n"), trailing(&text)]
        {
            let (status, error, _) = Ask::asserting(&spelled).send(house).await.refusal();
            assert_eq!((status, error.as_str()), (400, "invalid_client"), "{spelled}");
        }
        Ask::asserting(&text).send(house).await.ok();
    }

    pub(super) async fn it_is_dead_until_it_has_expired(house: &House) {
        let own = client(house, "app").await;
        let text = Assertion::of(house, "app", &own).sign(&own);
        Ask::asserting(&text).send(house).await.ok();
        // 60 s lifetime and 30 s clock tolerance.
        house.wait(89);
        house.jeton.ledger.sweep(1000).await.unwrap();
        replayed(&Ask::asserting(&text).send(house).await);
        house.wait(1);
        let reply = Ask::asserting(&text).send(house).await;
        reply.refused(400, "invalid_client", "the received JWT has expired");
    }
}
