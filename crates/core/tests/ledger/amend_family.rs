//! Amending a family: more or less rights and time, by an administrator.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Timestamp;
use jeton_core::ledger::{AmendedFamily, Amendment, Ending, Family, FamilyAmendment, NewGrant, Plan, TokenPlan};
use jeton_core::model::{Actor, Binding, EventKind, Grant, Property, Reason, Token, TokenFormat, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{INVALID, NOT_FOUND, RECORD_CHANGED, SCOPE_NOT_ALLOWED};
use jeton_core::store::{TokenFilter, Write};
use jeton_testkit::sample;
use proptest::prelude::*;

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

const HOUR: Duration = Duration::from_secs(3600);
const BINDING: Binding = Binding::Jwk([1; 32]);

/// A family with an access and a refresh token that end with it in an hour.
async fn begun(house: &Fixture, binding: Option<Binding>) -> (Arc<Grant>, [Arc<Token>; 2], [String; 2]) {
    let family =
        NewGrant { lifetime: Some(HOUR), binding, ..NewGrant::new("password", sample::scope("read"), "".into()) };
    let token =
        |kind| TokenPlan { binding, ..TokenPlan::new(kind, TokenFormat::Opaque, sample::scope("read"), Some(HOUR)) };
    let plan = Plan {
        family: Family::New(Box::new(family)),
        tokens: vec![token(TokenKind::Access), token(TokenKind::Refresh)],
        ..Plan::new(house.service(), Some(house.record().await)).of_user(house.user().await)
    };
    let issued = house.jeton.ledger.mint(plan).await.unwrap();
    let texts = [0, 1].map(|n: usize| issued.tokens[n].text.expose().to_owned());
    let mut rows = Vec::new();
    for text in &texts {
        rows.push(house.jeton.ledger.find(house.service, text).await.unwrap().unwrap());
    }
    let grant = house.jeton.ledger.grant(issued.grant.unwrap()).await.unwrap().unwrap();
    (grant, rows.try_into().unwrap(), texts)
}

async fn amend(house: &Fixture, family: &Arc<Grant>, amendment: FamilyAmendment) -> Result<AmendedFamily, Refusal> {
    house.jeton.ledger.amend_family(family, amendment, Actor::Admin("admin".into())).await
}

async fn row(house: &Fixture, text: &str) -> Arc<Token> {
    house.jeton.ledger.find(house.service, text).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_record_is_extended_beyond_the_end_of_its_family() {
    let house = Fixture::new().await;
    let (family, [access, refresh], texts) = begun(&house, None).await;
    let later = house.jeton.ledger.now() + HOUR * 48;
    let to = |end: Option<Timestamp>| Amendment { expires: Some(end), ..Amendment::default() };
    for end in [Some(later), None] {
        let refused = house.jeton.ledger.amend(&access, to(end), Actor::System).await;
        assert!(refused.is_err_and(|refusal| refusal.is(&INVALID)), "not without its family");
    }
    let tokens = vec![(Arc::clone(&access), to(Some(later))), (Arc::clone(&refresh), to(None))];
    let bounded = FamilyAmendment { expires: Some(Some(later)), tokens: tokens.clone(), ..FamilyAmendment::default() };
    assert!(amend(&house, &family, bounded).await.is_err_and(|refusal| refusal.is(&INVALID)), "one would outlive it");
    assert_eq!(house.jeton.ledger.grant(family.id).await.unwrap().unwrap().expires, family.expires, "nothing changed");
    let whole = FamilyAmendment { expires: Some(None), tokens, ..FamilyAmendment::default() };
    let amended = amend(&house, &family, whole).await.unwrap();
    assert_eq!(amended.grant.expires, None);
    assert_eq!((amended.tokens[0].token.expires, amended.tokens[1].token.expires), (Some(later), None));
    house.clock.advance(HOUR * 24);
    assert!(house.is_live(&texts[0]).await);
    house.clock.advance(HOUR * 24 * 400);
    house.by_refresh(&texts[1]).await.unwrap();
    assert!(!house.is_live(&texts[0]).await);
}

#[tokio::test]
async fn scope_is_bounded_by_the_client_and_tokens_follow() {
    let house = Fixture::new().await;
    let (family, [access, _], texts) = begun(&house, None).await;
    let scope = |words: &str| FamilyAmendment { scope: Some(sample::scope(words)), ..FamilyAmendment::default() };
    let refused = amend(&house, &family, scope("read admin")).await;
    assert!(refused.is_err_and(|refusal| refusal.is(&SCOPE_NOT_ALLOWED)));
    let wider = Amendment { scope: Some(sample::scope("read write")), ..Amendment::default() };
    let tokens = vec![(access, wider)];
    let amended = amend(&house, &family, FamilyAmendment { tokens, ..scope("read write") }).await.unwrap();
    assert_eq!(amended.tokens[0].token.scope.as_str(), "read write");
    assert_eq!(row(&house, &texts[1]).await.scope.as_str(), "read", "only what was named");
    amend(&house, &family, scope("write")).await.unwrap();
    assert_eq!(
        (row(&house, &texts[0]).await.scope.as_str(), row(&house, &texts[1]).await.scope.as_str()),
        ("write", "")
    );
}

#[tokio::test]
async fn an_earlier_end_and_another_key_hold_for_all_tokens() {
    let house = Fixture::new().await;
    let (family, ..) = begun(&house, Some(BINDING)).await;
    let (end, key) = (house.jeton.ledger.now() + Duration::from_secs(60), Binding::Certificate([2; 32]));
    let change = FamilyAmendment { expires: Some(Some(end)), binding: Some(key), ..FamilyAmendment::default() };
    let amended = amend(&house, &family, change).await.unwrap();
    assert_eq!((amended.grant.expires, amended.grant.binding), (Some(end), Some(key)));
    let filter = TokenFilter { grant: Some(family.id), ..TokenFilter::default() };
    let rows = house.store.tokens_after(&filter, 0, 9).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.expires == Some(end) && row.binding == Some(key)));
    let other = Amendment { binding: Some(BINDING), ..Amendment::default() };
    let refused = house.jeton.ledger.amend(&Arc::new(rows[0].clone()), other, Actor::System).await;
    assert!(refused.is_err_and(|refusal| refusal.is(&INVALID)), "a token has its family's key");
    let (unbound, [access, _], _) = begun(&house, None).await;
    let change = FamilyAmendment { binding: Some(key), ..FamilyAmendment::default() };
    assert_eq!(amend(&house, &unbound, change).await.unwrap().grant.binding, None);
    let own = Amendment { binding: Some(key), ..Amendment::default() };
    let rebound = house.jeton.ledger.amend(&access, own, Actor::System).await.unwrap();
    assert_eq!(rebound.token.binding, Some(key), "of a family without a key, each its own");
}

