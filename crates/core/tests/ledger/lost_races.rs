//! Two concurrent operations in the worst order: the store has applied both, and the first one gets its answer last.

use std::sync::Arc;

use jeton_core::ledger::Ending;
use jeton_core::model::{Actor, Reason, TokenKind};
use jeton_core::store::Write;

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

/// While this node may not use its cache, each look-up of a row reads the store.
#[tokio::test]
async fn a_refresh_asks_the_store_for_its_token_once() {
    let store = Arc::new(HeldStore::shared());
    let fixture = Fixture::on(Arc::clone(&store) as _).await;
    let issued = fixture.by_password("read offline_access").await.unwrap();
    let presented = issued.issued.first(TokenKind::Refresh).unwrap().id;
    // It has read no events for longer than the bound.
    fixture.clock.advance(std::time::Duration::from_secs(5));
    store.asked();
    fixture.by_refresh(&text_of(&issued, TokenKind::Refresh)).await.unwrap();
    assert_eq!(store.asked(), [presented]);
}

async fn fixture() -> (Arc<Fixture>, Arc<HeldStore>) {
    let store = Arc::<HeldStore>::default();
    let fixture = Fixture::on(store.clone()).await;
    (Arc::new(fixture), store)
}

/// A thief redeems the code; before their answer is sent, the client presents it too and is refused. What the code issued must
/// then be revoked (RFC 6749 section 4.1.2), and stay revoked when the thief's request completes.
#[tokio::test]
async fn a_code_reused_while_its_first_answer_is_on_its_way() {
    let (fixture, store) = fixture().await;
    let code = fixture.code("openid offline_access").await;
    let gate = store.hold(|w| matches!(w, Write::Grant(_)));
    let first = tokio::spawn({
        let (fixture, code) = (fixture.clone(), code.clone());
        async move { fixture.by_code(&code).await }
    });
    gate.done().await;
    fixture.by_code(&code).await.expect_err("a used code");
    gate.open();
    let issued = first.await.unwrap().unwrap();
    let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
    assert!(!fixture.is_live(&access).await, "a revoked family came back to life in the index");
    assert!(!fixture.is_live(&refresh).await);
    fixture.by_refresh(&refresh).await.expect_err("its family was revoked");
}

/// A family is revoked during a refresh: neither the old nor the new tokens may be valid afterwards.
#[tokio::test]
async fn a_family_revoked_while_a_refresh_is_on_its_way() {
    let (fixture, store) = fixture().await;
    let begun = fixture.by_password("read").await.unwrap();
    let refresh = text_of(&begun, TokenKind::Refresh);
    let gate = store.hold(|w| matches!(w, Write::Token { .. }));
    let rotation = tokio::spawn({
        let (fixture, refresh) = (fixture.clone(), refresh.clone());
        async move { fixture.by_refresh(&refresh).await }
    });
    gate.done().await;
    let grant = begun.issued.grant.unwrap();
    fixture
        .jeton
        .ledger
        .revoke_family(fixture.service, grant, None, Ending::new(Reason::Admin, Actor::System))
        .await
        .unwrap();
    gate.open();
    let issued = rotation.await.unwrap().unwrap();
    for text in [text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh), refresh] {
        assert!(!fixture.is_live(&text).await);
    }
}

/// An access token is revoked while others inspect it: the revocation wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_revoked_while_many_look_at_it() {
    let fixture = Arc::new(Fixture::new().await);
    for _ in 0..50 {
        let begun = fixture
            .by_refresh(&text_of(&fixture.by_password("read").await.unwrap(), TokenKind::Refresh))
            .await
            .unwrap();
        let access = text_of(&begun, TokenKind::Access);
        let lookers: Vec<_> = (0..4)
            .map(|_| {
                let (fixture, access) = (fixture.clone(), access.clone());
                tokio::spawn(async move {
                    for _ in 0..200 {
                        fixture.is_live(&access).await;
                    }
                })
            })
            .collect();
        let id = begun.issued.first(TokenKind::Access).unwrap().id;
        let row = fixture.jeton.ledger.token_by_number(fixture.service, id).await.unwrap().unwrap();
        fixture.jeton.ledger.revoke(&row, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
        assert!(!fixture.is_live(&access).await);
        for looker in lookers {
            looker.await.unwrap();
        }
        assert!(!fixture.is_live(&access).await);
    }
}
