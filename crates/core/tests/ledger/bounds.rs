//! What the executor refuses in any plan, whoever made it (ARCHITECTURE, rule 1).

use std::sync::Arc;
use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::formats::named_api::{NamedApi, NamedSigner};
use jeton_core::ids::TokenId;
use jeton_core::ledger::{Ending, Family, LONGEST_LIFETIME, NewGrant, Plan, TokenPlan};
use jeton_core::model::{Binding, GrantDetails, Subject, TokenFormat, TokenKind};
use jeton_core::refusals::{CLIENT_UNKNOWN, PLAN_EXCEEDED};
use jeton_core::{Scope, Timestamp};
use jeton_jose::Algorithm;
use jeton_testkit::sample;

use crate::fixture::Fixture;

const MINUTE: Option<Duration> = Some(Duration::from_secs(60));

async fn plan(fixture: &Fixture, family_scope: &str, token: TokenPlan) -> Plan {
    let user = fixture.user().await;
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
        ..Plan::new(fixture.service(), Some(fixture.record().await)).of_user(user)
    }
}

fn token(scope: &str) -> TokenPlan {
    TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, sample::scope(scope), MINUTE)
}

async fn exceeds(fixture: &Fixture, plan: Plan, what: &str) {
    let rows = fixture.rows().await;
    match fixture.jeton.ledger.mint(plan).await {
        Err(refusal) if refusal.is(&PLAN_EXCEEDED) => {
            assert_eq!(refusal.cause(), Some(format!("plan exceeded {what}")));
        }
        other => panic!("{what}: {:?}", other.map(drop)),
    }
    assert_eq!(fixture.rows().await, rows);
}

#[tokio::test]
async fn rights_beyond_family_or_client() {
    let fixture = Fixture::new().await;
    fixture.jeton.ledger.mint(plan(&fixture, "read write", token("read")).await).await.unwrap();
    exceeds(&fixture, plan(&fixture, "read", token("read write")).await, "scope").await;
    exceeds(&fixture, plan(&fixture, "read admin", token("admin")).await, "scope").await;
}

#[tokio::test]
async fn a_life_beyond_ten_years_is_shortened() {
    let fixture = Fixture::new().await;
    for life in [LONGEST_LIFETIME + Duration::from_secs(1), Duration::from_secs(101 * 366 * 86_400), Duration::MAX] {
        let long = TokenPlan { lifetime: Some(life), ..token("read") };
        let minted = fixture.jeton.ledger.mint(plan(&fixture, "read", long).await).await.unwrap();
        let token = minted.first(TokenKind::Access).unwrap();
        assert_eq!(token.expires, Some(token.issued + LONGEST_LIFETIME));
    }
}

#[tokio::test]
async fn a_binding_that_is_not_inherited() {
    let fixture = Fixture::new().await;
    for binding in [None, Some(Binding::Jwk([2; 32])), Some(Binding::Certificate([1; 32]))] {
        let mut plan = plan(&fixture, "read", TokenPlan { binding, ..token("read") }).await;
        if let Family::New(grant) = &mut plan.family {
            grant.binding = Some(Binding::Jwk([1; 32]));
        }
        exceeds(&fixture, plan, "binding").await;
    }
}

/// Rule 1: the scope of a child lies within parent, client and policy.
#[tokio::test]
async fn rights_beyond_the_parent() {
    let fixture = Fixture::new().await;
    let narrow = fixture.jeton.ledger.mint(plan(&fixture, "read write", token("read")).await).await.unwrap();
    let parent = narrow.tokens[0].id;
    let grant = fixture.store.grant(narrow.grant.unwrap()).await.unwrap().unwrap();
    let child = TokenPlan { parent: Some(parent), ..token("read write") };
    let mut wide = plan(&fixture, "read write", child).await;
    wide.family = Family::Existing(Arc::new(grant));
    exceeds(&fixture, wide, "scope").await;
}

/// Rule 1: the client must be active and have the scopes now, not only when it was authenticated: a plan may wait for keys
/// meanwhile.
#[tokio::test]
async fn a_client_that_changed_since_the_plan_was_made() {
    for what in ["disabled", "narrowed", "deleted"] {
        let fixture = Fixture::new().await;
        let (before, rows) = (plan(&fixture, "read", token("read")).await, fixture.rows().await);
        match what {
            "disabled" => drop(fixture.client("app", |client| client.enabled = false).await),
            "narrowed" => drop(fixture.client("app", |client| client.scope = sample::scope("openid")).await),
            _ => {
                let caller = Caller::local();
                fixture.jeton.administration.delete_client(&caller, fixture.service, "app").await.unwrap();
            }
        }
        let made = fixture.jeton.ledger.mint(before).await;
        assert!(made.as_ref().is_err_and(|refusal| refusal.is(&CLIENT_UNKNOWN)), "{what}");
        assert_eq!(fixture.rows().await, rows, "{what}");
    }
    let fixture = Fixture::new().await;
    let before = plan(&fixture, "read", token("read")).await;
    fixture.client("app", |client| client.access_token_lifetime = MINUTE).await;
    fixture.jeton.ledger.mint(before).await.expect("what the plan does not need may change");
}

