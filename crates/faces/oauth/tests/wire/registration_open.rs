//! Open registration: by anyone, within a quota, for as long as the client is used.

use std::time::Duration;

use futures::future::join_all;
use jeton_core::Scope;
use jeton_core::ledger::{Plan, TokenPlan, Verdict};
use jeton_core::model::{TokenFormat, TokenKind};
use serde_json::json;

use crate::registration::minimal;
use jeton_served::{Ask, Browser, House, Reply, USER, VERIFIER, code_params};

const HERE: &str = "192.0.2.1";
const DAY: Duration = Duration::from_secs(86_400);

async fn house(store_on_disk: bool) -> House {
    let house = if store_on_disk { House::on_sqlite().await } else { House::new().await };
    house.set(|s| s.registration.open = true).await;
    house
}

async fn from(house: &House, addr: &str, metadata: &serde_json::Value) -> Reply {
    Ask::post("/registration").at(addr).json(metadata).send(house).await
}

async fn exists(house: &House, client_id: &str) -> bool {
    house.jeton.administration.show_client(house.service, client_id).await.is_ok()
}

#[tokio::test]
async fn anyone_may_register_and_a_token_that_is_sent_must_still_be_good() {
    let house = house(false).await;
    let made = from(&house, HERE, &minimal()).await;
    assert_eq!(made.status, 201, "{}", made.show());
    let client = house.jeton.administration.show_client(house.service, &made.member("client_id")).await.unwrap();
    assert!(client.self_registered);
    assert_eq!(client.registered_from.as_deref(), Some(HERE));
    let reply = Ask::post("/registration").bearer("x").json(&minimal()).send(&house).await;
    reply.refused(401, "invalid_token", "the access token is not valid");
}

#[tokio::test]
async fn nobody_s_client_gets_no_grant_without_a_person() {
    let house = house(false).await;
    for grant in ["client_credentials", "password", "implicit"] {
        let metadata = json!({ "grant_types": [grant], "response_types": [] });
        let message = format!("grant_types: {grant} is not open to registration");
        from(&house, HERE, &metadata).await.refused(400, "invalid_client_metadata", &message);
    }
}

#[tokio::test]
async fn nobody_s_client_gets_tokens_from_the_token_endpoint_only() {
    let house = house(false).await;
    for types in ["code id_token", "token"] {
        let mut metadata = minimal();
        metadata["response_types"] = json!(["code", types]);
        metadata["grant_types"] = json!(["authorization_code", "implicit", "client_credentials"]);
        let made = from(&house, HERE, &metadata).await;
        assert_eq!(made.status, 201, "{}", made.show());
        let made = made.json();
        assert_eq!((&made["response_types"], &made["grant_types"]), (&json!(["code"]), &json!(["authorization_code"])));
    }
}

#[tokio::test]
async fn an_operator_opens_client_credentials_and_implicit() {
    let house = house(false).await;
    house.set(|s| s.registration.grant_types = vec!["client_credentials".into(), "implicit".into()]).await;
    let mut metadata = minimal();
    metadata["grant_types"] = json!(["authorization_code", "implicit", "client_credentials"]);
    metadata["response_types"] = json!(["code", "id_token"]);
    metadata["scope"] = "openid email".into();
    let made = from(&house, HERE, &metadata).await;
    for member in ["grant_types", "response_types"] {
        assert_eq!(made.json()[member], metadata[member], "{}", made.show());
    }
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let form = [("grant_type", "client_credentials"), ("scope", "email")];
    house.token((&id, &secret), &form).await.ok();
}

/// RFC 7591 section 3.2.1: the secret is worth nothing once its client is removed.
#[tokio::test]
async fn a_secret_expires_when_its_unused_client_is_removed() {
    let house = house(false).await;
    house.set(|s| (s.registration.unused, s.registration.idle) = (DAY, DAY * 30)).await;
    let made = from(&house, HERE, &minimal()).await;
    let end = house.clock_seconds() + 86_400;
    assert_eq!(made.json()["client_secret_expires_at"], end);
    let path = format!("/registration/{}", made.member("client_id"));
    let show =
        async || Ask::get(&path).bearer(&made.member("registration_access_token")).send(&house).await.ok().json();
    assert_eq!(show().await["client_secret_expires_at"], end);
    use_it(&house, &made).await;
    assert_eq!(show().await["client_secret_expires_at"], house.clock_seconds() + 30 * 86_400, "as long as it is used");
    let mut public = minimal();
    public["token_endpoint_auth_method"] = "none".into();
    assert!(!from(&house, HERE, &public).await.has("client_secret_expires_at"));
}

