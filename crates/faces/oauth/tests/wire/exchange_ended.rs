//! When an exchanged token ends: when its subject token is revoked, but not when that expires; and an exchanged family cannot
//! end the subject token's.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::ledger::{Amendment, Ending, Verdict};
use jeton_core::model::{Actor, Reason, TokenFormat};
use jeton_core::store::TokenFilter;

use jeton_served::{Ask, House, PASSWORD, Reply, TOKEN_EXCHANGE, USER, on_every_store};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn clients(house: &House) {
    for name in ["app", "gate", "files"] {
        house.client(name, Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    }
    for (name, origin, client) in [("a", "app", "gate"), ("b", "gate", "files")] {
        let rule = ExchangeRule {
            origin: ClientMatch::ById(origin.into()),
            client: ClientMatch::ById(client.into()),
            refresh: true,
            ..ExchangeRule::default()
        };
        house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, name, &rule).await.unwrap();
    }
}

async fn by_password(house: &House) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

async fn exchanged(house: &House, client: &str, subject: &str, scope: &str) -> Reply {
    let form =
        [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject), ("subject_token_type", ACCESS), ("scope", scope)];
    house.token((client, SECRET), &form).await.ok()
}

async fn refreshed(house: &House, client: &str, token: &str) -> Reply {
    house.token((client, SECRET), &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

async fn revoke(house: &House, client: &str, token: &str) {
    Ask::post("/token/revoke").basic(client, SECRET).form(&[("token", token)]).send(house).await.ok();
}

/// The tokens that two successive clients exchanged from one token: access tokens, and those their refresh tokens yield.
struct Made {
    alive: Vec<String>,
    refresh: Vec<(&'static str, String)>,
}

async fn made_from(house: &House, subject: &str) -> Made {
    let plain = exchanged(house, "gate", subject, "read").await.access();
    let next = exchanged(house, "files", &plain, "read").await.access();
    let family = exchanged(house, "gate", subject, "read offline_access").await;
    let later = refreshed(house, "gate", &family.refresh()).await.ok();
    let second = exchanged(house, "files", &later.access(), "read offline_access").await;
    let behind = exchanged(house, "files", &plain, "read offline_access").await;
    let alive = [&family, &later, &second, &behind].map(Reply::access);
    Made {
        alive: alive.into_iter().chain([plain, next]).collect(),
        refresh: vec![("gate", later.refresh()), ("files", second.refresh()), ("files", behind.refresh())],
    }
}

impl Made {
    async fn are_alive(&self, house: &House, alive: bool) {
        let refresh = self.refresh.iter().map(|(_, token)| token);
        for token in self.alive.iter().chain(refresh) {
            assert_eq!(house.is_active(token).await, alive);
        }
    }

    async fn have_ended(&self, house: &House) {
        self.are_alive(house, false).await;
        for (client, token) in &self.refresh {
            refreshed(house, client, token).await.refused(400, "invalid_grant", "the refresh token is not valid");
        }
    }
}

on_every_store! {
    an_exchanged_token_ends_when_its_subject_token_is_revoked
    it_outlives_the_expiry_of_its_subject_token
    an_exchanged_family_is_no_end_of_the_one_it_came_from
    it_outlives_a_refresh_that_clears_its_subject_token
    it_stays_ended_when_the_subject_token_s_life_was_shortened_first
}

mod run {
    use super::*;

    pub(super) async fn an_exchanged_token_ends_when_its_subject_token_is_revoked(house: &House) {
        clients(house).await;
        // Revoking the subject token alone, its family, and everything of its client.
        for way in 0..3 {
            let (first, other) = (by_password(house).await, by_password(house).await);
            let (made, others) = (made_from(house, &first.access()).await, made_from(house, &other.access()).await);
            made.are_alive(house, true).await;
            match way {
                0 => revoke(house, "app", &first.access()).await,
                1 => revoke(house, "app", &first.refresh()).await,
                _ => {
                    let client = Some(house.jeton.administration.show_client(house.service, "app").await.unwrap().key);
                    let filter = TokenFilter { service: Some(house.service), client, ..TokenFilter::default() };
                    house
                        .jeton
                        .ledger
                        .revoke_matching(filter, Ending::new(Reason::Admin, Actor::System).noting("test"))
                        .await
                        .unwrap();
                    others.have_ended(house).await;
                }
            }
            made.have_ended(house).await;
            if way < 2 {
                others.are_alive(house, true).await;
            }
            // Long after: revoked tokens stay revoked when the rows that recorded it are deleted.
            house.wait(7200);
            while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
            made.have_ended(house).await;
        }
    }

    pub(super) async fn it_outlives_the_expiry_of_its_subject_token(house: &House) {
        clients(house).await;
        let first = by_password(house).await;
        let mut made = made_from(house, &first.access()).await;
        for _ in 0..3 {
            house.wait(7200);
            while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
            assert!(!house.is_active(&first.access()).await);
            for (client, token) in &mut made.refresh {
                let next = refreshed(house, client, token).await.ok();
                assert!(house.is_active(&next.access()).await);
                *token = next.refresh();
            }
        }
        // The original family still ends it.
        revoke(house, "app", &first.refresh()).await;
        Made { alive: Vec::new(), ..made }.have_ended(house).await;
    }

    pub(super) async fn an_exchanged_family_is_no_end_of_the_one_it_came_from(house: &House) {
        clients(house).await;
        let first = by_password(house).await;
        let family = exchanged(house, "gate", &first.access(), "read offline_access").await;
        let next = refreshed(house, "gate", &family.refresh()).await.ok();
        // Reuse after the grace period, then a revocation: both end the gate's family and nothing else.
        house.wait(60);
        refreshed(house, "gate", &family.refresh()).await.refused(
            400,
            "invalid_grant",
            "the refresh token is not valid",
        );
        assert!(!house.is_active(&next.access()).await && house.is_active(&first.access()).await);
        let family = exchanged(house, "gate", &first.access(), "read offline_access").await;
        revoke(house, "gate", &family.refresh()).await;
        assert!(!house.is_active(&family.access()).await && house.is_active(&first.access()).await);
        refreshed(house, "app", &first.refresh()).await.ok();
    }

    pub(super) async fn it_outlives_a_refresh_that_clears_its_subject_token(house: &House) {
        clients(house).await;
        house
            .change_client("app", |c| {
                c.metadata.set("clear_access_tokens_on_refresh", true);
            })
            .await;
        let first = by_password(house).await;
        let mut family = exchanged(house, "gate", &first.access(), "read offline_access").await;
        let next = refreshed(house, "app", &first.refresh()).await.ok();
        assert!(!house.is_active(&first.access()).await, "the refresh took its place");
        for _ in 0..3 {
            assert!(house.is_active(&family.access()).await);
            house.wait(7200);
            while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
            family = refreshed(house, "gate", &family.refresh()).await.ok();
        }
        revoke(house, "app", &next.refresh()).await;
        assert!(!house.is_active(&family.access()).await, "the family it came from still ends it");
    }

    pub(super) async fn it_stays_ended_when_the_subject_token_s_life_was_shortened_first(house: &House) {
        clients(house).await;
        let first = by_password(house).await;
        let family = exchanged(house, "gate", &first.access(), "read offline_access").await;
        let Verdict::Active(live) = house.jeton.ledger.inspect(house.service, &first.access()).await.unwrap() else {
            panic!()
        };
        let until = live.token.expires.unwrap();
        let soon = Some(Some(house.jeton.ledger.now() + Duration::from_secs(10)));
        let change = Amendment { expires: soon, ..Amendment::default() };
        house.jeton.ledger.amend(&live.token, change, Actor::System).await.unwrap();
        revoke(house, "app", &first.access()).await;
        assert!(!house.is_active(&family.refresh()).await);
        // Its row is deleted before its first expiry.
        house.wait(600);
        while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
        assert!(house.jeton.ledger.now() < until);
        refreshed(house, "gate", &family.refresh()).await.refused(
            400,
            "invalid_grant",
            "the refresh token is not valid",
        );
        house.wait(7200);
        while house.jeton.ledger.sweep(1000).await.unwrap() > 0 {}
        assert!(!house.is_active(&family.refresh()).await);
    }
}

/// A chain longer than the ledger checks is refused, instead of creating invalid tokens.
#[tokio::test]
async fn a_long_chain_of_exchanges_is_refused() {
    let house = House::new().await;
    clients(&house).await;
    let mut token = by_password(&house).await.access();
    for _ in 0..8 {
        let next = exchanged(&house, "app", &token, "read").await.access();
        assert!(house.is_active(&next).await);
        token = next;
    }
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", &*token), ("subject_token_type", ACCESS)];
    let refused = house.token(("app", SECRET), &form).await;
    refused.refused(400, "invalid_request", "no policy allows this exchange");
}
