//! An ID token as a subject token: valid exactly as long as the authorization in which it was issued.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::filter::FilterWords;
use jeton_core::suspension::SuspensionRequest;
use jeton_testkit::sample;

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, TOKEN_EXCHANGE, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const ID: &str = "urn:ietf:params:oauth:token-type:id_token";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const INVALID: &str = "the subject token is not valid";

async fn house() -> House {
    let house = House::new().await;
    for name in ["app", "gate"] {
        house.client(name, Some(SECRET), |_| ()).await;
    }
    let rule = ExchangeRule {
        origin: ClientMatch::ById("app".into()),
        client: ClientMatch::ById("gate".into()),
        scope: Some(sample::scope("read write")),
        refresh: true,
        ..ExchangeRule::default()
    };
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "a", &rule).await.unwrap();
    house
}

async fn by_password(house: &House, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn by_code(house: &House, browser: &mut Browser) -> Reply {
    let code = browser.code(house, &code_params("app", "openid read offline_access")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token(("app", SECRET), &form).await.ok()
}

async fn exchange(house: &House, id_token: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", id_token), ("subject_token_type", ID)];
    form.extend_from_slice(more);
    house.token(("gate", SECRET), &form).await
}

async fn revoke(house: &House, token: &str) {
    Ask::post("/token/revoke").basic("app", SECRET).form(&[("token", token)]).send(house).await.ok();
}

#[derive(Clone, Copy, Debug)]
enum End {
    Family,
    AccessToken,
    Suspension,
    ClientDisabled,
    ClientDeleted,
    PersonDisabled,
}

impl End {
    async fn come(self, house: &House, first: &Reply) {
        let (jeton, admin) = (&house.jeton, Caller::local());
        match self {
            Self::Family => revoke(house, &first.refresh()).await,
            Self::AccessToken => revoke(house, &first.access()).await,
            Self::Suspension => {
                let words = FilterWords::read([("client_id", "app")], jeton.ledger.now()).unwrap();
                let order =
                    SuspensionRequest { words, all: false, undo_window: Duration::from_secs(900), expect: None };
                jeton.administration.suspensions.suspend(&admin, house.service, order, "test").await.unwrap();
            }
            Self::ClientDisabled => house.change_client("app", |c| c.enabled = false).await,
            Self::ClientDeleted => jeton.administration.delete_client(&admin, house.service, "app").await.unwrap(),
            Self::PersonDisabled => house.change_person(USER, |user| user.enabled = false).await,
        }
    }
}

#[tokio::test]
async fn an_id_token_and_what_was_exchanged_for_it_end_with_its_authorization() {
    let all =
        [End::Family, End::AccessToken, End::Suspension, End::ClientDisabled, End::ClientDeleted, End::PersonDisabled];
    for end in all {
        let house = house().await;
        let first = by_password(&house, "openid read offline_access").await;
        let id_token = first.member("id_token");
        let made = exchange(&house, &id_token, &[]).await.ok();
        assert!(house.is_active(&made.access()).await, "{end:?}");
        assert_eq!(house.verified(&made.access()).await.claims["sub"], "sub-of-alice");
        // The suspension covers the tokens that exist now, not those made later.
        house.wait(1);
        end.come(&house, &first).await;
        assert!(!house.is_active(&made.access()).await, "{end:?}");
        house.wait(1);
        exchange(&house, &id_token, &[]).await.refused(400, "invalid_request", INVALID);
    }
}

#[tokio::test]
async fn an_id_token_of_before_the_sign_out_is_no_subject_token() {
    let house = house().await;
    let mut browser = Browser::default();
    let first = by_code(&house, &mut browser).await;
    let id_token = first.member("id_token");
    exchange(&house, &id_token, &[]).await.ok();
    let sign_out = Ask::post("/end_session").form(&[("id_token_hint", &*id_token)]);
    browser.send(&house, sign_out).await;
    exchange(&house, &id_token, &[]).await.refused(400, "invalid_request", INVALID);
    // What does not depend on the session stays valid.
    house.wait(1);
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*first.refresh())];
    let next = house.token(("app", SECRET), &form).await.ok();
    exchange(&house, &next.member("id_token"), &[]).await.ok();
}

#[tokio::test]
async fn an_id_token_gives_no_more_than_its_authorization_and_no_refresh_token() {
    let house = house().await;
    let id_token = by_password(&house, "openid read").await.member("id_token");
    assert_eq!(exchange(&house, &id_token, &[]).await.ok().member("scope"), "read");
    let refused = exchange(&house, &id_token, &[("scope", "write")]).await;
    refused.refused(400, "invalid_scope", "the scopes write are not allowed or invalid");
    for more in [("requested_token_type", REFRESH), ("scope", "read offline_access")] {
        let refused = exchange(&house, &id_token, &[more]).await;
        assert_eq!(refused.status, 400, "{}", refused.show());
        assert!(!refused.has("refresh_token") && !refused.has("access_token"));
    }
}

#[tokio::test]
async fn an_id_token_that_names_no_authorization_is_no_subject_token() {
    let house = house().await;
    house
        .change_client("app", |c| {
            c.grant_types.push("implicit".into());
            c.response_types = ["id_token", "code id_token", "id_token token"].map(str::to_owned).to_vec();
        })
        .await;
    for (response_type, names_one) in [("id_token", false), ("code id_token", false), ("id_token token", true)] {
        let mut params = code_params("app", "openid read");
        params[0].1 = response_type;
        let id_token = Browser::default().answered(&house, &params).await["id_token"].clone();
        assert_eq!(house.verified(&id_token).await.claims["jti"].is_string(), names_one, "{response_type}");
        let reply = exchange(&house, &id_token, &[]).await;
        match names_one {
            true => assert!(house.is_active(&reply.ok().access()).await),
            false => reply.refused(400, "invalid_request", INVALID),
        }
    }
}