#[tokio::test]
async fn the_operator_says_how_often_anyone_may_try() {
    let house = house(false).await;
    house.set(|s| (s.registration.attempts, s.registration.attempt_interval) = (2, Duration::from_secs(60))).await;
    for status in [400, 400, 429] {
        assert_eq!(from(&house, HERE, &json!({})).await.status, status);
    }
    assert_eq!(from(&house, HERE, &json!({})).await.header("retry-after"), Some("60"));
    house.wait(60);
    assert_eq!(from(&house, HERE, &json!({})).await.status, 400);
}

/// oidc-agent's registration: a web application with loopback addresses and the response type `token`, whatever its grants are.
#[tokio::test]
async fn what_no_grant_leads_to_is_left_out_or_let_be() {
    let house = house(false).await;
    let mut metadata = jeton_served::oidc_agent();
    let made = from(&house, HERE, &metadata).await;
    assert_eq!((made.status, &made.json()["response_types"]), (201, &json!([])), "{}", made.show());
    assert_eq!(made.json()["redirect_uris"], metadata["redirect_uris"]);
    metadata["redirect_uris"] = json!(["http://evil.example/cb"]);
    assert_eq!(from(&house, HERE, &metadata).await.member("error"), "invalid_redirect_uri");
    let mut metadata = jeton_served::oidc_agent();
    metadata["response_types"] = json!(["code"]);
    assert_eq!(from(&house, HERE, &metadata).await.json()["response_types"], json!([]));
    metadata["grant_types"] = json!(["authorization_code"]);
    assert_eq!(from(&house, HERE, &metadata).await.member("error"), "invalid_redirect_uri", "somebody is sent back");
}

#[tokio::test]
async fn one_address_has_a_quota_and_all_have_one() {
    let house = house(false).await;
    house.set(|s| (s.registration.quota_per_address, s.registration.quota) = (2, 3)).await;
    let message = "too many clients were registered, try again later";
    let first = from(&house, HERE, &minimal()).await;
    assert_eq!((first.status, from(&house, HERE, &minimal()).await.status), (201, 201));
    let full = from(&house, HERE, &minimal()).await;
    full.refused(429, "temporarily_unavailable", message);
    // Unused clients expire in a day, and expired ones are removed within a minute.
    assert_eq!(full.header("retry-after"), Some("86460"));
    // Deleting makes no room at once: registering and deleting in turn gains nothing.
    let path = format!("/registration/{}", first.member("client_id"));
    let deleted =
        Ask::new(http::Method::DELETE, &path).bearer(&first.member("registration_access_token")).send(&house).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(from(&house, HERE, &minimal()).await.status, 429);
    assert_eq!(from(&house, "2001:db8::1", &minimal()).await.status, 201);
    from(&house, "2001:db8:1::1", &minimal()).await.refused(429, "temporarily_unavailable", message);
    // After they expire there is room again.
    house.wait(86_401);
    house.jeton.oauth.end_unused_clients().await.unwrap();
    assert_eq!(from(&house, HERE, &minimal()).await.status, 201);
}

/// Otherwise an attacker with some networks could block registration for a day.
#[tokio::test]
async fn at_the_total_the_oldest_goes_that_was_never_used() {
    for on_disk in [false, true] {
        let house = house(on_disk).await;
        house.set(|s| s.registration.quota = 4).await;
        let mut made = Vec::new();
        for n in 0..4 {
            made.push(from(&house, &format!("192.0.2.{n}"), &minimal()).await);
            house.wait(60);
        }
        let [used, allowed, oldest, other] = made.as_slice() else { unreachable!("four were made") };
        use_it(&house, used).await;
        // A person gave it consent; the code was never redeemed.
        Browser::default().code(&house, &code_params(&allowed.member("client_id"), "openid")).await;

        // A person may be signing in for the first time: no client is displaced at once.
        let early = from(&house, "192.0.2.100", &minimal()).await;
        assert_eq!((early.status, early.header("retry-after")), (429, Some("480")));
        house.wait(480);
        let new = from(&house, "192.0.2.100", &minimal()).await;
        assert_eq!(new.status, 201, "{}", new.show());
        assert!(!exists(&house, &oldest.member("client_id")).await);
        for kept in [used, allowed, other, &new] {
            assert!(exists(&house, &kept.member("client_id")).await, "{on_disk}");
        }
        use_it(&house, other).await;
        use_it(&house, &new).await;
        // All are in use: none is displaced, and the answer says when the first will have expired.
        house.wait(600);
        let full = from(&house, "192.0.2.101", &minimal()).await;
        let wait: u64 = full.header("retry-after").unwrap().parse().unwrap();
        assert!(full.status == 429 && (89 * 86_400..=90 * 86_400).contains(&wait), "{wait}");
        house.wait(wait);
        house.jeton.oauth.end_unused_clients().await.unwrap();
        assert_eq!(from(&house, "192.0.2.101", &minimal()).await.status, 201);
    }
}