/// Rule 1: the parent must be active.
#[tokio::test]
async fn a_dead_parent() {
    let fixture = Fixture::new().await;
    let first = fixture.jeton.ledger.mint(plan(&fixture, "read", token("read")).await).await.unwrap();
    let row = fixture.jeton.ledger.token_by_number(fixture.service, first.tokens[0].id).await.unwrap().unwrap();
    fixture
        .jeton
        .ledger
        .revoke(&row, Ending::new(jeton_core::model::Reason::Admin, jeton_core::model::Actor::System))
        .await
        .unwrap();
    let child = TokenPlan { parent: Some(row.id), ..token("read") };
    let rows = fixture.rows().await;
    let made = fixture.jeton.ledger.mint(plan(&fixture, "read", child).await).await;
    assert!(made.is_err(), "a child of a revoked token");
    assert_eq!(fixture.rows().await, rows);
}

/// Rule 1: the device must be active.
#[tokio::test]
async fn a_device_that_is_not_there() {
    let fixture = Fixture::new().await;
    let mut plan = plan(&fixture, "read", token("read")).await;
    plan.device = Some(jeton_core::ids::DeviceId::new(12_345));
    assert!(fixture.jeton.ledger.mint(plan).await.is_err(), "for a device nobody knows");
}

/// Without the subject's record nothing shows that the subject is active.
#[tokio::test]
async fn a_subject_whose_record_is_not_shown() {
    let fixture = Fixture::new().await;
    fixture
        .jeton
        .administration
        .delete_user(&jeton_core::administration::Caller::local(), fixture.service, "alice")
        .await
        .unwrap();
    let user = fixture.person("bob").await;
    let mut plan = plan_without_user(&fixture, user.key).await;
    plan.user = None;
    plan.subject = Some(Subject::User(jeton_core::ids::UserKey::new(999_999)));
    assert!(fixture.jeton.ledger.mint(plan).await.is_err(), "in the name of a person who is not there");
}

async fn plan_without_user(fixture: &Fixture, user: jeton_core::ids::UserKey) -> Plan {
    Plan {
        subject: Some(Subject::User(user)),
        tokens: vec![token("read")],
        ..Plan::new(fixture.service(), Some(fixture.record().await))
    }
}

#[tokio::test]
async fn nothing_outlives_its_family() {
    let fixture = Fixture::new().await;
    let mut plan = plan(&fixture, "read", TokenPlan { lifetime: None, ..token("read") }).await;
    if let Family::New(grant) = &mut plan.family {
        grant.lifetime = MINUTE;
    }
    let issued = fixture.jeton.ledger.mint(plan).await.unwrap();
    assert_eq!(issued.tokens[0].expires_in(), Some(60));
    fixture.clock.advance(Duration::from_secs(60));
    assert!(!fixture.is_live(issued.tokens[0].text.expose()).await);
}

fn named(ends: Timestamp) -> TokenPlan {
    let named = NamedApi { issuer: "Names".into(), signer: NamedSigner::OfService(Algorithm::HS256), ends };
    TokenPlan { named: Some(Box::new(named)), ..TokenPlan::new(TokenKind::Api, TokenFormat::Jwt, Scope::empty(), None) }
}

#[tokio::test]
async fn a_free_end_is_for_api_tokens_that_nothing_hangs_on() {
    let fixture = Fixture::new().await;
    fixture.jeton.administration.ensure_key(fixture.service().id, Algorithm::HS256).await.unwrap();
    let of = |token: TokenPlan| Plan { tokens: vec![token], ..Plan::new(fixture.service(), None) };
    for ends in [Timestamp::from_seconds(-62_135_596_800), Timestamp::from_seconds(253_402_300_740)] {
        let issued = fixture.jeton.ledger.mint(of(named(ends))).await.unwrap();
        assert_eq!(issued.tokens[0].expires, Some(ends));
    }
    let ends = fixture.jeton.ledger.now() + Duration::from_secs(60);
    for wrong in [
        TokenPlan { kind: TokenKind::Access, ..named(ends) },
        TokenPlan { format: TokenFormat::Opaque, ..named(ends) },
        TokenPlan { lifetime: MINUTE, ..named(ends) },
        TokenPlan { scope: sample::scope("read"), ..named(ends) },
        TokenPlan { parent: Some(TokenId::new(1)), ..named(ends) },
    ] {
        exceeds(&fixture, of(wrong), "named").await;
    }
    exceeds(&fixture, plan(&fixture, "read", named(ends)).await, "named").await;
    exceeds(&fixture, Plan { client: Some(fixture.record().await), ..of(named(ends)) }, "named").await;
}
