//! Many concurrent refreshes of one token.

use std::collections::BTreeSet;

use futures::future::join_all;
use jeton_core::model::{TokenKind, TokenState};
use jeton_core::store::{Page, TokenFilter};

use jeton_served::{Ask, House, PASSWORD, USER, on_every_store};

const SECRET: &str = "s3cret";

on_every_store! {
    thirty_two_refreshes_yield_one_child
    refreshing_and_revoking_at_once_leaves_nothing_alive
}

async fn begun(house: &House) -> jeton_served::Reply {
    house.client("app", Some(SECRET), |_| ()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

fn refresh(token: &str) -> Ask {
    Ask::post("/token").basic("app", SECRET).form(&[("grant_type", "refresh_token"), ("refresh_token", token)])
}

/// Runs concurrently on all workers.
async fn together(house: &House, asks: Vec<Ask>) -> Vec<jeton_served::Reply> {
    let tasks = asks.into_iter().map(|ask| {
        let house = house.knocker();
        tokio::spawn(async move { ask.send(&house).await })
    });
    join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect()
}

mod run {
    use super::*;

    pub(super) async fn thirty_two_refreshes_yield_one_child(house: &House) {
        for _ in 0..8 {
            let first = begun(house).await;
            let before = house.rows().await;
            let replies = together(house, (0..32).map(|_| refresh(&first.refresh())).collect()).await;
            let answers: BTreeSet<_> = replies.into_iter().map(|r| r.ok().json().to_string()).collect();
            assert_eq!(answers.len(), 1, "the same answer for all");
            assert_eq!(house.rows().await, before + 2, "one access token and one refresh token");
        }
        let kinds = vec![TokenKind::Refresh];
        let rows =
            house.store.tokens(&TokenFilter { kinds, ..TokenFilter::default() }, Page::first(1000)).await.unwrap();
        let mut successors = BTreeSet::new();
        for row in &rows.items {
            if let TokenState::Rotated { to, .. } = row.state {
                assert!(successors.insert(to), "two rotated to one");
                assert!(rows.items.iter().any(|r| r.id == to && r.parent == Some(row.id)));
            }
        }
        assert_eq!(successors.len(), 8);
    }

    pub(super) async fn refreshing_and_revoking_at_once_leaves_nothing_alive(house: &House) {
        for _ in 0..8 {
            let first = begun(house).await;
            let mut asks: Vec<Ask> = (0..8).map(|_| refresh(&first.refresh())).collect();
            asks.insert(4, Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &first.refresh())]));
            let replies = together(house, asks).await;
            for reply in replies.iter().filter(|r| r.status == 200 && !r.body.is_empty()) {
                assert!(!house.is_active(&reply.access()).await, "revoked families have no living token");
                assert!(!house.is_active(&reply.refresh()).await);
            }
            assert!(!house.is_active(&first.access()).await);
        }
    }
}