#[tokio::test]
async fn an_address_displaces_as_many_clients_a_day_as_it_may_have() {
    let house = house(false).await;
    house.set(|s| (s.registration.quota_per_address, s.registration.quota) = (2, 2)).await;
    for n in 0..2 {
        assert_eq!(from(&house, &format!("192.0.2.{n}"), &minimal()).await.status, 201);
    }
    let mine = "192.0.2.100";
    for _ in 0..2 {
        house.wait(600);
        let made = from(&house, mine, &minimal()).await;
        assert_eq!(made.status, 201, "{}", made.show());
        // Other addresses displace them again.
        house.wait(600);
        assert_eq!(from(&house, "192.0.2.101", &minimal()).await.status, 201);
    }
    house.wait(600);
    let third = from(&house, mine, &minimal()).await;
    assert_eq!(third.status, 429, "{}", third.show());
}

#[tokio::test]
async fn one_ipv6_network_is_one_address() {
    let house = house(false).await;
    house.set(|s| s.registration.quota_per_address = 1).await;
    assert_eq!(from(&house, "2001:db8::1", &minimal()).await.status, 201);
    assert_eq!(from(&house, "2001:db8::ffff:2", &minimal()).await.status, 429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_registrations_do_not_pass_the_quota() {
    for on_disk in [false, true] {
        let house = house(on_disk).await;
        house.set(|s| s.registration.quota = 5).await;
        let all = (0..32).map(|n| {
            let knocker = house.knocker();
            tokio::spawn(async move { from(&knocker, &format!("192.0.2.{n}"), &minimal()).await.status })
        });
        let statuses: Vec<u16> = join_all(all).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 5, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 27, "{statuses:?}");
    }
}

#[tokio::test]
async fn tries_are_paced_the_bad_ones_too() {
    let house = house(false).await;
    for _ in 0..30 {
        assert_eq!(from(&house, HERE, &json!({})).await.status, 400);
    }
    assert_eq!(from(&house, HERE, &json!({})).await.status, 429);
    assert_eq!(from(&house, "192.0.2.2", &json!({})).await.status, 400);
    house.wait(2);
    assert_eq!(from(&house, HERE, &json!({})).await.status, 400);
}

/// Replaces the record of a registered client.
async fn change(house: &House, addr: &str, made: &Reply, change: &[(&str, serde_json::Value)]) -> Reply {
    let mut body = minimal();
    body["client_id"] = made.member("client_id").into();
    for (name, value) in change {
        body[name] = value.clone();
    }
    let path = format!("/registration/{}", made.member("client_id"));
    Ask::put(&path).at(addr).bearer(&made.member("registration_access_token")).json(&body).send(house).await
}

async fn events(house: &House) -> usize {
    house.jeton.ledger.events(None, 10_000).await.unwrap().len()
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_not_written() {
    let house = house(false).await;
    let made = from(&house, HERE, &minimal()).await;
    change(&house, HERE, &made, &[("client_name", json!("One"))]).await.ok();
    let before = events(&house).await;
    for _ in 0..3 {
        change(&house, HERE, &made, &[("client_name", json!("One"))]).await.ok();
    }
    assert_eq!(events(&house).await, before);
    change(&house, HERE, &made, &[("client_name", json!("Two"))]).await.ok();
    assert_eq!(events(&house).await, before + 1);
}

#[tokio::test]
async fn changes_of_a_record_are_paced_by_client_and_by_address() {
    let house = house(false).await;
    let name = |n: usize| [("client_name", json!(format!("name {n}")))];
    let message = "too many clients were registered, try again later";
    // Changes of one client, from any address.
    let made = from(&house, HERE, &minimal()).await;
    let before = events(&house).await;
    for n in 0..20 {
        change(&house, &format!("192.0.2.{n}"), &made, &name(n)).await.ok();
    }
    let refused = change(&house, "192.0.2.100", &made, &name(20)).await;
    refused.refused(429, "temporarily_unavailable", message);
    assert_eq!((refused.header("retry-after"), events(&house).await), (Some("300"), before + 20));
    change(&house, "192.0.2.100", &made, &name(19)).await.ok();
    let other = from(&house, "192.0.2.200", &minimal()).await;
    change(&house, "192.0.2.100", &other, &name(0)).await.ok();
    house.wait(300);
    change(&house, "192.0.2.100", &made, &name(20)).await.ok();
    // Changes from one network, even if they change nothing or fail: an attempt may cost a request to another server.
    for _ in 0..30 {
        change(&house, "2001:db8::1", &other, &name(0)).await.ok();
    }
    let refused = change(&house, "2001:db8::ff", &other, &name(0)).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("2")));
    change(&house, "2001:db8:0:1::1", &other, &name(0)).await.ok();
    assert_eq!(from(&house, "2001:db8::ff", &minimal()).await.status, 429, "the pace is that of registrations");
}

