//! Scopes with a path: a wider one includes narrower ones, wherever scopes are compared
//! (`docs/contracts/indigo-iam.md` section 8.1).

use jeton_core::administration::Caller;
use jeton_core::exchange::ExchangeRule;
use jeton_core::ledger::Amendment;
use jeton_core::model::Actor;
use jeton_testkit::sample;

use jeton_served::{House, PASSWORD, TOKEN_EXCHANGE, USER};

const SECRET: &str = "s3cret";
const JOB: (&str, &str) = ("job", SECRET);
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn house(scope: &str) -> House {
    let house = House::new().await;
    house.client("job", Some(SECRET), |c| c.scope = sample::scope(scope)).await;
    house
}

async fn alone(house: &House, scope: &str) -> jeton_served::Reply {
    house.token(JOB, &[("grant_type", "client_credentials"), ("scope", scope)]).await
}

#[tokio::test]
async fn a_client_may_ask_for_less_than_its_path() {
    let house = house("storage.read:/atlas compute.read").await;
    for asked in [
        "storage.read:/atlas",
        "storage.read:/atlas/",
        "storage.read:/atlas/x/y compute.read",
        "storage.read:/atlas/x/",
        "compute.read storage.read:/atlas",
    ] {
        let reply = alone(&house, asked).await.ok();
        assert_eq!(reply.member("scope"), asked);
        assert_eq!(house.verified(&reply.access()).await.claims["scope"], asked);
        assert_eq!(house.introspected(&reply.access()).await["scope"], asked);
    }
    for asked in [
        "storage.read:/",
        "storage.read:/atlas2",
        "storage.read:/atlas/../cms",
        "storage.read:/atlas/%2E%2E/cms",
        "storage.read:/atlas2/",
        "storage.read:/atlas//",
        "storage.read:/atlas//x",
        "storage.read:/atlas/..",
        "storage.read:/atlas/../",
        "storage.read:/atlas%2Fx",
        "storage.read",
        "storage.create:/atlas",
        "compute.read:/",
    ] {
        let text = format!("the scopes {asked} are not allowed or invalid");
        alone(&house, asked).await.refused(400, "invalid_scope", &text);
    }
}

#[tokio::test]
async fn a_storage_scope_without_a_path_is_refused_even_where_it_is_configured() {
    let house = house("storage.read storage.write:/a/../b").await;
    for asked in ["storage.read", "storage.write:/a/../b", "storage.read storage.write:/a/../b"] {
        let text = format!("the scopes {} are not allowed or invalid", asked.replace(' ', ","));
        alone(&house, asked).await.refused(400, "invalid_scope", &text);
    }
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_than_the_family_has_and_for_no_more() {
    let house = house("openid offline_access storage.read:/ storage.create:/").await;
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "openid offline_access storage.read:/atlas"),
    ];
    let first = house.token(JOB, &form).await.ok();
    let refresh = async |token: &str, scope: &str| {
        house.token(JOB, &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]).await
    };
    for beyond in ["storage.read:/", "storage.read:/atlas2", "storage.create:/atlas"] {
        let text = format!("the scopes {beyond} are not allowed or invalid");
        refresh(&first.refresh(), beyond).await.refused(400, "invalid_scope", &text);
    }
    let second = refresh(&first.refresh(), "storage.read:/atlas/x").await.ok();
    assert_eq!(second.member("scope"), "storage.read:/atlas/x");

    // Scopes that the client may no longer have are dropped; of a wider path, the remaining part stays.
    house.change_client("job", |c| c.scope = sample::scope("openid storage.read:/atlas/x storage.read:/cms")).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", &second.refresh())];
    assert_eq!(house.token(JOB, &form).await.ok().member("scope"), "openid storage.read:/atlas/x");
}

