//! One authorization of a person at a client at a time.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::ledger::{Family, Inactive, Issued, NewGrant, Plan, TokenPlan};
use jeton_core::model::{EventKind, Subject, TokenFormat, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::TOKEN_TEXT_TAKEN;
use jeton_core::store::TokenFilter;
use jeton_testkit::sample;

use crate::fixture::Fixture;
use crate::held_store::HeldStore;

const HOUR: Duration = Duration::from_secs(3600);

async fn plan(house: &Fixture, client: &str, subject: Option<&str>, family: bool) -> Plan {
    let client = Arc::new(house.jeton.administration.show_client(house.service, client).await.unwrap());
    let token = |kind| TokenPlan::new(kind, TokenFormat::Opaque, sample::scope("read"), Some(HOUR));
    let new = NewGrant { lifetime: Some(HOUR), ..NewGrant::new("password", sample::scope("read"), "".into()) };
    let (family, tokens) = if family {
        (Family::New(Box::new(new)), vec![token(TokenKind::Access), token(TokenKind::Refresh)])
    } else {
        (Family::Own, vec![token(TokenKind::Access)])
    };
    let subject = subject.map(|name| Subject::External(name.into()));
    Plan { family, tokens, subject, ends_earlier: true, ..Plan::new(house.service(), Some(client)) }
}

async fn mint(house: &Fixture, client: &str, subject: Option<&str>, family: bool) -> Issued {
    house.jeton.ledger.mint(plan(house, client, subject, family).await).await.unwrap()
}

async fn live(house: &Fixture) -> usize {
    let live_at = Some(house.jeton.ledger.now());
    let subject = Some(Subject::External("ann".into()));
    let filter = TokenFilter { subject, live_at, ..TokenFilter::default() };
    house.store.tokens_after(&filter, 0, 1000).await.unwrap().len()
}

#[tokio::test]
async fn a_mint_ends_what_the_pair_had_and_nothing_else() {
    let house = Fixture::new().await;
    house.client("other", |_| ()).await;
    let others = [
        mint(&house, "other", Some("ann"), true).await,
        mint(&house, "app", Some("bob"), true).await,
        mint(&house, "app", None, false).await,
    ];
    let mut last: Option<Issued> = None;
    for family in [true, false, true, true] {
        let issued = mint(&house, "app", Some("ann"), family).await;
        for old in last.iter().flat_map(|old| &old.tokens) {
            let why = house.verdict(old.text.expose()).await;
            assert!(matches!(why, Some(Inactive::GrantEnded | Inactive::Revoked)), "{why:?}");
        }
        for token in &issued.tokens {
            assert!(house.is_live(token.text.expose()).await);
        }
        last = Some(issued);
    }
    for token in others.iter().flat_map(|other| &other.tokens) {
        assert!(house.is_live(token.text.expose()).await);
    }
    let events = house.jeton.ledger.events(Some(house.service), 9).await.unwrap();
    assert!(events.iter().filter(|event| event.kind == EventKind::TokensRevoked).count() >= 3);
}

#[tokio::test]
async fn a_refused_mint_ends_nothing() {
    let house = Fixture::new().await;
    let first = mint(&house, "app", Some("ann"), true).await;
    let mut wide = plan(&house, "app", Some("ann"), true).await;
    wide.tokens[0].scope = sample::scope("admin");
    let refused: Result<_, Refusal> = house.jeton.ledger.mint(wide).await;
    assert!(refused.is_err_and(|refusal| !refusal.is(&TOKEN_TEXT_TAKEN)));
    assert!(house.is_live(first.tokens[1].text.expose()).await);
}

/// More than a commit ends at once.
#[tokio::test]
async fn many_earlier_tokens_end_too() {
    let house = Fixture::new().await;
    for _ in 0..150 {
        let before = Plan { ends_earlier: false, ..plan(&house, "app", Some("ann"), false).await };
        house.jeton.ledger.mint(before).await.unwrap();
    }
    assert_eq!(live(&house).await, 150);
    mint(&house, "app", Some("ann"), true).await;
    assert_eq!(live(&house).await, 2);
}

#[tokio::test]
async fn of_mints_at_the_same_moment_one_lasts() {
    for shared in [false, true] {
        let house = if shared { Fixture::on(Arc::new(HeldStore::shared())).await } else { Fixture::new().await };
        let houses: Vec<_> = vec![Arc::new(house.another().await), Arc::new(house)];
        let nodes = if shared { 2 } else { 1 };
        let racers = (0..24).map(|n: usize| {
            let house = Arc::clone(&houses[1 - n % nodes]);
            tokio::spawn(async move { mint(&house, "app", Some("ann"), !n.is_multiple_of(3)).await })
        });
        let issued: Vec<_> = futures::future::join_all(racers).await.into_iter().map(Result::unwrap).collect();
        let house = Fixture::another(&houses[0]).await;
        let mut lasting = Vec::new();
        for one in &issued {
            lasting.extend(house.is_live(one.tokens[0].text.expose()).await.then_some(one.tokens.len()));
        }
        assert_eq!(lasting.len(), 1, "shared: {shared}");
        assert_eq!(live(&house).await, lasting[0], "shared: {shared}");
    }
}