#[tokio::test]
async fn new_properties_are_those_of_tokens_made_from_then_on() {
    let house = Fixture::new().await;
    let (family, _, texts) = begun(&house, None).await;
    let property = Property { key: "tenant".into(), value: "one".into(), hidden: false };
    let details = Some(Some(serde_json::json!([{ "type": "payment" }])));
    let change = FamilyAmendment {
        properties: Some(vec![property.clone()]),
        authorization_details: details,
        ..FamilyAmendment::default()
    };
    amend(&house, &family, change).await.unwrap();
    let events = house.jeton.ledger.events(Some(house.service), 1).await.unwrap();
    assert_eq!((events[0].kind, events[0].grant), (EventKind::GrantAmended, Some(family.id)));
    let again = house.by_refresh(&texts[1]).await.unwrap();
    let made = row(&house, &text_of(&again, TokenKind::Access)).await;
    assert_eq!(made.details.as_ref().unwrap().properties, [property]);
}

#[tokio::test]
async fn an_ended_family_and_tokens_of_another_are_not_found() {
    let house = Fixture::new().await;
    let (family, [access, _], _) = begun(&house, None).await;
    let (other, ..) = begun(&house, None).await;
    let tokens = vec![(access, Amendment::default())];
    let refused = amend(&house, &other, FamilyAmendment { tokens, ..FamilyAmendment::default() }).await;
    assert!(refused.is_err_and(|refusal| refusal.is(&NOT_FOUND)));
    let ending = Ending::new(Reason::Admin, Actor::System);
    house.jeton.ledger.revoke_family(house.service, family.id, None, ending).await.unwrap();
    let never = FamilyAmendment { expires: Some(None), ..FamilyAmendment::default() };
    assert!(amend(&house, &family, never).await.is_err_and(|refusal| refusal.is(&NOT_FOUND)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// After any amendments, accepted or not, no token has more than its family, and none outlives it.
    #[test]
    fn tokens_stay_within_their_family(steps in prop::collection::vec((0..16_u8, 0..4_u8, 0..4_u8, any::<bool>()), 1..8)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let house = Fixture::new().await;
            let (family, rows, _) = begun(&house, None).await;
            let scopes = ["", "read", "write", "read write"].map(sample::scope);
            let now = house.jeton.ledger.now();
            let ends = [None, Some(now + HOUR / 2), Some(now + HOUR * 2), Some(now + HOUR * 9)];
            for (what, scope, end, named) in steps {
                let scope = (what & 1 > 0).then(|| scopes[usize::from(scope)].clone());
                let expires = (what & 2 > 0).then(|| ends[usize::from(end)]);
                let own = Amendment { scope: scope.clone(), expires, renew: what & 8 > 0, ..Amendment::default() };
                if what & 4 > 0 {
                    let row = &rows[usize::from(named)];
                    let _ = house.jeton.ledger.amend(row, own, Actor::System).await;
                } else {
                    let tokens = if named { vec![(Arc::clone(&rows[0]), own)] } else { Vec::new() };
                    let _ = amend(&house, &family, FamilyAmendment { scope, expires, tokens, ..FamilyAmendment::default() }).await;
                }
                let family = house.store.grant(family.id).await.unwrap().unwrap();
                for row in &rows {
                    let row = house.store.token(row.id).await.unwrap().unwrap();
                    assert!(row.scope.within(&family.scope));
                    assert!(family.expires.is_none_or(|end| row.expires.is_some_and(|own| own <= end)));
                }
            }
        });
    }
}

