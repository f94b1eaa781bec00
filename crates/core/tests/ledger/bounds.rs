//! What the executor refuses in any plan, whoever made it (ARCHITECTURE, rule 1).

use std::sync::Arc;
use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::formats::named_api::{NamedApi, NamedSigner};
use jeton_core::ids::TokenId;
use jeton_core::ledger::{Ending, Family, NewGrant, Plan, TokenPlan};
use jeton_core::model::{Binding, GrantDetails, Subject, TokenFormat, TokenKind};
use jeton_core::refusals::{CLIENT_UNKNOWN, PLAN_EXCEEDED};
use jeton_core::{Scope, Timestamp};
use jeton_jose::Algorithm;
use jeton_testkit::sample;

use crate::house::House;

const MINUTE: Option<Duration> = Some(Duration::from_secs(60));

async fn plan(house: &House, family_scope: &str, token: TokenPlan) -> Plan {
    let user = house.user().await;
    Plan {
        family: Family::New(Box::new(NewGrant {
            id: None,
            grant_type: "test".into(),
            scope: sample::scope(family_scope),
            audience: "".into(),
            lifetime: None,
            binding: None,
            authentication: None,
            details: GrantDetails::default(),
        })),
        tokens: vec![token],
        ..Plan::new(house.service(), Some(house.record().await)).of_user(user)
    }
}

fn token(scope: &str) -> TokenPlan {
    TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, sample::scope(scope), MINUTE)
}

async fn exceeds(house: &House, plan: Plan, what: &str) {
    let rows = house.rows().await;
    match house.jeton.ledger.mint(plan).await {
        Err(refusal) if refusal.is(&PLAN_EXCEEDED) => {
            assert_eq!(refusal.cause(), Some(format!("plan exceeded {what}")));
        }
        other => panic!("{what}: {:?}", other.map(drop)),
    }
    assert_eq!(house.rows().await, rows);
}

#[tokio::test]
async fn rights_beyond_family_or_client() {
    let house = House::new().await;
    house.jeton.ledger.mint(plan(&house, "read write", token("read")).await).await.unwrap();
    exceeds(&house, plan(&house, "read", token("read write")).await, "scope").await;
    exceeds(&house, plan(&house, "read admin", token("admin")).await, "scope").await;
}

#[tokio::test]
async fn a_life_beyond_a_hundred_years() {
    let house = House::new().await;
    let long = TokenPlan { lifetime: Some(Duration::from_secs(101 * 366 * 86_400)), ..token("read") };
    exceeds(&house, plan(&house, "read", long).await, "lifetime").await;
}

#[tokio::test]
async fn a_binding_that_is_not_inherited() {
    let house = House::new().await;
    for binding in [None, Some(Binding::Jwk([2; 32])), Some(Binding::Certificate([1; 32]))] {
        let mut plan = plan(&house, "read", TokenPlan { binding, ..token("read") }).await;
        if let Family::New(grant) = &mut plan.family {
            grant.binding = Some(Binding::Jwk([1; 32]));
        }
        exceeds(&house, plan, "binding").await;
    }
}

/// Rule 1: the scope of a child lies within parent, client and policy.
#[tokio::test]
async fn rights_beyond_the_parent() {
    let house = House::new().await;
    let narrow = house.jeton.ledger.mint(plan(&house, "read write", token("read")).await).await.unwrap();
    let parent = narrow.tokens[0].id;
    let grant = house.store.grant(narrow.grant.unwrap()).await.unwrap().unwrap();
    let child = TokenPlan { parent: Some(parent), ..token("read write") };
    let mut wide = plan(&house, "read write", child).await;
    wide.family = Family::Existing(Arc::new(grant));
    exceeds(&house, wide, "scope").await;
}

/// Rule 1: the client must be active and have the scopes now, not only when it was authenticated: a plan may wait for keys
/// meanwhile.
#[tokio::test]
async fn a_client_that_changed_since_the_plan_was_made() {
    for what in ["disabled", "narrowed", "deleted"] {
        let house = House::new().await;
        let (before, rows) = (plan(&house, "read", token("read")).await, house.rows().await);
        match what {
            "disabled" => drop(house.client("app", |client| client.enabled = false).await),
            "narrowed" => drop(house.client("app", |client| client.scope = sample::scope("openid")).await),
            _ => {
                let caller = Caller::local();
                house.jeton.administration.delete_client(&caller, house.service, "app").await.unwrap();
            }
        }
        let made = house.jeton.ledger.mint(before).await;
        assert!(made.as_ref().is_err_and(|refusal| refusal.is(&CLIENT_UNKNOWN)), "{what}");
        assert_eq!(house.rows().await, rows, "{what}");
    }
    let house = House::new().await;
    let before = plan(&house, "read", token("read")).await;
    house.client("app", |client| client.access_token_lifetime = MINUTE).await;
    house.jeton.ledger.mint(before).await.expect("what the plan does not need may change");
}

