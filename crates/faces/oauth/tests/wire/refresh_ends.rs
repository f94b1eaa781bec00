//! When refreshing ends: time, people, clients, revocation.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::model::{Rotation, TokenFormat};

use jeton_served::{Ask, House, PASSWORD, Reply, USER};

const SECRET: &str = "s3cret";

async fn begun(house: &House) -> Reply {
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

async fn refresh(house: &House, token: &str) -> Reply {
    house.token(("app", SECRET), &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

#[track_caller]
fn refused(reply: &Reply) {
    reply.refused(400, "invalid_grant", "the refresh token is not valid");
}

#[tokio::test]
async fn a_disabled_person_refreshes_nothing() {
    let house = House::new().await;
    let first = begun(&house).await;
    let rows = house.rows().await;
    house.change_person(USER, |u| u.enabled = false).await;
    refused(&refresh(&house, &first.refresh()).await);
    assert!(!house.is_active(&first.access()).await);
    assert_eq!(house.rows().await, rows);
    house.change_person(USER, |u| u.enabled = true).await;
    refresh(&house, &first.refresh()).await.ok();
}

#[tokio::test]
async fn a_deleted_person_refreshes_nothing() {
    let house = House::new().await;
    let first = begun(&house).await;
    house.jeton.administration.delete_user(&Caller::local(), house.service, USER).await.unwrap();
    refused(&refresh(&house, &first.refresh()).await);
    house.person(USER, PASSWORD).await;
    refused(&refresh(&house, &first.refresh()).await);
    assert!(!house.is_active(&first.access()).await, "a new person of the old name does not inherit tokens");
}

/// `docs/contracts/oauth-token-endpoint.md` section 7: "user must still exist and be enabled, else 24"; this includes the
/// repeated answer.
#[tokio::test]
async fn the_grace_is_not_for_a_disabled_person() {
    let house = House::new().await;
    let first = begun(&house).await;
    refresh(&house, &first.refresh()).await.ok();
    house.change_person(USER, |u| u.enabled = false).await;
    refused(&refresh(&house, &first.refresh()).await);
}

#[tokio::test]
async fn the_grace_is_not_for_a_revoked_family() {
    let house = House::new().await;
    let first = begun(&house).await;
    let second = refresh(&house, &first.refresh()).await.ok();
    let ask = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &second.refresh())]);
    ask.send(&house).await;
    refused(&refresh(&house, &first.refresh()).await);
}

#[tokio::test]
async fn a_client_without_the_grant_or_disabled_refreshes_nothing() {
    let house = House::new().await;
    let first = begun(&house).await;
    house.change_client("app", |c| c.grant_types.retain(|g| g != "refresh_token")).await;
    let message = "the client app doesn't support the grant type refresh_token";
    refresh(&house, &first.refresh()).await.refused(400, "unauthorized_client", message);
    house.change_client("app", |c| c.enabled = false).await;
    refresh(&house, &first.refresh()).await.refused(401, "invalid_client", "the client doesn't exist");
}

#[tokio::test]
async fn a_family_ends_absolutely_whatever_its_tokens_say() {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.access_token_format = Some(TokenFormat::Opaque);
            c.refresh_token_lifetime = Some(Duration::from_secs(5000));
        })
        .await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let mut token = house.token(("app", SECRET), &form).await.ok().refresh();
    house.wait(4000);
    token = refresh(&house, &token).await.ok().refresh();
    house.wait(999);
    let last = refresh(&house, &token).await.ok();
    assert_eq!(last.json()["expires_in"], 1, "nothing outlives its family");
    assert!(house.is_active(&last.access()).await);
    house.wait(1);
    refused(&refresh(&house, &last.refresh()).await);
    assert!(!house.is_active(&last.access()).await);
    assert!(!house.is_active(&last.refresh()).await);
}

#[tokio::test]
async fn a_token_that_lay_idle_is_dead_one_in_use_is_not() {
    let house = House::new().await;
    house.set(|s| s.refresh_token_idle = Some(Duration::from_secs(3600))).await;
    let mut token = begun(&house).await.refresh();
    for _ in 0..4 {
        house.wait(3599);
        token = refresh(&house, &token).await.ok().refresh();
    }
    house.wait(3600);
    refused(&refresh(&house, &token).await);
}

/// `Settings::refresh_token_idle`: "how long a refresh token may lie unused". This includes tokens that do not rotate.
#[tokio::test]
async fn a_token_that_does_not_rotate_is_not_idle_while_in_use() {
    let house = House::new().await;
    house
        .set(|s| {
            s.refresh_token_idle = Some(Duration::from_secs(3600));
            s.rotation = Rotation::Public;
        })
        .await;
    let token = begun(&house).await.refresh();
    for _ in 0..4 {
        house.wait(3000);
        refresh(&house, &token).await.ok();
    }
    house.wait(3600);
    refused(&refresh(&house, &token).await);
}

#[tokio::test]
async fn an_expired_or_swept_token_is_24() {
    let house = House::new().await;
    let first = begun(&house).await;
    house.wait(30 * 86_400);
    refused(&refresh(&house, &first.refresh()).await);
    house.wait(86_400);
    while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
    assert_eq!(house.rows().await, 0);
    refused(&refresh(&house, &first.refresh()).await);
    let ask = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &first.refresh())]);
    assert_eq!(ask.send(&house).await.status, 200);
}

#[tokio::test]
async fn revoking_an_access_token_leaves_the_refresh_token() {
    let house = House::new().await;
    let first = begun(&house).await;
    let ask = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &first.access())]);
    assert_eq!(ask.send(&house).await.status, 200);
    assert!(!house.is_active(&first.access()).await);
    let second = refresh(&house, &first.refresh()).await.ok();
    assert!(house.is_active(&second.access()).await);
    assert!(!house.is_active(&first.access()).await, "nothing revoked comes back");
}
