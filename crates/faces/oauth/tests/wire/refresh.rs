//! Refreshing: rotation, the grace period for a lost reply, reuse, narrowing (`docs/contracts/oauth-token-endpoint.md`
//! section 7).

use jeton_core::model::{EventKind, Rotation, TokenFormat};

use jeton_served::{Ask, House, PASSWORD, Reply, USER, on_every_store};

const SECRET: &str = "s3cret";

/// A client with opaque tokens; its first answer.
async fn begun(house: &House, scope: &str) -> Reply {
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn refresh(house: &House, token: &str) -> Reply {
    house.token(("app", SECRET), &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

async fn refresh_to(house: &House, token: &str, scope: &str) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
    house.token(("app", SECRET), &form).await
}

#[track_caller]
fn refused(reply: &Reply) {
    reply.refused(400, "invalid_grant", "the refresh token is not valid");
}

on_every_store! {
    each_refresh_gives_a_new_token_and_the_old_one_is_done
    the_grace_repeats_the_identical_answer
    reuse_after_the_grace_ends_the_family
    a_token_in_foreign_hands_ends_its_family_and_is_noted
    scope_narrows_for_one_access_token_and_never_widens
    without_rotation_the_token_stays
    a_client_may_have_its_earlier_access_tokens_end
    reuse_is_as_registered
}

mod run {
    use super::*;

    pub(super) async fn each_refresh_gives_a_new_token_and_the_old_one_is_done(house: &House) {
        let first = begun(house, "read").await;
        let mut seen = vec![first.refresh()];
        for _ in 0..5 {
            house.wait(60);
            let next = refresh(house, seen.last().unwrap()).await.ok();
            assert!(house.is_active(&next.access()).await);
            assert!(house.is_active(&first.access()).await, "RFC 6749 section 6 leaves earlier access tokens alone");
            assert!(!seen.contains(&next.refresh()));
            assert!(!house.is_active(seen.last().unwrap()).await);
            seen.push(next.refresh());
        }
        assert!(house.is_active(seen.last().unwrap()).await);
    }

    pub(super) async fn the_grace_repeats_the_identical_answer(house: &House) {
        let first = begun(house, "openid read offline_access").await;
        let second = refresh(house, &first.refresh()).await.ok();
        let rows = house.rows().await;
        for wait in [0, 5, 4] {
            house.wait(wait);
            assert_eq!(refresh(house, &first.refresh()).await.ok().json(), second.json());
        }
        assert_eq!(house.rows().await, rows, "a repeated answer mints nothing");
        let third = refresh(house, &second.refresh()).await.ok();
        // The successor was used meanwhile: the client can still get the lost answer, and it leads to the same next token.
        assert_eq!(refresh(house, &first.refresh()).await.ok().json(), second.json());
        assert_eq!(refresh(house, &second.refresh()).await.ok().json(), third.json());
    }

    pub(super) async fn reuse_after_the_grace_ends_the_family(house: &House) {
        let first = begun(house, "read").await;
        let other_family = house
            .token(
                ("app", SECRET),
                &[("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")],
            )
            .await
            .ok();
        let second = refresh(house, &first.refresh()).await.ok();
        house.wait(10);
        refused(&refresh(house, &first.refresh()).await);
        for dead in [first.access(), first.refresh(), second.access(), second.refresh()] {
            assert!(!house.is_active(&dead).await);
        }
        refused(&refresh(house, &second.refresh()).await);
        refused(&refresh(house, &first.refresh()).await);
        assert!(house.is_active(&other_family.access()).await);
        refresh(house, &other_family.refresh()).await.ok();
        let events = house.jeton.ledger.events(None, 100).await.unwrap();
        let reused: Vec<_> = events.iter().filter(|e| e.kind == EventKind::RefreshReused).collect();
        assert_eq!(reused.len(), 1);
        assert_eq!(reused[0].service, Some(house.service));
    }

    pub(super) async fn a_token_in_foreign_hands_ends_its_family_and_is_noted(house: &House) {
        let first = begun(house, "read").await;
        let other = begun(house, "read").await;
        house.client("thief", Some("x"), |_| ()).await;
        let form = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
        let foreign = "the refresh token can be used only by the same issuer";
        house.token(("thief", "x"), &form).await.refused(400, "invalid_grant", foreign);
        let events = house.jeton.ledger.events(None, 100).await.unwrap();
        assert_eq!(events.iter().filter(|e| e.kind == EventKind::RefreshForeign).count(), 1);
        refused(&refresh(house, &first.refresh()).await);
        assert!(!house.is_active(&first.access()).await && !house.is_active(&first.refresh()).await);
        // Nobody can fill the audit trail with an invalid token.
        for _ in 0..3 {
            house.token(("thief", "x"), &form).await.refused(400, "invalid_grant", foreign);
        }
        let events = house.jeton.ledger.events(None, 100).await.unwrap();
        assert_eq!(events.iter().filter(|e| e.kind == EventKind::RefreshForeign).count(), 1);
        // Rotated, within and after the grace period: another client neither gets the answer nor ends the family.
        let second = refresh(house, &other.refresh()).await.ok();
        let form = [("grant_type", "refresh_token"), ("refresh_token", &other.refresh())];
        for wait in [0, 60] {
            house.wait(wait);
            house.token(("thief", "x"), &form).await.refused(400, "invalid_grant", foreign);
        }
        assert!(house.is_active(&second.access()).await);
    }

    pub(super) async fn scope_narrows_for_one_access_token_and_never_widens(house: &House) {
        let first = begun(house, "read write").await;
        let narrow = refresh_to(house, &first.refresh(), "write").await.ok();
        assert_eq!(narrow.member("scope"), "write");
        assert_eq!(house.introspected(&narrow.access()).await["scope"], "write");
        let same = refresh_to(house, &narrow.refresh(), "write read").await.ok();
        assert_eq!(same.member("scope"), "write read", "narrowing concerned one access token only");
        for (scope, named) in
            [("read profile", "profile"), ("admin", "admin"), ("openid", "openid"), ("read\"", "read")]
        {
            let reply = refresh_to(house, &same.refresh(), scope).await;
            assert_eq!(reply.status, 400);
            let message = format!("the scopes {named} are not allowed or invalid");
            reply.refused(400, "invalid_scope", &message);
        }
        // A refused request uses up nothing.
        refresh_to(house, &same.refresh(), " ").await.ok();
    }

    pub(super) async fn a_client_may_have_its_earlier_access_tokens_end(house: &House) {
        for reuse in [false, true] {
            let mut now = begun(house, "read").await;
            let other = begun(house, "read").await;
            house
                .change_client("app", |c| {
                    c.metadata.set("clear_access_tokens_on_refresh", true);
                    c.metadata.set("reuse_refresh_token", reuse);
                })
                .await;
            let mut token = now.refresh();
            for _ in 0..3 {
                house.wait(20);
                let next = refresh(house, &token).await.ok();
                assert!(!house.is_active(&now.access()).await, "the one before ended");
                assert!(house.is_active(&next.access()).await && house.is_active(&other.access()).await);
                token = if reuse { token } else { next.refresh() };
                now = next;
            }
        }
    }

    pub(super) async fn reuse_is_as_registered(house: &House) {
        for (reuse, rotation) in [(true, Some(Rotation::Always)), (false, Some(Rotation::Public))] {
            let first = begun(house, "read").await;
            house
                .change_client("app", |c| {
                    c.rotation = rotation;
                    c.metadata.set("reuse_refresh_token", reuse);
                })
                .await;
            assert_eq!(!refresh(house, &first.refresh()).await.ok().has("refresh_token"), reuse);
        }
    }

    pub(super) async fn without_rotation_the_token_stays(house: &House) {
        let first = begun(house, "read").await;
        house.change_client("app", |c| c.rotation = Some(Rotation::Public)).await;
        let token = first.refresh();
        let mut seen = vec![first.access()];
        for _ in 0..3 {
            house.wait(30);
            let next = refresh(house, &token).await.ok();
            assert!(!next.has("refresh_token"), "RFC 6749 section 6: the client keeps the one it has");
            assert!(!seen.contains(&next.access()));
            seen.push(next.access());
        }
        let revoked = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &token)]).send(house).await;
        assert_eq!(revoked.status, 200);
        refused(&refresh(house, &token).await);
        for access in seen {
            assert!(!house.is_active(&access).await);
        }
    }
}