/// Rule 1: the parent must be active.
#[tokio::test]
async fn a_dead_parent() {
    let house = House::new().await;
    let first = house.jeton.ledger.mint(plan(&house, "read", token("read")).await).await.unwrap();
    let row = house.jeton.ledger.token_by_number(house.service, first.tokens[0].id).await.unwrap().unwrap();
    house
        .jeton
        .ledger
        .revoke(&row, Ending::new(jeton_core::model::Reason::Admin, jeton_core::model::Actor::System))
        .await
        .unwrap();
    let child = TokenPlan { parent: Some(row.id), ..token("read") };
    let rows = house.rows().await;
    let made = house.jeton.ledger.mint(plan(&house, "read", child).await).await;
    assert!(made.is_err(), "a child of a revoked token");
    assert_eq!(house.rows().await, rows);
}

/// Rule 1: the device must be active.
#[tokio::test]
async fn a_device_that_is_not_there() {
    let house = House::new().await;
    let mut plan = plan(&house, "read", token("read")).await;
    plan.device = Some(jeton_core::ids::DeviceId::new(12_345));
    assert!(house.jeton.ledger.mint(plan).await.is_err(), "for a device nobody knows");
}

/// Without the subject's record nothing shows that the subject is active.
#[tokio::test]
async fn a_subject_whose_record_is_not_shown() {
    let house = House::new().await;
    house
        .jeton
        .administration
        .delete_user(&jeton_core::administration::Caller::local(), house.service, "alice")
        .await
        .unwrap();
    let user = house.person("bob").await;
    let mut plan = plan_without_user(&house, user.key).await;
    plan.user = None;
    plan.subject = Some(Subject::User(jeton_core::ids::UserKey::new(999_999)));
    assert!(house.jeton.ledger.mint(plan).await.is_err(), "in the name of a person who is not there");
}

async fn plan_without_user(house: &House, user: jeton_core::ids::UserKey) -> Plan {
    Plan {
        subject: Some(Subject::User(user)),
        tokens: vec![token("read")],
        ..Plan::new(house.service(), Some(house.record().await))
    }
}

#[tokio::test]
async fn nothing_outlives_its_family() {
    let house = House::new().await;
    let mut plan = plan(&house, "read", TokenPlan { lifetime: None, ..token("read") }).await;
    if let Family::New(grant) = &mut plan.family {
        grant.lifetime = MINUTE;
    }
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    assert_eq!(issued.tokens[0].expires_in(), Some(60));
    house.clock.advance(Duration::from_secs(60));
    assert!(!house.is_live(issued.tokens[0].text.expose()).await);
}

fn named(ends: Timestamp) -> TokenPlan {
    let named = NamedApi { issuer: "Names".into(), signer: NamedSigner::OfService(Algorithm::HS256), ends };
    TokenPlan { named: Some(Box::new(named)), ..TokenPlan::new(TokenKind::Api, TokenFormat::Jwt, Scope::empty(), None) }
}

#[tokio::test]
async fn a_free_end_is_for_api_tokens_that_nothing_hangs_on() {
    let house = House::new().await;
    house.jeton.administration.ensure_key(house.service().id, Algorithm::HS256).await.unwrap();
    let of = |token: TokenPlan| Plan { tokens: vec![token], ..Plan::new(house.service(), None) };
    for ends in [Timestamp::from_seconds(-62_135_596_800), Timestamp::from_seconds(253_402_300_740)] {
        let issued = house.jeton.ledger.mint(of(named(ends))).await.unwrap();
        assert_eq!(issued.tokens[0].expires, Some(ends));
    }
    let ends = house.jeton.ledger.now() + Duration::from_secs(60);
    for wrong in [
        TokenPlan { kind: TokenKind::Access, ..named(ends) },
        TokenPlan { format: TokenFormat::Opaque, ..named(ends) },
        TokenPlan { lifetime: MINUTE, ..named(ends) },
        TokenPlan { scope: sample::scope("read"), ..named(ends) },
        TokenPlan { parent: Some(TokenId::new(1)), ..named(ends) },
    ] {
        exceeds(&house, of(wrong), "named").await;
    }
    exceeds(&house, plan(&house, "read", named(ends)).await, "named").await;
    exceeds(&house, Plan { client: Some(house.record().await), ..of(named(ends)) }, "named").await;
}