/// WLCG token profile section 2.2.1: a path with `/` at the end is a directory, which is less than the path without it.
#[tokio::test]
async fn a_directory_never_becomes_the_path_without_its_slash_at_refresh_and_exchange() {
    let house = house("openid offline_access storage.read:/data/").await;
    for asked in ["storage.read:/data", "storage.read:/data2/", "storage.read:/"] {
        let text = format!("the scopes {asked} are not allowed or invalid");
        alone(&house, asked).await.refused(400, "invalid_scope", &text);
    }
    let form = [
        ("grant_type", "password"),
        ("username", USER),
        ("password", PASSWORD),
        ("scope", "openid offline_access storage.read:/data/"),
    ];
    let first = house.token(JOB, &form).await.ok();
    assert_eq!(first.member("scope"), "openid offline_access storage.read:/data/");
    let refresh = async |token: &str, scope: &str| {
        house.token(JOB, &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]).await
    };
    let exchange = async |scope: &str| {
        let subject = first.access();
        let form = [
            ("grant_type", TOKEN_EXCHANGE),
            ("subject_token", subject.as_str()),
            ("subject_token_type", ACCESS),
            ("scope", scope),
        ];
        house.token(JOB, &form).await
    };
    for beyond in [
        "storage.read:/data",
        "storage.read:/data2",
        "storage.read:/data/../x",
        "storage.read:/data//x",
        "storage.read:/data/%2E%2E/x",
        "storage.read:/data%2Fx",
    ] {
        let text = format!("the scopes {beyond} are not allowed or invalid");
        refresh(&first.refresh(), beyond).await.refused(400, "invalid_scope", &text);
        exchange(beyond).await.refused(400, "invalid_scope", &text);
    }
    let mut token = first.refresh();
    for within in ["storage.read:/data/", "storage.read:/data/x", "storage.read:/data/x/"] {
        let reply = refresh(&token, within).await.ok();
        assert_eq!(reply.member("scope"), within);
        token = reply.refresh();
        assert_eq!(exchange(within).await.ok().member("scope"), within);
    }
}

#[tokio::test]
async fn an_exchange_gives_what_both_clients_have_of_a_path() {
    let house = house("storage.read:/").await;
    house.client("site", Some(SECRET), |c| c.scope = sample::scope("storage.read:/cms")).await;
    let any = ExchangeRule::default();
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "any", &any).await.unwrap();
    let subject = alone(&house, "storage.read:/").await.ok().access();
    let exchange = async |scope: &[(&str, &str)]| {
        let mut form =
            vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", &*subject), ("subject_token_type", ACCESS)];
        form.extend_from_slice(scope);
        house.token(("site", SECRET), &form).await
    };
    assert_eq!(exchange(&[]).await.ok().member("scope"), "storage.read:/cms");
    assert_eq!(exchange(&[("scope", "storage.read:/cms/a")]).await.ok().member("scope"), "storage.read:/cms/a");
    let refused = exchange(&[("scope", "storage.read:/atlas")]).await;
    refused.refused(400, "invalid_scope", "the scopes storage.read:/atlas are not allowed or invalid");
}

#[tokio::test]
async fn an_amendment_stays_within_the_clients_path() {
    let house = house("storage.read:/atlas").await;
    let text = alone(&house, "storage.read:/atlas").await.ok().access();
    let row = house
        .jeton
        .ledger
        .admit(
            house.service,
            &text,
            &jeton_core::RequestSource::default(),
            (None, jeton_core::ledger::Relying::OnMemory),
        )
        .await
        .unwrap()
        .token;
    let amend = async |scope: &str| {
        let change = Amendment { scope: Some(sample::scope(scope)), ..Amendment::default() };
        house.jeton.ledger.amend(&row, change, Actor::System).await
    };
    assert_eq!(amend("storage.read:/atlas/x").await.unwrap().token.scope.as_str(), "storage.read:/atlas/x");
    for beyond in ["storage.read:/", "storage.read:/atlasx", "storage.read"] {
        assert_eq!(amend(beyond).await.unwrap_err().id(), "scope_not_allowed", "{beyond}");
    }
}
