//! Two concurrent operations in the worst order: the store has applied both, and the first one gets its answer last.

use std::sync::Arc;

use jeton_core::ledger::Ending;
use jeton_core::model::{Actor, Reason, TokenKind};
use jeton_core::store::Write;

use crate::held_store::HeldStore;
use crate::house::{House, text_of};

/// While this node may not use its cache, each look-up of a row reads the store.
#[tokio::test]
async fn a_refresh_asks_the_store_for_its_token_once() {
    let store = Arc::new(HeldStore::shared());
    let house = House::on(Arc::clone(&store) as _).await;
    let issued = house.by_password("read offline_access").await.unwrap();
    let presented = issued.issued.first(TokenKind::Refresh).unwrap().id;
    // It has read no events for longer than the bound.
    house.clock.advance(std::time::Duration::from_secs(5));
    store.asked();
    house.by_refresh(&text_of(&issued, TokenKind::Refresh)).await.unwrap();
    assert_eq!(store.asked(), [presented]);
}

async fn house() -> (Arc<House>, Arc<HeldStore>) {
    let store = Arc::<HeldStore>::default();
    let house = House::on(store.clone()).await;
    (Arc::new(house), store)
}

/// A thief redeems the code; before their answer is sent, the client presents it too and is refused. What the code issued must
/// then be revoked (RFC 6749 section 4.1.2), and stay revoked when the thief's request completes.
#[tokio::test]
async fn a_code_reused_while_its_first_answer_is_on_its_way() {
    let (house, store) = house().await;
    let code = house.code("openid offline_access").await;
    let gate = store.hold(|w| matches!(w, Write::Grant(_)));
    let first = tokio::spawn({
        let (house, code) = (house.clone(), code.clone());
        async move { house.by_code(&code).await }
    });
    gate.done().await;
    house.by_code(&code).await.expect_err("a used code");
    gate.open();
    let issued = first.await.unwrap().unwrap();
    let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
    assert!(!house.is_live(&access).await, "a revoked family came back to life in the index");
    assert!(!house.is_live(&refresh).await);
    house.by_refresh(&refresh).await.expect_err("its family was revoked");
}

/// A family is revoked during a refresh: neither the old nor the new tokens may be valid afterwards.
#[tokio::test]
async fn a_family_revoked_while_a_refresh_is_on_its_way() {
    let (house, store) = house().await;
    let begun = house.by_password("read").await.unwrap();
    let refresh = text_of(&begun, TokenKind::Refresh);
    let gate = store.hold(|w| matches!(w, Write::Token { .. }));
    let rotation = tokio::spawn({
        let (house, refresh) = (house.clone(), refresh.clone());
        async move { house.by_refresh(&refresh).await }
    });
    gate.done().await;
    let grant = begun.issued.grant.unwrap();
    house
        .jeton
        .ledger
        .revoke_family(house.service, grant, None, Ending::new(Reason::Admin, Actor::System))
        .await
        .unwrap();
    gate.open();
    let issued = rotation.await.unwrap().unwrap();
    for text in [text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh), refresh] {
        assert!(!house.is_live(&text).await);
    }
}

/// An access token is revoked while others inspect it: the revocation wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_revoked_while_many_look_at_it() {
    let house = Arc::new(House::new().await);
    for _ in 0..50 {
        let begun =
            house.by_refresh(&text_of(&house.by_password("read").await.unwrap(), TokenKind::Refresh)).await.unwrap();
        let access = text_of(&begun, TokenKind::Access);
        let lookers: Vec<_> = (0..4)
            .map(|_| {
                let (house, access) = (house.clone(), access.clone());
                tokio::spawn(async move {
                    for _ in 0..200 {
                        house.is_live(&access).await;
                    }
                })
            })
            .collect();
        let id = begun.issued.first(TokenKind::Access).unwrap().id;
        let row = house.jeton.ledger.token_by_number(house.service, id).await.unwrap().unwrap();
        house.jeton.ledger.revoke(&row, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
        assert!(!house.is_live(&access).await);
        for looker in lookers {
            looker.await.unwrap();
        }
        assert!(!house.is_live(&access).await);
    }
}
