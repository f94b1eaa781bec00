//! Confirmation codes: requested at `/code`, redeemed at `/token` (`docs/contracts/oauth-token-endpoint.md` section 11).

use std::sync::Arc;

use futures::future::join_all;
use jeton_core::confirmation::{CONFIRMATION_CODE, Limits};
use jeton_core::model::{CompatibilityMode, SingleUse, SingleUseKey};
use serde_json::json;

use jeton_served::{Ask, Engine, House, Opening, Phones, Reply};

const SECRET: &str = "s3cret";
const NUMBER: &str = "+14255550100";
const MESSAGE_20: (u16, &str, &str) = (400, "invalid_grant", "resource owner credentials are not valid");

fn open_to_all() -> Limits {
    Limits { sign_up: true, ..Limits::default() }
}

async fn house(limits: Limits) -> (House, Arc<Phones>) {
    let phones = Arc::<Phones>::default();
    let house = Opening::on(Engine::Sqlite).await.sender(phones.clone(), limits).open().await;
    furnished(house, phones).await
}

async fn furnished(house: House, phones: Arc<Phones>) -> (House, Arc<Phones>) {
    house.client("app", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("openid phone read")).await;
    (house, phones)
}

async fn ask(house: &House, number: &str) -> Reply {
    Ask::post("/code").json(&json!({ "phone_number": number })).send(house).await
}

async fn redeem(house: &House, name: &str, code: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", "password"), ("username", name), ("password", code), ("scope", "openid phone")];
    form.extend_from_slice(more);
    house.token(("app", SECRET), &form).await
}

#[track_caller]
fn message_20(reply: &Reply) {
    let (status, error, text) = MESSAGE_20;
    reply.refused(status, error, text);
}

/// A wrong code.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_code_is_six_digits_and_works_once() {
    let (house, phones) = house(open_to_all()).await;
    let asked = ask(&house, NUMBER).await.ok();
    assert!(asked.body.is_empty() && asked.header("content-type").is_none(), "{}", asked.show());
    let code = phones.code(NUMBER);
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
    redeem(&house, NUMBER, &code, &[]).await.ok();
    message_20(&redeem(&house, NUMBER, &code, &[]).await);
}

#[tokio::test]
async fn a_new_number_makes_a_user_when_its_code_is_given_back() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    assert!(house.jeton.administration.show_user(house.service, NUMBER).await.is_err(), "asking makes nobody");
    let answer = redeem(&house, NUMBER, &phones.code(NUMBER), &[("amr_values", "sms")]).await.ok();
    let claims = house.verified(&answer.member("id_token")).await.claims;
    assert_eq!(claims["amr"], json!(["sms"]));
    let info = Ask::get("/userinfo").bearer(&answer.access()).send(&house).await.ok().json();
    assert_eq!((&info["phone_number"], &info["phone_number_verified"]), (&json!(NUMBER), &json!(true)));
    assert_eq!(info["sub"], claims["sub"]);

    // The next time it is the same user.
    house.wait(31);
    ask(&house, NUMBER).await.ok();
    let answer = redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await.ok();
    assert_eq!(house.verified(&answer.member("id_token")).await.claims["sub"], claims["sub"]);
}

#[tokio::test]
async fn a_known_number_signs_its_user_in_and_a_claim_alone_does_not() {
    let (house, phones) = house(Limits::default()).await;
    house
        .change_person("alice", |u| {
            u.claims.insert("phone_number".into(), NUMBER.into());
        })
        .await;
    ask(&house, NUMBER).await.ok();
    message_20(&redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await);

    house
        .change_person("alice", |u| {
            u.claims.insert("phone_number_verified".into(), true.into());
        })
        .await;
    let answer = redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await.ok();
    assert_eq!(house.verified(&answer.member("id_token")).await.claims["sub"], "sub-of-alice");
    // Their password works with the number too.
    let answer = redeem(&house, NUMBER, jeton_served::PASSWORD, &[]).await.ok();
    let claims = house.verified(&answer.member("id_token")).await.claims;
    assert_eq!((&claims["sub"], &claims["amr"]), (&json!("sub-of-alice"), &json!(["pwd"])));

    house.wait(31);
    ask(&house, NUMBER).await.ok();
    house.change_person("alice", |u| u.enabled = false).await;
    message_20(&redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await);
}

#[tokio::test]
async fn amr_values_picks_the_way() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    message_20(&redeem(&house, NUMBER, &code, &[("amr_values", "pwd")]).await);
    message_20(&redeem(&house, "alice", jeton_served::PASSWORD, &[("amr_values", "sms")]).await);
    redeem(&house, NUMBER, &code, &[("amr_values", "otp")]).await.refused(
        400,
        "invalid_request",
        "the parameter amr_values is not valid",
    );
    redeem(&house, NUMBER, &code, &[("amr_values", "sms pwd")]).await.ok();
}