/// A change of a family with a new text for its access token, whose answer comes after what others do.
fn renewing(
    house: &Arc<Fixture>,
    family: &Arc<Grant>,
    access: &Arc<Token>,
    scope: Option<&'static str>,
) -> tokio::task::JoinHandle<Result<AmendedFamily, Refusal>> {
    let (house, family, access) = (Arc::clone(house), Arc::clone(family), Arc::clone(access));
    tokio::spawn(async move {
        let renew = Amendment { renew: true, ..Amendment::default() };
        let scope = scope.map(sample::scope);
        let change = FamilyAmendment { scope, tokens: vec![(access, renew)], ..FamilyAmendment::default() };
        amend(&house, &family, change).await
    })
}

/// Of two calls that give a token a new text, the one whose text works nowhere is refused.
#[tokio::test]
async fn only_a_text_that_works_is_answered() {
    let store = Arc::<HeldStore>::default();
    let house = Arc::new(Fixture::on(store.clone()).await);
    let (family, [access, _], _) = begun(&house, None).await;
    let gate = store.hold(|write| matches!(write, Write::AmendToken { .. }));
    let first = renewing(&house, &family, &access, None);
    gate.done().await;
    let second = renewing(&house, &family, &access, None).await.unwrap();
    assert!(second.is_err_and(|refusal| refusal.is(&RECORD_CHANGED)));
    gate.open();
    let first = first.await.unwrap().unwrap();
    let text = first.tokens[0].renewed.as_ref().unwrap().text.expose();
    assert!(house.is_live(text).await);
}

/// A token that ends before the commit is not changed, and neither is its family.
#[tokio::test]
async fn a_token_that_ended_meanwhile_changes_nothing() {
    let store = Arc::<HeldStore>::default();
    let house = Arc::new(Fixture::on(store.clone()).await);
    let (family, [access, _], _) = begun(&house, None).await;
    let gate = store.hold_before(|write| matches!(write, Write::AmendToken { .. }));
    let change = renewing(&house, &family, &access, Some("write"));
    gate.done().await;
    house.jeton.ledger.revoke(&access, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
    gate.open();
    assert!(change.await.unwrap().is_err_and(|refusal| refusal.is(&NOT_FOUND)));
    let family = house.jeton.ledger.grant(family.id).await.unwrap().unwrap();
    assert_eq!(family.scope, sample::scope("read"));
}
