//! A rotated refresh token in its grace period: the same request gets the same answer, another one its own, at most five.

use futures::future::join_all;
use jeton_core::model::{AuthMethod, TokenFormat};
use serde_json::json;

use jeton_served::{Ask, House, Made, Maker, PASSWORD, Reply, USER, on_every_store};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

on_every_store! {
    another_request_within_the_grace_gets_what_it_asks_for
    a_wrong_request_within_the_grace_gets_its_error_and_ends_nothing
    five_other_requests_and_no_more
    once_the_successor_was_used_another_request_is_reuse
}

async fn begun(house: &House, format: TokenFormat, more: &[(&str, &str)]) -> Reply {
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(format)).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read write")];
    house.token(APP, &[&form[..], more].concat()).await.ok()
}

fn form<'a>(token: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("grant_type", "refresh_token"), ("refresh_token", token)][..], more].concat()
}

async fn refresh(house: &House, token: &str, more: &[(&str, &str)]) -> Reply {
    house.token(APP, &form(token, more)).await
}

#[track_caller]
fn refused(reply: &Reply) {
    reply.refused(400, "invalid_grant", "the refresh token is not valid");
}

mod run {
    use super::*;

    pub(super) async fn another_request_within_the_grace_gets_what_it_asks_for(house: &House) {
        let both = [("resource", "https://one"), ("resource", "https://two")];
        for format in [TokenFormat::Opaque, TokenFormat::Jwt] {
            let first = begun(house, format, &both).await.refresh();
            let second = refresh(house, &first, &[]).await.ok();
            // Requests with the same effect are the same, however they are written.
            let same: [&[(&str, &str)]; 6] = [
                &[],
                &[("scope", "read write")],
                &[("scope", "write read"), ("scope_", "x")],
                &[("audience", "https://two https://one")],
                &[("resource", "https://two"), ("resource", "https://one"), ("expires_in", "3600")],
                &[("expires_in", "99999")],
            ];
            for more in same {
                assert_eq!(refresh(house, &first, more).await.ok().body, second.body, "{more:?}");
            }
            for (more, member, value) in [
                (&[("scope", "read")][..], "scope", json!("read")),
                (&[("resource", "https://one")], "aud", json!("https://one")),
                (&[("audience", "https://two"), ("scope", "write")], "aud", json!("https://two")),
                (&[("expires_in", "60")], "scope", json!("read write")),
            ] {
                let other = refresh(house, &first, more).await.ok();
                assert_eq!(other.refresh(), second.refresh(), "the same successor");
                assert_ne!(other.access(), second.access());
                assert_eq!(house.introspected(&other.access()).await[member], value, "{more:?}");
                let short = more.iter().any(|(name, _)| *name == "expires_in");
                assert_eq!(other.json()["expires_in"], if short { 60 } else { 3600 });
            }
            assert!(house.is_active(&second.access()).await && house.is_active(&second.refresh()).await);
            assert_eq!(refresh(house, &first, &[]).await.ok().body, second.body);
            // The first may have asked for less; a request for all gets all.
            let third = refresh(house, &second.refresh(), &[("scope", "read")]).await.ok();
            assert_eq!(refresh(house, &second.refresh(), &[("scope", "read")]).await.ok().body, third.body);
            let wide = refresh(house, &second.refresh(), &[]).await.ok();
            assert_eq!((wide.member("scope"), wide.refresh()), ("read write".into(), third.refresh()));
            // All of them belong to one family.
            let revoke = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &third.refresh())]);
            revoke.send(house).await.ok();
            for access in [second.access(), third.access(), wide.access()] {
                assert!(!house.is_active(&access).await);
            }
        }
    }

    pub(super) async fn a_wrong_request_within_the_grace_gets_its_error_and_ends_nothing(house: &House) {
        let first = begun(house, TokenFormat::Opaque, &[("resource", "https://one")]).await.refresh();
        let second = refresh(house, &first, &[]).await.ok();
        let rows = house.rows().await;
        for _ in 0..3 {
            for (more, error) in [
                (("scope", "nonsense"), "invalid_scope"),
                (("scope", "read admin"), "invalid_scope"),
                (("resource", "https://bank"), "invalid_target"),
                (("resource", "bank"), "invalid_target"),
                (("audience", "bank"), "invalid_target"),
                (("expires_in", "0"), "invalid_request"),
            ] {
                let (status, said, _) = refresh(house, &first, &[more]).await.refusal();
                assert_eq!((status, said.as_str()), (400, error), "{more:?}");
            }
        }
        assert_eq!(house.rows().await, rows);
        assert_eq!(refresh(house, &first, &[]).await.ok().body, second.body);
        refresh(house, &second.refresh(), &[]).await.ok();
    }

    pub(super) async fn five_other_requests_and_no_more(house: &House) {
        let first = begun(house, TokenFormat::Opaque, &[]).await.refresh();
        let second = refresh(house, &first, &[]).await.ok();
        let rows = house.rows().await;
        let asks = (0..16).map(|_| {
            let (house, ask) = (house.knocker(), Ask::post("/token").basic("app", SECRET));
            let ask = ask.form(&form(&first, &[("scope", "read")]));
            tokio::spawn(async move { ask.send(&house).await })
        });
        let replies: Vec<_> = join_all(asks).await.into_iter().map(|done| done.unwrap()).collect();
        let (given, not): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((given.len(), house.rows().await), (5, rows + 5));
        not.iter().for_each(refused);
        for reply in &given {
            assert_eq!((reply.refresh(), reply.member("scope")), (second.refresh(), "read".into()));
            assert!(house.is_active(&reply.access()).await, "nothing ends by it");
        }
        // The same request does not count and is still answered.
        assert_eq!(refresh(house, &first, &[]).await.ok().body, second.body);
        refused(&refresh(house, &first, &[("expires_in", "60")]).await);
        refresh(house, &second.refresh(), &[]).await.ok();
    }

    pub(super) async fn once_the_successor_was_used_another_request_is_reuse(house: &House) {
        let first = begun(house, TokenFormat::Opaque, &[]).await.refresh();
        let second = refresh(house, &first, &[]).await.ok();
        let third = refresh(house, &second.refresh(), &[]).await.ok();
        assert_eq!(refresh(house, &first, &[]).await.ok().body, second.body, "the same request gets the same answer");
        refused(&refresh(house, &first, &[("scope", "read")]).await);
        for dead in [second.access(), third.access(), third.refresh()] {
            assert!(!house.is_active(&dead).await);
        }
    }
}

