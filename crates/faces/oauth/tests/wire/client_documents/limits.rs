//! What strangers may cost: fetches, memory, rows.

use std::time::Duration;

use futures::future::join_all;
use jeton_served::{Ask, Browser, House, Reply, code_params};
use serde_json::json;

use super::{ID, a_page, document, house, open, record};

const MINUTE: Duration = Duration::from_secs(60);

/// A request for the client of `host`, from an address.
async fn from(house: &House, host: &str, address: &str) -> Reply {
    let id = format!("https://{host}/client");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(code_params(&id, "openid")).finish();
    Ask::get(&format!("/authorization?{query}")).at(address).send(house).await
}

/// RFC 9111: as long as its server says, but not shorter than a minute and not longer than a day.
#[tokio::test]
async fn a_document_is_remembered_as_its_server_says() {
    let house = house().await;
    for (said, kept) in
        [(None, 600), (Some(MINUTE * 5), 300), (Some(Duration::ZERO), 60), (Some(MINUTE * 100_000), 86_400)]
    {
        house.network.answer(ID, 200, document().to_string(), said);
        let before = house.network.count(ID);
        open(&house).await.ok();
        house.wait(kept - 1);
        open(&house).await.ok();
        assert_eq!(house.network.count(ID), before + 1, "{said:?}");
        house.wait(1);
    }
}

#[tokio::test]
async fn many_requests_at_once_are_one_fetch() {
    let house = house().await;
    house.network.late(ID, Duration::from_millis(30));
    let all = join_all((0..20).map(|_| open(&house))).await;
    assert!(all.iter().all(|reply| reply.status == 200));
    assert_eq!(house.network.count(ID), 1);
}

/// A failure is not remembered as an answer, but its server is not asked again at once.
#[tokio::test]
async fn after_a_failure_there_is_a_pause() {
    let house = house().await;
    house.network.gone(ID);
    for _ in 0..3 {
        a_page(&house, &open(&house).await, 503, "client_document_unavailable");
    }
    assert_eq!(house.network.count(ID), 1);
    house.network.json(ID, &json!({ "client_id": "other" }));
    house.wait(10);
    for _ in 0..3 {
        let reply = open(&house).await;
        a_page(&house, &reply, 400, "client_document_invalid");
        assert!(reply.text().contains("its client_id is another one"));
    }
    assert_eq!(house.network.count(ID), 2);
    house.network.json(ID, &document());
    house.wait(10);
    open(&house).await.ok();
}

/// A server that is away for a while ends nobody's sign-in, one that is away for good does.
#[tokio::test]
async fn a_known_document_outlives_its_server_for_an_hour() {
    let house = house().await;
    open(&house).await.ok();
    house.network.gone(ID);
    house.wait(600);
    open(&house).await.ok();
    house.wait(3_599);
    open(&house).await.ok();
    house.wait(10);
    a_page(&house, &open(&house).await, 503, "client_document_unavailable");
}

/// One address cannot make this server ask one after another; others and known clients are not kept out.
#[tokio::test]
async fn one_address_has_so_many_fetches() {
    let house = house().await;
    open(&house).await.ok();
    house.client("app", Some("s3cret"), |_| ()).await;
    for n in 0..20 {
        assert_eq!(from(&house, &format!("host{n}.example"), "192.0.2.1").await.status, 503, "{n}");
    }
    let asked = house.network.asked().len();
    let reply = from(&house, "more.example", "192.0.2.1").await;
    a_page(&house, &reply, 429, "request_pace");
    assert_eq!(house.network.asked().len(), asked);
    assert_eq!(from(&house, "agent.example", "192.0.2.2").await.status, 503, "another address");
    for id in [ID, "app"] {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(code_params(id, "openid")).finish();
        let reply = Ask::get(&format!("/authorization?{query}")).at("192.0.2.1").send(&house).await;
        assert_eq!(reply.status, 200, "what is known costs nothing: {id}");
    }
    house.wait(6);
    assert_eq!(from(&house, "more.example", "192.0.2.1").await.status, 503, "and then one more");
}

/// Many addresses together cannot make this server flood another one.
#[tokio::test]
async fn one_host_is_asked_so_often() {
    let house = house().await;
    let mut statuses = Vec::new();
    for n in 0..14 {
        let id = format!("https://victim.example/{n}");
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(code_params(&id, "openid")).finish();
        let address = format!("192.0.2.{n}");
        statuses.push(Ask::get(&format!("/authorization?{query}")).at(&address).send(&house).await.status);
    }
    assert_eq!(statuses, [[503].repeat(12), vec![429, 429]].concat());
}

/// Rows of such clients are within the quota of open registration: a person makes no more of them than an address may register.
#[tokio::test]
async fn a_person_makes_so_many_rows() {
    let house = house().await;
    house.set(|s| s.registration.quota_per_address = 2).await;
    let mut browser = Browser::default();
    for n in 0..3 {
        let id = format!("https://agent{n}.example/client");
        house.network.json(&id, &json!({ "client_id": id, "redirect_uris": ["https://app.example/cb"] }));
        let params = code_params(&id, "openid");
        let mut page = browser.open(&house, &params).await.ok();
        if page.form().stage() == "sign-in" {
            page = browser.sign_in(&house, &page).await;
        }
        let reply = browser.decide(&house, &page, "approve").await;
        if n == 2 {
            a_page(&house, &reply, 429, "registration_limit");
        } else {
            assert_eq!(reply.status, 303, "{}", reply.show());
        }
        assert_eq!(record(&house, &id).await.is_some(), n < 2);
    }
}

/// One that nobody uses is removed like a client of open registration.
#[tokio::test]
async fn an_unused_row_goes() {
    let house = house().await;
    Browser::default().code(&house, &code_params(ID, "openid")).await;
    let idle = house.service().settings.registration.idle;
    house.wait(idle.as_secs() - 1);
    assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 0);
    house.wait(2);
    assert_eq!(house.jeton.oauth.end_unused_clients().await.unwrap(), 1);
    assert_eq!(record(&house, ID).await, None);
}
