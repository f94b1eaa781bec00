//! Answers when the server fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jeton_core::administration::Caller;
use jeton_core::entropy::NoEntropy;
use jeton_core::{Entropy, SystemEntropy};

use jeton_served::{Ask, Browser, House, Opening, back, code_params};

const SECRET: &str = "s3cret";
const FORM: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "read")];

#[tokio::test]
async fn a_store_that_takes_no_more_is_503() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let token = house.token(("app", SECRET), &FORM).await.ok().access();
    house.store.close().await.unwrap();
    let reply = house.token(("app", SECRET), &FORM).await;
    reply.refused(503, "server_error", "the server is busy, try again");
    assert_eq!(reply.header("retry-after"), Some("1"));
    let ask = Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", &token)]);
    assert_eq!(ask.send(&house).await.status, 503, "never a success that is not durable");
}

#[tokio::test]
async fn a_store_that_is_away_is_503_at_the_token_endpoint_and_temporarily_unavailable_in_a_redirect() {
    let (house, store) = House::that_fails().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    store.set_away(true);
    let reply = house.token(("app", SECRET), &FORM).await;
    reply.refused(503, "server_error", "the store does not answer, try again");
    assert_eq!(reply.header("retry-after"), Some("2"));
    let recorded = house.jeton.ledger.refusals().find(reply.header("jeton-refusal").unwrap()).unwrap();
    assert_eq!((recorded.id, recorded.cause.is_some()), ("store_unavailable", true));
    let page = browser.sign_in(&house, &login).await;
    assert_eq!((page.status, page.header("retry-after")), (503, Some("2")), "{}", page.show());
    store.set_away(false);
    let signed_in = browser.sign_in(&house, &login).await;
    browser.finish(&house, signed_in).await;
    store.set_away(true);
    let answer = back(&browser.open(&house, &code_params("app", "openid")).await);
    assert_eq!((answer["error"].as_str(), answer.contains_key("iss")), ("temporarily_unavailable", true));
    let mut posted = code_params("app", "openid");
    posted.push(("response_mode", "form_post"));
    let page = browser.open(&house, &posted).await;
    assert_eq!((page.status, page.header("retry-after")), (200, None), "the browser has nothing to repeat");
    assert!(page.text().contains("temporarily_unavailable"), "{}", page.show());
}

/// A random source that can be switched off.
#[derive(Default)]
struct Switched(AtomicBool);

impl Entropy for Switched {
    fn fill(&self, out: &mut [u8]) -> Result<(), NoEntropy> {
        if self.0.load(Ordering::SeqCst) { Err(NoEntropy) } else { SystemEntropy.fill(out) }
    }
}

#[tokio::test]
async fn without_randomness_nothing_is_minted_and_nothing_is_told() {
    let entropy = Arc::new(Switched::default());
    let house = Opening::default().entropy(entropy.clone()).open().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let rows = house.rows().await;
    entropy.0.store(true, Ordering::SeqCst);
    let reply = house.token(("app", SECRET), &FORM).await;
    reply.refused(500, "server_error", "the server failed");
    let reference = reply.header("jeton-refusal").unwrap();
    let recorded = house.jeton.ledger.refusals().find(reference).unwrap();
    assert_eq!(recorded.id, "fault");
    assert!(recorded.cause.is_some(), "what an operator needs to know");
    assert_eq!(house.rows().await, rows);
    let page = Browser::default().open(&house, &code_params("app", "openid")).await;
    assert!(page.status == 500 || back(&page)["error"] == "server_error", "{}", page.show());
}

#[tokio::test]
async fn a_client_that_wants_another_algorithm_gets_a_key_of_it() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.id_token_signed_response_alg = Some(jeton_jose::Algorithm::ES384)).await;
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    let form =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", jeton_served::VERIFIER)];
    let answer = house.token(("app", SECRET), &form).await.ok().json();
    let id_token = house.verified(answer["id_token"].as_str().unwrap()).await;
    assert_eq!(id_token.header["alg"], "ES384");
}

#[tokio::test]
async fn a_service_switched_off_serves_nothing() {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    let token = house.token(("app", SECRET), &FORM).await.ok().access();
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    house.jeton.administration.enable_service(&Caller::local(), house.service, false).await.unwrap();
    let rows = house.rows().await;
    house.token(("app", SECRET), &FORM).await.refused(503, "temporarily_unavailable", "the service is switched off");
    for path in ["/userinfo", "/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(Ask::get(path).bearer(&token).send(&house).await.status, 503, "{path}");
    }
    let reply = browser.sign_in(&house, &login).await;
    assert!(reply.status >= 400);
    assert_eq!(house.rows().await, rows);
    house.jeton.administration.enable_service(&Caller::local(), house.service, true).await.unwrap();
    assert!(house.is_active(&token).await);
}