#[tokio::test]
async fn a_public_client_s_refresh_token_is_never_reused() {
    let house = House::new().await;
    house.client("public", None, |c| c.metadata.set("reuse_refresh_token", true)).await;
    let code = jeton_served::Browser::default()
        .code(&house, &jeton_served::code_params("public", "openid offline_access"))
        .await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "public"),
        ("code", &code),
        ("code_verifier", jeton_served::VERIFIER),
    ];
    let first = house.public_token(&form).await.ok();
    let form = [("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", &first.refresh())];
    assert_ne!(house.public_token(&form).await.ok().refresh(), first.refresh());
}

#[tokio::test]
async fn public_clients_rotate_whatever_the_setting() {
    let house = House::new().await;
    house.client("public", None, |c| c.rotation = Some(Rotation::Public)).await;
    let code = jeton_served::Browser::default()
        .code(&house, &jeton_served::code_params("public", "openid offline_access"))
        .await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "public"),
        ("code", &code),
        ("code_verifier", jeton_served::VERIFIER),
    ];
    let first = house.public_token(&form).await.ok();
    let form = [("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", &first.refresh())];
    let second = house.public_token(&form).await.ok();
    assert_ne!(second.refresh(), first.refresh());
    house.wait(11);
    refused(&house.public_token(&form).await);
    assert!(!house.is_active(&second.access()).await);
}

#[tokio::test]
async fn a_client_that_lost_a_scope_cannot_refresh_it_back() {
    let house = House::new().await;
    let first = begun(&house, "read write").await;
    house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("read")).await;
    let reply = refresh_to(&house, &first.refresh(), "write").await;
    reply.refused(400, "invalid_scope", "the scopes write are not allowed or invalid");
    assert_eq!(refresh(&house, &first.refresh()).await.ok().member("scope"), "read");
}

#[tokio::test]
async fn narrowing_away_openid_leaves_out_the_id_token() {
    let house = House::new().await;
    let first = begun(&house, "openid read offline_access").await;
    let second = refresh_to(&house, &first.refresh(), "read").await.ok();
    assert!(!second.has("id_token"));
    assert!(refresh(&house, &second.refresh()).await.ok().has("id_token"));
}

#[tokio::test]
async fn without_a_grace_the_second_use_is_reuse() {
    let house = House::new().await;
    house.set(|s| s.refresh_grace = std::time::Duration::ZERO).await;
    let first = begun(&house, "read").await;
    let second = refresh(&house, &first.refresh()).await.ok();
    refused(&refresh(&house, &first.refresh()).await);
    assert!(!house.is_active(&second.access()).await);
}
