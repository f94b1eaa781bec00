//! A ticket presented by a client without authentication yields a next ticket, which counts against the limits of such entries.

use jeton_core::Options;
use jeton_core::model::CompatibilityMode;
use jeton_core::uma::ticket::TICKET;
use serde_json::json;

use jeton_served::{Ask, House, Opening, Reply, Uma};

const PACE: &str = "too many requests come from there, try again later";
/// How many small entries an address may create at once.
const AT_ONCE: usize = 1024;
/// The size that a small entry counts with, in bytes.
const ENTRY: u64 = 256;

/// `phone`, a public client, and a resource whose rules need a claim or the owner's consent.
async fn uma(house: House) -> (Uma, String) {
    let uma = Uma::in_house(house, CompatibilityMode::Standard).await;
    uma.house.client("phone", None, |c| (c.uma_public, c.grant_types) = (true, vec!["uma_ticket".into()])).await;
    let id = uma.resource("photo").await;
    let is_bob = json!([{ "type": "sub", "value": "sub-of-bob" }]);
    uma.policy(&id, json!([{ "scopes": ["view"], "claims": is_bob }, { "scopes": ["print"], "consent_needed": true }]))
        .await;
    (uma, id)
}

async fn redeem(uma: &Uma, address: &str, ticket: &str) -> Reply {
    let form = [("grant_type", "uma_ticket"), ("ticket", ticket), ("client_id", "phone")];
    Ask::post("/token").at(address).form(&form).send(&uma.house).await
}

/// Presents each new ticket until one is refused; how many there were, the last ticket, and the refusal.
async fn chain(uma: &Uma, address: &str, mut ticket: String, error: &str) -> (usize, String, Reply) {
    for n in 0..2 * AT_ONCE {
        let reply = redeem(uma, address, &ticket).await;
        if reply.status != 403 {
            return (n, ticket, reply);
        }
        assert_eq!(reply.member("error"), error);
        ticket = reply.member("ticket");
    }
    panic!("no end to it");
}

#[tokio::test]
async fn tickets_that_lead_to_tickets_are_paced_and_none_is_lost_by_it() {
    for (scope, error) in [("view", "need_info"), ("print", "request_submitted")] {
        let (uma, id) = uma(House::new().await).await;
        let first = uma.ticket(&id, &[scope]).await;
        let (number, ticket, refused) = chain(&uma, "192.0.2.1", first, error).await;
        assert!((AT_ONCE / 2..=AT_ONCE).contains(&number), "{number}");
        refused.refused(429, "temporarily_unavailable", PACE);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
        // Others are not locked out: the same client from elsewhere, an authenticated client from this address.
        assert_eq!(redeem(&uma, "192.0.2.2", &uma.ticket(&id, &[scope]).await).await.member("error"), error);
        assert_eq!(uma.redeem(&uma.ticket(&id, &[scope]).await, &[]).await.member("error"), error);
        uma.house.wait(wait);
        assert_eq!(redeem(&uma, "192.0.2.1", &ticket).await.member("error"), error, "it was not used up");
    }
}

#[tokio::test]
async fn at_the_total_of_tickets_the_oldest_goes() {
    let tickets = 100 * ENTRY;
    let (uma, id) = uma(Opening::default()
        .unauthenticated(Options::default().unauthenticated.with_total(TICKET, tickets))
        .open()
        .await)
    .await;
    let oldest = redeem(&uma, "192.0.2.1", &uma.ticket(&id, &["view"]).await).await.member("ticket");
    let of_server = uma.ticket(&id, &["view"]).await;
    let mut newest = uma.ticket(&id, &["view"]).await;
    for n in 0..200 {
        let reply = redeem(&uma, &format!("10.0.0.{n}"), &newest).await;
        assert_eq!(reply.status, 403, "nobody is refused: {}", reply.show());
        newest = reply.member("ticket");
    }
    assert_eq!(redeem(&uma, "192.0.2.1", &oldest).await.member("error"), "invalid_grant");
    for good in [&newest, &of_server] {
        assert_eq!(redeem(&uma, "192.0.2.1", good).await.member("error"), "need_info");
    }
}