#[tokio::test]
async fn what_a_stranger_registers_is_not_large() {
    let house = house(false).await;
    let many: Vec<_> = (0..40).map(|n| format!("https://app.example/{n}/{}", "y".repeat(900))).collect();
    let mut large = minimal();
    large["redirect_uris"] = json!(many);
    assert_eq!(from(&house, HERE, &large).await.status, 413);
    let made = from(&house, HERE, &minimal()).await;
    assert_eq!(change(&house, HERE, &made, &[("redirect_uris", json!(many))]).await.status, 413);
    change(&house, HERE, &made, &[("redirect_uris", json!(many[..20]))]).await.ok();
}

async fn use_it(house: &House, made: &Reply) {
    let id = made.member("client_id");
    let code = Browser::default().code(house, &code_params(&id, "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token((&id, &made.member("client_secret")), &form).await.ok();
}

#[tokio::test]
async fn what_nobody_uses_ends() {
    for on_disk in [false, true] {
        let house = house(on_disk).await;
        let unused = from(&house, HERE, &minimal()).await;
        let used = from(&house, HERE, &minimal()).await;
        house.client("declared", Some("s3cret"), |_| ()).await;
        use_it(&house, &used).await;
        house.wait(86_399);
        assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 0);
        assert!(exists(&house, &unused.member("client_id")).await);
        house.wait(2);
        assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 1);
        assert!(!exists(&house, &unused.member("client_id")).await);
        let path = format!("/registration/{}", unused.member("client_id"));
        let gone = Ask::get(&path).bearer(&unused.member("registration_access_token")).send(&house).await;
        gone.refused(401, "invalid_token", "the access token is not valid");

        // A use in the second half of its time extends it to the full time.
        house.wait(60 * 86_400);
        use_it(&house, &used).await;
        house.wait(89 * 86_400);
        assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 0);
        house.wait(2 * 86_400);
        assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 1);
        assert!(!exists(&house, &used.member("client_id")).await);
        assert!(exists(&house, "declared").await, "an operator's client stays");
    }
}

#[tokio::test]
async fn a_client_stays_while_a_person_has_an_api_token_of_it() {
    let house = house(false).await;
    let (kept, other) = (from(&house, HERE, &minimal()).await, from(&house, HERE, &minimal()).await);
    let service = house.jeton.ledger.entities().service(house.service).unwrap();
    let user = house.jeton.administration.show_user(house.service, USER).await.unwrap();
    let client = house.jeton.administration.show_client(house.service, &kept.member("client_id")).await.unwrap();
    let life = Some(Duration::from_secs(400 * 86_400));
    let token = TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, Scope::empty(), life);
    let plan = Plan::new(service, Some(client.into())).of_user(user.into());
    let token = house.jeton.ledger.mint(Plan { tokens: vec![token], ..plan }).await.unwrap().tokens.remove(0);
    let live =
        async || matches!(house.jeton.ledger.inspect(house.service, token.text.expose()).await, Ok(Verdict::Active(_)));
    house.wait(100 * 86_400);
    assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 1);
    assert!(!exists(&house, &other.member("client_id")).await);
    for _ in 0..3 {
        assert!(live().await);
        house.wait(80 * 86_400);
        assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 0);
    }
    // The client ends with the token.
    house.wait(200 * 86_400);
    assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 1);
    assert!(!exists(&house, &kept.member("client_id")).await);
}

#[tokio::test]
async fn an_operator_s_change_is_not_undone_by_a_use() {
    let house = house(false).await;
    let made = from(&house, HERE, &minimal()).await;
    let id = made.member("client_id");
    house.change_client(&id, |c| c.access_token_lifetime = Some(std::time::Duration::from_secs(77))).await;
    use_it(&house, &made).await;
    let client = house.jeton.administration.show_client(house.service, &id).await.unwrap();
    assert_eq!(client.access_token_lifetime, Some(std::time::Duration::from_secs(77)));
    assert_eq!(client.registered_from.as_deref(), Some(HERE), "nor does the change make it an operator's");
}