/// After a restart it is still known which request is the same, and how many others there were.
#[tokio::test]
async fn the_grace_survives_a_restart() {
    for format in [TokenFormat::Opaque, TokenFormat::Jwt] {
        let house = House::on_sqlite().await;
        let first = begun(&house, format, &[]).await.refresh();
        let second = refresh(&house, &first, &[("scope", "read")]).await.ok();
        for _ in 0..5 {
            refresh(&house, &first, &[]).await.ok();
        }
        let house = house.restarted().await;
        assert_eq!(refresh(&house, &first, &[("scope", "read")]).await.ok().body, second.body);
        refused(&refresh(&house, &first, &[]).await);
        refresh(&house, &second.refresh(), &[]).await.ok();
    }
}

/// RFC 8705: if tokens are bound to a certificate, it is part of the request.
#[tokio::test]
async fn another_certificate_is_another_request_and_a_wrong_one_ends_nothing() {
    let (own, other) = (Maker::app().made(), Maker::app().made());
    let house = House::new().await;
    // The client authenticates with its certificate and may renew it.
    house
        .client("app", None, |c| {
            c.metadata.set("tls_client_certificate_bound_access_tokens", true);
            c.token_endpoint_auth_method = AuthMethod::SelfSignedTlsClientAuth;
            c.metadata.set("jwks", json!({"keys": [own.jwk(), other.jwk()]}));
        })
        .await;
    let password = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let send = async |made: &Made, form: &[(&str, &str)]| {
        let form = [form, &[("client_id", "app")]].concat();
        Ask::post("/token").form(&form).certificate(&made.der, false).send(&house).await
    };
    let first = send(&own, &password).await.ok().refresh();
    let second = send(&own, &form(&first, &[])).await.ok();
    assert_eq!(send(&own, &form(&first, &[])).await.ok().body, second.body);
    let renewed = send(&other, &form(&first, &[])).await.ok();
    assert_eq!(renewed.refresh(), second.refresh());
    assert_eq!(house.introspected(&renewed.access()).await["cnf"]["x5t#S256"], other.print());

    // A bound family: long after the grace period, a wrong certificate or none is no proof of theft.
    house
        .client("fixed", Some(SECRET), |c| {
            c.metadata.set("tls_client_certificate_bound_access_tokens", true);
        })
        .await;
    let send = async |made: Option<&Made>, form: &[(&str, &str)]| {
        let ask = Ask::post("/token").basic("fixed", SECRET).form(form);
        let ask = if let Some(made) = made { ask.certificate(&made.der, false) } else { ask };
        ask.send(&house).await
    };
    let first = send(Some(&own), &password).await.ok().refresh();
    let second = send(Some(&own), &form(&first, &[])).await.ok();
    for wait in [0, 60] {
        house.wait(wait);
        for wrong in [None, Some(&other)] {
            assert_eq!(send(wrong, &form(&first, &[])).await.status, 400);
            assert!(house.is_active(&second.access()).await);
        }
    }
    refused(&send(Some(&own), &form(&first, &[])).await);
    assert!(!house.is_active(&second.access()).await, "who has it all used it twice");
}