#[tokio::test]
async fn a_wrong_used_expired_or_replaced_code_is_one_message_in_both_profiles() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let (house, phones) = house(open_to_all()).await;
        house
            .change_client("app", |c| {
                c.profile = profile;
                c.response_types = vec!["token id_token".into()];
            })
            .await;
        message_20(&redeem(&house, NUMBER, "123456", &[]).await);
        ask(&house, NUMBER).await.ok();
        let first = phones.code(NUMBER);
        message_20(&redeem(&house, NUMBER, other_than(&first), &[]).await);
        message_20(&redeem(&house, "+14255550199", &first, &[]).await);
        house.wait(31);
        ask(&house, NUMBER).await.ok();
        let second = phones.code(NUMBER);
        if first != second {
            message_20(&redeem(&house, NUMBER, &first, &[]).await);
        }
        house.wait(300);
        message_20(&redeem(&house, NUMBER, &second, &[]).await);
        ask(&house, NUMBER).await.ok();
        redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await.ok();
    }
}

#[tokio::test]
async fn a_code_is_good_until_its_last_second() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    house.wait(299);
    redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await.ok();
}

#[tokio::test]
async fn a_scope_that_is_not_allowed_uses_no_code_up() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    let form = [("grant_type", "password"), ("username", NUMBER), ("password", code.as_str()), ("scope", "admin")];
    house.token(("app", SECRET), &form).await.refused(
        400,
        "invalid_scope",
        "the scopes admin are not allowed or invalid",
    );
    redeem(&house, NUMBER, &code, &[]).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_who_give_one_code_back_get_one_token_and_make_one_user() {
    let phones = Arc::<Phones>::default();
    let postgresql = Opening::on(Engine::Postgresql).await.sender(phones.clone(), open_to_all()).open().await;
    for (house, phones) in [house(open_to_all()).await, furnished(postgresql, phones).await] {
        race(&house, &phones).await;
    }
}

async fn race(house: &House, phones: &Phones) {
    for round in 0..3 {
        let number = format!("+1425555010{round}");
        ask(house, &number).await.ok();
        let code = phones.code(&number);
        let racing = (0..32).map(|_| {
            let (house, number, code) = (house.knocker(), number.clone(), code.clone());
            tokio::spawn(async move { redeem(&house, &number, &code, &[]).await.status })
        });
        let answers = join_all(racing).await.into_iter().map(Result::unwrap);
        assert_eq!(answers.filter(|status| *status == 200).count(), 1);
        house.wait(120);
    }
    assert_eq!(
        house.jeton.administration.users(house.service, jeton_core::store::Page::first(10)).await.unwrap().total,
        1 + 3
    );
}

#[tokio::test]
async fn a_code_outlives_a_restart_and_is_known_on_every_node() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let other = house.another_node(&phones, open_to_all()).await;
    redeem(&other, NUMBER, &phones.code(NUMBER), &[]).await.ok();
    message_20(&redeem(&house, NUMBER, &phones.code(NUMBER), &[]).await);
}

#[tokio::test]
async fn what_asks_for_nothing_is_told_so() {
    let (house, _) = house(open_to_all()).await;
    let message_28 = (400, "invalid_request", "no parameter in body request");
    let json = |body: &str| Ask::post("/code").header("content-type", "application/json").body(body);
    for request in [
        Ask::post("/code"),
        json(""),
        json("{}"),
        json("[]"),
        json("null"),
        json("{\"phone_number\":"),
        Ask::post("/code").form(&[("phone_number", NUMBER)]),
        Ask::post("/code").header("content-type", "text/plain").body(json!({ "phone_number": NUMBER }).to_string()),
    ] {
        let reply = request.send(&house).await;
        reply.refused(message_28.0, message_28.1, message_28.2);
    }
    for document in
        [json!({ "number": NUMBER }), json!({ "phone_number": "" }), json!({ "phone_number": 14255550100_u64 })]
    {
        let reply = Ask::post("/code").json(&document).send(&house).await;
        reply.refused(400, "invalid_request", "the parameter phone_number is missing");
    }
    for number in ["14255550100", "+1 425 555 0100", "+0123456789", "alice", "+1425555010000000"] {
        ask(&house, number).await.refused(400, "invalid_request", "the parameter phone_number is not valid");
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_an_error_and_tells_no_code() {
    let (house, phones) = house(open_to_all()).await;
    phones.break_down();
    let reply = ask(&house, NUMBER).await;
    reply.refused(500, "unhandled_exception", "the code was not sent");
    let reference = reply.header("jeton-refusal").unwrap();
    assert_eq!(house.jeton.ledger.refusals().find(reference).unwrap().id, "confirmation_failed");
}

#[tokio::test]
async fn without_a_sender_there_are_no_codes() {
    let house = House::new().await;
    let reply = ask(&house, NUMBER).await;
    reply.refused(404, "invalid_request", "confirmation codes are not offered");
    let reference = reply.header("jeton-refusal").unwrap();
    assert_eq!(house.jeton.ledger.refusals().find(reference).unwrap().id, "confirmation_off");
}

#[tokio::test]
async fn the_store_holds_neither_number_nor_code() {
    let (house, phones) = house(open_to_all()).await;
    ask(&house, NUMBER).await.ok();
    let code = phones.code(NUMBER);
    let folder = house.folder().path();
    house.store.ping().await.unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(NUMBER), "the number");
        assert!(!holds(&format!("is {code}")), "the message");
    }
    // Nor is the key a plain hash of the code.
    let bare = SingleUseKey(jeton_jose::digest::sha256(code.as_bytes()));
    let found: Option<SingleUse> = house.store.single_use(CONFIRMATION_CODE.kind, bare).await.unwrap();
    assert!(found.is_none());
}
