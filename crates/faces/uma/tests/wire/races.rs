//! Many concurrent uses of one ticket.

use futures::future::join_all;
use serde_json::json;

use jeton_served::{House, Uma, on_every_store};

const SECRET: &str = "s3cret";

on_every_store! {
    thirty_two_redemptions_yield_one_token
    thirty_two_refusals_yield_one_new_ticket
}

mod run {
    use jeton_core::model::CompatibilityMode;

    use super::*;

    pub(super) async fn thirty_two_redemptions_yield_one_token(house: &House) {
        race(house, json!([{ "scopes": ["view"] }]), 200).await;
    }

    pub(super) async fn thirty_two_refusals_yield_one_new_ticket(house: &House) {
        let asks = json!([{ "scopes": ["view"], "consent_needed": true }]);
        race(house, asks, 403).await;
    }

    async fn race(house: &House, rules: serde_json::Value, status: u16) {
        let uma = Uma::in_house(house.knocker(), CompatibilityMode::Standard).await;
        let id = uma.resource("photo").await;
        uma.policy(&id, rules).await;
        for _ in 0..4 {
            let ticket = uma.ticket(&id, &["view"]).await;
            let rows = house.rows().await;
            let tasks = (0..32).map(|_| {
                let (house, ticket) = (house.knocker(), ticket.clone());
                tokio::spawn(async move {
                    house.token(("app", SECRET), &[("grant_type", "uma_ticket"), ("ticket", &ticket)]).await
                })
            });
            let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == status);
            assert_eq!((won.len(), lost.len()), (1, 31));
            for reply in lost {
                reply.refused(400, "invalid_grant", "the ticket is not correct");
            }
            assert_eq!(house.rows().await, rows + u64::from(status == 200));
        }
    }
}
